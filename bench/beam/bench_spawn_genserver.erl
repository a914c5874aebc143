-module(bench_spawn_genserver).
-export([run/1]).

run(Size) ->
    Began = bench:start(),
    Pids = start_all(Size, []),
    Cost = bench:cost(Began, Size),
    Up = length([Pid || Pid <- Pids, is_process_alive(Pid)]),
    bench:stop_all(Pids),
    {Up, Cost}.

start_all(0, Pids) -> Pids;
start_all(Left, Pids) ->
    {ok, Pid} = bench_server:start_link(Left),
    start_all(Left - 1, [Pid | Pids]).
