/**
 * The watchdog: names what blocks the event loop, while it does. OTP's `long_schedule` of `system_monitor`.
 *
 * The main thread beats by a timer; a thread of its own listens. When the beat is late, the thread has the debugger stop
 * the main thread wherever it is, asks there which process runs what, and lets it go on. So a message costs nothing,
 * and an endless loop is named too.
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

/** The name of the channel on which every blocking of the event loop is published. */
export const WATCHDOG_REPORTS = 'heartwood.watchdog.report'

/** What is published. */
export interface WatchdogEvent {
  readonly kernel: Kernel
  readonly report: Report
}

const reports = guardedChannel(WATCHDOG_REPORTS)

/** Who was found at it. */
interface Culprit {
  readonly pid: Pid | undefined
  readonly name: string | undefined
  readonly label: unknown
  readonly behaviour: string | undefined
  /** What it was handling, where that is known. */
  readonly handling: string | undefined
  /** The function it was in, and where. */
  readonly at: string | undefined
  readonly stack: string
}

/** Beats in a limit. */
const BEATS = 4

/**
 * Watches this program until disposed of.
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
  /** The last time that the loop was blocked: for how long, and when it was over. */
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

  /** Milliseconds that the event loop was blocked just now; undefined once it has been free for as long again. */
  blocked(): number | undefined {
    const now = this.#clock.now()
    const late = now - this.#due
    // Not told of yet: whoever asks came before the timer.
    if (late >= this.limit) return late
    return now - this.#last.over < this.#last.duration ? this.#last.duration : undefined
  }

  settled(): Promise<void> {
    return this.kernel.settled()
  }

  [Symbol.dispose](): void {
    this.#clock.clearAlarm(this)
    Reflect.deleteProperty(globalThis, Symbol.for(this.#key))
    // It has nothing to lose, and nobody waits for it.
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
    // Without an inspector late beats are still told of, but by nobody's name. Under a debugger too, whose breakpoints
    // our looks would end.
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
      // `node --permission` without `--allow-worker`, or no thread left.
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

  /** Called from the debugger, on top of whatever blocks. Returns who that is, for the thread to say. */
  #look(message: unknown): string | undefined {
    const late = this.#clock.now() - this.#due
    const pid = currentPid()
    // The code that blocked is through, and this is something else; or it is another system's process.
    if (late < this.limit / 2 || (pid !== undefined && currentKernel() !== this.kernel)) return undefined
    const { at, stack, isNodes } = describeStack(new Error('blocked').stack ?? '')
    // Nobody's code: the machine has just let the program go on.
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
      // Without anyone found at it, the machine may as well have been busy, or asleep.
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

/** A call or a cast by what is asked for, anything else as it is, in short. */
function messageName(message: unknown): string | undefined {
  if (message === undefined) return undefined
  if (typeof message !== 'object' || message === null) return printed(message).slice(0, 80)
  const { payload, request } = message as { payload?: unknown; request?: unknown }
  const shown = printed(payload ?? request ?? message).slice(0, 80)
  return shown === '{}' ? message.constructor.name : shown
}
