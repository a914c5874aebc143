/**
 * The diagnostics channels of the kernel, on which it publishes what processes do. Without subscribers, each event costs a look at one
 * field; events are made for subscribers only. `telemetry` is built on them.
 */

import type { CallRequest } from '../calls/pending-call.js'
import { currentProcess } from '../context/current-process.js'
import { isThenable, promiseOf } from '../context/thenable.js'
import type { Kernel } from '../kernel.js'
import type { Envelope } from '../mail/mailbox.js'
import type { Handled } from '../process/behaviour.js'
import type { Process } from '../process/process.js'
import { addDeathObserver, removeDeathObserver } from '../signals/death-observer.js'
import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import { guardedChannel } from './guarded-channel.js'
import type { Report } from './report.js'

/** The name of the channel on which every report is published. */
export const REPORTS = 'heartwood.report'

/** The event of a report. */
export interface ReportEvent {
  readonly kernel: Kernel
  readonly report: Report
}

/** The names of the kernel's other diagnostics channels. The type of an event has the name of its channel. */
export const KERNEL_CHANNELS = {
  /** A process was made; it has not run. `SpawnEvent` */
  spawn: 'heartwood.process.spawn',
  /** A process is dead. `ExitEvent` */
  exit: 'heartwood.process.exit',
  /** A message was put into a mailbox. `DeliveryEvent` */
  delivery: 'heartwood.message.delivery',
  /** A message was dropped without being handled. `DiscardEvent` */
  discard: 'heartwood.message.discard',
  /** A message reached no process. `DeadLetterEvent` */
  deadLetter: 'heartwood.message.dead',
  /** A handler is about to run. `HandlerEvent` */
  handlerStart: 'heartwood.handler.start',
  /** A handler has ended, or its process ended in it; only if the start had subscribers, too. `HandlerEvent` */
  handlerEnd: 'heartwood.handler.end',
  /** A call was sent. `CallEvent` */
  callStart: 'heartwood.call.start',
  /** A call was answered, or failed; only if the start had subscribers, too. `CallEvent` */
  callEnd: 'heartwood.call.end',
  /** A server is about to run its `terminate`. `TerminateEvent` */
  terminateStart: 'heartwood.terminate.start',
  /** `terminate` has ended, or has failed; only if the start had subscribers, too. `TerminateEvent` */
  terminateEnd: 'heartwood.terminate.end',
} as const

/** The event of a process that was started. */
export interface SpawnEvent {
  readonly kernel: Kernel
  readonly pid: Pid
  /** The process that started it. */
  readonly parent: Pid | undefined
}

/** The event of a process that has ended. */
export interface ExitEvent {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly name: string | undefined
  readonly label: unknown
  readonly reason: ExitReason
  /** The linked process whose end ended this one; undefined if it ended otherwise. */
  readonly linked: Pid | undefined
}

/**
 * Why a message is not handled: the policy of a full mailbox, or `'abandoned'` for a call whose caller is gone when its turn comes
 * (`skipAbandoned`).
 */
export type DiscardCause = 'reject' | 'wait' | 'drop_oldest' | 'abandoned'

/** The event of a message that is dropped without being handled. */
export interface DiscardEvent {
  readonly kernel: Kernel
  /** The receiver. */
  readonly pid: Pid
  readonly cause: DiscardCause
}

/** The event of a message that was put into a mailbox. */
export interface DeliveryEvent {
  readonly kernel: Kernel
  /** The sender; undefined for code outside every process, and for timers. */
  readonly from: Pid | undefined
  readonly to: Pid
  /** The message in its form in the mailbox: a `CallRequest`, a cast's envelope, or the sent value. */
  readonly message: unknown
  /** Identifies this delivery, and no other delivery of the same message. The `HandlerEvent` of the message has it, too. */
  readonly delivery: object
  /** Whether a timer sent it. The event is published in the AsyncLocalStorage stores of the code that set the timer. */
  readonly timer: boolean
}

/** The event of a message that reached no process. */
export interface DeadLetterEvent {
  readonly kernel: Kernel
  readonly from: Pid | undefined
  /** The dead process, or the address that it was sent to. */
  readonly to: unknown
  readonly message: unknown
}

