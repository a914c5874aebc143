import { Kernel, type KernelOptions, type Report, VirtualClock } from '../kernel/index.js'

/** What a test may set of its kernel. */
export interface TestKernelOptions extends Pick<KernelOptions, 'messages' | 'scheduler' | 'random' | 'node'> {
  /** The time; default a virtual clock of its own. */
  readonly clock?: VirtualClock
}

/**
 * A kernel for one test: time stands still until the test moves it, messages are frozen so that nothing is shared by
 * accident, and reports are kept for the test to look at instead of being printed.
 *
 * @example
 * ```ts
 * const kernel = new TestKernel()
 * const slept = kernel.run(() => sleep(60_000))
 * await kernel.clock.advance(60_000)
 * await slept
 * ```
 */
export class TestKernel extends Kernel {
  override readonly clock: VirtualClock
  /** All reports so far: crashes, supervisor reports, progress. */
  readonly reports: Report[]

  constructor(options: TestKernelOptions = {}) {
    const clock = options.clock ?? new VirtualClock()
    const reports: Report[] = []
    super({ messages: 'freeze', ...options, clock, report: (report) => void reports.push(report) })
    this.clock = clock
    this.reports = reports
  }

  /** The reports of one kind, such as `'crash'` or `'supervisor'`. */
  reportsOf(kind: string): Report[] {
    return this.reports.filter((report) => report.kind === kind)
  }

  /** Ends every process, at once and in any order, so that nothing of this test runs into the next. */
  async close(): Promise<void> {
    for (const pid of this.processes()) this.exit(pid, 'kill')
    await this.settled()
    this.timers.clear()
  }
}
