%% Kernel scenarios. Actors are passive: an actor takes nothing but commands from its mailbox, performs each on itself
%% with the VM's own primitive, and leaves everything else where it is. After each operation the driver waits for
%% quiescence and prints the result and every process that changed.
-module(beam_kernel).
-export([run/1, actor/1, look/3]).

%% Env maps names of the scenario to what they stand for: `p1` to a pid, `m1` to a reference, and {target, m1} to the
%% name of the process a monitor got hold of, which is the sender of its DOWN.
-record(driver, {env = #{}, watched = #{}, dead = #{}, shown = #{}}).

run(#{procs := Names, ops := Ops}) ->
    Start = lists:foldl(fun born/2, #driver{}, [{Name, spawn(actor(self()))} || Name <- Names]),
    {Steps, End} = lists:mapfoldl(fun step/2, Start, lists:zip(lists:seq(0, length(Ops) - 1), Ops)),
    [exit(Pid, kill) || Pid <- maps:values(End#driver.env), is_pid(Pid)],
    beam_quiet:wait(),
    lists:append(Steps).

born({Name, Pid}, #driver{env = Env, watched = Watched, shown = Shown} = Driver) ->
    Driver#driver{
        env = Env#{Name => Pid},
        watched = Watched#{erlang:monitor(process, Pid) => Name},
        shown = Shown#{Name => <<"-">>}
    }.

step({Index, #{by := By} = Op}, Driver) ->
    Ops = [Each#{by => By} || Each <- maps:get(ops, Op, [Op])],
    {Texts, Bound} =
        case alive(By, Driver) of
            true ->
                map_get(By, Driver#driver.env) ! {'$perform', Ops, Driver#driver.env},
                beam_quiet:wait(),
                results(Ops, #{});
            false ->
                {[<<"skip">> || _ <- Ops], #{}}
        end,
    Known = adopt(Bound, Driver),
    After = bury(Known#driver{env = maps:merge(Known#driver.env, maps:without(pids(Bound), Bound))}),
    {Changes, Next} = changes(After),
    {[[$#, integer_to_list(Index), [[$\s, Text] || Text <- Texts]] | Changes], Next}.

alive(Name, #driver{env = Env, dead = Dead}) ->
    is_map_key(Name, Env) andalso not is_map_key(Name, Dead).

%% What an actor told before it was done or died.
results([], Bound) -> {[], Bound};
results([_ | Ops], Bound) ->
    receive
        {'$result', Text, New} ->
            {Texts, All} = results(Ops, maps:merge(Bound, New)),
            {[Text | Texts], All}
    after 0 -> {[<<"-">> || _ <- [x | Ops]], Bound}
    end.

pids(Bound) -> [Name || {Name, Pid} <- maps:to_list(Bound), is_pid(Pid)].

adopt(Bound, Driver) ->
    lists:foldl(fun born/2, Driver, [{Name, map_get(Name, Bound)} || Name <- pids(Bound)]).

bury(#driver{watched = Watched, dead = Dead} = Driver) ->
    receive
        {'DOWN', Ref, process, _, Reason} when is_map_key(Ref, Watched) ->
            bury(Driver#driver{dead = Dead#{map_get(Ref, Watched) => Reason}})
    after 0 -> Driver
    end.

%% ---- the actor

actor(Driver) -> fun() -> obey(Driver) end.

obey(Driver) ->
    receive
        {'$perform', Ops, Env} ->
            case perform_all(Ops, Env, Driver) of
                return -> ok;
                _ -> obey(Driver)
            end
    end.

perform_all([], _Env, _Driver) -> done;
perform_all([#{op := return} | _], _Env, _Driver) -> return;
perform_all([#{op := exit, reason := Reason} | _], _Env, _Driver) -> exit(Reason);
perform_all([#{op := error, reason := Reason} | _], _Env, _Driver) -> error(Reason);
perform_all([#{op := throw, reason := Reason} | _], _Env, _Driver) -> throw(Reason);
perform_all([Op | Ops], Env, Driver) ->
    {Result, New} =
        case ready(Op, Env) of
            false -> {<<"skip">>, #{}};
            true ->
                try perform(Op, Env, Driver)
                catch error:Reason -> {beam_canon:term(Reason), #{}}
                end
        end,
    Driver ! {'$result', Result, New},
    perform_all(Ops, maps:merge(Env, New), Driver).

%% Whether everything the operation speaks of exists: a shrunk scenario may have lost it.
ready(Op, Env) ->
    lists:all(
        fun(Name) -> is_map_key(Name, Env) end,
        [operand(map_get(Key, Op)) || Key <- [to, who, ref, from], is_map_key(Key, Op), operand(map_get(Key, Op)) =/= name]
    ).

operand(Text) ->
    case atom_to_list(Text) of
        [$@ | _] -> name;
        [$% | _] -> name;
        [$& | Alias] -> list_to_atom(Alias);
        _ -> Text
    end.

perform(#{op := spawn, as := As} = Op, _Env, Driver) ->
    Link = [link || maps:get(link, Op, false)],
    case maps:get(monitor, Op, none) of
        none -> {atom_to_binary(As), #{As => spawn_opt(actor(Driver), Link)}};
        #{as := Ref} = Monitor ->
            {Pid, Reference} = spawn_opt(actor(Driver), [{monitor, monitor_options(Monitor)} | Link]),
            {atom_to_binary(As), #{As => Pid, Ref => Reference, {target, Ref} => atom_to_binary(As)}}
    end;
perform(#{op := link, to := To}, Env, _) -> result(linked(map_get(To, Env)));
perform(#{op := unlink, to := To}, Env, _) -> result(unlink(map_get(To, Env)));
perform(#{op := monitor, to := To, as := As} = Op, Env, _) ->
    Target = target(To, Env),
    Held = case Target of
        Pid when is_pid(Pid) -> Pid;
        {Name, _} -> whereis(Name);
        Name -> whereis(Name)
    end,
    Reference = erlang:monitor(process, Target, monitor_options(Op)),
    {atom_to_binary(As), #{As => Reference, {target, As} => name(Held, Env)}};
perform(#{op := demonitor, ref := Ref} = Op, Env, _) ->
    result(demonitored(map_get(Ref, Env), [Key || Key <- [flush, info], maps:get(Key, Op, false)]));
perform(#{op := signal, to := To, reason := Reason}, Env, _) -> result(exit(target(To, Env), Reason));
perform(#{op := trap, on := On}, _, _) -> result(process_flag(trap_exit, On));
perform(#{op := register, name := Name, who := Who}, Env, _) -> result(register(Name, map_get(Who, Env)));
perform(#{op := unregister, name := Name}, _, _) -> result(unregister(Name));
perform(#{op := whereis, name := Name}, Env, _) -> {name(whereis(Name), Env), #{}};
perform(#{op := send, by := By, to := To, tag := Tag}, Env, _) ->
    target(To, Env) ! {'$message', By, Tag},
    {<<"ok">>, #{}};
perform(#{op := alive, who := Who}, Env, _) -> result(is_process_alive(map_get(Who, Env)));
perform(#{op := alias, as := As} = Op, _, _) ->
    {atom_to_binary(As), #{As => alias([reply || maps:get(reply, Op, false)])}};
perform(#{op := unalias, ref := Ref}, Env, _) -> result(unaliased(map_get(Ref, Env)));
perform(#{op := recv} = Op, Env, _) ->
    case recv(Op, Env) of
        timeout -> {<<"timeout">>, #{}};
        Message ->
            {From, Text} = message(Message, Env),
            {[From, $:, Text], #{}}
    end.

result(Value) -> {beam_canon:term(Value), #{}}.

%% Whether a process of another node lives is not asked before it is linked with. A scenario does not say where processes are: a dead one
%% is refused as one of this node, where the other is known to be dead.
linked(Pid) when node(Pid) =/= node() ->
    {_, Trap} = process_info(self(), trap_exit),
    case beam_host:is_dead(Pid) of
        true when not Trap -> error(noproc);
        _ -> link(Pid)
    end;
linked(Pid) -> link(Pid).

%% References of another node are refused; those of another process of this node are nobody's here.
demonitored(Ref, Options) when node(Ref) =/= node() -> not lists:member(info, Options);
demonitored(Ref, Options) -> demonitor(Ref, Options).

unaliased(Ref) when node(Ref) =/= node() -> false;
unaliased(Ref) -> unalias(Ref).

monitor_options(Options) -> [{Key, map_get(Key, Options)} || Key <- [alias, tag], is_map_key(Key, Options)].

target(To, Env) ->
    case atom_to_list(To) of
        [$@ | Name] -> list_to_atom(Name);
        [$% | Name] -> {list_to_atom(Name), maps:get(names_at, Env, node())};
        [$& | Alias] -> map_get(list_to_atom(Alias), Env);
        _ -> map_get(To, Env)
    end.

%% Always about one sender: between several the VM promises no order.
recv(#{what := msg, from := From, tag := Tag}, _) ->
    receive {'$message', From, Tag} = Message -> Message after 0 -> timeout end;
recv(#{what := msg, from := From}, _) ->
    receive {'$message', From, _} = Message -> Message after 0 -> timeout end;
recv(#{what := exit, from := From}, Env) ->
    Pid = map_get(From, Env),
    receive {'EXIT', Pid, _} = Message -> Message after 0 -> timeout end;
recv(#{what := down, ref := Ref}, Env) ->
    Reference = map_get(Ref, Env),
    receive {_, Reference, process, _, _} = Message -> Message after 0 -> timeout end;
recv(#{what := any, from := From}, Env) ->
    Pid = map_get(From, Env),
    receive
        {_, _, process, Pid, _} = Message -> Message;
        {'EXIT', Pid, _} = Message -> Message;
        {'$message', From, _} = Message -> Message
    after 0 -> timeout
    end.

%% ---- what is shown

name(Held, Env) ->
    case [Name || {Name, Value} <- maps:to_list(Env), Value =:= Held] of
        [Name] -> atom_to_binary(Name);
        [] -> <<"undefined">>
    end.

changes(#driver{shown = Shown} = Driver) ->
    Now = maps:map(fun(Name, _) -> state(Name, Driver) end, Shown),
    Changed = [[atom_to_binary(Name), $\s, Text] || {Name, Text} <- lists:sort(maps:to_list(Now)), map_get(Name, Shown) =/= Text],
    {Changed, Driver#driver{shown = Now}}.

state(Name, #driver{dead = Dead}) when is_map_key(Name, Dead) ->
    iolist_to_binary([<<"dead ">>, beam_canon:term(map_get(Name, Dead))]);
state(Name, #driver{env = Env}) ->
    look(map_get(Name, Env), Env, [self()]).

%% All of a process that is not as at birth; who is hidden watches it for the comparison alone.
look(Process, Env, Hidden) ->
    Items = [trap_exit, links, monitors, monitored_by, registered_name, messages],
    [{_, Trap}, {_, Links}, {_, Monitors}, {_, By}, {_, Registered}, {_, Messages}] =
        process_info(Process, Items),
    Parts = [
        [<<"trap">> || Trap],
        listed(<<"links">>, [name(Pid, Env) || Pid <- Links]),
        listed(<<"mons">>, [object(Object, Env) || {process, Object} <- Monitors]),
        listed(<<"by">>, [name(Pid, Env) || Pid <- By, not lists:member(Pid, Hidden)]),
        [[<<"name=">>, atom_to_binary(Registered)] || is_atom(Registered)],
        mailbox([message(Message, Env) || Message <- Messages])
    ],
    case lists:append(Parts) of
        [] -> <<"-">>;
        Shown -> iolist_to_binary(lists:join($\s, Shown))
    end.

listed(_, []) -> [];
listed(What, Names) -> [[What, "=[", lists:join($,, lists:sort(Names)), $]]].

object({Name, _Node}, _) -> <<"@", (atom_to_binary(Name))/binary>>;
object(Pid, Env) -> name(Pid, Env).

%% One queue a sender: the order within it is promised, the order between senders is not.
mailbox([]) -> [];
mailbox(Messages) ->
    Senders = lists:usort([From || {From, _} <- Messages]),
    Queues = [[From, $:, lists:join($,, [Text || {Sender, Text} <- Messages, Sender =:= From])] || From <- Senders],
    [["mbox={", lists:join($\s, Queues), $}]].

message({'$message', From, Tag}, _) -> {atom_to_binary(From), [<<"msg(">>, beam_canon:term(Tag), $)]};
message({'EXIT', Pid, Reason}, Env) -> {name(Pid, Env), [<<"exit(">>, beam_canon:term(Reason), $)]};
message({Tag, Reference, process, Object, Reason}, Env) ->
    Ref = name(Reference, Env),
    Mark = case Tag of 'DOWN' -> <<"down">>; _ -> beam_canon:term(Tag) end,
    From = case is_pid(Object) of
        true -> name(Object, Env);
        false -> map_get({target, binary_to_atom(Ref)}, Env)
    end,
    {From, [Mark, $(, Ref, $,, object(Object, Env), $,, beam_canon:term(Reason), $)]}.
