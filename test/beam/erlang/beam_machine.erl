%% Machine scenarios: one gen_statem whose callback does what a table says for the event and the state.
-module(beam_machine).
-behaviour(gen_statem).
-export([run/1, init/1, callback_mode/0, handle_event/4, terminate/3]).

run(#{enters := Enters} = Scenario) ->
    persistent_term:put(?MODULE, Enters),
    beam_stage:run(?MODULE, Scenario).

callback_mode() ->
    case persistent_term:get(?MODULE) of
        true -> [handle_event_function, state_enter];
        false -> handle_event_function
    end.

init(#{trap := Trap, init := Init, table := Table, ending := Ending}) ->
    process_flag(trap_exit, Trap),
    put(table, maps:from_list([{On, Entry} || #{on := On} = Entry <- Table])),
    put(ending, Ending),
    put(pending, []),
    put(fuel, 40),
    beam_log:log([<<"init">>]),
    case Init of
        #{ret := keep, state := State, actions := Actions} -> {ok, State, 0, actions(Actions, none)};
        #{ret := stop, reason := Reason} -> {stop, Reason};
        #{ret := ignore} -> ignore;
        #{ret := bad} -> wrong;
        #{ret := error, reason := Reason} -> error(Reason);
        #{ret := exit, reason := Reason} -> exit(Reason)
    end.

handle_event(enter, _, State, Data) -> act(enter, e, none, State, Data);
handle_event({call, From}, {content, Content}, State, Data) ->
    put(pending, get(pending) ++ [From || not lists:member(From, get(pending))]),
    act(call, Content, From, State, Data);
handle_event(cast, {content, Content}, State, Data) -> act(cast, Content, none, State, Data);
handle_event(info, {content, Content}, State, Data) -> act(info, Content, none, State, Data);
handle_event(info, {'EXIT', _, Reason}, _, _) ->
    beam_log:log([<<"trapped">>, beam_stage:reason(Reason)]),
    keep_state_and_data;
handle_event({timeout, Name}, Content, State, Data) -> act(Name, Content, none, State, Data);
handle_event(Type, {content, Content}, State, Data) -> act(Type, Content, none, State, Data);
handle_event(Type, Content, State, Data) -> act(Type, Content, none, State, Data).

terminate(Reason, State, Data) ->
    beam_log:log([<<"terminate">>, beam_stage:reason(Reason), atom_to_binary(State), integer_to_binary(Data)]),
    case get(ending) of
        ok -> ok;
        error -> error(ending);
        exit -> exit(ending)
    end.

act(Kind, Content, From, State, Data) ->
    beam_log:log([atom_to_binary(Kind), atom_to_binary(Content), atom_to_binary(State), integer_to_binary(Data)]),
    Key = binary_to_atom(iolist_to_binary(lists:join($_, [atom_to_binary(Part) || Part <- [Kind, Content, State]]))),
    Fuel = get(fuel),
    put(fuel, Fuel - 1),
    case get(table) of
        #{Key := Entry} when Fuel > 0 -> returned(Entry, From, Data);
        _ when From =/= none -> put(pending, get(pending) -- [From]), {keep_state_and_data, [{reply, From, default}]};
        _ -> keep_state_and_data
    end.

returned(#{ret := next, state := State, data := New, actions := Actions}, From, Data) ->
    {next_state, State, data(New, Data), actions(Actions, From)};
returned(#{ret := keep, data := New, actions := Actions}, From, Data) -> {keep_state, data(New, Data), actions(Actions, From)};
returned(#{ret := repeat, data := New, actions := Actions}, From, Data) -> {repeat_state, data(New, Data), actions(Actions, From)};
returned(#{ret := stop, reason := Reason, data := New}, _, Data) -> {stop, Reason, data(New, Data)};
returned(#{ret := stop_reply, reason := Reason, value := Value, data := New}, From, Data) ->
    {stop_and_reply, Reason, replies(Value, From), data(New, Data)};
returned(#{ret := bad}, _, _) -> wrong;
returned(#{ret := error, reason := Reason}, _, _) -> error(Reason);
returned(#{ret := exit, reason := Reason}, _, _) -> exit(Reason).

data(same, Data) -> Data;
data(New, _) -> New.

%% The call that is being handled, or the one that waits longest.
replies(Value, none) ->
    case get(pending) of
        [] -> [];
        [From | Rest] -> put(pending, Rest), [{reply, From, Value}]
    end;
replies(Value, From) -> put(pending, get(pending) -- [From]), [{reply, From, Value}].

actions(Actions, From) -> lists:append([action(Action, From) || Action <- Actions]).

action(#{act := postpone}, _) -> [postpone];
action(#{act := next, type := Type, content := Content}, _) -> [{next_event, Type, {content, Content}}];
action(#{act := reply, value := Value}, From) -> replies(Value, From);
action(#{act := timer, timer := Timer, time := Time, content := Content}, _) ->
    Name = case Timer of
        state_timeout -> state_timeout;
        timeout -> timeout;
        _ -> {timeout, Timer}
    end,
    case Time of
        zero -> [{Name, 0, Content}];
        soon -> [{Name, 20, Content}];
        never -> [{Name, infinity, Content}];
        update -> [{Name, update, Content}];
        cancel -> [{Name, cancel}]
    end.
