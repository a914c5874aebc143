%% What server and machine scenarios share: the parent, the clients, and what is seen of them after each operation. What happens in
%% the server is told in its order; between the server and its clients, and between clients, there is none.
-module(beam_stage).
-export([run/2, reason/1]).

run(Module, #{ops := Ops} = Scenario) ->
    beam_log:open(),
    %% A server that reports its end does so in steps between which nothing runs, and would pass for one that waits.
    ok = logger:set_primary_config(level, none),
    Driver = self(),
    Parent = spawn(fun() -> process_flag(trap_exit, true), parent(Driver, Module, Scenario) end),
    Started = receive {started, Result} -> Result end,
    beam_quiet:wait(),
    First = case Started of
        {ok, Pid} -> ended(Pid), erlang:monitor(process, Pid), [<<"started">>];
        ignore -> Pid = none, [<<"ignored">>];
        {error, Reason} -> Pid = none, [[<<"failed ">>, reason(Reason)]]
    end,
    Target = case {Pid, Scenario} of
        {none, _} -> none;
        {_, #{named := true}} -> subject;
        _ -> Pid
    end,
    {Steps, _} = lists:mapfoldl(
        fun({Index, Op}, {Position, Clients}) ->
            New = case Target of
                none -> Clients;
                _ -> step(Index, Op, {Module, Target, Pid, Parent}, Clients)
            end,
            beam_quiet:wait(),
            {[[$#, integer_to_binary(Index)] | seen(Position)], {beam_log:position(), New}}
        end,
        {0, #{}},
        lists:zip(lists:seq(0, length(Ops) - 1), Ops)),
    exit(Parent, kill),
    [exit(Pid, kill) || Pid =/= none],
    beam_quiet:wait(),
    flush(),
    ok = logger:set_primary_config(level, error),
    beam_log:close(),
    First ++ lists:append(Steps).

flush() -> receive _ -> flush() after 0 -> ok end.

seen(Position) ->
    case terminates(Position) of
        true -> dead(1000), beam_quiet:wait();
        false -> dead(0)
    end,
    Lines = beam_log:since(Position),
    {Clients, Own} = lists:partition(fun(<<"client", _/binary>>) -> true; (_) -> false end, Lines),
    Own ++ lists:sort(Clients).

terminates(Position) ->
    lists:any(fun(Line) -> binary:match(Line, <<"terminate">>) =/= nomatch end, beam_log:since(Position)).

%% One that has terminated as soon as it was up is dead before it is watched.
ended(Pid) ->
    case terminates(0) andalso is_process_alive(Pid) of
        true -> erlang:yield(), ended(Pid);
        false -> beam_quiet:wait()
    end.

%% A server that has terminated is about to end, in steps between which nothing runs.
dead(Time) ->
    receive {'DOWN', _, process, _, Reason} -> beam_log:log([<<"dead">>, reason(Reason)])
    after Time -> ok
    end.

parent(Driver, Module, #{linked := Linked, named := Named} = Scenario) ->
    Behaviour = behaviour(Module),
    Function = case Linked of true -> start_link; false -> start end,
    Arguments = [{local, subject} || Named] ++ [Module, Scenario, []],
    {links, Links} = process_info(self(), links),
    Result = apply(Behaviour, Function, Arguments),
    case Result of
        {ok, _} -> ok;
        _ -> never_was(Links)
    end,
    Driver ! {started, Result},
    parent().

%% Since OTP 26 there is no EXIT of one that never was. Before, it comes after the result, and some time later: until then
%% the two are linked.
never_was(Links) ->
    receive
        {'EXIT', _, _} -> never_was(Links)
    after 0 ->
        {links, Now} = process_info(self(), links),
        case Now -- Links of
            [] -> ok;
            _ -> timer:sleep(1), never_was(Links)
        end
    end.

parent() ->
    receive
        {signal, Pid, Reason} -> exit(Pid, Reason), parent();
        {'EXIT', _, Reason} -> beam_log:log([<<"client parent">>, reason(Reason)]), parent()
    end.

behaviour(beam_server) -> gen_server;
behaviour(beam_machine) -> gen_statem.

step(Index, #{op := call, content := Content}, {Module, Target, _, _}, Clients) ->
    client(Index, Clients, fun() -> (behaviour(Module)):call(Target, {content, Content}, infinity) end);
step(_, #{op := cast, content := Content}, {Module, Target, _, _}, Clients) ->
    (behaviour(Module)):cast(Target, {content, Content}), Clients;
step(_, #{op := info, content := Content}, {_, _, Pid, _}, Clients) -> Pid ! {content, Content}, Clients;
step(Index, #{op := stop, reason := Reason}, {Module, Target, _, _}, Clients) ->
    client(Index, Clients, fun() -> (behaviour(Module)):stop(Target, Reason, infinity) end);
step(Index, #{op := multi, content := Content}, {Module, subject, _, _}, Clients) when Module =:= beam_server ->
    client(Index, Clients, fun() ->
        case gen_server:multi_call([node()], subject, {content, Content}) of
            {[{_, Value}], []} -> Value;
            {[], [_]} -> nobody
        end
    end);
step(_, #{op := multi}, _, Clients) -> Clients;
step(Index, #{op := get_state}, {_, Target, _, _}, Clients) ->
    client(Index, Clients, fun() -> sys:get_state(Target, infinity) end);
step(Index, #{op := replace_state, state := State, data := Data}, {Module, Target, _, _}, Clients) ->
    New = case Module of beam_server -> Data; beam_machine -> {State, Data} end,
    client(Index, Clients, fun() -> sys:replace_state(Target, fun(_) -> New end, infinity) end);
step(Index, #{op := suspend}, {_, Target, _, _}, Clients) ->
    client(Index, Clients, fun() -> sys:suspend(Target, infinity) end);
step(Index, #{op := resume}, {_, Target, _, _}, Clients) ->
    client(Index, Clients, fun() -> sys:resume(Target, infinity) end);
step(_, #{op := signal, reason := Reason}, {_, _, Pid, _}, Clients) -> exit(Pid, Reason), Clients;
step(_, #{op := parent_signal, reason := Reason}, {_, _, Pid, Parent}, Clients) -> Parent ! {signal, Pid, Reason}, Clients;
step(_, #{op := kill_client, client := Client}, _, Clients) ->
    case Clients of
        #{Client := Pid} -> exit(Pid, kill);
        _ -> ok
    end,
    Clients;
step(_, #{op := sleep}, _, Clients) -> timer:sleep(50), Clients.

client(Index, Clients, Work) ->
    Name = integer_to_binary(Index),
    Pid = spawn(fun() ->
        try Work() of
            Value -> beam_log:log([<<"client">>, Name, <<"got">>, beam_canon:reason(Value)])
        catch
            exit:{Reason, {Module, _, _}} when is_atom(Module) ->
                beam_log:log([<<"client">>, Name, <<"exit">>, reason(Reason)]);
            exit:Reason -> beam_log:log([<<"client">>, Name, <<"exit">>, reason(Reason)])
        end
    end),
    Clients#{Index => Pid}.

%% What a callback returned that it must not is told in other words, and shown.
reason({bad_return_value, _}) -> <<"bad_return">>;
reason({{bad_return_value, _}, _}) -> <<"bad_return">>;
reason({Bad, _}) when Bad =:= bad_return_from_state_function; Bad =:= bad_return_from_init;
    Bad =:= bad_state_enter_return_from_state_function; Bad =:= bad_action_from_state_function;
    Bad =:= bad_state_enter_action_from_state_function -> <<"bad_return">>;
reason({{_, _} = Bad, [_ | _]}) -> case reason(Bad) of <<"bad_return">> -> <<"bad_return">>; _ -> beam_canon:reason({Bad, []}) end;
reason(Reason) -> beam_canon:reason(Reason).
