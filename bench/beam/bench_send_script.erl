-module(bench_send_script).
-export([run/1]).

run(Size) ->
    Counter = bench:counter(Size),
    Began = bench:start(),
    send_all(Counter, Size),
    bench:per_operation(Began, bench:counted(Counter)).

send_all(_Counter, 0) -> ok;
send_all(Counter, Left) ->
    Counter ! Left,
    send_all(Counter, Left - 1).
