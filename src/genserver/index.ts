/**
 * GenServer: servers with calls, casts and messages, in a functional form and a class form, and their clients.
 */

export { type Addressed, addressOf, type ServerRef, whereisServer } from './address.js'
export { Agent, type AgentChange, type AgentChildSpec } from './agent.js'
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
} from './callbacks.js'
export { type CallOptions, call, cast, reply, stop } from './client.js'
export type { DebugEvent, DebugFunction } from './debug.js'
export { type ServerStatistics, sys } from './debug-client.js'
export {
  defineServer,
  definitionOf,
  type HandlerTable,
  isServerClass,
  type MethodName,
  type ServerClass,
  type ServerName,
  type SettingHandler,
} from './definition.js'
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
} from './directive.js'
export type { Startable } from './engine.js'
export { GENSERVER_ERRORS } from './errors.js'
export { from } from './from.js'
export { kindOf, meantBy, methodOf, type SeenMessage, seenMessage, seenServer } from './inspection.js'
export { Continuation, isCast, MethodCall, SystemRequest } from './message.js'
export { abcast, type MultiCallResult, multiCall } from './multi-call.js'
export { reconfigure } from './reconfigure.js'
export { type Calls, type Casts, Ref, type Requests, ref, tableOf } from './ref.js'
export { RequestCollection } from './request-collection.js'
export {
  checkResponse,
  type LabelledResponse,
  type RequestId,
  type Response,
  type ResponseOptions,
  receiveResponse,
  sendRequest,
  waitResponse,
} from './response.js'
export { SettingsChange, settingAt, valueAt } from './settings-change.js'
export {
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
} from './start.js'
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
export {
  getState,
  getStatus,
  replaceState,
  resume,
  type ServerStatus,
  showState,
  suspend,
} from './system.js'
export {
  asyncIn,
  callers,
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
