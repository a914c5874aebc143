import { checkSignal } from '../context/abort-signal-wait.js'
import { actor } from '../context/current-kernel.js'
import { kernelError } from '../errors/errors.js'
import { checkKnown } from '../errors/known-options.js'
import { checkTime } from '../errors/time-checks.js'
import { Waiter } from '../mail/receive-waiter.js'
import { Pid, routeOf } from '../terms/pid.js'
import { Reference } from '../terms/reference.js'
import { MessageTimer } from './message-timer.js'

/** Options of `sendAfter` and `startTimer`. */
export interface TimerOptions {
  /** The time is a point on the kernel's clock (`currentKernel().now()`), not a distance; default false. */
  readonly abs?: boolean
}

/**
 * Sends `message` after `ms` milliseconds. A name is looked up only then. The timer ends when the process it is aimed
 * at dies; it outlives the one that set it. Erlang's `erlang:send_after/3`.
 *
 * @param ms fractions are rounded up
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

/** As `sendAfter`, but the message comes inside a `TimeoutMessage` with the reference. Erlang's `start_timer/3`. */
export function startTimer(
  ms: number,
  to: Pid | string,
  message: unknown,
  options?: TimerOptions,
): Reference {
  if (options !== undefined) checkKnown('startTimer', options, ['abs'])
  return startMessage('startTimer', fromNow(ms, options), to, message, true)
}

/** The distance to an absolute time; one that is past is now. What is no number stays so, and is refused later. */
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
  const destination = typeof to === 'string' ? to : routeOf(to)
  // To a dead process: a timer that never was, as far as anyone can see.
  if (destination === undefined || (typeof destination !== 'string' && !destination.alive))
    return new Reference()
  const own = destination === setter || destination === setter.name
  return new MessageTimer(kernel, destination, kernel.isolate(message), tagged, own).start(ms)
}

/**
 * Cancels a timer; any process may. A message already delivered stays. Erlang's `cancel_timer/1`.
 *
 * @returns the whole milliseconds that were left, or false if it had fired or was cancelled before
 * @throws NOT_A_REFERENCE
 */
export function cancelTimer(timer: Reference): number | false {
  actor()
  if (!(timer instanceof Reference))
    throw kernelError('NOT_A_REFERENCE', { action: 'cancelTimer', value: timer })
  return timer instanceof MessageTimer ? timer.cancel() : false
}

/** The whole milliseconds left, or false. Erlang's `read_timer/1`. @throws NOT_A_REFERENCE */
export function readTimer(timer: Reference): number | false {
  actor()
  if (!(timer instanceof Reference))
    throw kernelError('NOT_A_REFERENCE', { action: 'readTimer', value: timer })
  return timer instanceof MessageTimer ? timer.read() : false
}

const NO_CLAUSE = [] as const

/** Options of `sleep`. */
export interface SleepOptions {
  /** Ends the sleep when it fires: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Waits `ms` milliseconds on the kernel's clock; messages stay in the mailbox. Elixir's `Process.sleep/1`.
 *
 * @param ms fractions are rounded up; with 0, those that are ready to run have their turns first, which a long loop owes them; Erlang's `yield/0`
 * @param options a `signal` that ends it
 * @throws BAD_TIME, BAD_OPTION; the reason of the signal, by default an `AbortError`. All of them reject.
 * @example
 * ```ts
 * await sleep(1_000)
 * await sleep(60_000, { signal: processSignal() })
 * ```
 */
export async function sleep(ms: number, options?: SleepOptions): Promise<void> {
  const process = actor()
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
