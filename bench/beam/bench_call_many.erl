-module(bench_call_many).
-export([run/1]).

%% As many callers as there may be calls at a time.
run(Size) ->
    Callers = min(1000, Size),
    {ok, Server} = bench_server:start_link(0),
    Main = self(),
    Began = bench:start(),
    [spawn_link(fun() -> call_all(Server, Size div Callers), Main ! done end) || _ <- lists:seq(1, Callers)],
    [receive done -> ok end || _ <- lists:seq(1, Callers)],
    Cost = bench:cost(Began, Size),
    Counted = gen_server:call(Server, value),
    bench:stop_all([Server]),
    {Counted, Cost}.

call_all(_Server, 0) -> ok;
call_all(Server, Left) ->
    gen_server:call(Server, {add, 1}),
    call_all(Server, Left - 1).
