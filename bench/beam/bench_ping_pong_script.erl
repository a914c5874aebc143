-module(bench_ping_pong_script).
-export([run/1]).

run(Size) ->
    Main = self(),
    One = spawn_link(fun() -> player(Main, 0) end),
    Other = spawn_link(fun() -> player(Main, 0) end),
    Began = bench:start(),
    One ! {ball, Size, Other},
    receive landed -> ok end,
    Cost = bench:cost(Began, Size),
    [Pid ! stop || Pid <- [One, Other]],
    Hops = lists:sum([receive {hops, Pid, Seen} -> Seen end || Pid <- [One, Other]]),
    {Hops, Cost}.

player(Main, Seen) ->
    receive
        {ball, 0, _} -> Main ! landed, player(Main, Seen);
        {ball, Left, Other} -> Other ! {ball, Left - 1, self()}, player(Main, Seen + 1);
        stop -> Main ! {hops, self(), Seen}
    end.
