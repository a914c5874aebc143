%% One timer in a hundred fires; the others are cancelled.
-module(bench_timers).
-export([run/1]).

run(Size) ->
    Main = self(),
    Fire = max(1, Size div 100),
    Counter = bench:counter(Fire),
    Began = bench:start(),
    Armed = [erlang:send_after(60000, Main, late) || _ <- lists:seq(1, Size - Fire)],
    [erlang:send_after(20, Counter, due) || _ <- lists:seq(1, Fire)],
    Cancelled = length([Timer || Timer <- Armed, is_integer(erlang:cancel_timer(Timer))]),
    Cost = bench:cost(Began, Size),
    {Cancelled + bench:counted(Counter), Cost}.
