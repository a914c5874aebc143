import { errorsOf } from '../../kernel/index.js'

export const SIMULATION_ERRORS = {
  SIMULATION_FAILED: '{*report}',
  SIMULATION_DEADLOCK:
    'no process can go on, no timer is set, and the program has not ended. The processes wait for:\n{*waiting}',
  SIMULATION_ENDLESS:
    'the program has not ended after {limit} steps: processes keep each other busy, or a timer sets itself again for ever. The processes wait for:\n{*waiting}\nIf the program needs more steps, give `maxSteps`.',
  SIMULATION_CRASH:
    "{process} crashed: {reason}\nIf crashes are part of the program, as under a supervisor, give `crashes: 'allow'`, or call allowCrashes({ of, reason }) in it for this one.",
  SIMULATION_INVARIANT: 'the invariant "{name}" does not hold after this step: {why}',
  SIMULATION_INVARIANT_ASYNC:
    'the invariant "{name}" returned a promise, but it must answer synchronously, after each step. Let the program await the values that the invariant needs and keep them in a variable, or check in the program itself.',
  SIMULATION_OVER:
    'the simulation is over, but some of its code still runs: {resource}, at {place}, is refused. The code awaited something that the seed does not decide, or kept the simulation after its run.',
  SIMULATION_FAKE_OUTSIDE:
    '{fake}.{method} was called by no process of the simulation that its fake was made in. Make the fake in the program itself, and call it from a process.',
  SIMULATION_NODE_DOWN:
    'node {node} of the simulation is down: it crashed before this was done, or was not started again yet.',
  SIMULATION_EVENTUALLY: 'this did not become true within {within} ms of virtual time: {*what}',
  SIMULATION_NOT_LINEARIZABLE:
    'these calls are not linearizable: in no order, one at a time, does {model} return the same results:\n{*calls}',
  SIMULATION_UNDECIDED:
    'it is not decided whether these {calls} calls are linearizable: the search gave up after {states} states. Check histories of fewer calls, with one history for each key, or let fewer calls overlap or be without an answer.',
  SIMULATION_NESTED:
    '{action} was called in a simulation, by {process}: a simulation cannot run inside another. Call it in the test itself.',
  SIMULATION_OUTSIDE:
    "{process} began something that a seed does not decide: {resource}, at {place}. Use a fake instead (`sim.pause()` or `sleep` for the time it takes), give `globals: true` for Node's own timers and random values, or `outside: 'allow'` if the outcome does not depend on it.",
  SIMULATION_NOT_REPEATABLE:
    'the same schedule did not lead to the same run: first {first}, then {second}. Something is decided by neither the seed nor the schedule: the time, a random number, input, or state kept from an earlier run. Give `globals: true` for the first two, and make all state inside the program.',
  SIMULATION_SCHEDULE_INVALID:
    'a schedule is written as `seed;step:choice,step:choice`, and `;process#draw=place` behind it where draws differ, as explore() prints it, each place once, but got {schedule}.',
  SIMULATION_SCHEDULE_UNFIT:
    'the schedule {schedule} does not fit the program: {*why}. Has the program changed since, or do its options differ?',
  SIMULATION_OPTION: 'the option {option} of {action} is {expected}, but got {value}.',
} as const

export const simulationError = errorsOf(SIMULATION_ERRORS)
