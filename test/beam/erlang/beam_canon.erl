%% How values look in a trace. Names stand for pids and references, STACK for every stack trace, so that the same
%% behaviour gives the same text on any machine and in any other implementation.
-module(beam_canon).
-export([term/1, terms/1, reason/1]).

term(Value) when is_atom(Value) -> atom_to_binary(Value);
term(Value) when is_integer(Value) -> integer_to_binary(Value);
%% What `catch` makes of an exception; scenarios contain no term of that shape.
term({'EXIT', Reason}) -> term(Reason);
%% Errors of Heartwood, with what was thrown.
term({#{'__struct__' := 'Elixir.beam.ErlangError', term := Term}, _}) -> [${, sent(Term), <<",STACK}">>];
term({#{'__struct__' := 'Elixir.beam.ErlangThrow', term := Term}, _}) -> [<<"{{nocatch,">>, sent(Term), <<"},STACK}">>];
term(Value) when is_tuple(Value) -> [${, terms(tuple_to_list(Value)), $}];
%% Scenarios contain no lists, so a list can only be a stack.
term(Value) when is_list(Value) -> <<"STACK">>.

%% What Heartwood has sent as a message has texts for atoms, and objects of one key for tuples of two.
sent(Value) when is_binary(Value) -> Value;
sent(Value) when is_map(Value) ->
    [{Key, Inner}] = maps:to_list(Value),
    [${, atom_to_binary(Key), $,, sent(Inner), $}];
sent(Value) -> term(Value).

terms(Values) -> lists:join($,, [term(Value) || Value <- Values]).

%% A reason that may hold anything: what is not a plain term is shown as what it is.
reason(Reason) ->
    try term(Reason)
    catch error:function_clause -> <<"OTHER">>
    end.
