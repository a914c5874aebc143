/** State machines: OTP's gen_statem, as callbacks and as classes. */
export type {
  MachineAction,
  MachineActions,
  MachineReply,
  MachineTime,
} from './action.js'
export type {
  EnteringStateFunction,
  HandleEvent,
  MachineInit,
  MachineStatus,
  StateFunction,
  StateFunctions,
  StateResult,
} from './callbacks.js'
export { isMachine, type MachineChart, type MachineTransition, machineChart } from './chart.js'
export {
  defineMachine,
  type HandledEvent,
  type MachineHandler,
  type MachineTable,
  type Stateful,
} from './definition.js'
export {
  type Acting,
  acting,
  type Postponing,
  postpone,
  type Repeating,
  repeating,
} from './directive.js'
export { STATE_MACHINE_ERRORS } from './errors.js'
export type { EnterEvent, MachineEvent, PendingEvent } from './event.js'
export { Machine, stateMachine } from './machine.js'
export { mermaid } from './mermaid.js'
export { type PendingEvents, pendingEvents } from './pending.js'
export type { PendingTimeout } from './timers.js'
