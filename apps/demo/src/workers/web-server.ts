import type { AddressInfo } from 'node:net'
import {
  currentKernel,
  drain,
  GenServer,
  Info,
  inject,
  isDown,
  monitor,
  own,
  ref,
  self,
  sendAfter,
} from 'heartwood'
import { startMetrics } from 'heartwood/telemetry'
import { Outbox } from '../alerts/outbox.js'
import type { Sink } from '../alerts/sinks.js'
import { Elsewhere } from '../elsewhere.js'
import { Incidents } from '../incidents.js'
import { Journal } from '../journal.js'
import { Ownerships } from '../ownerships.js'
import { operatorAccess, SETTINGS, type Settings } from '../settings.js'
import { observerFor } from '../web/observer.js'
import { Unavailable } from '../web/ports.js'
import { createWeb, type Web } from '../web/server.js'
import { SINKS } from './alerter.js'
import type { ChangeEvent, HeardEvent, ResultEvent, StoredEvent } from './events.js'
import { Faults } from './faults.js'
import { HistoryWriter } from './history-writer.js'
import { PUB_SUB, WEB_SERVER } from './names.js'
import { PortMemory } from './port-memory.js'
import { PubSub } from './pub-sub.js'
import { PulsePorts } from './pulse-ports.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** How often the open pages are brought up to date, in ms. */
const REFRESH_EVERY = 500
/** How soon the pub/sub server is looked for again when it is not there, in ms. */
const RESUBSCRIBE_AFTER = 50

const VIEWS = ['public', 'operator'] as const
const REFRESH = 'refresh'
const SUBSCRIBE = 'subscribe'

/** Serves the status page and the API. */
@GenServer({ name: WEB_SERVER })
export class WebServer extends Worker {
  #web!: Web

  constructor(
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(PortMemory) private readonly memory: PortMemory,
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Outbox) private readonly outbox: Outbox,
    @inject(Journal) private readonly journal: Journal,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Elsewhere) private readonly elsewhere: Elsewhere,
    @inject(SINKS) private readonly sinks: readonly Sink[],
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  async init(): Promise<void> {
    this.begin(WEB_SERVER)
    const incidents = new Incidents(
      this.journal,
      () => currentKernel().clock.wallTime(),
      (note) => {
        if (!this.ownerships.isShared) return
        ref(HistoryWriter).cast.keep()
        ref(PubSub).cast.publish({ kind: 'shared', note })
      },
    )
    const ports = new PulsePorts({
      watched: this.watched,
      faults: this.faults,
      outbox: this.outbox,
      incidents,
      settings: this.settings,
      sinks: this.sinks,
      ownerships: this.ownerships,
      elsewhere: this.elsewhere,
    })
    const { host, port, chaos } = this.settings
    const operator = operatorAccess(this.settings)
    const observer = observerFor(operator)
    if (observer !== undefined) own(observer)
    const measured = own(startMetrics({ kernel: currentKernel(), handlers: false }))
    const metrics = (): string => measured.prometheusText()
    this.#web = createWeb(ports, { chaos, operator, observer, metrics })
    const { ports: known } = this.memory
    const { app, endStreams } = this.#web
    // Event streams would never end by themselves.
    drain(app, {
      begin: () => {
        endStreams()
        observer?.close()
      },
    })
    await own(app).listen({ host, port: port || (known.get(WEB_SERVER) ?? 0) })
    const address = this.#web.app.server.address() as AddressInfo
    known.set(WEB_SERVER, address.port)
    this.#announce(address.port)
    this.onSubscribe()
    sendAfter(REFRESH_EVERY, self(), REFRESH)
  }

  /**
   * Open pages are worth more than a clean restart: when the pub/sub server dies, this worker, unlike the collectors,
   * is not restarted with it, and subscribes to the next one by itself.
   */
  @Info(SUBSCRIBE)
  protected onSubscribe(): void {
    // Of a server that is not there, the monitor tells at once.
    monitor(PUB_SUB)
    ref(PubSub).cast.subscribe(self(), ['result', 'change', 'stored', 'heard'])
  }

  @Info(isDown)
  protected onDown(): void {
    sendAfter(RESUBSCRIBE_AFTER, self(), SUBSCRIBE)
  }

  @Info({ kind: 'result' })
  protected onResult({ result }: ResultEvent): void {
    this.#tell('result', result)
  }

  @Info({ kind: 'change' })
  protected onChange({ change }: ChangeEvent): void {
    this.#tell('change', change)
  }

  @Info({ kind: 'heard' })
  protected onHeard({ results, changes }: HeardEvent): void {
    for (const result of results) this.#tell('result', result)
    for (const change of changes) this.#tell('change', change)
  }

  @Info({ kind: 'stored' })
  protected onStored({ results }: StoredEvent): void {
    this.#tell('stored', results)
  }

  @Info(REFRESH)
  protected async onRefresh(): Promise<void> {
    sendAfter(REFRESH_EVERY, self(), REFRESH)
    this.#web.feed.beat()
    for (const view of VIEWS) {
      if (this.#web.streams[view].readers.count > 0) await this.#refresh(view)
    }
  }

  async #refresh(view: (typeof VIEWS)[number]): Promise<void> {
    try {
      this.#web.streams[view].refresh(await this.#web.model(view))
    } catch (error) {
      // A collector is being restarted; the next refresh will find it.
      if (!(error instanceof Unavailable)) throw error
    }
  }

  #tell(event: 'result' | 'change' | 'stored', payload: unknown): void {
    this.#web.feed.publish(event, payload)
  }

  #announce(port: number): void {
    const { operatorToken, tokenIsNew } = this.settings
    const host = this.settings.host.includes(':') ? `[${this.settings.host}]` : this.settings.host
    const address = `http://${host}:${port}/`
    if (tokenIsNew) {
      this.#say(
        'operator',
        `the operator’s view is at ${address}operator; its token, of this run, is ${operatorToken?.reveal()}`,
      )
    }
    this.#say('web', `Pulse is at ${address}`)
  }

  #say(kind: string, message: string): void {
    currentKernel().report({ level: 'info', kind, message, pid: self(), name: WEB_SERVER })
  }
}
