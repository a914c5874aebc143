%% A worker that says when it is up.
-module(bench_leaf).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

init(Counter) ->
    Counter ! up,
    {ok, 0}.

handle_call(_Request, _From, State) -> {reply, ok, State}.

handle_cast(_Request, State) -> {noreply, State}.
