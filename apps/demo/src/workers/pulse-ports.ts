import { currentKernel, HeartwoodError, ref, whereis } from 'heartwood'
import type { CheckResult } from '../check.js'
import type { MetricSummary } from '../metrics.js'
import type { Target } from '../target.js'
import {
  type Crash,
  type Snapshot,
  type TargetView,
  Unavailable,
  type WebPorts,
  type WorkerView,
} from '../web/ports.js'
import { crashWorker } from './chaos.js'
import type { Faults } from './faults.js'
import { HistoryWriter } from './history-writer.js'
import { MetricCollector, type TargetMetrics } from './metric-collector.js'
import * as names from './names.js'
import { StatusCollector, type TargetStatus } from './status-collector.js'

const NO_METRICS: MetricSummary = {
  count: 0,
  availability: undefined,
  mean: undefined,
  p50: undefined,
  p95: undefined,
  p99: undefined,
}

/** What the web pages ask, answered by Pulse's processes. */
export class PulsePorts implements WebPorts {
  readonly #workers: readonly string[]

  constructor(
    readonly targets: readonly Target[],
    readonly faults: Faults,
    /** Whether the sample services are running. */
    samples: boolean,
  ) {
    this.#workers = [
      names.PUB_SUB,
      names.HISTORY_WRITER,
      names.STATUS_COLLECTOR,
      names.METRIC_COLLECTOR,
      ...(samples ? [names.SAMPLE_SERVICES] : []),
      names.TARGET_LOADER,
      ...targets.map((target) => names.checkerName(target.name)),
      names.WEB_SERVER,
    ]
  }

  async snapshot(): Promise<Snapshot> {
    const [board, metrics] = await available(
      Promise.all([ref(StatusCollector).call.board(), ref(MetricCollector).call.metrics()]),
    )
    const targets = this.targets.map(({ name, url }) => view(name, url, board.targets[name], metrics[name]))
    return { targets, changes: board.changes, workers: this.workers() }
  }

  async history(target: string, limit: number): Promise<readonly CheckResult[]> {
    const results = await available(ref(HistoryWriter).call.recent(target, limit))
    if (results === 'away') throw new Unavailable('the database is away')
    return results
  }

  workers(): readonly WorkerView[] {
    return this.#workers.map((name) => {
      const pid = whereis(name)
      return { name, ...(pid !== undefined && { pid: String(pid) }) }
    })
  }

  crash(worker: string, how: Crash): void {
    crashWorker(worker, how, this.faults)
  }

  wallTime(): number {
    return currentKernel().clock.wallTime()
  }
}

function view(
  name: string,
  url: string,
  status: TargetStatus | undefined,
  metrics: TargetMetrics | undefined,
): TargetView {
  return {
    name,
    url,
    state: 'pending',
    ...status,
    metrics: metrics?.summary ?? NO_METRICS,
    recent: metrics?.recent ?? [],
  }
}

/** A worker that is between two lives is no fault of the visitor's, nor a bug: who asks again will be answered. */
async function available<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!HeartwoodError.is(error) || !error.code.startsWith('CALL_')) throw error
    throw new Unavailable(error.message, { cause: error })
  }
}
