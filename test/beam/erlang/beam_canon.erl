%% How values look in a trace. Names stand for pids and references, STACK for every stack trace, so that the same
%% behaviour gives the same text on any machine and in any other implementation.
-module(beam_canon).
-export([term/1, terms/1, reason/1]).

term(Value) when is_atom(Value) -> atom_to_binary(Value);
term(Value) when is_integer(Value) -> integer_to_binary(Value);
%% What `catch` makes of an exception; scenarios contain no term of that shape.
term({'EXIT', Reason}) -> term(Reason);
term(Value) when is_tuple(Value) -> [${, terms(tuple_to_list(Value)), $}];
%% Scenarios contain no lists, so a list can only be a stack.
term(Value) when is_list(Value) -> <<"STACK">>.

terms(Values) -> lists:join($,, [term(Value) || Value <- Values]).

%% A reason that may hold anything: what is not a plain term is shown as what it is.
reason(Reason) ->
    try term(Reason)
    catch error:function_clause -> <<"OTHER">>
    end.
