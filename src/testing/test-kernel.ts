import { guardProcesses } from '../guards/index.js'
import {
  currentKernel,
  defaultKernel,
  type ExitReason,
  HeartwoodError,
  isDown,
  isOrderly,
  Kernel,
  type KernelOptions,
  monitor,
  type Pid,
  printed,
  type Report,
  receive,
  setDefaultKernel,
  VirtualClock,
} from '../kernel/index.js'
import { Crashes } from './crashes.js'
import { testingError } from './errors.js'
import { installFakeTimers } from './fake-timers.js'
import { Faults } from './faults/index.js'
import { Incarnations } from './incarnations.js'
import { Instruments } from './instruments.js'
import { activeCounts } from './machine.js'
import { MachineWait } from './machine-wait.js'
import { divertFailures, Footprint } from './process-listeners.js'
import { Suspended } from './quiet.js'
import { Recorder, timelineOf } from './trace/index.js'
import { treeOf } from './tree.js'
import type { WatchedKernel } from './watched.js'
import { limitOf } from './within.js'

/** What a test may set of its kernel. */
export interface TestKernelOptions extends Pick<KernelOptions, 'messages' | 'scheduler' | 'random' | 'node'> {
  /** The time; default a virtual clock of its own. */
  readonly clock?: VirtualClock
  /**
   * Whether `now()` has a fraction of a millisecond, as it has on the machine's clock: code that takes it for whole is
   * found out. Timers are due as ever. For the clock of its own; default false.
   */
  readonly fractionalTime?: boolean
  /** Trace events that are kept. Default 10,000. */
  readonly traceLimit?: number
  /** Reports and crashes that are kept, the last ones: each may hold a state. Default 1,000. */
  readonly reportLimit?: number
}

/** Lines of the timeline in a failure. */
const LINES = 40
const DAY = 86_400_000
/** Of a millisecond. A sum of powers of two, so that sums with it are exact. */
const FRACTION = 0.625

/**
 * A kernel for one test: time stands still until the test moves it, messages are frozen so that nothing is shared by
 * accident, reports are kept instead of being printed, all that happens is in the `trace`, and `faults` are on demand.
 *
 * @example
 * ```ts
 * await using kernel = new TestKernel().install()
 * const counter = await startSupervised(Counter)
 * ```
 */
export class TestKernel extends Kernel implements WatchedKernel, AsyncDisposable {
  override readonly clock: VirtualClock
  /** The reports so far: crashes, supervisor reports, progress. The last `reportLimit` of them. */
  readonly reports: Report[] = []
  readonly trace: Recorder
  readonly faults: Faults
  readonly crashes: Crashes
  // What follows is for the kit.
  readonly incarnations = new Incarnations()
  readonly suspended = new Suspended()
  /** What kept Node running before the test. */
  readonly activeBefore = activeCounts()
  /** The supervisor of what the test starts. */
  supervisor: Pid | undefined
  readonly #reportLimit: number
  readonly #following: Disposable
  readonly #ending: (() => unknown)[] = []
  #footprint: Footprint | undefined
  #uninstall: () => void = () => {}
  #closing = false
  #end: HeartwoodError | undefined

  constructor({
    traceLimit,
    reportLimit = 1_000,
    fractionalTime = false,
    ...options
  }: TestKernelOptions = {}) {
    const clock = options.clock ?? new VirtualClock(undefined, fractionalTime ? FRACTION : 0)
    const probe = new Instruments()
    super({ messages: 'freeze', ...options, clock, probe, report: (report) => this.#note(report) })
    probe.kernel = this
    this.clock = clock
    this.trace = new Recorder(this, traceLimit)
    this.faults = new Faults(this)
    this.crashes = new Crashes(this, (reason) => this.faults.isInjected(reason), reportLimit)
    this.#reportLimit = reportLimit
    this.#following = this.incarnations.follow(this)
  }

  /** The reports of one kind, such as `'crash'` or `'supervisor'`. */
  reportsOf(kind: string): Report[] {
    return this.reports.filter((report) => report.kind === kind)
  }

  /** The live processes as text, each below the one that started it. */
  tree(): string {
    return treeOf(this, this.trace.nameOf)
  }

  /** What happened last, one line an event. */
  timeline(last: number = LINES): string {
    return timelineOf(this.trace.events, this.trace.nameOf, { last })
  }

  /**
   * Resolves when nothing is ready to run, in the kernel or in an async handler that awaits something of its own. Time
   * does not move.
   */
  override settled(): Promise<void> {
    return this.suspended.quiet(
      () => this.scheduler.idle,
      () => this.trace.count,
    )
  }

  /**
   * Waits for a promise, and moves time to the next timer whenever nothing else is left to do. What the machine does in
   * its own time, as reading a file, is waited for; where no timer is left also connections and Node's own timers.
   *
   * @param options.what names it in a failure
   * @param options.within virtual milliseconds; default a day
   * @param options.withinReal real milliseconds for what the machine does; default 4,000
   * @throws TEST_STUCK when nothing is left that could settle it, or the machine was not through in time
   */
  async runUntil<T>(
    promise: PromiseLike<T>,
    {
      what = 'the promise',
      within = DAY,
      withinReal,
    }: { what?: string; within?: number; withinReal?: number } = {},
  ): Promise<T> {
    let over = false
    const settle = (): void => {
      over = true
    }
    promise.then(settle, settle)
    const limit = limitOf(this.clock, within, 'runUntil')
    const work = new MachineWait(this, withinReal)
    for (;;) {
      await this.settled()
      if (over) return promise
      if (!(await work.goOn(limit, () => over))) throw this.#stuck(what, within, work)
    }
  }

  /** The failure of a test that waits for what cannot happen any more. */
  #stuck(what: string, within: number, { unfinished, limit }: MachineWait): HeartwoodError {
    const { next } = this.clock
    const noTime = next === undefined ? 'no timer is set' : `it did not within ${within} ms of virtual time`
    const busy = `Node is still busy after ${limit} ms of real time (withinReal): ${unfinished.join(', ')}`
    const why = unfinished.length === 0 ? noTime : `${noTime}, and ${busy}`
    return testingError('TEST_STUCK', { what, why, tree: this.tree(), timeline: this.timeline() })
  }

  /** The failure of a test that ran out of real time while virtual time stood still before a timer; undefined with no timer. */
  stoodStill(): HeartwoodError | undefined {
    const { next } = this.clock
    if (next === undefined) return undefined
    const ms = Math.max(0, next - this.clock.now())
    const why = `time stands still until the test moves it, and the next timer is due in ${ms} ms: clock().advance(${ms}), or testKernel().runUntil(promise)`
    return testingError('TEST_STUCK', {
      what: 'the end of the test',
      why,
      tree: this.tree(),
      timeline: this.timeline(),
    })
  }

  /**
   * Makes it the default kernel, on which code outside any process acts, until `finish`.
   *
   * @throws TEST_KERNEL_BUSY
   */
  install(): this {
    const before = defaultKernel()
    if (before instanceof TestKernel) throw testingError('TEST_KERNEL_BUSY', {})
    this.#footprint = new Footprint()
    setDefaultKernel(this)
    const guards = guardProcesses()
    const failures = divertFailures((reason, promise) => currentKernel().contain(reason, promise))
    this.#uninstall = () => {
      this.#uninstall = () => {}
      failures[Symbol.dispose]()
      guards[Symbol.dispose]()
      setDefaultKernel(before)
    }
    return this
  }

