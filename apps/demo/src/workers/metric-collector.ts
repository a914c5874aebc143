import { Call, currentKernel, GenServer, Info, inject, ref, self } from 'heartwood'
import type { CheckResult } from '../checks/check.js'
import { type MetricSummary, type Point, SlidingWindow } from '../metrics.js'
import { SPARKLINE_CHECKS } from '../web/sparkline.js'
import type { HeardEvent, Restored, ResultEvent } from './events.js'
import { Faults } from './faults.js'
import { HistoryWriter } from './history-writer.js'
import { METRIC_COLLECTOR } from './names.js'
import { PubSub } from './pub-sub.js'
import { Worker } from './worker.js'

/** One target's figures, and the checks that its sparkline shows. */
export interface TargetMetrics {
  readonly summary: MetricSummary
  readonly recent: readonly Point[]
  readonly latest: CheckResult
}

interface Watched {
  readonly window: SlidingWindow
  latest: CheckResult
}

/** A day of checks, or the last thousand of them. */
const SPAN = 86_400_000
const CAPACITY = 1000

/** Keeps a sliding window of results per target. */
@GenServer({ name: METRIC_COLLECTOR })
export class MetricCollector extends Worker {
  readonly #windows = new Map<string, Watched>()

  constructor(@inject(Faults) faults: Faults) {
    super(faults)
  }

  init(): void {
    this.begin(METRIC_COLLECTOR)
    ref(PubSub).cast.subscribe(self(), ['result', 'heard'])
  }

  /** The figures of these targets, or of all. */
  @Call()
  metrics(targets: Iterable<string> = this.#windows.keys()): Readonly<Record<string, TargetMetrics>> {
    const now = currentKernel().clock.wallTime()
    const metrics: Record<string, TargetMetrics> = {}
    for (const target of targets) {
      const watched = this.#windows.get(target)
      if (watched === undefined) continue
      const { window, latest } = watched
      metrics[target] = { summary: window.summary(now), recent: window.recent(SPARKLINE_CHECKS), latest }
    }
    return metrics
  }

  @Info({ kind: 'result' })
  protected onResult({ result }: ResultEvent): void {
    this.#add(result)
  }

  /** The figures of what others check are kept, too: for the page, and for the day when it is checked here. */
  @Info({ kind: 'heard' })
  protected onHeard({ results }: HeardEvent): void {
    for (const result of results) {
      const known = this.#windows.get(result.target)
      // A node that has come back tells again what was its latest.
      if (known === undefined || result.at > known.latest.at) this.#add(result)
    }
  }

  #add(result: CheckResult): void {
    let watched = this.#windows.get(result.target)
    if (watched === undefined) {
      watched = { window: new SlidingWindow(SPAN, CAPACITY), latest: result }
      this.#windows.set(result.target, watched)
      // What a new incarnation does not know any more, the history does. Nobody waits for it: figures that begin anew are
      // better than a collector that does.
      ref(HistoryWriter).cast.restore(result.target, CAPACITY, self())
    }
    watched.latest = result
    // What is found in maintenance counts for nothing.
    if (!result.maintenance) watched.window.add(result)
  }

  /** The figures go on where they were. */
  @Info({ kind: 'restored' })
  protected onRestored({ target, results }: Restored): void {
    this.#windows.get(target)?.window.restore(results.filter(({ maintenance }) => !maintenance))
  }
}
