%% Supervisors of a hundred workers each, below one root.
-module(bench_tree).
-behaviour(supervisor).
-export([run/1, init/1]).

-define(EACH, 100).

run(Size) ->
    process_flag(trap_exit, true),
    Counter = bench:counter(Size),
    Began = bench:start(),
    {ok, Root} = supervisor:start_link(?MODULE, {root, Size, Counter}),
    Counted = bench:counted(Counter),
    {Start, _} = bench:cost(Began, Size),
    exit(Root, shutdown),
    receive {'EXIT', Root, shutdown} -> ok end,
    {Whole, Cpu} = bench:cost(Began, Size),
    {Counted, {Whole, Cpu}, [{start, Start}, {stop, Whole - Start}]}.

init({root, Size, Counter}) ->
    Sizes = lists:duplicate(Size div ?EACH, ?EACH) ++ [Size rem ?EACH || Size rem ?EACH > 0],
    Children = [#{id => Id, type => supervisor, start => {supervisor, start_link, [?MODULE, {branch, Each, Counter}]}}
                || {Id, Each} <- lists:zip(lists:seq(1, length(Sizes)), Sizes)],
    {ok, {#{}, Children}};
init({branch, Size, Counter}) ->
    Start = {gen_server, start_link, [bench_leaf, Counter, []]},
    {ok, {#{}, [#{id => Id, start => Start} || Id <- lists:seq(1, Size)]}}.
