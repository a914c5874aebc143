-module(bench_link_chain).
-export([run/1]).

run(Size) ->
    Main = self(),
    Before = erlang:system_info(process_count),
    {Head, _} = spawn_monitor(fun() -> chained(Main, Size - 1) end),
    Tail = receive {tail, Pid} -> Pid end,
    Ref = monitor(process, Tail),
    Built = erlang:system_info(process_count) - Before,
    Began = bench:start(),
    exit(Head, boom),
    receive {'DOWN', Ref, process, Tail, boom} -> ok end,
    Cost = bench:cost(Began, Size),
    {Built - max(0, erlang:system_info(process_count) - Before), Cost}.

chained(Main, 0) ->
    Main ! {tail, self()},
    receive stop -> ok end;
chained(Main, Left) ->
    spawn_link(fun() -> chained(Main, Left - 1) end),
    receive stop -> ok end.
