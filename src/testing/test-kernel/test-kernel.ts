import { guardProcesses } from '../../guards/index.js'
import {
  checkKnown,
  currentKernel,
  defaultKernel,
  downOf,
  type ExitReason,
  exchangeDefaultKernel,
  Ground,
  HeartwoodError,
  isCurrentKernel,
  isOrderly,
  isThenable,
  Kernel,
  type KernelOptions,
  monitor,
  namesOf,
  type Pid,
  printed,
  type Report,
  receive,
  turnOfLoop,
  VirtualClock,
  within,
} from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { Faults } from '../faults/index.js'
import { HeldTimers } from '../time/held-timers.js'
import { Recorder, timelineOf } from '../trace/index.js'
import type { WatchedKernel } from '../watched-kernel.js'
import { Crashes } from './expected-crashes.js'
import { Suspended } from './idle-check.js'
import { treeOf } from './process-tree.js'
import { divertFailures, Footprint } from './program-footprint.js'
import { activeCounts, machine } from './real-work.js'
import { isolatesGone, MachineWait } from './real-work-wait.js'
import { Incarnations } from './restart-history.js'
import { isLate, isRestless, isStuck, stoodStill } from './stuck-test.js'
import { comesOfTheEnd, LeftOver } from './test-end.js'
import { Instruments } from './test-probe.js'
import { limitOf } from './wait-limit.js'

/** The options of a test kernel. */
export interface TestKernelOptions
  extends Pick<KernelOptions, 'messages' | 'scheduler' | 'random' | 'node' | 'isolation'> {
  /** The clock. Default a virtual clock of its own. */
  readonly clock?: VirtualClock
  /**
   * Whether `now()` has a fraction of a millisecond, as on a real clock, to find code that expects whole numbers. Timers are not
   * affected. Only for the kernel's own clock. Default false.
   */
  readonly fractionalTime?: boolean
  /** The number of trace events that are kept. Default 10,000. */
  readonly traceLimit?: number
  /** The number of the last reports and crashes that are kept; each may hold a state. Default 1,000. */
  readonly reportLimit?: number
  /** The name of the test in messages about code that goes on after its end. Default `'the test'`. */
  readonly test?: string
}

export const TEST_KERNEL_OPTIONS = namesOf<TestKernelOptions>({
  messages: true,
  scheduler: true,
  random: true,
  node: true,
  isolation: true,
  clock: true,
  fractionalTime: true,
  traceLimit: true,
  reportLimit: true,
  test: true,
})

/** Lines of the timeline in a failure. */
const LINES = 40
const DAY = 86_400_000
/** Of a millisecond. A sum of powers of two, so that sums with it are exact. */
const FRACTION = 0.625
/** Real milliseconds for the end of a test: less than vitest gives a hook, so that the kernel is taken off by then. */
const LONGEST_END = 6_000
/** Turns in which Node tells of rejections that nobody handled. */
const TURNS_TO_TELL = 3

