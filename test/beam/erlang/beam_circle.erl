%% Servers that call each other: see circle-scenario.ts. Time is the driver's: it goes on, to the next moment that somebody
%% sleeps until, when nothing runs.
-module(beam_circle).
-behaviour(gen_server).
-export([run/1, init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(END, 50000000).

run(#{servers := Count, ops := Clients}) ->
    Driver = self(),
    Servers = [start(Driver, Count, At) || At <- lists:seq(0, Count - 1)],
    lists:foldl(
        fun(Call, N) ->
            helper(Driver, fun() -> perform(Driver, Count, [Call], none, integer_to_list(N)) end),
            N + 1
        end, 0, Clients),
    {Made, Outcomes, Helpers} = drive(0, [], [], #{}, []),
    [stop(Pid) || Pid <- Servers ++ Helpers],
    [[Place, $\s, maps:get(Place, Outcomes, "waits")] || Place <- lists:sort(Made)].

start(Driver, Count, At) ->
    {ok, Pid} = gen_server:start({local, name(At)}, ?MODULE, {Driver, Count, At}, []),
    Pid.

name(At) -> list_to_atom("circle_s" ++ integer_to_list(At)).

stop(Pid) ->
    Ref = monitor(process, Pid),
    exit(Pid, kill),
    receive {'DOWN', Ref, process, Pid, _} -> ok end.

%% What has happened, moment by moment. Sleepers are {Until, Order, Pid}.
drive(Now, Sleepers, Made, Outcomes, Helpers) ->
    beam_quiet:wait(),
    case drain(Now, Sleepers, Made, Outcomes, Helpers, false) of
        {true, S, M, O, H} -> drive(Now, S, M, O, H);
        {false, [], M, O, H} -> {M, O, H};
        {false, S, M, O, H} ->
            [{Until, _, Pid} = First | _] = lists:sort(S),
            if
                Until > ?END -> {M, O, H};
                true ->
                    Pid ! {woken, self()},
                    drive(Until, lists:delete(First, S), M, O, H)
            end
    end.

drain(Now, S, M, O, H, Any) ->
    receive
        {sleep, Pid, Delay} -> drain(Now, [{Now + Delay, erlang:unique_integer([monotonic]), Pid} | S], M, O, H, true);
        {made, Place} -> drain(Now, S, [Place | M], O, H, true);
        {outcome, Place, Outcome} -> drain(Now, S, M, O#{Place => Outcome}, H, true);
        {helper, Pid} -> drain(Now, S, M, O, [Pid | H], true)
    after 0 -> {Any, S, M, O, H}
    end.

helper(Driver, Act) ->
    Driver ! {helper, spawn(Act)}.

sleep(Driver, Delay) ->
    Driver ! {sleep, self(), Delay},
    receive {woken, Driver} -> ok end.

%% `At` is the server that acts, which calls itself no more than a gen_server may.
perform(Driver, Count, Acts, At, Place) ->
    lists:foldl(
        fun(#{delay := Delay, to := To} = Call, N) ->
            sleep(Driver, Delay),
            ask(Driver, Count, Call, To rem Count, At, Place ++ "." ++ integer_to_list(N)),
            N + 1
        end, 0, Acts).

ask(_, _, _, At, At, _) -> ok;
ask(Driver, Count, #{how := How, by := By, acts := Acts}, To, _, Place) ->
    Driver ! {made, Place},
    Reply = gen_server:call(name(To), {How, Acts, Place, By rem Count}, infinity),
    Driver ! {outcome, Place, atom_to_list(Reply)}.

init(State) -> {ok, State}.

handle_call({plain, Acts, Place, _}, _, {Driver, Count, At} = State) ->
    perform(Driver, Count, Acts, At, Place),
    {reply, answered, State};
handle_call({forwarded, Acts, Place, By}, From, State) ->
    gen_server:cast(name(By), {finish, From, Acts, Place}),
    {noreply, State};
handle_call({lent, Acts, Place, _}, From, {Driver, Count, At} = State) ->
    helper(Driver, fun() -> sleep(Driver, 20001), gen_server:reply(From, answered) end),
    perform(Driver, Count, Acts, At, Place),
    {noreply, State};
%% `beside` and `later`: Erlang has one word for both.
handle_call({_, Acts, Place, _}, From, {Driver, Count, _} = State) ->
    helper(Driver, fun() ->
        perform(Driver, Count, Acts, none, Place),
        gen_server:reply(From, answered)
    end),
    {noreply, State}.

handle_cast({finish, From, Acts, Place}, {Driver, Count, At} = State) ->
    perform(Driver, Count, Acts, At, Place),
    gen_server:reply(From, answered),
    {noreply, State}.

handle_info(_, State) -> {noreply, State}.
