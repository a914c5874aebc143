%% Runs a scenario, or several, and prints the sample of each as a line of JSON:
%%
%%     erl -noshell +S 1:1 -pa DIR -run bench main NAME SIZE WARM …
%%
%% and what the scenarios share: the clock, the counter, the end of processes.
-module(bench).
-export([main/1, start/0, cost/2, per_operation/2, counter/1, counted/1, stop_all/1, resident/0]).

main(["versions"]) ->
    Elixir = case application:load(elixir) of
        {error, {"no such file or directory", _}} -> none;
        _ -> case application:get_key(elixir, vsn) of {ok, V} -> list_to_binary(V); _ -> none end
    end,
    io:format("{\"otp\":\"~s\",\"erts\":\"~s\",\"elixir\":~s}~n",
              [erlang:system_info(otp_release), erlang:system_info(version), json(Elixir)]),
    halt(0);
main(Orders) ->
    logger:set_primary_config(level, none),
    perform(Orders),
    halt(0).

perform([]) -> ok;
perform([Name, Size, Warm | More]) ->
    Module = list_to_atom("bench_" ++ Name),
    {module, _} = code:ensure_loaded(Module),
    code:ensure_loaded(bench_server),
    warm_up(Module, list_to_integer(Warm), 0, erlang:monotonic_time(millisecond) + 250),
    {Counted, Cost, Extra} = run(Module, list_to_integer(Size)),
    {Value, Cpu} = case Cost of {_, _} -> Cost; _ -> {Cost, none} end,
    Pairs = [io_lib:format("\"~s\":~s", [Key, json(Number)]) || {Key, Number} <- Extra],
    Fields = [Counted, json(Value), [[",\"cpu\":", json(Cpu)] || Cpu =/= none], lists:join(",", Pairs)],
    io:format("{\"counted\":~b,\"value\":~s~s,\"extra\":{~s}}~n", Fields),
    perform(More).

json(none) -> "null";
json(Text) when is_binary(Text) -> [$", Text, $"];
json(Number) when is_integer(Number) -> integer_to_list(Number);
json(Number) -> io_lib:format("~.3f", [Number]).

%% At least two runs, and 250 ms, as on Node, whose compiler needs them.
warm_up(_Module, 0, _Runs, _Until) -> ok;
warm_up(Module, Size, Runs, Until) ->
    case Runs >= 2 andalso erlang:monotonic_time(millisecond) >= Until of
        true -> ok;
        false ->
            run(Module, Size),
            warm_up(Module, Size, Runs + 1, Until)
    end.

%% Each run has a process of its own, so that nothing is left over for the next one.
run(Module, Size) ->
    Main = self(),
    {Pid, Ref} = spawn_monitor(fun() -> Main ! {sample, self(), Module:run(Size)} end),
    receive
        {sample, Pid, Sample} ->
            receive {'DOWN', Ref, process, Pid, _} -> ok end,
            erlang:garbage_collect(),
            case Sample of
                {Counted, Cost} -> {Counted, Cost, []};
                _ -> Sample
            end;
        {'DOWN', Ref, process, Pid, Reason} ->
            io:format(standard_error, "~s: ~p~n", [Module, Reason]),
            halt(1)
    end.

start() ->
    processor_time(),
    erlang:garbage_collect(),
    Cpu = processor_time(),
    {erlang:monotonic_time(nanosecond), Cpu}.

%% Nanoseconds of each operation since the start: on the clock, and of the processor.
cost({At, Cpu}, Operations) ->
    Ns = erlang:monotonic_time(nanosecond) - At,
    Each = max(1, Operations),
    {Ns / Each, (processor_time() - Cpu) / Each}.

%% Nanoseconds of all threads, those of the kernel included, which statistics(runtime) leaves out.
processor_time() ->
    case prim_file:list_dir("/proc/self/task") of
        {ok, Threads} -> lists:sum([running("/proc/self/task/" ++ Thread ++ "/schedstat") || Thread <- Threads]);
        {error, _} -> element(1, statistics(runtime)) * 1000000
    end.

running(File) ->
    case prim_file:read_file(File) of
        {ok, Line} -> binary_to_integer(hd(binary:split(Line, <<" ">>)));
        {error, _} -> 0
    end.

%% What a scenario returns: how many operations arrived, and what each has cost.
per_operation(Start, Counted) -> {Counted, cost(Start, Counted)}.

%% A process that counts its messages and tells the caller when all have come.
counter(Expected) ->
    Main = self(),
    spawn_link(fun() -> count(Main, Expected, 0) end).

count(Main, Expected, Expected) -> Main ! {counted, self(), Expected};
count(Main, Expected, Seen) -> receive _ -> count(Main, Expected, Seen + 1) end.

counted(Counter) ->
    receive {counted, Counter, Seen} -> Seen end.

stop_all(Pids) ->
    [begin unlink(Pid), exit(Pid, kill) end || Pid <- Pids],
    ok.

%% Bytes of memory the machine gives this program.
resident() ->
    {ok, Status} = file:read_file("/proc/self/status"),
    {match, [Kb]} = re:run(Status, "VmRSS:\\s*(\\d+)", [{capture, all_but_first, list}]),
    list_to_integer(Kb) * 1024.
