-module(bench_spawn_script).
-export([run/1]).

run(Size) ->
    Counter = bench:counter(Size),
    Began = bench:start(),
    spawn_all(Counter, Size),
    bench:per_operation(Began, bench:counted(Counter)).

spawn_all(_Counter, 0) -> ok;
spawn_all(Counter, Left) ->
    spawn(fun() -> Counter ! up end),
    spawn_all(Counter, Left - 1).
