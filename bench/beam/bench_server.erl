%% The GenServer of the scenarios: it holds one number.
-module(bench_server).
-behaviour(gen_server).
-export([start_link/1, init/1, handle_call/3, handle_cast/2, handle_info/2]).

start_link(Value) -> gen_server:start_link(?MODULE, Value, []).

init(Value) -> {ok, Value}.

handle_call({add, By}, _From, Value) -> {reply, Value + By, Value + By};
handle_call(value, _From, Value) -> {reply, Value, Value};
handle_call({watch, Pid}, _From, Counter) -> {reply, monitor(process, Pid), Counter}.

%% A counter: tells who waits when all have come.
handle_cast({expect, By, Expected, Main}, Value) when Value + By =:= Expected ->
    Main ! {counted, self(), Expected},
    {noreply, Expected};
handle_cast({expect, By, _Expected, _Main}, Value) -> {noreply, Value + By};
handle_cast(hold, Value) ->
    receive go -> {noreply, Value} end;
handle_cast({tell, Pid}, Value) ->
    Pid ! told,
    {noreply, Value}.

%% Ping-pong: hands the ball back until there have been so many hops.
handle_info({ball, 0, _Other, Main}, Value) ->
    Main ! landed,
    {noreply, Value};
handle_info({ball, Left, Other, Main}, Value) ->
    Other ! {ball, Left - 1, self(), Main},
    {noreply, Value + 1};
handle_info({'DOWN', _Ref, process, _Pid, _Reason}, Counter) ->
    Counter ! down,
    {noreply, Counter}.
