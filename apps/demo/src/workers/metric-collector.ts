import { Call, currentKernel, GenServer, HeartwoodError, Info, inject, ref, self } from 'heartwood'
import type { CheckResult } from '../check.js'
import { type MetricSummary, SlidingWindow } from '../metrics.js'
import { SPARKLINE_CHECKS } from '../web/sparkline.js'
import type { ResultEvent } from './events.js'
import { Faults } from './faults.js'
import { HistoryWriter } from './history-writer.js'
import { METRIC_COLLECTOR } from './names.js'
import { PubSub } from './pub-sub.js'
import { Worker } from './worker.js'

/** One target's figures, and the checks that its sparkline shows. */
export interface TargetMetrics {
  readonly summary: MetricSummary
  readonly recent: readonly CheckResult[]
}

/** A day of checks, or the last thousand of them. */
const SPAN = 86_400_000
const CAPACITY = 1000

/** Keeps a sliding window of results per target. */
@GenServer({ name: METRIC_COLLECTOR })
export class MetricCollector extends Worker {
  readonly #windows = new Map<string, SlidingWindow>()

  constructor(@inject(Faults) faults: Faults) {
    super(faults)
  }

  init(): void {
    this.begin(METRIC_COLLECTOR)
    ref(PubSub).cast.subscribe(self(), ['result'])
  }

  /** The figures of these targets, or of all. */
  @Call()
  metrics(targets: Iterable<string> = this.#windows.keys()): Readonly<Record<string, TargetMetrics>> {
    const now = currentKernel().clock.wallTime()
    const metrics: Record<string, TargetMetrics> = {}
    for (const target of targets) {
      const window = this.#windows.get(target)
      if (window === undefined) continue
      metrics[target] = { summary: window.summary(now), recent: window.recent(SPARKLINE_CHECKS) }
    }
    return metrics
  }

  @Info({ kind: 'result' })
  protected async onResult({ result }: ResultEvent): Promise<void> {
    let window = this.#windows.get(result.target)
    if (window === undefined) {
      window = await this.#rebuild(result)
      this.#windows.set(result.target, window)
    }
    window.add(result)
  }

  /** What a new incarnation does not know any more, the history does: the figures go on where they were. */
  async #rebuild(first: CheckResult): Promise<SlidingWindow> {
    const window = new SlidingWindow(SPAN, CAPACITY)
    // The writer may have stored the first result already, and it must not count twice.
    for (const result of await stored(first.target)) if (result.at < first.at) window.add(result)
    return window
  }
}

async function stored(target: string): Promise<readonly CheckResult[]> {
  try {
    const results = await ref(HistoryWriter).call.recent(target, CAPACITY)
    return results === 'away' ? [] : results
  } catch (error) {
    // The writer is being restarted. Figures that begin anew are better than a collector that waits.
    if (HeartwoodError.is(error, 'CALL_NOPROC') || HeartwoodError.is(error, 'CALL_SERVER_EXITED')) return []
    throw error
  }
}
