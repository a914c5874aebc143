%% A GenServer that says when it is up, and crashes when it is told to.
-module(bench_careless).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

init(Main) ->
    Main ! {up, self()},
    {ok, Main}.

handle_call(_Request, _From, Main) -> {reply, ok, Main}.

handle_cast(crash, _Main) -> error(oops).
