%% Supervision scenarios: starts the tree, performs the operations one by one, and after each waits until the tree is
%% stable and prints what happened and how it stands.
-module(beam_sup).
-export([run/1]).

run(#{tree := #{id := TopId} = Tree, ops := Ops}) ->
    beam_log:open(),
    Parent = parent(Tree),
    {First, Stable} = observed(0, fun() -> start(Parent) end, TopId, false),
    {Steps, _} = lists:mapfoldl(
        fun(Op, Before) ->
            {Step, After} = observed(Before, fun() -> perform(Op, Parent) end, TopId, is_kill(Op)),
            {Step, After}
        end,
        Stable,
        Ops
    ),
    sweep(Parent),
    beam_log:close(),
    lists:append(number(0, [First | Steps])).

%% An orphan may start a child or a report even while it is swept.
sweep(Parent) ->
    [exit(Pid, kill) || Pid <- [Parent | beam_log:alive()]],
    beam_quiet:wait(),
    beam_log:alive() =:= [] orelse sweep(Parent).

number(_, []) -> [];
number(N, [[Result | Rest] | Steps]) -> [[[$#, integer_to_list(N), $\s, Result] | Rest] | number(N + 1, Steps)].

%% ---- the parent of the tree

parent(Tree) ->
    Driver = self(),
    spawn(fun() ->
        process_flag(trap_exit, true),
        receive go -> ok end,
        case beam_tree:start(Tree) of
            {ok, Top} ->
                Driver ! {started, <<"ok">>},
                rear(Top);
            {error, Reason} ->
                Driver ! {started, [<<"error ">>, beam_canon:reason(Reason)]},
                rear(none)
        end
    end).

rear(Top) ->
    receive
        {signal, Reason} when is_pid(Top) ->
            exit(Top, Reason),
            rear(Top);
        {'EXIT', Top, Reason} ->
            beam_log:log([<<"exit">>, Top, beam_canon:reason(Reason)]),
            rear(none);
        _ -> rear(Top)
    end.

start(Parent) ->
    Parent ! go,
    receive {started, Result} -> Result end.

%% ---- operations

is_kill(#{op := kill}) -> true;
is_kill(_) -> false.

perform(#{op := crash, id := Id} = Op, _) ->
    with(Id, fun(Pid) -> Pid ! {crash, how(Op), map_get(reason, Op)}, <<"ok">> end);
perform(#{op := kill, id := Id}, _) ->
    with(Id, fun(Pid) -> exit(Pid, kill), <<"ok">> end);
perform(#{op := suspended, sup := Sup, ops := Ops}, _) ->
    with(Sup, fun(Pid) ->
        sys:suspend(Pid),
        [with(Id, fun(Child) -> crash_and_wait(Child, Op) end) || #{id := Id} = Op <- Ops],
        sys:resume(Pid),
        <<"ok">>
    end);
perform(#{op := start_child, sup := Sup, child := Child}, _) ->
    Spec = beam_tree:child_spec(Child),
    call(Sup, fun(Module, Pid) -> Module:start_child(Pid, Spec) end);
perform(#{op := terminate_child, sup := Sup, id := Id}, _) ->
    call(Sup, fun
        ('Elixir.DynamicSupervisor' = Module, Pid) -> with(Id, fun(Child) -> Module:terminate_child(Pid, Child) end);
        (Module, Pid) -> Module:terminate_child(Pid, Id)
    end);
perform(#{op := restart_child, sup := Sup, id := Id}, _) ->
    call(Sup, fun(Module, Pid) -> Module:restart_child(Pid, Id) end);
perform(#{op := delete_child, sup := Sup, id := Id}, _) ->
    call(Sup, fun(Module, Pid) -> Module:delete_child(Pid, Id) end);
perform(#{op := count, sup := Sup}, _) ->
    call(Sup, fun(Module, Pid) -> counted(Module:count_children(Pid)) end);
perform(#{op := stray_msg, sup := Sup}, _) ->
    with(Sup, fun(Pid) -> Pid ! stray, <<"ok">> end);
perform(#{op := stray_exit, sup := Sup, reason := Reason}, _) ->
    with(Sup, fun(Pid) -> exit(Pid, Reason), <<"ok">> end);
perform(#{op := parent_exit, reason := Reason}, Parent) ->
    Parent ! {signal, Reason},
    <<"ok">>;
perform(#{op := sleep, ms := Ms}, _) ->
    timer:sleep(Ms),
    <<"ok">>.

how(#{error := true}) -> error;
how(_) -> exit.

with(Id, Do) ->
    case beam_log:latest(Id) of
        undefined -> <<"skip">>;
        Pid ->
            case is_process_alive(Pid) of
                true -> Do(Pid);
                false -> <<"skip">>
            end
    end.

crash_and_wait(Pid, Op) ->
    Ref = monitor(process, Pid),
    Pid ! {crash, how(Op), map_get(reason, Op)},
    receive {'DOWN', Ref, process, _, _} -> ok end.

call(Sup, Ask) ->
    with(Sup, fun(Pid) ->
        try result(Ask(module(Pid), Pid))
        catch exit:{Reason, _} -> [<<"exit ">>, beam_canon:reason(Reason)]
        end
    end).

module(Pid) ->
    case beam_log:instance(Pid) of
        <<"y", _/binary>> -> 'Elixir.DynamicSupervisor';
        _ -> supervisor
    end.

result(Text) when is_binary(Text) -> Text;
result(ok) -> <<"ok">>;
result(ignore) -> <<"ok undefined">>;
result({ok, undefined}) -> <<"ok undefined">>;
result({ok, Pid}) -> [<<"ok ">>, beam_log:instance(Pid)];
result({error, {already_started, Pid}}) -> [<<"error already_started ">>, beam_log:instance(Pid)];
%% A failed start gives the child too, in a form of OTP's own.
result({error, {Reason, Child}}) when element(1, Child) =:= child -> [<<"error ">>, beam_canon:reason(Reason)];
result({error, Reason}) -> [<<"error ">>, beam_canon:reason(Reason)].

counted(Counts) when is_map(Counts) -> counted(maps:to_list(Counts));
counted(Counts) ->
    Values = [proplists:get_value(Key, Counts) || Key <- [specs, active, supervisors, workers]],
    iolist_to_binary(lists:join($/, [integer_to_binary(Value) || Value <- Values])).

%% ---- what is shown

observed(Before, Do, TopId, Kill) ->
    Result = Do(),
    Tree = settle(TopId),
    Entries = beam_log:since(Before),
    Shown = case Kill of
        %% A killed supervisor's orphans end while its successor starts.
        true -> lists:sort(Entries);
        false -> tidy(Entries)
    end,
    {[Result] ++ [[<<"  ">>, Entry] || Entry <- Shown] ++ [[<<"= ">>, Tree]], beam_log:position()}.

%% Dynamic children stop all at once, so what they and their supervisor say of it is in no order.
tidy([]) -> [];
tidy([Entry | Entries]) ->
    case group(Entry) of
        none -> [Entry | tidy(Entries)];
        Group ->
            {Run, Rest} = lists:splitwith(fun(Next) -> group(Next) =:= Group end, [Entry | Entries]),
            lists:sort(Run) ++ tidy(Rest)
    end.

group(<<"term d", _/binary>>) -> term;
group(<<"report y", _/binary>> = Entry) ->
    case binary:match(Entry, <<" shutdown_error ">>) of
        nomatch -> none;
        _ -> shutdown_error
    end;
group(_) -> none.

%% Idle is not enough: a supervisor may wait for a slow child, or be about to try again.
settle(TopId) ->
    beam_quiet:wait(),
    [answer(Pid) || Pid <- supervisors()],
    First = snapshot(TopId),
    beam_quiet:wait(),
    Second = snapshot(TopId),
    case First =:= Second andalso binary:match(element(2, First), <<":restarting">>) of
        nomatch -> element(2, First);
        _ -> settle(TopId)
    end.

supervisors() -> [Pid || Pid <- beam_log:alive(), supervises(beam_log:instance(Pid))].

%% Ids tell: w and d are workers.
supervises(<<"w", _/binary>>) -> false;
supervises(<<"d", _/binary>>) -> false;
supervises(_) -> true.

answer(Pid) ->
    try (module(Pid)):count_children(Pid)
    catch exit:_ -> gone
    end.

snapshot(TopId) -> {beam_log:position(), iolist_to_binary(tree(beam_log:latest(TopId)))}.

tree(undefined) -> <<"none">>;
tree(Pid) ->
    case is_process_alive(Pid) of
        false -> [beam_log:instance(Pid), <<":dead">>];
        true -> grown(Pid)
    end.

grown(Pid) ->
    Instance = beam_log:instance(Pid),
    case supervises(Instance) of
        false -> Instance;
        true ->
            Module = module(Pid),
            try Module:which_children(Pid) of
                Children -> [Instance, $(, lists:join($\s, ordered(Module, [child(Child) || Child <- Children])), $)]
            catch exit:_ -> [Instance, <<":dead">>]
            end
    end.

ordered(supervisor, Children) -> lists:reverse(Children);
ordered(_, Children) -> lists:sort([iolist_to_binary(Child) || Child <- Children]).

child({_, Pid, _, _}) when is_pid(Pid) -> tree(Pid);
child({Id, State, _, _}) -> [atom_to_binary(Id), $:, atom_to_binary(State)].
