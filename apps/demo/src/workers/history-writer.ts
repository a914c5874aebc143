import { Call, currentKernel, GenServer, Info, inject, own, ref, self, sendAfter, trapExit } from 'heartwood'
import type { CheckResult } from '../check.js'
import { SETTINGS, type Settings } from '../settings.js'
import { STORE, type Store } from '../store/index.js'
import type { ResultEvent } from './events.js'
import { Faults } from './faults.js'
import { HISTORY_WRITER } from './names.js'
import { PubSub } from './pub-sub.js'
import { Worker } from './worker.js'

/** Results wait this long for others, in ms, so that one write to the disk serves many. */
const FLUSH_AFTER = 250
/** After a write that failed, in ms. */
const RETRY_AFTER = 2000
/** With the database away, so many results are kept; then the oldest go. */
const MAX_PENDING = 10_000

/** How often old results are looked for, in ms. */
const PRUNE_EVERY = 60_000
const DAY = 86_400_000

const FLUSH = 'flush'
const PRUNE = 'prune'

/** Writes results to the store in batches, and publishes a batch as `stored` when it is on disk. */
@GenServer({ name: HISTORY_WRITER, shutdown: 10_000 })
export class HistoryWriter extends Worker {
  #pending: CheckResult[] = []
  #scheduled = false

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  async init(): Promise<void> {
    // So that terminate runs, and writes the last results, when the supervisor stops this process.
    trapExit(true)
    this.begin(HISTORY_WRITER)
    await own(this.store).migrate()
    ref(PubSub).cast.subscribe(self(), ['result'])
    sendAfter(PRUNE_EVERY, self(), PRUNE)
  }

  /** The last stored results of a target, oldest first. */
  @Call()
  recent(target: string, limit: number): Promise<CheckResult[]> {
    return this.store.recent(target, limit)
  }

  @Info({ kind: 'result' })
  protected onResult({ result }: ResultEvent): void {
    this.#pending.push(result)
    if (this.#pending.length > MAX_PENDING) this.#pending.shift()
    this.#flushIn(FLUSH_AFTER)
  }

  @Info(FLUSH)
  protected async onFlush(): Promise<void> {
    this.#scheduled = false
    try {
      await this.#flush()
    } catch (error) {
      // A database that is away for a moment is no reason to lose what has to be written there.
      warn(`${this.#pending.length} results could not be stored; trying again`, error)
      this.#flushIn(RETRY_AFTER)
    }
  }

  @Info(PRUNE)
  protected async onPrune(): Promise<void> {
    sendAfter(PRUNE_EVERY, self(), PRUNE)
    try {
      await this.store.prune(currentKernel().clock.wallTime() - this.settings.keepDays * DAY)
    } catch (error) {
      warn('old results could not be deleted; trying again', error)
    }
  }

  async terminate(): Promise<void> {
    await this.#flush()
  }

  async #flush(): Promise<void> {
    const batch = this.#pending
    if (batch.length === 0) return
    await this.store.append(batch)
    this.#pending = []
    ref(PubSub).cast.publish({ kind: 'stored', results: batch })
  }

  #flushIn(milliseconds: number): void {
    if (this.#scheduled) return
    this.#scheduled = true
    sendAfter(milliseconds, self(), FLUSH)
  }
}

function warn(message: string, error: unknown): void {
  currentKernel().report({
    level: 'warn',
    kind: 'history',
    message,
    pid: self(),
    name: HISTORY_WRITER,
    error,
  })
}
