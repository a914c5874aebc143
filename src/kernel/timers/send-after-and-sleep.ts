import { checkSignal } from '../context/abort-signal-wait.js'
import { actor } from '../context/current-kernel.js'
import { rejectedWith } from '../context/dead-process-error.js'
import { kernelError } from '../errors/errors.js'
import { checkKnown } from '../errors/known-options.js'
import { checkTime } from '../errors/time-checks.js'
import { Waiter } from '../mail/receive-waiter.js'
import type { Process } from '../process/process.js'
import { isInstance } from '../show/index.js'
import { Pid, routeOf } from '../terms/pid.js'
import { Reference } from '../terms/reference.js'
import { MessageTimer } from './message-timer.js'

/** Options of `sendAfter` and `startTimer`. */
export interface TimerOptions {
  /** Whether the time is a point on the kernel's clock (`currentKernel().now()`) and not a duration. Default false. */
  readonly abs?: boolean
}

/**
 * Sends `message` after `ms` milliseconds. A name is looked up at that time. The timer ends when its receiver dies; the death of the
 * process that set it does not end it. Erlang's `erlang:send_after/3`.
 *
 * @param ms milliseconds; fractions are rounded up
 * @throws BAD_TIME, NOT_A_PID, BAD_OPTION
 * @example
 * ```ts
 * const timer = sendAfter(1_000, self(), 'tick')
 * cancelTimer(timer)
 * ```
 */
export function sendAfter(ms: number, to: Pid | string, message: unknown, options?: TimerOptions): Reference {
  if (options !== undefined) checkKnown('sendAfter', options, ['abs'])
  return startMessage('sendAfter', fromNow(ms, options), to, message, false)
}

/** Sends `message` inside a `TimeoutMessage` with the reference, otherwise as `sendAfter` does. Erlang's `start_timer/3`. */
export function startTimer(
  ms: number,
  to: Pid | string,
  message: unknown,
  options?: TimerOptions,
): Reference {
  if (options !== undefined) checkKnown('startTimer', options, ['abs'])
  return startMessage('startTimer', fromNow(ms, options), to, message, true)
}

/** The duration to an absolute time; 0 if that is in the past. A value that is no number is refused later. */
function fromNow(ms: number, options: TimerOptions | undefined): number {
  if (options?.abs !== true || typeof ms !== 'number') return ms
  return Math.max(0, ms - actor().kernel.now())
}

function startMessage(
  action: string,
  ms: number,
  to: Pid | string,
  message: unknown,
  tagged: boolean,
): Reference {
  const setter = actor()
  const { kernel } = setter
  checkTime(ms, action)
  if (!(to instanceof Pid) && typeof to !== 'string') throw kernelError('NOT_A_PID', { action, value: to })
  if (typeof to !== 'string') kernel.touches(to)
  const destination = typeof to === 'string' ? to : routeOf<Process>(to)
  // For a dead process no timer is needed: the reference looks like one of a timer that has ended.
  if (destination === undefined || (typeof destination !== 'string' && !destination.alive))
    return new Reference()
  const own = destination === setter || destination === setter.name
  return new MessageTimer(kernel, destination, kernel.isolate(message), tagged, own).start(ms)
}

/**
 * Cancels a timer; any process may do it. A message that was delivered stays in the mailbox. Erlang's `cancel_timer/1`.
 *
 * @returns the whole milliseconds that were left; false if it had fired or was cancelled before
 * @throws NOT_A_REFERENCE
 */
export function cancelTimer(timer: Reference): number | false {
  actor()
  if (!isInstance(timer, Reference))
    throw kernelError('NOT_A_REFERENCE', { action: 'cancelTimer', value: timer })
  return timer instanceof MessageTimer ? timer.cancel() : false
}

/** The whole milliseconds that are left; false for a timer that has ended. Erlang's `read_timer/1`. @throws NOT_A_REFERENCE */
export function readTimer(timer: Reference): number | false {
  actor()
  if (!isInstance(timer, Reference))
    throw kernelError('NOT_A_REFERENCE', { action: 'readTimer', value: timer })
  return timer instanceof MessageTimer ? timer.read() : false
}

const NO_CLAUSE = [] as const

/** Options of `sleep`. */
export interface SleepOptions {
  /** A signal that ends the sleep: it then rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Waits for `ms` milliseconds of the kernel's clock. Messages stay in the mailbox. Elixir's `Process.sleep/1`.
 *
 * @param ms milliseconds; fractions are rounded up. With 0, other processes that are ready run first, which long loops should allow; Erlang's `yield/0`
 * @param options `signal`: a signal that ends the sleep
 * @throws BAD_TIME, BAD_OPTION; the reason of the signal, by default an `AbortError`. All of them reject.
 * @example
 * ```ts
 * await sleep(1_000)
 * await sleep(60_000, { signal: processSignal() })
 * ```
 */
export async function sleep(ms: number, options?: SleepOptions): Promise<void> {
  let process: Process
  try {
    process = actor()
  } catch (error) {
    return rejectedWith(error)
  }
  if (ms !== Number.POSITIVE_INFINITY) checkTime(ms, 'sleep')
  const waiter = new Waiter(process, NO_CLAUSE, undefined)
  waiter.yields = true
  if (options !== undefined) checkKnown('sleep', options, ['signal'])
  const signal = options?.signal
  if (signal !== undefined) {
    checkSignal(signal, 'sleep')
    if (signal.aborted) throw signal.reason
    waiter.endWith(signal, undefined)
  }
  await process.receive(waiter, ms)
}
