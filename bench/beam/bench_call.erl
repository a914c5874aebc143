-module(bench_call).
-export([run/1]).

run(Size) ->
    {ok, Server} = bench_server:start_link(0),
    Began = bench:start(),
    call_all(Server, Size),
    Cost = bench:cost(Began, Size),
    Counted = gen_server:call(Server, value),
    bench:stop_all([Server]),
    {Counted, Cost}.

call_all(_Server, 0) -> ok;
call_all(Server, Left) ->
    gen_server:call(Server, {add, 1}),
    call_all(Server, Left - 1).
