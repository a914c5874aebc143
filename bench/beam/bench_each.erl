-module(bench_each).
-export([run/1]).

run(Size) ->
    Pids = [begin {ok, Pid} = bench_server:start_link(I), Pid end || I <- lists:seq(1, Size)],
    Counter = bench:counter(Size),
    Began = bench:start(),
    [gen_server:cast(Pid, {tell, Counter}) || Pid <- Pids],
    Counted = bench:counted(Counter),
    Cost = bench:cost(Began, Counted),
    Resident = bench:resident(),
    bench:stop_all(Pids),
    {Counted, Cost, [{resident, Resident}]}.
