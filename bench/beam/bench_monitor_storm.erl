-module(bench_monitor_storm).
-export([run/1]).

run(Size) ->
    Target = spawn(fun() -> receive stop -> ok end end),
    Counter = bench:counter(Size),
    Watchers = [begin {ok, Pid} = bench_server:start_link(Counter), Pid end || _ <- lists:seq(1, Size)],
    [gen_server:call(Pid, {watch, Target}) || Pid <- Watchers],
    Began = bench:start(),
    exit(Target, kill),
    Sample = bench:per_operation(Began, bench:counted(Counter)),
    bench:stop_all(Watchers),
    Sample.
