-module(bench_selective).
-export([run/1]).

run(Size) ->
    [self() ! {noise, I} || I <- lists:seq(1, 10000)],
    Began = bench:start(),
    Counted = receive_all(Size, 0),
    bench:per_operation(Began, Counted).

receive_all(0, Seen) -> Seen;
receive_all(Left, Seen) ->
    self() ! {wanted, Left},
    receive {wanted, _} -> receive_all(Left - 1, Seen + 1) end.
