%% What idle processes cost: what the VM has given out, by its own account and by the machine's.
-module(bench_memory).
-export([grown/2]).

grown(Size, Start) ->
    {Total, Resident} = now_used(),
    start_all(Size, Start),
    {Total2, Resident2} = now_used(),
    {links, Links} = process_info(self(), links),
    Pids = [Pid || Pid <- Links, is_pid(Pid)],
    Own = lists:sum([Bytes || Pid <- Pids, {memory, Bytes} <- [process_info(Pid, memory)]]),
    bench:stop_all(Pids),
    Extra = [{resident, (Resident2 - Resident) / Size}, {own, Own / Size}],
    {length(Pids), (Total2 - Total) / Size, Extra}.

start_all(0, _Start) -> ok;
start_all(Left, Start) ->
    Start(Left),
    start_all(Left - 1, Start).

now_used() ->
    erlang:garbage_collect(),
    {erlang:memory(total), bench:resident()}.
