/**
 * GenServer: servers with calls, casts and messages, in a functional form and a class form, and their clients.
 */

export { Agent, type AgentChange, type AgentChildSpec } from './agent.js'
export {
  type ContinueWith,
  continueWith,
  type Directive,
  type Idle,
  idle,
  type NoReply,
  noReply,
  type Stopping,
  stopping,
} from './class-form/directives.js'
export {
  type CodeChangePolicy,
  type CreatedAnew,
  defineServer,
  definitionOf,
  type HandlerTable,
  isServerClass,
  type MethodName,
  type ServerClass,
  type ServerName,
  type SettingHandler,
} from './class-form/handler-table.js'
export { type CallOptions, call, cast, reply, stop } from './client/call-and-cast.js'
export { abcast, type MultiCallResult, multiCall } from './client/multi-call.js'
export { type Calls, type Casts, Ref, type Requests, ref, tableOf } from './client/ref.js'
export { type Remote, remote } from './client/remote.js'
export { RequestCollection, type RequestId } from './client/request-collection.js'
export {
  checkResponse,
  type LabelledResponse,
  type Response,
  type ResponseOptions,
  receiveResponse,
  sendRequest,
  waitResponse,
} from './client/send-request.js'
export { type Addressed, addressOf, type ServerRef, whereisServer } from './client/server-address.js'
export { GENSERVER_ERRORS } from './errors.js'
export { kindOf, meantBy, methodOf, type SeenMessage, seenMessage, seenServer } from './inspection.js'
export { from } from './messages/from.js'
export {
  askable,
  Continuation,
  isCast,
  METHOD_OF,
  MethodCall,
  MethodCast,
  PlainCast,
  SystemRequest,
} from './messages/server-message.js'
export { SettingsChange, settingAt, valueAt } from './messages/settings-change.js'
export type {
  Awaitable,
  Callbacks,
  CallResult,
  Concurrently,
  Continuing,
  From,
  HandlerResult,
  InitResult,
  Next,
  Status,
  Stop,
} from './server/callbacks.js'
export { TAKES_CODE, type TakingCode } from './server/code-change.js'
export { serverOf } from './server/concurrent-calls.js'
export type { Startable } from './server/custom-engine.js'
export { reconfigure } from './server/reconfigure.js'
export {
  behaviourOf,
  callbacksBehaviour,
  type InitArguments,
  type InitOf,
  knownStart,
  type Monitored,
  type ServerOptions,
  type StartOptions,
  start,
  startLink,
  startMonitor,
  startServer,
} from './server/start.js'
export {
  type Acting,
  acting,
  defineMachine,
  type EnterEvent,
  type EnteringStateFunction,
  type HandledEvent,
  type HandleEvent,
  isMachine,
  Machine,
  type MachineAction,
  type MachineActions,
  type MachineChart,
  type MachineEvent,
  type MachineHandler,
  type MachineInit,
  type MachineReply,
  type MachineStatus,
  type MachineTable,
  type MachineTime,
  type MachineTransition,
  machineChart,
  machineHandlersOf,
  mermaid,
  type PendingEvent,
  type PendingEvents,
  type PendingTimeout,
  type Postponing,
  pendingEvents,
  postpone,
  type Repeating,
  repeating,
  STATE_MACHINE_ERRORS,
  type StateFunction,
  type StateFunctions,
  type Stateful,
  type StateResult,
  stateMachine,
} from './state-machine/index.js'
export { changeCode } from './sys/code-change.js'
export type { DebugEvent, DebugFunction } from './sys/debug-events.js'
export { type ServerStatistics, sys } from './sys/sys.js'
export {
  getState,
  getStatus,
  getStatusAt,
  replaceState,
  resume,
  type ServerStatus,
  type StatePart,
  showState,
  suspend,
} from './sys/sys-requests.js'
export {
  asyncIn,
  isTaskReply,
  streamIn,
  TASK_ERRORS,
  Task,
  type TaskChildSpec,
  type TaskOptions,
  type TaskOutcome,
  type TaskOutcomes,
  type TaskPlace,
  TaskReply,
  type TaskShutdown,
  TaskStream,
  type TaskStreamOptions,
  type TaskStreamProgress,
  type TaskValues,
  type TaskWaitOptions,
  taskBody,
  type YieldManyOptions,
  type ZippedOutcome,
} from './task/index.js'
