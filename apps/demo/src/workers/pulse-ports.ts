import { createHash } from 'node:crypto'
import {
  currentKernel,
  type HealthReport,
  HeartwoodError,
  health,
  nodes,
  ref,
  sleep,
  spawn,
  whereis,
} from 'heartwood'
import { clusterRef } from 'heartwood/cluster'
import type { Outbox } from '../alerts/outbox.js'
import type { Sink } from '../alerts/sinks.js'
import type { CheckResult } from '../checks/check.js'
import type { Elsewhere } from '../elsewhere.js'
import type { Incidents } from '../incidents.js'
import type { MetricSummary } from '../metrics.js'
import type { Ownerships } from '../ownerships.js'
import type { Settings } from '../settings.js'
import type { Target } from '../target.js'
import type { TargetStatus } from '../target-status.js'
import {
  type Crash,
  type InstanceView,
  type ShownState,
  type Snapshot,
  type StateCounts,
  type TargetDetail,
  type TargetView,
  Unavailable,
  type WebPorts,
  type WorkerView,
} from '../web/ports.js'
import type { Uptime } from '../web/uptime.js'
import { crashWorker } from './chaos.js'
import type { Faults } from './faults.js'
import { HeartbeatWatcher } from './heartbeat-watcher.js'
import { HistoryWriter } from './history-writer.js'
import { MetricCollector, type TargetMetrics } from './metric-collector.js'
import * as names from './names.js'
import { type StatusBoard, StatusCollector } from './status-collector.js'
import { TargetOwner } from './target-owner.js'
import { UptimeMemory } from './uptime-memory.js'
import type { WatchedTargets } from './watched-targets.js'

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

/** What they are made of: what outlives Pulse's processes. */
export interface PulseParts {
  readonly watched: WatchedTargets
  readonly faults: Faults
  readonly outbox: Outbox
  readonly incidents: Incidents
  readonly settings: Settings
  readonly sinks: readonly Sink[]
  readonly ownerships: Ownerships
  readonly elsewhere: Elsewhere
}

interface KnownTargets {
  readonly list: readonly Target[]
  /** Of the ownerships. */
  readonly version: number
  /** The names of all workers. */
  readonly workers: readonly string[]
  /** The names of targets that tell by themselves, by the digests of their tokens: how long a look-up takes says nothing of a token. */
  readonly pushers: ReadonlyMap<string, string>
}

/** What the web pages ask, answered by Pulse's processes. */
export class PulsePorts implements WebPorts {
  readonly #uptimes = new UptimeMemory()
  #known: KnownTargets | undefined

  constructor(private readonly parts: PulseParts) {}

  get incidents(): Incidents {
    return this.parts.incidents
  }