/**
 * A kernel for one test. Time stands still until the test moves it. Messages are frozen, so that nothing is shared by
 * accident. Reports are kept instead of printed, all events are in the `trace`, and `faults` can be injected.
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
  /** @internal */
  readonly crashes: Crashes
  // What follows is for the kit.
  /** @internal */
  readonly incarnations = new Incarnations()
  /** @internal */
  readonly suspended = new Suspended()
  /** @internal */
  readonly heldTimers = new HeldTimers()
  /** What kept Node running before the test. @internal */
  readonly activeBefore = activeCounts()
  /** The supervisor of what the test starts. @internal */
  supervisor: Pid | undefined
  readonly #reportLimit: number
  readonly #following: Disposable
  readonly #ending: (() => unknown)[] = []
  #footprint: Footprint | undefined
  #uninstall: () => void = () => {}
  #closing = false
  #end: HeartwoodError | undefined
  #phase: 'on' | 'ending' | 'over' = 'on'
  /** Its test stands on it, so that other code of the program can be told from it. */
  #isGround = false
  readonly #test: string
  readonly #leftOver: LeftOver
  /** What the test waits for, by what makes it give up. */
  readonly #waiting = new Set<(why: Error) => void>()

  constructor(input: TestKernelOptions = {}) {
    checkKnown('new TestKernel', input, TEST_KERNEL_OPTIONS)
    const { traceLimit, reportLimit = 1_000, fractionalTime = false, test = 'the test', ...options } = input
    const clock = options.clock ?? new VirtualClock(undefined, fractionalTime ? FRACTION : 0)
    const probe = new Instruments()
    super({
      messages: 'freeze',
      isolation: 'local',
      ...options,
      clock,
      probe,
      report: (report) => this.#note(report),
    })
    probe.kernel = this
    this.clock = clock
    this.trace = new Recorder(this, traceLimit)
    this.faults = new Faults(this)
    this.crashes = new Crashes(this, (reason) => this.faults.isInjected(reason), reportLimit)
    this.#reportLimit = reportLimit
    this.#following = this.incarnations.follow(this)
    this.#test = test
    this.#leftOver = new LeftOver(test)
  }

  /** Returns the reports of one kind, such as `'crash'` or `'supervisor'`. */
  reportsOf(kind: string): Report[] {
    return this.reports.filter((report) => report.kind === kind)
  }

  /** Returns the living processes as text, each below the process that started it. */
  tree(): string {
    return treeOf(this, this.trace.nameOf)
  }

  /** Returns the last events, one line each. */
  timeline(last: number = LINES): string {
    if (typeof last !== 'number') throw badArgument('timeline', 'the last lines', last, 'a number')
    return timelineOf(this.trace.events, this.trace.nameOf, { last })
  }

  /**
   * Resolves when nothing is ready to run, neither in the kernel nor in an async handler that awaits something of its own. Time
   * does not move.
   *
   * @throws TEST_STUCK if handlers still work after 4,000 ms of real time, or the kernel after 60,000
   */
  override async settled(): Promise<void> {
    const unrest = await this.suspended.quiet(
      () => this.scheduler.idle,
      () => this.trace.count,
    )
    if (unrest !== undefined) throw isRestless(this, unrest)
  }

  /**
   * Waits for a promise, and moves time to the next timer whenever nothing else is ready to run. It also waits for work of the machine,
   * such as reading a file; if no timer is set, also for connections and Node's own timers.
   *
   * @param options.what its name in a failure
   * @param options.within virtual milliseconds; default a day
   * @param options.withinReal real milliseconds for work of the machine; default 4,000, and 250 for work that Node does not report
   * @throws TEST_STUCK if nothing is left that could settle it, or the machine was not done in time; TEST_OVER;
   *   TEST_OPTION_INVALID
   */
  runUntil<T>(
    promise: PromiseLike<T>,
    options: { what?: string; within?: number; withinReal?: number } = {},
  ): Promise<T> {
    checkKnown('runUntil', options, ['what', 'within', 'withinReal'])
    if (!isThenable(promise)) throw badArgument('runUntil', 'the promise', promise, 'a promise')
    if (this.#phase === 'on') this.heldTimers.check()
    const { what = 'the promise', within = DAY, withinReal } = options
    return this.waits(() => this.#runUntil(promise, what, within, withinReal))
  }

  async #runUntil<T>(
    promise: PromiseLike<T>,
    what: string,
    within: number,
    withinReal: number | undefined,
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
      if (this.#phase === 'ending' && this.faults.hangs.cut()) continue
      if (!(await work.goOn(limit, () => over))) throw isStuck(this, what, within, work)
    }
  }

  /** Lets the test wait, until it is over and no longer. @internal */
  waits<T>(wait: () => Promise<T>): Promise<T> {
    if (this.#phase === 'over') return Promise.reject(this.#leftOver.refused())
    const waiting = wait()
    if (this.#phase === 'ending') return waiting
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      const through =
        <V>(settle: (value: V) => void) =>
        (value: V): void => {
          this.#waiting.delete(reject)
          settle(value)
        }
      waiting.then(through(resolve), through(reject))
    })
  }

  /** Whether the test is over: what waits for it may give up. @internal */
  get isOver(): boolean {
    return this.#phase === 'over'
  }

  /** Whether the test is being ended: what it waits for is taken from it. @internal */
  get isEnding(): boolean {
    return this.#phase === 'ending'
  }

  /** @throws TEST_OVER when the test is over: code of it goes on @internal */
  checkOver(action: string): void {
    if (this.isOver) throw this.#leftOver.refused(action)
  }

  /**
   * The failure of a test that ran out of real time while virtual time stood still before a timer; undefined with no timer.
   * @internal
   */
  stoodStill(): HeartwoodError | undefined {
    return stoodStill(this)
  }

  /**
   * Makes it the default kernel, on which code outside every process acts, until `finish`.
   *
   * @throws TEST_KERNEL_BUSY, TEST_OVER
   */
  install(): this {
    const current = defaultKernel()
    if (current instanceof TestKernel) current.checkOver('install()')
    const before = exchangeDefaultKernel(this)
    if (before instanceof TestKernel) {
      exchangeDefaultKernel(before)
      throw testingError('TEST_KERNEL_BUSY', {})
    }
    this.#footprint = new Footprint(
      () => this.#leftOverAtWork(),
      () => !this.#isGround || Ground.isOf(this),
    )
    const guards = guardProcesses()
    const failures = divertFailures(
      (reason, promise) =>
        currentKernel().contain(reason, promise) || comesOfTheEnd(reason, this.#phase === 'ending'),
    )
    this.#uninstall = () => {
      this.#uninstall = () => {}
      failures[Symbol.dispose]()
      guards[Symbol.dispose]()
      exchangeDefaultKernel(before)
    }
    return this
  }

  /**
   * Runs the code of a test on this kernel, whichever kernel is the default one. Code that goes on after the end of the test also stays on this kernel,
   * and is refused with TEST_OVER. `useTestKernel` does this; with another runner, call it for each test.
   */
  runTest<T>(test: () => T): T {
    if (typeof test !== 'function') throw badArgument('runTest', 'the test', test, 'a function')
    this.#isGround = true
    return new Ground(this).run(test)
  }

  /**
   * Puts Node's own timers and clocks on this kernel's clock, until `finish`, for tested code that uses them.
   * They belong to the whole program, so only one test at a time may do this. If the kernel is not installed, they apply only to the code that
   * it runs.
   *
   * @throws TEST_TIMERS_FAKED when another library holds them, or another test; one that takes them later is told when time is moved, or
   *   when the test ends
   */
  fakeTimers(): void {
    const isMeant = this.#footprint === undefined ? () => isCurrentKernel(this) : isOfNobodyOver
    const taken = this.heldTimers.take(this.clock, isMeant)
    if (taken !== undefined) this.onFinish(() => taken[Symbol.dispose]())
  }

  /** Runs `end` at the end of the test; the last registered function runs first. */
  onFinish(end: () => unknown): void {
    this.#ending.push(end)
  }

  /**
   * Ends the test: stops what it started in order, ends the remaining processes, and restores everything.
   *
   * @param options.failed whether the test has failed already: open expectations and faults are then no further failures
   * @throws TEST_CRASHED when a process crashed that was not expected to; TEST_EXPECTATION_FAILED for what nobody
   *   awaited and did not come; TEST_FAULT_UNSTRUCK for what was to go wrong and did not; TEST_LEAK when something is left
   *   behind; TEST_TIMERS_FAKED when another library took the timers that the kernel had; what a stop throws; TEST_STUCK when a stop took more than 6,000 ms of real time; TEST_FAILURES for several of these
   */
  async finish(options: { failed?: boolean } = {}): Promise<void> {
    checkKnown('finish', options, ['failed'])
    const { failed = false } = options
    const failures: unknown[] = []
    const end = machine.now() + LONGEST_END
    const attempt = async (what: string, step: () => unknown): Promise<void> => {
      const late = (): Error => isLate(this, what, LONGEST_END)
      try {
        await within(Promise.resolve(step()), { time: Math.max(0, end - machine.now()), late })
      } catch (error) {
        failures.push(error)
      }
    }
    if (failed) this.faults.forgive()
    // Rejections from before are told as what they are.
    await turnOfLoop()
    this.#phase = 'ending'
    for (let step = this.#ending.pop(); step !== undefined; step = this.#ending.pop())
      await attempt('a stop at the end of the test', step)
    await attempt('the look at its faults', () => this.faults.check())
    if (!failed) await attempt("the look at Node's timers", () => this.heldTimers.check())
    this.heldTimers.end()
    await attempt('the end of all processes', () => this.close())
    await this.#endTest()
    // The kernel is taken from the program last, whatever fails before.
    this.#uninstall()
    await isolatesGone(this)
    await this.#footprint?.closed()
    const leak = this.#leak()
    const crashes = this.crashes.failure()
    if (crashes !== undefined) throw crashes
    const told = failures.filter((each) => !failed || !HeartwoodError.is(each, 'TEST_EXPECTATION_FAILED'))
    const failure = severalFailures(told) ?? this.#end ?? leak
    if (failure !== undefined) throw failure
  }

  /** What still waits for the test gives up, while what it rejects harms nobody. */
  async #endTest(): Promise<void> {
    const main = super.main()
    main.die('killed')
    this.#phase = 'over'
    this.leftovers.systemEnded()
    const over = testingError('TEST_OVER', { test: this.#test })
    for (const giveUp of this.#waiting) giveUp(over)
    for (let turns = 0; turns < TURNS_TO_TELL; turns++) await turnOfLoop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.finish()
  }

  /** Ends every process, at once and in any order, so that nothing of this test continues in the next. It checks nothing. */
  async close(): Promise<void> {
    this.#closing = true
    this.#following[Symbol.dispose]()
    this.faults.end()
    for (let pids = this.processes(); pids.length > 0; pids = this.processes()) {
      const gone = this.run(() => endAll(pids))
      await this.runUntil(gone, { what: 'the end of all processes' })
      await this.settled()
    }
    this.timers.clear()
  }

  /** @internal */
  override actor(): ReturnType<Kernel['actor']> {
    this.checkOver('acts')
    return super.actor()
  }

  override run<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    return this.isOver ? Promise.reject(this.#leftOver.refused()) : super.run(fn)
  }

  /** @internal */
  override prepare(...args: Parameters<Kernel['prepare']>): ReturnType<Kernel['prepare']> {
    const process = super.prepare(...args)
    const [, , { name }] = args
    if (typeof name === 'object') this.incarnations.named(String(name), process.pid)
    return process
  }

  /** The test is to fail, and not the program that runs it. @internal */
  protected override mainExited(reason: ExitReason): void {
    if (this.#closing || isOrderly(reason)) return
    this.#end = testingError('TEST_PROCESS_ENDED', { reason }, { cause: reason })
  }

  #note(report: Report): void {
    if (this.isOver && report.kind === 'stray') this.#leftOver.tell(report.message)
    this.reports.push(report)
    // A tenth at a time, since what is left moves up.
    if (this.reports.length > this.#reportLimit * 1.1)
      this.reports.splice(0, this.reports.length - this.#reportLimit)
    this.incarnations.progress(report)
    this.trace.reported(report)
    this.crashes.note(report)
  }

  /** Set while code runs that an earlier test has left over. */
  #leftOverAtWork(): LeftOver | undefined {
    const kernel = currentKernel()
    return kernel instanceof TestKernel && kernel !== this && kernel.isOver ? kernel.#leftOver : undefined
  }

  #leak(): HeartwoodError | undefined {
    const left = this.#footprint?.left() ?? []
    return left.length === 0
      ? undefined
      : testingError('TEST_LEAK', { test: this.#test, list: left.join(', ') })
  }
}

/** One is itself; of several the first lines are told. */
function severalFailures(failures: readonly unknown[]): unknown {
  if (failures.length < 2) return failures[0]
  const list = failures.map((failure) => `\n\n${printed(failure).split('\n\n')[0]}`).join('')
  return testingError('TEST_FAILURES', { count: failures.length, list, failures }, { cause: failures[0] })
}

/** Left-over code of another test has Node's own time. */
function isOfNobodyOver(): boolean {
  const kernel = currentKernel()
  return !(kernel instanceof TestKernel && kernel.isOver)
}

/** Kills them, and waits until what they own is closed. */
async function endAll(pids: readonly Pid[]): Promise<void> {
  const refs = pids.map((pid) => monitor(pid))
  const kernel = currentKernel()
  for (const pid of pids) kernel.exit(pid, 'kill' satisfies ExitReason)
  for (const ref of refs) await receive(downOf(ref))
}

function badArgument(action: string, option: string, value: unknown, expected: string): HeartwoodError {
  return testingError('TEST_OPTION_INVALID', { action, option, value, expected })
}
