/**
 * The kernel: processes, mailboxes, signals, links, monitors, names, timers and the scheduler. It imports nothing of
 * the other layers.
 */

export { isOfSignal } from './abandonment.js'
export {
  type Abortable,
  checkSignal,
  firedOf,
  isSignal,
  type Signals,
  stopWaiting,
  waitForAbort,
} from './aborting.js'
export { type MailboxInfo, type MailboxOptions, type MailboxPolicy, mailbox } from './bound.js'
export { bindCallback, bindListener } from './bound-callback.js'
export { carryStores } from './carried-stores.js'
export { guardedChannel } from './channel.js'
export {
  type CallEvent,
  type DeadLetterEvent,
  type DeliveryEvent,
  type ExitEvent,
  type HandlerEvent,
  KERNEL_CHANNELS,
  REPORTS,
  type ReportEvent,
  type SpawnEvent,
} from './channels.js'
export type { Alarm, Clock } from './clock.js'
export { MachineClock, nodeImmediate, SystemClock } from './clock.js'
export type { Closer } from './closer.js'
export { isAsyncFunction, runAsyncHandler } from './context.js'
export { currentKernel, defaultKernel, exchangeDefaultKernel, Ground, setDefaultKernel } from './current.js'
export { allIsHandlers, notePutBy } from './deadlock.js'
export { Disposal } from './disposal.js'
export { Ears } from './ears.js'
export { type ErrorTable, errorsOf, HeartwoodError, KERNEL_ERRORS } from './errors.js'
export {
  behaviourOf,
  type CloseUp,
  closeUp,
  type Figure,
  figure,
  type Glance,
  glance,
  oldestDelivery,
} from './glance.js'
export { type HandlerRun, runOnStack } from './handler-run.js'
export type { Behaviour, Handled, InitOutcome } from './init.js'
export {
  ancestors,
  currentBehaviour,
  currentPid,
  erase,
  get,
  inherited,
  isAlive,
  isLinked,
  isOver,
  type ProcessInfo,
  parentPid,
  processes,
  processInfo,
  put,
  self,
  setLabel,
} from './inspection.js'
export { codeAddress, packageFolder, packageVersion } from './installation.js'
export type { MessageIsolation } from './isolation.js'
export { Kernel } from './kernel.js'
export type { KernelOptions } from './kernel-options.js'
export { noteOpened } from './left-open.js'
export type { Envelope, Letter } from './mailbox.js'
export {
  DownMessage,
  ExitMessage,
  isDown,
  isExit,
  type RemoteName,
  ReplyMessage,
  TimeoutMessage,
} from './message.js'
export {
  type Destination,
  hibernate,
  mayGoOn,
  post,
  type ReceiveOptions,
  receive,
  receiveRef,
  send,
  sendNosuspend,
  takeNow,
  tell,
  type WaitOptions,
} from './messages.js'
export type { AliasMode } from './monitor.js'
export {
  alias,
  type DemonitorOptions,
  demonitor,
  type MonitorOptions,
  monitor,
  unalias,
} from './monitoring.js'
export type { NameKeeper } from './names.js'
export { REGISTERS, register, registered, unregister, whereis } from './naming.js'
export type { Sort } from './openings.js'
export { ownCallback } from './own-callback.js'
export { RESOURCE_NAME } from './owned.js'
export {
  clearOwned,
  OwnedImmediate,
  OwnedTimer,
  ownedImmediate,
  ownedInterval,
  ownedTimeout,
} from './owned-timer.js'
export { type Clause, type Matched, matcherOf, on, type Pattern } from './pattern.js'
export { foreignCopyOf, Pid } from './pid.js'
export { isCalledByHeartwood, isCalledByNode, placeOf, shortPath, stackHere } from './place.js'
export type { Probe, Suspension } from './probe.js'
export { crashProcess, engineProbe, signalAs } from './probed-process.js'
export { isPromise, NativePromise, ownPromise, rememberPromises, sparedValue } from './promise-owner.js'
export { Exit, type ExitReason, formatReason, isOrderly, isShutdown, reasonOf } from './reason.js'
export { Reference } from './reference.js'
export { exitCall, type Report, type Reporter } from './report.js'
export { CallRequest, type RequestOptions } from './request.js'
export { disown, own, processSignal } from './resources.js'
export type { Mistake, Rule, Rules } from './rules.js'
export * as rules from './rules.js'
export type { Scheduler, Task } from './scheduler.js'
export { FairScheduler } from './scheduler.js'
export { type Stores, storesOfNow } from './scope.js'
export { SentRequest, sendRequest } from './sent-request.js'
export { withoutStandIns } from './shared/bare.js'
export { Home, lacksSharing, shared, unshared } from './shared/shared.js'
export {
  classOf,
  cut,
  errorLine,
  errorText,
  hasOwn,
  hidePrivateFields,
  hides,
  inherits,
  isError,
  jsonOf,
  keysOf,
  LIMITS,
  type Limits,
  linesOfStack,
  nameOf,
  oneLine,
  ownData,
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
  withoutSecrets,
} from './show/index.js'
export { exit, link, tie, trapExit, unlink, untie } from './signals.js'
export type { SpawnOptions, StartOptions } from './spawn-options.js'
export { spawn, spawnLink, spawnMonitor } from './spawning.js'
export type { Started } from './starter.js'
export { Accesses, type AccessMode } from './stepped/accesses.js'
export type { Arrival, NextStep } from './stepped/next-step.js'
export type { StepClock } from './stepped/step-clock.js'
export type { StepListener } from './stepped/step-listener.js'
export { SteppedKernel } from './stepped/stepped-kernel.js'
export type { DeliveryOrder, SteppedKernelOptions } from './stepped/stepped-options.js'
export type { Actor } from './stepped/stepped-process.js'
export type { Waiting } from './stepped/waiting.js'
export { isThenable, promiseOf } from './thenable.js'
export { type TimeLimit, within } from './time-limit.js'
export { isTime, isTimeout } from './timeout.js'
export { type PendingTimer, type PendingTimers, pendingTimers } from './timer-list.js'
export {
  cancelTimer,
  readTimer,
  type SleepOptions,
  sendAfter,
  sleep,
  startTimer,
  type TimerOptions,
} from './timing.js'
export { VirtualClock } from './virtual-clock.js'
export type { Witness } from './witness.js'
