%% The trees of supervision scenarios: OTP's supervisor, Elixir's DynamicSupervisor, and workers that do as the
%% scenario says.
-module(beam_tree).
-behaviour(supervisor).
-export([start/1, init/1, child_spec/1, worker/3]).

child_spec(#{id := Id} = Node) ->
    Given = maps:with([restart, shutdown, significant], Node),
    Type = case Node of
        #{sup := _} -> supervisor;
        #{dyn := _} -> supervisor;
        _ -> worker
    end,
    Given#{id => Id, start => {?MODULE, start, [Node]}, type => Type}.

start(#{sup := _} = Node) ->
    supervisor:start_link(?MODULE, Node);
start(#{id := Id, dyn := true, intensity := Intensity, period := Period} = Node) ->
    {_, Instance} = beam_log:attempt(Id),
    beam_log:log([<<"start">>, Instance]),
    Limit = [{max_children, Max} || #{maxChildren := Max} <- [Node]],
    Options = [{strategy, one_for_one}, {max_restarts, Intensity}, {max_seconds, Period} | Limit],
    {ok, Pid} = 'Elixir.DynamicSupervisor':start_link(Options),
    beam_log:named(Instance, Pid),
    {ok, Pid};
start(#{id := Id} = Node) ->
    {N, Instance} = beam_log:attempt(Id),
    case maps:get(plan, Node, #{}) of
        #{N := Failure} ->
            beam_log:log([<<"fail">>, Instance, atom_to_binary(Failure)]),
            fail(Failure);
        _ ->
            beam_log:log([<<"start">>, Instance]),
            proc_lib:start_link(?MODULE, worker, [Node, Instance, self()])
    end.

fail(error) -> {error, planned};
fail(ignore) -> ignore;
fail(crash) -> error(planned);
fail(throw) -> throw(planned).

init(#{id := Id, sup := Strategy, intensity := Intensity, period := Period, children := Children} = Node) ->
    {_, Instance} = beam_log:attempt(Id),
    beam_log:named(Instance, self()),
    beam_log:log([<<"start">>, Instance]),
    Flags = #{
        strategy => Strategy,
        intensity => Intensity,
        period => Period,
        auto_shutdown => maps:get('autoShutdown', Node, never)
    },
    {ok, {Flags, [child_spec(Child) || Child <- Children]}}.

worker(Node, Instance, Parent) ->
    process_flag(trap_exit, maps:get(trap, Node, false)),
    beam_log:named(Instance, self()),
    proc_lib:init_ack(Parent, {ok, self()}),
    work(Instance, Parent, maps:get('onExit', Node, obey)).

work(Instance, Parent, OnExit) ->
    receive
        {crash, error, Reason} -> error(Reason);
        {crash, exit, Reason} -> exit(Reason);
        {'EXIT', Parent, Reason} ->
            beam_log:log([<<"term">>, Instance, beam_canon:reason(Reason)]),
            case OnExit of
                obey -> exit(Reason);
                hang -> work(Instance, Parent, OnExit);
                Other -> exit(Other)
            end;
        _ -> work(Instance, Parent, OnExit)
    end.
