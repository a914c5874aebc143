%% Takes supervisor reports out of the logger into the scenario's log; everything else is thrown away.
-module(beam_report).
-export([install/0, log/2]).

install() ->
    ok = logger:set_primary_config(level, error),
    _ = logger:remove_handler(default),
    ok = logger:add_handler(?MODULE, ?MODULE, #{level => error}).

%% Called in the process that reports, so the entry is where it belongs.
log(#{msg := {report, #{label := {supervisor, Kind}, report := Report}}}, _) when Kind =/= progress ->
    [Context, Reason, Offender] = [proplists:get_value(Key, Report) || Key <- [errorContext, reason, offender]],
    beam_log:log([<<"report">>, self(), atom_to_binary(Context), child(Offender), beam_canon:reason(Reason)]);
log(_, _) -> ok.

%% A static child is known by its id; a dynamic one by its process, or if it never ran by what should have run.
child(Offender) ->
    case proplists:get_value(id, Offender, undefined) of
        undefined -> dynamic(proplists:get_value(pid, Offender), proplists:get_value(mfargs, Offender));
        Id -> atom_to_binary(Id)
    end.

dynamic({restarting, Pid}, Start) -> dynamic(Pid, Start);
dynamic(_, {_, _, [#{id := Id}]}) -> atom_to_binary(Id);
dynamic(Pid, _) when is_pid(Pid) -> hd(binary:split(beam_log:instance(Pid), <<"#">>)).
