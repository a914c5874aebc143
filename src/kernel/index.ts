/**
 * The kernel: processes, mailboxes, signals, links, monitors, names, timers and the scheduler. It imports nothing of
 * the other layers.
 */

import './dispose-symbols.js'

export { announcesTimers } from './calls/announced-timers.js'
export { allIsHandlers, notePutBy } from './calls/call-cycle.js'
export { isAbandonment, isOfSignal } from './calls/caller-signal.js'
export { isInHandler, noteSource } from './calls/other-pending-work.js'
export { CallRequest, inCircle, type RequestOptions } from './calls/pending-call.js'
export {
  type NotedWait,
  noteAwaited,
  noteWaitForAnswer,
  noteWaitForEnd,
  noteWaitForStart,
} from './calls/received-wait.js'
export { SentRequest, sendRequest } from './calls/request-by-message.js'
export type { Alarm, Clock } from './clock.js'
export {
  MachineClock,
  machineMilliseconds,
  machineNow,
  nodeImmediate,
  ownTurns,
  SystemClock,
  turnOfLoop,
} from './clock.js'
export {
  type Abortable,
  checkSignal,
  firedOf,
  isSignal,
  type Signals,
  stopWaiting,
  waitForAbort,
} from './context/abort-signal-wait.js'
export { leaveFrame, STORES_ARE_IN_RESOURCES, type Stores, storesOfNow } from './context/async-scope.js'
export { bindCallback, bindListener } from './context/bound-callback.js'
export {
  currentKernel,
  defaultKernel,
  exchangeDefaultKernel,
  Ground,
  isCurrentKernel,
  setDefaultKernel,
} from './context/current-kernel.js'
export {
  awaitsInit,
  awaitsOutcome,
  isAsyncFunction,
  runAsyncHandler,
} from './context/current-process.js'
export { rejectedWith } from './context/dead-process-error.js'
export { NativePromise } from './context/native-promise.js'
export { runAsNobody } from './context/no-process.js'
export { ownCallback } from './context/own-callback.js'
export {
  isPromise,
  ownPromise,
  rememberPromises,
  sparedValue,
} from './context/promise-owner.js'
export { isFollowed, isThenable, promiseOf } from './context/thenable.js'
export { checkFunction, checkPid, checkText } from './errors/argument-checks.js'
export { DOCUMENTATION, errorsOf, HeartwoodError, KERNEL_ERRORS, pageOfCode } from './errors/errors.js'
export { checkKnown, namesOf } from './errors/known-options.js'
export type { Mistake, Rule, Rules } from './errors/option-rules.js'
export * as rules from './errors/option-rules.js'
export { isTime, isTimeout } from './errors/time-checks.js'
export { Callers, callers } from './inspect/callers.js'
export { nodeSummaries } from './inspect/node-summary.js'
export { pendingTimers } from './inspect/pending-timers.js'
export {
  ancestors,
  currentBehaviour,
  currentPid,
  erase,
  get,
  inherited,
  isAlive,
  isElsewhere,
  isLinked,
  isOver,
  type ProcessInfo,
  type ProcessKey,
  parentPid,
  processes,
  processInfo,
  processKey,
  put,
  self,
  setLabel,
  stillInherited,
} from './inspect/process-info.js'
export {
  behaviourOf,
  type Figure,
  figure,
  oldestDelivery,
  type ProcessSummary,
  processDetail,
  processSummary,
  seenElsewhere,
} from './inspect/process-summary.js'
export type { StatusQuery } from './inspect/status-providers.js'
export { codeAddress, copiesHint, packageFolder, packageVersion } from './installation.js'
export { Kernel } from './kernel.js'
export type { KernelOptions } from './kernel-options.js'
export type { Envelope, SelfEnvelope } from './mail/mailbox.js'
export {
  type MailboxInfo,
  type MailboxOptions,
  type MailboxPolicy,
  mailbox,
  mayBeRefused,
  mayPutBy,
  type PutBy,
} from './mail/mailbox-limit.js'
export type { MessageIsolation } from './mail/message-isolation.js'
export { type Clause, type Matched, matcherOf, on, type Pattern } from './mail/message-pattern.js'
export { pathTo } from './mail/path-in-message.js'
export {
  type Destination,
  endOfMail,
  hibernate,
  mayGoOn,
  post,
  type ReceiveOptions,
  receive,
  receiveAfter,
  receiveRef,
  send,
  sendNosuspend,
  takeExit,
  takeNow,
  takeSentExit,
  tell,
  type WaitOptions,
} from './mail/send-and-receive.js'
export type { NameKeeper } from './names/name-table.js'
export { REGISTERS, register, registered, unregister, whereis } from './names/register.js'
export { connect, disconnect, monitorNode, monitorNodes, nodes } from './nodes/node-functions.js'
export { isNodeMessage, NodeMessage } from './nodes/node-message.js'
export type { Probe, Suspension } from './probe/probe.js'
export { crashProcess, endProcess, engineProbe, signalAs } from './probe/probed-process.js'
export type { Behaviour, Handled, InitOutcome } from './process/behaviour.js'
export { type HandlerRun, runOnStack } from './process/handler-run.js'
export { isLibrary, kernelOfUser, LibraryProcess } from './process/library-process.js'
export type { Carrier, ClusterMembers, NodeCarrier, NodeTransport, Terms, Traffic } from './remote/carrier.js'
export type { Connection } from './remote/connection.js'
export type { Nodes, StartServer } from './remote/nodes.js'
export {
  BUILT_IN_ERRORS,
  type Portability,
  type PortableClass,
  portable,
  portableNamed,
  portableOf,
} from './remote/portable-class.js'
export type { RequestedStart } from './remote/requested-start.js'
export type {
  CallFailure,
  NodeIdentity,
  PidAddress,
  ProcessAddress,
  ReferenceId,
  SenderAddress,
  Signal,
  TermAddress,
} from './remote/signal.js'
export { carriedNames, carryNamed, carryStores } from './report/carried-stores.js'
export {
  type CallEvent,
  type DeadLetterEvent,
  type DeliveryEvent,
  type DiscardCause,
  type DiscardEvent,
  discardAbandoned,
  type ExitEvent,
  type HandlerEvent,
  KERNEL_CHANNELS,
  observedTerminate,
  REPORTS,
  type ReportEvent,
  type SpawnEvent,
  type TerminateEvent,
} from './report/diagnostics-channels.js'
export { guardedChannel } from './report/guarded-channel.js'
export { ARRIVALS, type ArrivalEvent, DEPARTURES, type DepartureEvent } from './report/message-attachments.js'
export { exitCall, type Report, type Reporter } from './report/report.js'
export { AttachedListeners } from './resources/attached-listeners.js'
export { Disposal } from './resources/disposal-process.js'
export { noteOpened } from './resources/left-open.js'
export { Opened, type Sort } from './resources/opened-things.js'
export { disown, own, processSignal } from './resources/own.js'
export { RESOURCE_NAME } from './resources/owned-resources.js'
export type { Closer } from './resources/resource-closer.js'
export { Deadline } from './schedule/deadline.js'
export type { Runnable, Scheduler } from './schedule/scheduler.js'
export { FairScheduler } from './schedule/scheduler.js'
export { within } from './schedule/time-limit.js'
export { type Expirable, Timer } from './schedule/timer-wheel.js'
export { VirtualClock } from './schedule/virtual-clock.js'
export { Home, lacksSharing, shared, unshared } from './shared/shared.js'
export { withoutStandIns } from './shared/without-stand-ins.js'
export {
  alsoRedacted,
  carryPrivateFields,
  classOf,
  cut,
  errorLine,
  errorText,
  FunctionScopes,
  hasOwn,
  hidePrivateFields,
  hides,
  inherits,
  isError,
  isInstance,
  isList,
  isObject,
  isReadable,
  isRevoked,
  jsonOf,
  keysOf,
  LIMITS,
  type Limits,
  linesOfStack,
  nameOf,
  oneLine,
  ownData,
  pageOf,
  printed,
  REDACTED,
  read,
  redactAlso,
  Secret,
  safeText,
  showAs,
  snapshot,
  soundsSecret,
  stackLines,
  type ValuePage,
  withoutSecrets,
} from './show/index.js'
export type { DeathObserver } from './signals/death-observer.js'
export { exit, link, tie, trapExit, unlink, untie } from './signals/link-and-exit.js'
export { MessageBorder } from './signals/message-border.js'
export {
  alias,
  type DemonitorOptions,
  demonitor,
  type MonitorOptions,
  monitor,
  unalias,
} from './signals/monitor.js'
export type { AliasMode } from './signals/monitor-record.js'
export type { Started } from './start/process-start.js'
export { spawn, spawnLink, spawnMonitor } from './start/spawn.js'
export { spawnAtOnce } from './start/spawn-at-once.js'
export type { SpawnOptions, StartOptions } from './start/spawn-options.js'
export type { Arrival } from './stepped/delivery-channel.js'
export { applyFault } from './stepped/faults/apply-fault.js'
export type { FaultEffect } from './stepped/faults/fault-effect.js'
export { type Stride, strideOf } from './stepped/faults/stride.js'
export { type NextStep, rankOf } from './stepped/next-step.js'
export { Accesses, type AccessMode } from './stepped/notes/step-accesses.js'
export { SharedSteps } from './stepped/shared-steps.js'
export type { Actor, StepListener } from './stepped/step-listener.js'
export { kernelOf, SteppedKernel } from './stepped/stepped-kernel.js'
export type { DeliveryOrder, SteppedKernelOptions } from './stepped/stepped-options.js'
export { NodeClock } from './stepped/time/node-clock.js'
export { StepClock } from './stepped/time/step-clock.js'
export { uniqueText } from './stepped/unique.js'
export {
  isCalledByHeartwood,
  isCalledByNode,
  type Place,
  placeOf,
  shortPath,
  stackHere,
} from './terms/code-place.js'
export { Exit, type ExitReason, formatReason, isOrderly, isShutdown, reasonOf } from './terms/exit-reason.js'
export { KEY_FORM, TUPLE_FORM, type TupleForm } from './terms/foreign-forms.js'
export { foreignCopyOf, Pid, RemotePid } from './terms/pid.js'
export { Reference, RemoteReference } from './terms/reference.js'
export {
  DownMessage,
  downOf,
  ExitMessage,
  exitOf,
  isDown,
  isExit,
  type RemoteName,
  ReplyMessage,
  TimeoutMessage,
} from './terms/signal-messages.js'
export {
  clearOwned,
  OwnedImmediate,
  OwnedTimer,
  ownedImmediate,
  ownedInterval,
  ownedTimeout,
} from './timers/owned-timeout.js'
export {
  cancelTimer,
  readTimer,
  type SleepOptions,
  sendAfter,
  sleep,
  startTimer,
  type TimerOptions,
} from './timers/send-after-and-sleep.js'
