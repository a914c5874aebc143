/**
 * The watchdog: it names the code that blocks the event loop, while it blocks. OTP's `long_schedule` of `system_monitor`.
 *
 * The main thread beats by a timer, and another thread checks the beat. When the beat is late, that thread pauses the main thread by
 * the debugger, asks there which process runs which code, and resumes it. So handling a message costs nothing, and an endless loop is
 * named too.
 */
import { randomUUID } from 'node:crypto'
import { url } from 'node:inspector'
import { Worker } from 'node:worker_threads'
import {
  type Alarm,
  currentBehaviour,
  currentKernel,
  currentPid,
  guardedChannel,
  type Kernel,
  type Pid,
  printed,
  processInfo,
  type Report,
  SystemClock,
} from '../../kernel/index.js'
import { describeStack } from './blocked-stack.js'
import { type Orders, THREAD_SOURCE } from './watchdog-thread.js'

/** The name of the channel of reports about a blocked event loop. */
export const WATCHDOG_REPORTS = 'heartwood.watchdog.report'

/** The event of a report. */
export interface WatchdogEvent {
  readonly kernel: Kernel
  readonly report: Report
}

const reports = guardedChannel(WATCHDOG_REPORTS)

/** The process and the code that blocked. */
interface Culprit {
  readonly pid: Pid | undefined
  readonly name: string | undefined
  readonly label: unknown
  readonly behaviour: string | undefined
  /** The message that it was handling, if it is known. */
  readonly handling: string | undefined
  /** The function and its place. */
  readonly at: string | undefined
  readonly stack: string
}

/** The number of beats within the limit. */
const BEATS = 4

/**
 * Watches this program until it is disposed of.
 *
 * @param limit milliseconds that code may block the event loop before it is reported
 */
export function watchEventLoop(kernel: Kernel, limit: number): Watchdog {
  return new Watchdog(kernel, limit)
}

export class Watchdog implements Alarm, Disposable {
  readonly #clock = new SystemClock()
  readonly #key = `heartwood.watchdog.${randomUUID()}`
  readonly #beats = new Int32Array(new SharedArrayBuffer(4))
  readonly #interval: number
  #due = 0
  #culprit: Culprit | undefined
  #thread: Worker | undefined
  /** The duration and the end of the last blocking. */
  #last = { duration: 0, over: Number.NEGATIVE_INFINITY }

  constructor(
    private readonly kernel: Kernel,
    private readonly limit: number,
  ) {
    this.#interval = Math.max(5, limit / BEATS)
    Reflect.set(globalThis, Symbol.for(this.#key), (message: unknown) => this.#look(message))
    this.#thread = this.#start()
    this.#beat()
  }

  ring(): void {
    const late = this.#clock.now() - this.#due
    if (late >= this.limit) this.#report(late)
    this.#culprit = undefined
    this.#beat()
  }

  /** The duration of a recent blocking in milliseconds; `undefined` after the event loop has been free for as long again. */
  blocked(): number | undefined {
    const now = this.#clock.now()
    const late = now - this.#due
    // The blocking is not reported yet: the caller runs before the timer.
    if (late >= this.limit) return late
    return now - this.#last.over < this.#last.duration ? this.#last.duration : undefined
  }

  settled(): Promise<void> {
    return this.kernel.settled()
  }

  [Symbol.dispose](): void {
    this.#clock.clearAlarm(this)
    Reflect.deleteProperty(globalThis, Symbol.for(this.#key))
    // Not awaited, since the thread has no state to save.
    void this.#thread?.terminate()
    this.#thread = undefined
  }

  #beat(): void {
    Atomics.add(this.#beats, 0, 1)
    this.#due = this.#clock.now() + this.#interval
    this.#clock.setAlarm(this, this.#due)
    this.#clock.hold(this, false)
  }

  #start(): Worker | undefined {
    // Without an inspector late beats are reported without a name. Also under a debugger, since our pauses would resume at its
    // breakpoints.
    if (!process.features.inspector || url() !== undefined) return undefined
    const workerData: Orders = {
      beats: this.#beats,
      interval: this.#interval,
      limit: this.limit,
      key: this.#key,
    }
    try {
      const name = 'heartwood watchdog'
      const thread = new Worker(THREAD_SOURCE, { eval: true, workerData, execArgv: [], stdin: false, name })
      thread.unref()
      thread.on('error', (error) => this.#nameless('the watchdog broke', error))
      return thread
    } catch (error) {
      // `node --permission` without `--allow-worker`, or no more threads.
      this.#nameless(
        'Node gives the watchdog no thread (node --allow-worker, where permissions are on)',
        error,
      )
      return undefined
    }
  }

  #nameless(why: string, reason: unknown): void {
    this.#thread = undefined
    const message = `${why}; what blocks the event loop is told of without a name`
    this.kernel.report({ level: 'warn', kind: 'watchdog', message, reason })
  }

  /** Called by the debugger on top of the code that blocks. Returns a text about it for the thread. */
  #look(message: unknown): string | undefined {
    const late = this.#clock.now() - this.#due
    const pid = currentPid()
    // The code that blocked has ended meanwhile, or it belongs to another system.
    if (late < this.limit / 2 || (pid !== undefined && currentKernel() !== this.kernel)) return undefined
    const { at, stack, isNodes } = describeStack(new Error('blocked').stack ?? '')
    // No code of the program: the machine had suspended the program.
    if (pid === undefined && isNodes) return undefined
    const info = pid === undefined ? undefined : processInfo(pid)
    this.#culprit = {
      pid,
      name: info?.registeredName,
      label: info?.label,
      behaviour: currentBehaviour()?.constructor.name,
      handling: messageName(message),
      at,
      stack,
    }
    return sentence(this.#culprit)
  }

  #report(late: number): void {
    const duration = Math.round(late)
    this.#last = { duration: late, over: this.#clock.now() }
    const culprit = this.#culprit
    const report: Report = {
      // If no code was found, the machine may have been busy or suspended.
      level: culprit === undefined ? 'debug' : 'warn',
      kind: 'watchdog',
      message: `the event loop was blocked for ${duration} ms${culprit === undefined ? '' : ` by ${sentence(culprit)}`}`,
      duration,
      limit: this.limit,
      ...culprit,
    }
    this.kernel.report(report)
    if (reports.hasSubscribers) reports.publish({ kernel: this.kernel, report } satisfies WatchdogEvent)
  }
}

function sentence({ pid, name, label, at, handling }: Culprit): string {
  const who =
    pid === undefined ? 'code of no process' : `process ${printed(label ?? name ?? 'without a name')} ${pid}`
  return `${who}${at === undefined ? '' : `, in ${at}`}${handling === undefined ? '' : `, handling ${handling}`}`
}

/** A short text for a message: of a call or a cast its request. */
function messageName(message: unknown): string | undefined {
  if (message === undefined) return undefined
  if (typeof message !== 'object' || message === null) return printed(message).slice(0, 80)
  const { payload, request } = message as { payload?: unknown; request?: unknown }
  const shown = printed(payload ?? request ?? message).slice(0, 80)
  return shown === '{}' ? message.constructor.name : shown
}
