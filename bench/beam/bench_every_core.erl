-module(bench_every_core).
-behaviour(gen_server).
-export([run/1, init/1, handle_call/3, handle_cast/2]).

-define(BELOW, 20000).
-define(PRIMES, 2262).

run(Size) ->
    Cores = erlang:system_info(schedulers_online),
    Servers = list_to_tuple([start() || _ <- lists:seq(1, Cores)]),
    Began = bench:start(),
    Counted = asked(Servers, Size),
    Cost = bench:cost(Began, Counted),
    bench:stop_all(tuple_to_list(Servers)),
    {Counted, Cost}.

start() ->
    {ok, Server} = gen_server:start_link(?MODULE, none, []),
    Server.

%% Calls all at once, and counts the answers that are right.
asked(Servers, Times) ->
    Requests = [gen_server:send_request(element(At rem tuple_size(Servers) + 1, Servers), {below, ?BELOW})
                || At <- lists:seq(1, Times)],
    length([right || Request <- Requests,
                     gen_server:receive_response(Request, 60000) =:= {reply, ?PRIMES}]).

init(none) -> {ok, none}.

handle_call({below, Most}, _From, State) -> {reply, primes(2, Most, 0), State}.

handle_cast(_Message, State) -> {noreply, State}.

primes(Most, Most, Found) -> Found;
primes(N, Most, Found) -> primes(N + 1, Most, Found + prime(N, 2)).

prime(N, At) when At * At > N -> 1;
prime(N, At) when N rem At =:= 0 -> 0;
prime(N, At) -> prime(N, At + 1).
