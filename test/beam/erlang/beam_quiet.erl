%% Waits until nothing but the caller runs or is ready to run, without sleeping.
-module(beam_quiet).
-export([wait/0]).

wait() -> wait(2).

%% One look is not enough: between two run queues a process can be in neither.
wait(0) -> ok;
wait(Looks) ->
    Active = erlang:statistics(total_active_tasks),
    erlang:yield(),
    case Active of
        1 -> wait(Looks - 1);
        _ -> wait(2)
    end.
