-module(bench_ping_pong_genserver).
-export([run/1]).

run(Size) ->
    {ok, One} = bench_server:start_link(0),
    {ok, Other} = bench_server:start_link(0),
    Began = bench:start(),
    One ! {ball, Size, Other, self()},
    receive landed -> ok end,
    Cost = bench:cost(Began, Size),
    Hops = gen_server:call(One, value) + gen_server:call(Other, value),
    bench:stop_all([One, Other]),
    {Hops, Cost}.