  /** Made anew when the list is another, or what of it this Pulse checks. */
  get #targets(): KnownTargets {
    const { list } = this.parts.watched
    const { version } = this.parts.ownerships
    if (this.#known?.list !== list || this.#known.version !== version) {
      const pushers = list.filter((target) => target.kind === 'push')
      this.#known = {
        list,
        version,
        workers: this.#workersOf(list),
        pushers: new Map(pushers.map(({ token, name }) => [digest(token.reveal()), name])),
      }
    }
    return this.#known
  }

  #workersOf(targets: readonly Target[]): readonly string[] {
    return [
      names.PUB_SUB,
      names.HISTORY_WRITER,
      names.STATUS_COLLECTOR,
      names.METRIC_COLLECTOR,
      names.ALERTER,
      ...this.parts.sinks.map((sink) => names.alertSinkName(sink.name)),
      ...(this.parts.settings.targets === undefined ? [names.SAMPLE_SERVICES] : []),
      names.TARGET_LOADER,
      names.CERTIFICATE_WATCHER,
      ...targets
        .filter(({ name }) => this.parts.ownerships.owns(name))
        .map((target) => names.checkerName(target.name)),
      ...(this.parts.ownerships.isShared ? [names.RELAY] : []),
      names.WEB_SERVER,
    ]
  }

  get targets(): readonly Target[] {
    return this.parts.watched.list
  }

  async snapshot(limit = Number.POSITIVE_INFINITY, query = ''): Promise<Snapshot> {
    const board = await this.#board()
    const shown = this.#shown(board, limit, query.toLowerCase())
    // A page shows what is known; all targets together are asked for by programs.
    const uptimes = limit === Number.POSITIVE_INFINITY ? undefined : this.#uptimes
    uptimes?.refresh(shown.map(({ name }) => name))
    return {
      targets: await this.#views(shown, board, (name) => uptimes?.of(name)),
      counts: this.#counts(board),
      changes: this.parts.elsewhere.changes(board.changes),
      trouble: board.trouble,
      workers: this.workers(),
      incidents: this.incidents.shown,
      alerts: this.parts.elsewhere.alerts(this.parts.outbox.recent),
      instances: this.#instances(),
    }
  }

  /** What this Pulse knows of its targets, and has heard of those of others. */
  async #board(): Promise<StatusBoard> {
    const board = await available(ref(StatusCollector).call.board())
    const { ownerships, elsewhere } = this.parts
    if (!ownerships.isShared) return board
    const targets: Record<string, TargetStatus> = {}
    for (const { name } of this.targets) {
      const status = ownerships.owns(name) ? board.targets[name] : elsewhere.of(name)?.status
      if (status !== undefined) targets[name] = status
    }
    return { ...board, targets }
  }

  /** The Pulses that share the targets, and how many each checks: this one first. */
  #instances(): readonly InstanceView[] {
    if (!this.parts.ownerships.isShared) return []
    const counts = new Map([currentKernel().node, ...nodes()].map((node) => [node, 0]))
    for (const { name } of this.targets) {
      const node = this.#nodeOf(name)
      if (node !== undefined) counts.set(node, (counts.get(node) ?? 0) + 1)
    }
    return [...counts].map(([node, targets]) => ({ node, targets }))
  }

  /** Which Pulse checks a target, as far as that is known. */
  #nodeOf(target: string): string | undefined {
    const { ownerships, elsewhere } = this.parts
    return ownerships.owns(target) ? currentKernel().node : elsewhere.of(target)?.node
  }

  #instance(target: string): Partial<TargetView> {
    return this.parts.ownerships.isShared ? { instance: this.#nodeOf(target) } : {}
  }

  async #views(
    targets: readonly Target[],
    board: StatusBoard,
    uptime: (name: string) => Uptime | undefined,
  ): Promise<TargetView[]> {
    const metrics = await this.#metrics(targets.map(({ name }) => name))
    const at = this.wallTime()
    return targets.map((target) => ({
      ...view(target, board.targets[target.name], metrics[target.name]),
      hidden: target.hideUrl || !this.parts.settings.publicUrls,
      uptime: uptime(target.name),
      ...this.#instance(target.name),
      ...this.#maintenance(target.name, at),
    }))
  }

  async target(name: string, checks: number): Promise<TargetDetail | undefined> {
    const target = this.targets.find((each) => each.name === name)
    if (target === undefined) return undefined
    const board = await this.#board()
    await this.#uptimes.refresh([name])
    const [shown] = await this.#views([target], board, (each) => this.#uptimes.of(each))
    if (shown === undefined || checks === 0) return shown && { target: shown, history: [] }
    const results = await available(ref(HistoryWriter).call.recent(name, checks))
    return { target: shown, history: results === 'away' ? undefined : results }
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
    const name = this.#targets.pushers.get(digest(token))
    if (name === undefined) return false
    // Whichever Pulse was told, the one that checks the target has to know.
    if (this.parts.ownerships.owns(name))
      ref(HeartbeatWatcher, names.checkerName(name)).cast.beat({ up, message })
    else clusterRef(TargetOwner, name).cast.beat({ up, message })
    return true
  }

  async history(target: string, limit: number): Promise<readonly CheckResult[]> {
    const results = await available(ref(HistoryWriter).call.recent(target, limit))
    if (results === 'away') throw new Unavailable('the database is away')
    return results
  }

  workers(): readonly WorkerView[] {
    return this.#targets.workers.map((name) => {
      const pid = whereis(name)
      return { name, ...(pid !== undefined && { pid: String(pid) }) }
    })
  }

  crash(worker: string, how: Crash): void {
    crashWorker(worker, how, this.parts.faults)
  }

  /** In the order of the list where all are asked for; else the urgent ones first. */
  #shown(board: StatusBoard, limit: number, query: string): readonly Target[] {
    if (limit === Number.POSITIVE_INFINITY) return this.targets
    const found = query === '' ? this.targets : this.targets.filter((target) => this.#has(target, query))
    const urgency = ({ name }: Target): number => URGENCY[this.#state(board, name)]
    return [...found].sort((a, b) => urgency(a) - urgency(b)).slice(0, limit)
  }

  /** An address that is not shown is not found either: who searches could guess it letter by letter. */
  #has({ name, group = '', url, hideUrl }: Target, query: string): boolean {
    const isShown = this.parts.settings.publicUrls && !hideUrl
    return [name, group, isShown ? url : ''].some((text) => text.toLowerCase().includes(query))
  }

  #counts(board: StatusBoard): StateCounts {
    const counts = { up: 0, slow: 0, down: 0, pending: 0, maintenance: 0 }
    for (const { name } of this.targets) counts[this.#state(board, name)] += 1
    return counts
  }

  #state(board: StatusBoard, target: string): ShownState {
    if (this.parts.watched.maintenance(target, this.wallTime()) !== undefined) return 'maintenance'
    return board.targets[target]?.state ?? 'pending'
  }

  #maintenance(target: string, at: number): Partial<TargetView> {
    const reason = this.parts.watched.maintenance(target, at)
    return reason === undefined ? {} : { maintenance: reason, state: 'maintenance' }
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
const URGENCY: Readonly<Record<ShownState, number>> = { down: 0, slow: 1, pending: 2, maintenance: 3, up: 4 }

function view(
  { name, url, group }: Target,
  status: TargetStatus | undefined,
  metrics: TargetMetrics | undefined,
): Omit<TargetView, 'hidden'> {
  return {
    name,
    url,
    ...(group !== undefined && { group }),
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
