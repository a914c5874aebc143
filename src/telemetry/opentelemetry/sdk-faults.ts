/**
 * What an SDK throws: a sampler, a span processor, an exporter or a view of the program's own. Each listener here is one of several
 * that belong together, and a channel takes off the one that throws: every trace would be torn from then on. So none of it reaches
 * the channel. It is counted, and told at the first, the 10th, the 100th … time. What an SDK does later, in its timers and promises,
 * is done by a process of its own: whoever was traced is not at fault when an exporter's request fails.
 */
import { formatReason, type Kernel, LibraryProcess } from '../../kernel/index.js'

/** What failed for the processes of one kernel, and the process that stands for the SDK there. */
interface Account {
  readonly kernel: Kernel
  failures: number
  toldNext: number
  readonly process: LibraryProcess
}

/** Of the program: its SDK is one, whoever tells it of what. */
export class SdkFaults {
  readonly #accounts = new WeakMap<Kernel, Account>()
  /** That of the kernel which was asked for last: looked up for each span. */
  #last: Account | undefined

  /**
   * Runs `fn`, a call of the SDK.
   *
   * @param what what the SDK was asked for, as the log says it
   * @returns undefined where it throws
   */
  caught<T>(kernel: Kernel, what: string, fn: () => T): T | undefined {
    try {
      return fn()
    } catch (thrown) {
      this.tell(kernel, what, thrown)
      return undefined
    }
  }

  /** The same for what an SDK may leave something behind of, as the end of a span, from which on it is to be exported. */
  caughtApart<T>(kernel: Kernel, what: string, fn: () => T): T | undefined {
    return this.caught(kernel, what, () => this.processOf(kernel).run(fn))
  }

  /** What stands for the SDK. */
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