/**
 * The event of one run of a handler of a server, a state machine or a supervisor. A postponed event of a state machine
 * has a run for each time that it is handled. A concurrent call is one run, until its answer.
 */
export interface HandlerEvent {
  readonly kernel: Kernel
  readonly pid: Pid
  readonly message: unknown
  /** See `DeliveryEvent`. */
  readonly delivery: object
  /** The time of its beginning, on the kernel's clock. */
  readonly startedAt: number
  /** The exit reason, if its process ends in it, for any cause; set at the end. */
  failure: { readonly reason: ExitReason } | undefined
  /** Whether the handler was skipped because the caller is gone; set at the end. */
  skipped: boolean
  /**
   * Runs the handler; if it fails, also the end of its process with the report of the crash. A subscriber of the start may replace it by
   * a function that calls it inside a context of its own.
   */
  run: () => Handled | PromiseLike<Handled>
}

/** The event of a call, from send to end. */
export interface CallEvent {
  readonly kernel: Kernel
  readonly from: Pid | undefined
  /** The server as the caller named it. */
  readonly server: Pid | string
  /** The called process; undefined if the call was refused and not sent. */
  readonly to: Pid | undefined
  readonly request: unknown
  /** Identifies this call; it is the message of its `DeliveryEvent`. Undefined if the call was refused and not sent. */
  readonly call: CallRequest | undefined
  readonly startedAt: number
  /** The error, at its end, if it failed. */
  error: unknown
}

/** The event of a `terminate` of a server, a state machine or a supervisor (a supervisor stops its children in it). */
export interface TerminateEvent {
  readonly kernel: Kernel
  readonly pid: Pid
  /** The exit reason. */
  readonly reason: ExitReason
  /** The time of its beginning, on the kernel's clock. */
  readonly startedAt: number
  /** The error of `terminate` itself; set at the end. */
  failure: { readonly reason: unknown } | undefined
  /** Runs `terminate`. A subscriber of the start may replace it by a function that calls it inside a context of its own. */
  run: () => unknown
}

const reports = guardedChannel(REPORTS)
const spawns = guardedChannel(KERNEL_CHANNELS.spawn)
const exits = guardedChannel(KERNEL_CHANNELS.exit)
const discards = guardedChannel(KERNEL_CHANNELS.discard)
const deadLetters = guardedChannel(KERNEL_CHANNELS.deadLetter)
const callEnds = guardedChannel(KERNEL_CHANNELS.callEnd)
const terminates = guardedChannel(KERNEL_CHANNELS.terminateStart)
const terminateEnds = guardedChannel(KERNEL_CHANNELS.terminateEnd)

/** For the check in the hot path; publish with `publishDelivery`. */
export const deliveries = guardedChannel(KERNEL_CHANNELS.delivery)
/** For the check in the hot path; run handlers with `observed`. */
export const handlers = guardedChannel(KERNEL_CHANNELS.handlerStart)
export const handlerEnds = guardedChannel(KERNEL_CHANNELS.handlerEnd)
/** For the check in the hot path; publish with `observeCall`. */
export const calls = guardedChannel(KERNEL_CHANNELS.callStart)

/** Whether any code besides the log gets reports. */
export function hasReportListeners(): boolean {
  return reports.hasSubscribers
}

export function publishReport(kernel: Kernel, report: Report): void {
  if (reports.hasSubscribers) reports.publish({ kernel, report } satisfies ReportEvent)
}

export function publishSpawn(process: Process): void {
  if (!spawns.hasSubscribers) return
  const { kernel, pid, parent } = process
  spawns.publish({ kernel, pid, parent } satisfies SpawnEvent)
}

export function publishExit(process: Process): void {
  if (!exits.hasSubscribers) return
  const { kernel, pid, name, label, reason, linked } = process
  exits.publish({ kernel, pid, name, label, reason, linked } satisfies ExitEvent)
}

/** Whether the ends of processes have subscribers. */
export function hearsExits(): boolean {
  return exits.hasSubscribers
}

