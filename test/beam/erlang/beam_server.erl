%% Server scenarios: one gen_server whose callbacks do what a table says for the request and the state, under a parent that traps
%% exits. Each call, stop and look into it is made by a client of its own, so that all may wait.
-module(beam_server).
-behaviour(gen_server).
-export([run/1, init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2]).

run(Scenario) -> beam_stage:run(?MODULE, Scenario).

init(#{trap := Trap, init := Init, table := Table, ending := Ending}) ->
    process_flag(trap_exit, Trap),
    put(table, maps:from_list([{On, Entry} || #{on := On} = Entry <- Table])),
    put(ending, Ending),
    put(pending, []),
    put(fuel, 30),
    beam_log:log([<<"init">>]),
    case Init of
        #{ret := noreply, state := State} -> list_to_tuple([ok, State | next(Init)]);
        #{ret := stop, reason := Reason} -> {stop, Reason};
        #{ret := ignore} -> ignore;
        #{ret := bad} -> wrong;
        #{ret := error, reason := Reason} -> error(Reason);
        #{ret := exit, reason := Reason} -> exit(Reason)
    end.

handle_call({content, Content}, From, State) -> act(call, Content, From, State).
handle_cast({content, Content}, State) -> act(cast, Content, none, State).
handle_continue(Content, State) -> act(continue, Content, none, State).
handle_info(timeout, State) -> act(timeout, t, none, State);
handle_info({content, Content}, State) -> act(info, Content, none, State);
handle_info({'EXIT', _, Reason}, State) ->
    beam_log:log([<<"trapped">>, beam_stage:reason(Reason)]),
    {noreply, State}.

terminate(Reason, State) ->
    beam_log:log([<<"terminate">>, beam_stage:reason(Reason), integer_to_binary(State)]),
    case get(ending) of
        ok -> ok;
        error -> error(ending);
        exit -> exit(ending)
    end.

act(Kind, Content, From, State) ->
    beam_log:log([atom_to_binary(Kind), atom_to_binary(Content), integer_to_binary(State)]),
    Key = binary_to_atom(iolist_to_binary(lists:join($_, [atom_to_binary(Kind), atom_to_binary(Content), integer_to_binary(State)]))),
    Fuel = get(fuel),
    put(fuel, Fuel - 1),
    case get(table) of
        #{Key := Entry} when Fuel > 0 ->
            lists:foreach(fun perform/1, maps:get(acts, Entry)),
            returned(Entry, From);
        _ when Kind =:= call -> {reply, default, State};
        _ -> {noreply, State}
    end.

perform(#{act := answer, value := Value}) ->
    case get(pending) of
        [] -> ok;
        [From | Rest] -> put(pending, Rest), gen_server:reply(From, Value)
    end;
perform(#{act := send, content := Content}) -> self() ! {content, Content};
perform(#{act := cast, content := Content}) -> gen_server:cast(self(), {content, Content}).

returned(#{ret := reply, value := Value, state := State} = Entry, _) -> list_to_tuple([reply, Value, State | next(Entry)]);
returned(#{ret := noreply, state := State} = Entry, From) ->
    put(pending, get(pending) ++ [From || From =/= none]),
    list_to_tuple([noreply, State | next(Entry)]);
returned(#{ret := stop, reason := Reason, state := State}, _) -> {stop, Reason, State};
returned(#{ret := stop_reply, reason := Reason, value := Value, state := State}, _) -> {stop, Reason, Value, State};
returned(#{ret := bad}, _) -> wrong;
returned(#{ret := error, reason := Reason}, _) -> error(Reason);
returned(#{ret := exit, reason := Reason}, _) -> exit(Reason).

next(#{next := none}) -> [];
next(#{next := zero}) -> [0];
next(#{next := soon}) -> [20];
next(#{next := never}) -> [infinity];
next(#{next := continue, arg := Arg}) -> [{continue, Arg}].
