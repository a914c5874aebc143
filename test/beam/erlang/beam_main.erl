%% Runs scenarios (one Erlang term a line, as run.ts writes them) and writes their traces: a line `@ id`, then the
%% lines of the trace.
%%
%%     erl -noshell -pa DIR [ELIXIR_EBIN] -run beam_main main SCENARIOS TRACES
-module(beam_main).
-export([main/1, load/0]).

main([In, Out]) ->
    beam_report:install(),
    load(),
    {ok, Input} = file:read_file(In),
    {ok, Output} = file:open(Out, [write, raw, {delayed_write, 1 bsl 20, 60000}]),
    Lines = binary:split(Input, <<"\n">>, [global, trim]),
    lists:foreach(fun(Line) -> ok = file:write(Output, block(parse(Line))) end, Lines),
    ok = file:close(Output),
    halt(0).

%% A module that is loaded at first use is loaded by the process that uses it, which would show in its trace.
load() ->
    Files = filelib:wildcard(filename:join(filename:dirname(code:which(?MODULE)), "beam_*.beam")),
    Own = [list_to_atom(filename:basename(File, ".beam")) || File <- Files],
    Used = [lists, maps, binary, sys, gen, gen_server, gen_statem, proc_lib, supervisor, timer, 'Elixir.DynamicSupervisor'],
    [code:ensure_loaded(Module) || Module <- Own ++ Used].

parse(Line) ->
    {ok, Tokens, _} = erl_scan:string(binary_to_list(Line)),
    {ok, Scenario} = erl_parse:parse_term(Tokens),
    Scenario.

%% Each scenario has a driver of its own, so that nothing is left over for the next one.
block(#{id := Id, kind := Kind} = Scenario) ->
    Main = self(),
    {Driver, Ref} = spawn_monitor(fun() -> Main ! {trace, self(), run(Kind, Scenario)} end),
    receive
        {trace, Driver, Trace} ->
            receive {'DOWN', Ref, process, Driver, _} -> ok end,
            ["@ ", atom_to_binary(Id), $\n, [[Line, $\n] || Line <- Trace]];
        {'DOWN', Ref, process, Driver, Reason} ->
            io:format(standard_error, "scenario ~s: the driver died: ~p~n", [Id, Reason]),
            halt(2)
    end.

run(kernel, Scenario) -> beam_kernel:run(Scenario);
run(sup, Scenario) -> beam_sup:run(Scenario);
run(server, Scenario) -> beam_server:run(Scenario);
run(machine, Scenario) -> beam_machine:run(Scenario);
run(circle, Scenario) -> beam_circle:run(Scenario).
