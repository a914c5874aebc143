%% A child crashes in a handler and is up again. OTP looks through all restarts of the period at each of them, so each
%% supervisor sees a hundred only.
-module(bench_restart).
-behaviour(supervisor).
-export([run/1, init/1, start_child/1]).

-define(EACH, 100).

run(Size) ->
    process_flag(trap_exit, true),
    Began = bench:start(),
    Counted = supervised(Size, 0),
    bench:per_operation(Began, Counted).

supervised(0, Seen) -> Seen;
supervised(Left, Seen) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, self()),
    Pid = receive {up, First} -> First end,
    Times = min(?EACH, Left),
    crash(Pid, Times),
    exit(Supervisor, shutdown),
    receive {'EXIT', Supervisor, shutdown} -> ok end,
    supervised(Left - Times, Seen + Times).

crash(_Pid, 0) -> ok;
crash(Pid, Left) ->
    gen_server:cast(Pid, crash),
    receive {up, Next} -> crash(Next, Left - 1) end.

init(Main) ->
    {ok, {#{intensity => ?EACH, period => 3600}, [#{id => child, start => {?MODULE, start_child, [Main]}}]}}.

start_child(Main) -> gen_server:start_link(bench_careless, Main, []).
