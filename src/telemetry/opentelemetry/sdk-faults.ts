/**
 * The errors of an SDK: of a sampler, span processor, exporter or view of the program. They must not reach the diagnostics channel, which
 * removes a listener that throws: every trace would be incomplete from then on. Errors are counted, and the first, 10th, 100th … is
 * reported. The later work of an SDK, in its timers and promises, runs as a process of its own, so that a failed request of an exporter
 * does not crash the traced process.
 */
import { formatReason, type Kernel, LibraryProcess } from '../../kernel/index.js'

/** The count of errors in one kernel, and the process that represents the SDK there. */
interface Account {
  readonly kernel: Kernel
  failures: number
  toldNext: number
  readonly process: LibraryProcess
}

/** The errors of all kernels. A program has one SDK. */
export class SdkFaults {
  readonly #accounts = new WeakMap<Kernel, Account>()
  /** The account of the kernel that was used last. It is needed for each span. */
  #last: Account | undefined

  /**
   * Calls `fn`, which calls the SDK.
   *
   * @param what the action, for the log
   * @returns `undefined` if it throws
   */
  caught<T>(kernel: Kernel, what: string, fn: () => T): T | undefined {
    try {
      return fn()
    } catch (thrown) {
      this.tell(kernel, what, thrown)
      return undefined
    }
  }

  /** Calls `fn` as the process of the SDK, for calls after which work goes on, such as the end of a span, which begins its export. */
  caughtApart<T>(kernel: Kernel, what: string, fn: () => T): T | undefined {
    return this.caught(kernel, what, () => this.processOf(kernel).run(fn))
  }

  /** The process that represents the SDK. */
  processOf(kernel: Kernel): LibraryProcess {
    return this.#accountOf(kernel).process
  }

  tell(kernel: Kernel, what: string, reason: unknown): void {
    const account = this.#accountOf(kernel)
    const failures = ++account.failures
    if (failures < account.toldNext) return
    account.toldNext *= 10
    const message =
      `OpenTelemetry threw as it was to ${what}, which is lost; telemetry goes on (failures so far: ${failures}, told again at ` +
      `${account.toldNext}); look at the SDK's samplers, processors, exporters and views: ${formatReason(reason)}`
    kernel.report({ level: 'error', kind: 'telemetry', message, failures, reason })
  }

  #accountOf(kernel: Kernel): Account {
    if (this.#last?.kernel !== kernel) {
      this.#last = this.#accounts.get(kernel) ?? this.#opened(kernel)
      this.#accounts.set(kernel, this.#last)
    }
    return this.#last
  }

  #opened(kernel: Kernel): Account {
    const failed = (reason: unknown) => this.tell(kernel, 'go on by itself', reason)
    const process = new LibraryProcess(kernel, 'OpenTelemetry', failed)
    return { kernel, failures: 0, toldNext: 1, process }
  }
}
