import { errorsOf } from '../../kernel/index.js'

export const SIMULATION_ERRORS = {
  SIMULATION_FAILED: '{*report}',
  SIMULATION_DEADLOCK:
    'nobody can go on, no timer is set, and the program is not at its end. Who waits for what:\n{*waiting}',
  SIMULATION_ENDLESS:
    'the program is not at its end after {limit} steps: processes keep each other busy, or a timer starts itself anew for ever. Who waits for what:\n{*waiting}\nIf the program needs more steps, give `maxSteps`.',
  SIMULATION_CRASH:
    "{process} crashed: {reason}\nIf crashes are part of the program, as under a supervisor, give `crashes: 'allow'`, or call allowCrashes({ of, reason }) in it for this one.",
  SIMULATION_INVARIANT: 'the invariant "{name}" does not hold after this step: {why}',
  SIMULATION_INVARIANT_ASYNC:
    'the invariant "{name}" gave a promise: it is asked after each step, before anybody goes on, and answers at once, by what is there then. Have the program await what it needs, and keep it for the invariant, or check in the program itself.',
  SIMULATION_OVER:
    'the simulation is over, and code of it goes on: {resource}, at {place}, is refused. It has awaited something whose end no seed decides, or kept the simulation beyond its run.',
  SIMULATION_NODE_DOWN:
    'node {node} of the simulation is down: it crashed before this was done, or was not started again yet.',
  SIMULATION_EVENTUALLY: 'within {within} ms of virtual time it never was so: {*what}',
  SIMULATION_NOT_LINEARIZABLE:
    'no order of these calls, one at a time, gives what they gave, as {model} would:\n{*calls}',
  SIMULATION_NESTED:
    '{action} was called in a simulation, by {process}: a simulation has no place in the steps of another. Call it in the test itself.',
  SIMULATION_OUTSIDE:
    "{process} began something that a seed does not decide: {resource}, at {place}. Put a stand-in in its place (`sim.pause()` or `sleep` for the time it takes), give `globals: true` for Node's own timers, or `outside: 'allow'` if the outcome does not depend on it.",
  SIMULATION_NOT_REPEATABLE:
    'the same schedule did not lead to the same run: first {first}, then {second}. Something is decided by neither the seed nor the schedule: the time, a random number, input, or state kept from an earlier run. Give `globals: true` for the first two, and make all state inside the program.',
  SIMULATION_SCHEDULE_INVALID:
    'a schedule is written as `seed;step:choice,step:choice`, and `;process#draw=place` behind it where draws differ, as explore() prints it, each place once, but got {schedule}.',
  SIMULATION_SCHEDULE_UNFIT:
    'the schedule {schedule} does not fit the program: {*why}. Has the program changed since, or do its options differ?',
  SIMULATION_OPTION: 'the option {option} of {action} is {expected}, but got {value}.',
} as const

export const simulationError = errorsOf(SIMULATION_ERRORS)