  /**
   * Puts Node's own timers and `Date` on this kernel's clock, too, until `finish`: for code under test that uses them.
   * They are the whole program's, so no two tests at a time may do so.
   */
  fakeTimers(): void {
    const installed = installFakeTimers(this.clock)
    this.onFinish(() => installed[Symbol.dispose]())
  }

  /** Has `end` run when the test is over: what came last ends first. */
  onFinish(end: () => unknown): void {
    this.#ending.push(end)
  }

  /**
   * The end of a test: stops what it started in good order, ends what is left, and takes everything back.
   *
   * @throws TEST_CRASHED when a process crashed that was not expected to; TEST_EXPECTATION_FAILED for what nobody
   *   awaited and did not come; TEST_FAULT_UNSTRUCK for what was to go wrong and did not; TEST_LEAK when something is left
   *   behind; what a stop throws; TEST_FAILURES for several of these
   */
  async finish(): Promise<void> {
    const failures: unknown[] = []
    const attempt = async (end: () => unknown): Promise<void> => {
      try {
        await end()
      } catch (error) {
        failures.push(error)
      }
    }
    for (let end = this.#ending.pop(); end !== undefined; end = this.#ending.pop()) await attempt(end)
    await attempt(() => this.faults.check())
    // The kernel is taken from the program last, whatever fails before.
    await attempt(() => this.close())
    this.#uninstall()
    await this.#footprint?.closed()
    const crashes = this.crashes.failure()
    if (crashes !== undefined) throw crashes
    const failure = severalFailures(failures) ?? this.#end ?? this.#leak()
    if (failure !== undefined) throw failure
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.finish()
  }

  /** Ends every process, at once and in any order, so that nothing of this test runs into the next. Checks nothing. */
  async close(): Promise<void> {
    this.#closing = true
    this.#following[Symbol.dispose]()
    this.faults.clear()
    for (let pids = this.processes(); pids.length > 0; pids = this.processes()) {
      const gone = this.run(() => endAll(pids))
      await this.runUntil(gone, { what: 'the end of all processes' })
      await this.settled()
    }
    this.timers.clear()
  }

  override prepare(...args: Parameters<Kernel['prepare']>): ReturnType<Kernel['prepare']> {
    const process = super.prepare(...args)
    const [, , { name }] = args
    if (typeof name === 'object') this.incarnations.named(String(name), process.pid)
    return process
  }

  /** The test is to fail, and not the program that runs it. */
  protected override mainExited(reason: ExitReason): void {
    if (this.#closing || isOrderly(reason)) return
    this.#end = testingError('TEST_PROCESS_ENDED', { reason }, { cause: reason })
  }

  #note(report: Report): void {
    this.reports.push(report)
    // A tenth at a time, since what is left moves up.
    if (this.reports.length > this.#reportLimit * 1.1)
      this.reports.splice(0, this.reports.length - this.#reportLimit)
    this.incarnations.progress(report)
    this.crashes.note(report)
  }

  #leak(): HeartwoodError | undefined {
    const left = this.#footprint?.left() ?? []
    return left.length === 0 ? undefined : testingError('TEST_LEAK', { list: left.join(', ') })
  }
}

/** One is itself; of several the first lines are told. */
function severalFailures(failures: readonly unknown[]): unknown {
  if (failures.length < 2) return failures[0]
  const list = failures.map((failure) => `\n\n${printed(failure).split('\n\n')[0]}`).join('')
  return testingError('TEST_FAILURES', { count: failures.length, list, failures }, { cause: failures[0] })
}

/** Kills them, and waits until what they own is closed. */
async function endAll(pids: readonly Pid[]): Promise<void> {
  const refs = pids.map((pid) => monitor(pid))
  const kernel = currentKernel()
  for (const pid of pids) kernel.exit(pid, 'kill' satisfies ExitReason)
  for (const ref of refs) await receive((message: unknown) => isDown(message) && message.ref === ref)
}
