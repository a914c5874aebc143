import { errorsOf } from '../../kernel/index.js'

/** What state machines raise. What they share with every server is in the tables of GenServer and the kernel. */
export const STATE_MACHINE_ERRORS = {
  MACHINE_INVALID:
    'stateMachine takes callbacks with init and either states, an object with a function for each state, or handleEvent, but {problem}.',
  STATE_UNKNOWN: '{machine} has no state "{state}". Its states are: {known}.',
  STATE_MISSING: '{class} has no state to begin with. Give its field "state" a value, or assign one in init.',
  STATE_NOT_ASSIGNABLE:
    'the state of {class} was assigned outside the handler of an event, where the machine does not notice it. Send the machine a cast, or set a time-out, and assign the state in the handler.',
  STATE_REPLACEMENT_INVALID:
    'replaceState of a state machine takes a function from { state, data } to { state, data }, but it returned {value}.',
  EVENT_UNEXPECTED:
    '{machine} got {event} in the state "{state}", where nothing handles it. Declare a method for it in that state or for every state, or let it wait with @Postpone.',
  TRANSITION_UNDECLARED:
    '{machine} went from "{from}" to "{to}", which {by} does not declare. It declares: {known}. Add the state there, or do not go to it.',
  MACHINE_EXPECTED:
    '{action} takes a state machine (a class with @StateMachine or defineMachine, what stateMachine returned, or a server of one), but got {value}.',
  MACHINE_DIRECTIVE_INVALID:
    'a method of {machine} returned {directive}, which is for servers. In a state machine, return {instead}.',
  STATE_HANDLER_INVALID: '{class}.{method}: {problem}',
} as const

export const stateMachineError = errorsOf(STATE_MACHINE_ERRORS)
