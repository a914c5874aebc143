-module(bench_memory_genserver).
-export([run/1]).

run(Size) ->
    bench_memory:grown(Size, fun(I) -> {ok, Pid} = bench_server:start_link(I), Pid end).
