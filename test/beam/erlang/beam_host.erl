%% The twin of actor-host.ts: the actors of a kernel scenario that live on this node, while the driver and the other actors are on a node
%% of Heartwood, which is connected. It is asked as a server of Heartwood is.
-module(beam_host).
-behaviour(gen_server).
-export([start/0, is_dead/1, init/1, handle_call/3, handle_cast/2, handle_info/2]).

-record(host, {env = #{}, hidden = [], results = [], watched = #{}}).

start() ->
    beam_report:install(),
    beam_main:load(),
    {ok, _} = gen_server:start({local, 'actor-host'}, ?MODULE, [], []),
    io:format("ready~n").

%% Whether that process, of another node, is known to have ended.
is_dead(Pid) -> ets:member(beam_host_dead, Pid).

init([]) ->
    ets:new(beam_host_dead, [named_table, public, set]),
    {ok, #host{}}.

%% A new scenario.
handle_call({'begin', Names, NamesAt, Driver}, _From, #host{env = Old, watched = Watched}) ->
    [exit(Pid, kill) || Pid <- maps:values(Old), is_pid(Pid), node(Pid) =:= node()],
    maps:foreach(fun(_, Ref) -> demonitor(Ref, [flush]) end, Watched),
    ets:delete_all_objects(beam_host_dead),
    Born = [{binary_to_atom(Name), spawn(beam_kernel:actor(self()))} || Name <- Names],
    Env = maps:from_list([{names_at, binary_to_atom(NamesAt)} | Born]),
    {reply, [Pid || {_, Pid} <- Born], #host{env = Env, hidden = [self(), Driver]}};
handle_call(whoami, _From, Host) ->
    {reply, self(), Host};
handle_call({settle, Known}, _From, Host) ->
    Next = watch(learn(Known, Host)),
    beam_quiet:wait(),
    {reply, ok, Next};
%% What came of the order that one of these actors got.
handle_call(outcome, _From, Host) ->
    #host{env = Env, results = Results} = Next = heard(Host),
    Outcome = #{results => lists:reverse(Results), known => known(Env)},
    {reply, Outcome, Next#host{results = []}};
handle_call({state, Name}, _From, #host{env = Env, hidden = Hidden} = Host) ->
    Pid = map_get(binary_to_atom(Name), Env),
    State = case is_process_alive(Pid) of
        true -> beam_kernel:look(Pid, Env, Hidden);
        false -> <<"dead unnoticed">>
    end,
    {reply, State, Host}.

handle_cast(_, Host) -> {noreply, Host}.

handle_info({'DOWN', _, process, Pid, _}, Host) ->
    ets:insert(beam_host_dead, {Pid}),
    {noreply, Host};
handle_info({'$result', Text, New}, Host) ->
    {noreply, result(Text, New, Host)}.

%% What the actors have said so far.
heard(Host) ->
    receive {'$result', Text, New} -> heard(result(Text, New, Host))
    after 0 -> Host
    end.

result(Text, New, #host{env = Env, results = Results} = Host) ->
    Host#host{env = maps:merge(Env, New), results = [iolist_to_binary(Text) | Results]}.

learn(#{pids := Pids, refs := Refs, watched := Watched}, #host{env = Env} = Host) ->
    New = [{binary_to_atom(Name), Value} || [Name, Value] <- Pids ++ Refs],
    Targets = [{{target, binary_to_atom(Ref)}, Name} || [Ref, Name] <- Watched],
    Host#host{env = maps:merge(Env, maps:from_list(New ++ Targets))}.

%% All of them: so it is known here who is dead on the other node.
watch(#host{env = Env, watched = Watched} = Host) ->
    New = [Pid || Pid <- maps:values(Env), is_pid(Pid), not is_map_key(Pid, Watched)],
    Host#host{watched = maps:merge(Watched, maps:from_list([{Pid, monitor(process, Pid)} || Pid <- New]))}.

known(Env) ->
    Named = maps:to_list(Env),
    #{
        pids => [[atom_to_binary(Name), Pid] || {Name, Pid} <- Named, is_pid(Pid)],
        refs => [[atom_to_binary(Name), Ref] || {Name, Ref} <- Named, is_reference(Ref)],
        watched => [[atom_to_binary(Ref), Name] || {{target, Ref}, Name} <- Named]
    }.
