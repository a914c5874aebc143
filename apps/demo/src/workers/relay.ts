import {
  Cast,
  currentKernel,
  GenServer,
  Health,
  Info,
  inject,
  isNodeMessage,
  monitorNodes,
  type NodeMessage,
  nodes,
  ref,
  self,
  sendAfter,
} from 'heartwood'
import { clusterOf } from 'heartwood/cluster'
import type { Alert } from '../alerts/alert.js'
import { MONITOR } from '../alerts/policy.js'
import type { CheckResult } from '../checks/check.js'
import { Elsewhere, type News, type StatusNews } from '../elsewhere.js'
import { Journal, type Note } from '../journal.js'
import { Ownerships } from '../ownerships.js'
import { toStatus } from '../target-status.js'
import type { Change } from '../verdict.js'
import type {
  AlertEvent,
  CertificateEvent,
  ChangeEvent,
  JudgedEvent,
  ResultEvent,
  SharedEvent,
  TakenEvent,
} from './events.js'
import { Faults } from './faults.js'
import { MetricCollector } from './metric-collector.js'
import { RELAY } from './names.js'
import { PubSub } from './pub-sub.js'
import { StatusCollector } from './status-collector.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** What is new waits this long for more, in ms. */
const TELL_AFTER = 250
/** The most results that are told at once: where there are more, the latest count. */
const MOST_RESULTS = 1_000
/** Targets that a node is told of in one message, when it comes. */
const AT_A_TIME = 250

const TELL = 'tell'

/**
 * Tells the other Pulses what this one has found, and hears them, so that the page of each shows all. Nothing is decided by what is heard, and nothing is
 * sent again: what gets lost comes with the next check, or when the connection is there again.
 */
@GenServer({ name: RELAY })
export class Relay extends Worker {
  readonly #statuses = new Map<string, StatusNews[1]>()
  readonly #certificates = new Map<string, number>()
  #results: CheckResult[] = []
  #changes: Change[] = []
  #alerts: Alert[] = []
  #notes: Note[] = []
  #scheduled = false

  constructor(
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Elsewhere) private readonly elsewhere: Elsewhere,
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Journal) private readonly journal: Journal,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  async init(): Promise<void> {
    this.begin(RELAY)
    ref(PubSub).cast.subscribe(self(), [
      'result',
      'judged',
      'change',
      'certificate',
      'alert',
      'shared',
      'taken',
    ])
    monitorNodes()
    for (const node of nodes()) await this.#tellAll(node)
  }

  /** While its claims pause, a Pulse checks nothing: somebody should know. */
  @Health({ timeout: 5_000 })
  health(): string | undefined {
    if (clusterOf(currentKernel()).isMember) return undefined
    return 'what keeps the claims cannot be reached (PULSE_CLUSTER): this Pulse checks nothing until it is back'
  }

  /** Another Pulse tells what it has found. */
  @Cast()
  hear(news: News): void {
    this.elsewhere.hear(news)
    this.journal.adopt(news.notes)
    const { results, changes } = news
    if (results.length + changes.length > 0) ref(PubSub).cast.publish({ kind: 'heard', results, changes })
  }

  @Info(isNodeMessage)
  protected async onNode({ tag, node }: NodeMessage): Promise<void> {
    if (tag === 'nodedown') this.elsewhere.lose(node)
    else await this.#tellAll(node)
  }

  @Info({ kind: 'taken' })
  protected onTaken({ target }: TakenEvent): void {
    this.#statuses.set(target, undefined)
    this.#tellSoon()
  }

  @Info({ kind: 'result' })
  protected onResult({ result }: ResultEvent): void {
    this.#results.push(result)
    if (this.#results.length > MOST_RESULTS) this.#results.shift()
    this.#tellSoon()
  }

  @Info({ kind: 'judged' })
  protected onJudged({ standing }: JudgedEvent): void {
    if (standing.target === MONITOR) return
    this.#statuses.set(standing.target, toStatus(standing, this.#certificates.get(standing.target)))
    this.#tellSoon()
  }

  @Info({ kind: 'certificate' })
  protected onCertificate({ seen: { target, validTo } }: CertificateEvent): void {
    this.#certificates.set(target, validTo)
  }

  @Info({ kind: 'change' })
  protected onChange({ change }: ChangeEvent): void {
    this.#changes.push(change)
    this.#tellSoon()
  }

  @Info({ kind: 'alert' })
  protected onAlert({ alert }: AlertEvent): void {
    this.#alerts.push(alert)
    this.#tellSoon()
  }

  @Info({ kind: 'shared' })
  protected onShared({ note }: SharedEvent): void {
    this.#notes.push(note)
    this.#tellSoon()
  }

  #tellSoon(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    sendAfter(TELL_AFTER, self(), TELL)
  }

  @Info(TELL)
  protected onTell(): void {
    this.#scheduled = false
    const news = this.#news({
      statuses: [...this.#statuses],
      results: this.#results,
      changes: this.#changes,
      alerts: this.#alerts,
      notes: this.#notes,
    })
    this.#statuses.clear()
    this.#results = []
    this.#changes = []
    this.#alerts = []
    this.#notes = []
    for (const node of nodes()) ref(Relay, { node }).cast.hear(news)
  }

  /** A node that has come, or come back, is told how all targets of this one stand. */
  async #tellAll(node: string): Promise<void> {
    const names = this.watched.list.map(({ name }) => name).filter((name) => this.ownerships.owns(name))
    for (let from = 0; from < names.length; from += AT_A_TIME) {
      const some = names.slice(from, from + AT_A_TIME)
      const { targets } = await ref(StatusCollector).call.board()
      const metrics = await ref(MetricCollector).call.metrics(some)
      const news = this.#news({
        statuses: some.map((target) => [target, targets[target]]),
        results: some.flatMap((target) => metrics[target]?.latest ?? []),
      })
      ref(Relay, { node }).cast.hear(news)
    }
  }

  #news(news: Partial<News>): News {
    const nothing = { statuses: [], results: [], changes: [], alerts: [], notes: [] }
    return { node: currentKernel().node, ...nothing, ...news }
  }
}
