%% The same work between two BEAMs: an echo and a sink on one, measured from the other.
-module(measured).
-export([peer/0, init/1, handle_call/3, handle_cast/2, handle_info/2, main/1, burst/3]).

peer() ->
    gen_server:start({local, echo}, ?MODULE, 0, []),
    io:format("ready~n"),
    receive stop -> ok end.

init(N) -> {ok, N}.
handle_call(count, _, N) -> {reply, N, 0};
handle_call(X, _, N) -> {reply, X, N}.
handle_cast(_, N) -> {noreply, N}.
handle_info(_, N) -> {noreply, N + 1}.

main(Node) ->
    S = {echo, Node},
    gen_server:call(S, {add, 1}),
    Time = 2000,
    warm(S, 2000),
    One = loop(S, erlang:monotonic_time(millisecond) + Time, 0) * 1000 / Time,
    Me = self(),
    End = erlang:monotonic_time(millisecond) + Time,
    [spawn(fun() -> Me ! {done, loop(S, End, 0)} end) || _ <- lists:seq(1, 100)],
    Many = lists:sum([receive {done, N} -> N end || _ <- lists:seq(1, 100)]) * 1000 / Time,
    gen_server:call(S, count),
    Count = 600000,
    Begin = erlang:monotonic_time(microsecond),
    burst(S, Count, {tick, 1}),
    Count = gen_server:call(S, count, 60000),
    Way = Count * 1000000 / (erlang:monotonic_time(microsecond) - Begin),
    io:format("~p ~p ~p~n", [round(One), round(Many), round(Way)]).

warm(_, 0) -> ok;
warm(S, N) -> gen_server:call(S, {add, 1}), warm(S, N - 1).
loop(S, End, N) ->
    case erlang:monotonic_time(millisecond) > End of
        true -> N;
        false -> gen_server:call(S, {add, 1}), loop(S, End, N + 1)
    end.
burst(_, 0, _) -> ok;
burst(S, N, M) -> S ! M, burst(S, N - 1, M).
