%% What happened in a supervision tree, in causal order: everybody writes an entry before going on. Also who is who:
%% the nth start attempt of an id makes the instance `id#n`.
-module(beam_log).
-export([open/0, close/0, attempt/1, named/2, log/1, since/1, position/0, instance/1, latest/1, alive/0]).

open() ->
    ets:new(beam_log, [named_table, public, ordered_set]),
    ets:new(beam_names, [named_table, public, set]).

close() ->
    ets:delete(beam_log),
    ets:delete(beam_names).

%% Counts a start attempt.
attempt(Id) ->
    N = ets:update_counter(beam_names, {attempts, Id}, 1, {{attempts, Id}, 0}),
    {N, <<(atom_to_binary(Id))/binary, $#, (integer_to_binary(N))/binary>>}.

named(Instance, Pid) -> ets:insert(beam_names, {Pid, Instance}).

%% An entry is a list of texts and pids, which are shown as what they turn out to be.
log(Entry) ->
    Key = ets:update_counter(beam_names, entries, 1, {entries, 0}),
    ets:insert(beam_log, {Key, Entry}).

position() ->
    case ets:last(beam_log) of
        '$end_of_table' -> 0;
        Key -> Key
    end.

since(Position) ->
    Entries = ets:select(beam_log, [{{'$1', '$2'}, [{'>', '$1', Position}], ['$2']}]),
    [iolist_to_binary(lists:join($\s, [shown(Part) || Part <- Entry])) || Entry <- Entries].

shown(Pid) when is_pid(Pid) -> instance(Pid);
shown(Text) -> Text.

instance(Pid) ->
    case ets:lookup(beam_names, Pid) of
        [{_, Instance}] -> Instance;
        [] -> <<"unknown">>
    end.

%% The youngest process started for an id.
latest(Id) ->
    {Attempts, _} = case ets:lookup(beam_names, {attempts, Id}) of
        [{_, N}] -> {N, Id};
        [] -> {0, Id}
    end,
    latest(Id, Attempts).

latest(_, 0) -> undefined;
latest(Id, N) ->
    Instance = <<(atom_to_binary(Id))/binary, $#, (integer_to_binary(N))/binary>>,
    case ets:match(beam_names, {'$1', Instance}) of
        [[Pid]] -> Pid;
        [] -> latest(Id, N - 1)
    end.

alive() -> [Pid || [Pid] <- ets:match(beam_names, {'$1', '_'}), is_pid(Pid), is_process_alive(Pid)].
