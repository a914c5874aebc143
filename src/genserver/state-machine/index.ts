/** State machines: OTP's gen_statem, as callbacks and as classes. */

export {
  type Acting,
  acting,
  type Postponing,
  postpone,
  type Repeating,
  repeating,
} from './class-form/directives.js'
export type { HandledEvent, MachineHandler } from './class-form/handler-index.js'
export {
  defineMachine,
  handlersOf as machineHandlersOf,
  type MachineTable,
  type Stateful,
} from './class-form/handler-table.js'
export { mermaid } from './drawing/mermaid.js'
export {
  isMachine,
  type MachineChart,
  type MachineTransition,
  machineChart,
} from './drawing/transition-chart.js'
export type {
  MachineAction,
  MachineActions,
  MachineReply,
  MachineTime,
} from './engine/actions.js'
export type {
  EnteringStateFunction,
  HandleEvent,
  MachineInit,
  MachineStatus,
  StateFunction,
  StateFunctions,
  StateResult,
} from './engine/callbacks.js'
export type { EnterEvent, MachineEvent, PendingEvent } from './engine/events.js'
export type { PendingTimeout } from './engine/machine-timers.js'
export { type PendingEvents, pendingEvents } from './engine/pending-events.js'
export { STATE_MACHINE_ERRORS } from './errors.js'
export { Machine, stateMachine } from './state-machine.js'
