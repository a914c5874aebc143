/**
 * GenServer: servers with calls, casts and messages, in a functional form and a class form, and their clients.
 */

export { type Addressed, addressOf, type ServerRef, whereisServer } from './address.js'
export { Agent, type AgentChange, type AgentChildSpec } from './agent.js'
export type {
  Awaitable,
  Callbacks,
  CallResult,
  Continuing,
  From,
  HandlerResult,
  InitResult,
  Next,
  Status,
  Stop,
} from './callbacks.js'
export { type CallOptions, call, cast, reply, stop } from './client.js'
export {
  defineServer,
  definitionOf,
  type HandlerTable,
  type InfoHandler,
  isServerClass,
  type LifecycleName,
  type MethodName,
  type ServerClass,
  type ServerDefinition,
  type ServerName,
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
export { GENSERVER_ERRORS } from './errors.js'
export { from } from './from.js'
export { type Calls, type Casts, Ref, ref } from './ref.js'
export {
  type InitArguments,
  type Monitored,
  type ServerOptions,
  type StartOptions,
  start,
  startLink,
  startMonitor,
  startServer,
} from './start.js'
export { getState, getStatus, replaceState, resume, type ServerStatus, suspend } from './system.js'
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
  taskBody,
  type YieldManyOptions,
  type ZippedOutcome,
} from './task/index.js'
