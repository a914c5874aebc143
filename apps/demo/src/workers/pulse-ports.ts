import { createHash } from 'node:crypto'
import {
  currentKernel,
  type HealthReport,
  HeartwoodError,
  health,
  ref,
  sleep,
  spawn,
  whereis,
} from 'heartwood'
import type { Outbox } from '../alerts/outbox.js'
import type { Sink } from '../alerts/sinks.js'
import type { CheckResult } from '../checks/check.js'
import { maintenanceOf } from '../maintenance.js'
import type { MetricSummary } from '../metrics.js'
import type { Settings } from '../settings.js'
import { isCertified, type Target } from '../target.js'
import {
  type Crash,
  type Snapshot,
  type StateCounts,
  type TargetState,
  type TargetView,
  Unavailable,
  type WebPorts,
  type WorkerView,
} from '../web/ports.js'
import { crashWorker } from './chaos.js'
import type { Faults } from './faults.js'
import { HeartbeatWatcher } from './heartbeat-watcher.js'
import { HistoryWriter } from './history-writer.js'
import { MetricCollector, type TargetMetrics } from './metric-collector.js'
import * as names from './names.js'
import { type StatusBoard, StatusCollector, type TargetStatus } from './status-collector.js'

/** Figures of so many targets are asked for at once. */
const AT_A_TIME = 250

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
  /** The names of targets that tell by themselves, by the digests of their tokens: how long a look-up takes says nothing of a token. */
  readonly #pushers: ReadonlyMap<string, string>

  constructor(
    readonly targets: readonly Target[],
    readonly faults: Faults,
    readonly outbox: Outbox,
    readonly settings: Settings,
    sinks: readonly Sink[],
  ) {
    const pushers = targets.filter((target) => target.kind === 'push')
    this.#pushers = new Map(pushers.map(({ token, name }) => [digest(token.reveal()), name]))
    const samples = settings.targets === undefined
    this.#workers = [
      names.PUB_SUB,
      names.HISTORY_WRITER,
      names.STATUS_COLLECTOR,
      names.METRIC_COLLECTOR,
      names.ALERTER,
      ...sinks.map((sink) => names.alertSinkName(sink.name)),
      ...(samples ? [names.SAMPLE_SERVICES] : []),
      names.TARGET_LOADER,
      ...(targets.some(isCertified) ? [names.CERTIFICATE_WATCHER] : []),
      ...targets.map((target) => names.checkerName(target.name)),
      names.WEB_SERVER,
    ]
  }

  async snapshot(limit = Number.POSITIVE_INFINITY): Promise<Snapshot> {
    const board = await available(ref(StatusCollector).call.board())
    const shown = this.#shown(board, limit)
    const names = shown.map((target) => target.name)
    const metrics = await this.#metrics(names)
    const at = this.wallTime()
    return {
      targets: shown.map((target) => ({
        ...view(target, board.targets[target.name], metrics[target.name]),
        hidden: target.hideUrl || !this.settings.publicUrls,
        ...this.#maintenance(target.name, at),
      })),
      counts: this.#counts(board),
      changes: board.changes,
      trouble: board.trouble,
      workers: this.workers(),
      alerts: this.outbox.recent,
    }
  }

  /** Some at a time: the collector has others to serve. */
  async #metrics(names: readonly string[]): Promise<Readonly<Record<string, TargetMetrics>>> {
    const parts: Readonly<Record<string, TargetMetrics>>[] = []
    for (let from = 0; from < names.length; from += AT_A_TIME) {
      parts.push(await available(ref(MetricCollector).call.metrics(names.slice(from, from + AT_A_TIME))))
    }
    return Object.assign({}, ...parts)
  }

  targetNames(): readonly string[] {
    return this.targets.map((target) => target.name)
  }

  beat(token: string, up: boolean, message: string | undefined): boolean {
    const name = this.#pushers.get(digest(token))
    if (name === undefined) return false
    ref(HeartbeatWatcher, names.checkerName(name)).cast.beat({ up, message })
    return true
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

  /** In the order of the list where all are shown; else the urgent ones first. */
  #shown(board: StatusBoard, limit: number): readonly Target[] {
    if (this.targets.length <= limit) return this.targets
    const urgency = ({ name }: Target): number => URGENCY[board.targets[name]?.state ?? 'pending']
    return [...this.targets].sort((a, b) => urgency(a) - urgency(b)).slice(0, limit)
  }

  #counts(board: StatusBoard): StateCounts {
    const counts = { up: 0, slow: 0, down: 0, pending: 0 }
    for (const { name } of this.targets) counts[board.targets[name]?.state ?? 'pending'] += 1
    return counts
  }

  #maintenance(target: string, at: number): Pick<TargetView, 'maintenance'> {
    const window = maintenanceOf(this.settings.maintenance, target, at)
    return window === undefined ? {} : { maintenance: window.reason }
  }

  health(): Promise<HealthReport> {
    return health()
  }

  wallTime(): number {
    return currentKernel().clock.wallTime()
  }

  now(): number {
    return currentKernel().now()
  }

  /** In a process of its own: nobody else waits for it. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      spawn(async () => {
        await sleep(milliseconds)
        resolve()
      })
    })
  }

  warn(message: string): void {
    currentKernel().report({ level: 'warn', kind: 'web', message, name: names.WEB_SERVER })
  }
}

const digest = (token: string): string => createHash('sha256').update(token).digest('base64')

/** What needs somebody's eye comes first. */
const URGENCY: Readonly<Record<TargetState, number>> = { down: 0, slow: 1, pending: 2, up: 3 }

function view(
  { name, url }: Target,
  status: TargetStatus | undefined,
  metrics: TargetMetrics | undefined,
): Omit<TargetView, 'hidden'> {
  return {
    name,
    url,
    state: 'pending',
    ...status,
    metrics: metrics?.summary ?? NO_METRICS,
    recent: metrics?.recent ?? [],
    ...(metrics && { latest: metrics.latest }),
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