export function publishDiscard(process: Process | undefined, cause: DiscardCause): void {
  if (process === undefined || !discards.hasSubscribers) return
  const { kernel, pid } = process
  discards.publish({ kernel, pid, cause } satisfies DiscardEvent)
}

/** Publishes that the current process dropped a call for which nobody waits any more. */
export function discardAbandoned(): void {
  publishDiscard(currentProcess<Process>(), 'abandoned')
}

export function publishDeadLetter(kernel: Kernel, to: unknown, message: unknown): void {
  if (!deadLetters.hasSubscribers) return
  deadLetters.publish({ kernel, from: currentProcess<Process>()?.pid, to, message } satisfies DeadLetterEvent)
}

/** Whether the current delivery comes from a timer. */
let timed = false

/** Runs `deliver`, which puts the message of a timer into a mailbox. */
export function deliverTimed(deliver: () => void): void {
  timed = true
  try {
    deliver()
  } finally {
    timed = false
  }
}

/** Whether what is delivered now comes from a timer. */
export function isTimed(): boolean {
  return timed
}

/** Publishes the delivery of the last message in a mailbox, which was just added. */
export function publishDelivery({ kernel, pid, mailbox, body }: Process): void {
  if (body.internal === true) return
  const delivery = mailbox.last as Envelope
  const { message } = delivery
  const event: DeliveryEvent = {
    kernel,
    from: currentProcess<Process>()?.pid,
    to: pid,
    message,
    delivery,
    timer: timed,
  }
  deliveries.publish(event)
}

/**
 * The event of a call. It is a class, so that subscribers can add properties to it without another object: on an object literal that would
 * cost one.
 */
class ObservedCall implements CallEvent {
  error: unknown = undefined

  constructor(
    readonly kernel: Kernel,
    readonly from: Pid | undefined,
    readonly server: Pid | string,
    readonly to: Pid | undefined,
    readonly request: unknown,
    readonly call: CallRequest | undefined,
  ) {
    this.startedAt = kernel.now()
  }

  readonly startedAt: number
}

/** Publishes the start of a call. */
export function observeCall(
  { kernel, pid: to, body }: Process,
  server: Pid | string,
  call: CallRequest,
): void {
  if (body.internal === true) return
  const event = new ObservedCall(kernel, call.caller, server, to, call.payload, call)
  call.event = event
  calls.publish(event)
}

/** Publishes the end of a call. */
export function observeEnd(call: CallRequest, error: unknown): void {
  const { event } = call
  if (event === undefined) return
  call.event = undefined
  event.error = error
  callEnds.publish(event)
}

/** Publishes a call that was refused. */
export function observeRefusal(kernel: Kernel, server: Pid | string, request: unknown, error: unknown): void {
  const event = new ObservedCall(
    kernel,
    currentProcess<Process>()?.pid,
    server,
    undefined,
    request,
    undefined,
  )
  calls.publish(event)
  event.error = error
  callEnds.publish(event)
}

/** Runs the terminate callback of the current process inside the functions of its subscribers, and publishes its end. */
export function observedTerminate(reason: ExitReason, run: () => unknown): unknown {
  const process = terminates.hasSubscribers ? currentProcess<Process>() : undefined
  if (process === undefined) return run()
  const { kernel, pid } = process
  const event: TerminateEvent = { kernel, pid, reason, startedAt: kernel.now(), failure: undefined, run }
  terminates.publish(event)
  let isOver = false
  const end = (failure?: { readonly reason: unknown }): void => {
    if (isOver) return
    isOver = true
    event.failure = failure
    terminateEnds.publish(event)
  }
  try {
    const pending = event.run()
    if (isThenable(pending)) {
      // The promise of a process that is killed for taking too long may never settle.
      const witness = { died: () => end({ reason: process.reason }) }
      addDeathObserver(process, witness)
      const settled = (failure?: { readonly reason: unknown }): void => {
        removeDeathObserver(process, witness)
        end(failure)
      }
      promiseOf(pending).then(
        () => settled(),
        (thrown: unknown) => settled({ reason: thrown }),
      )
    } else end()
    return pending
  } catch (thrown) {
    end({ reason: thrown })
    throw thrown
  }
}
