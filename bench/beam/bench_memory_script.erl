-module(bench_memory_script).
-export([run/1]).

run(Size) ->
    bench_memory:grown(Size, fun(_) -> spawn_link(fun() -> receive stop -> ok end end) end).
