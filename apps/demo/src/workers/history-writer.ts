import { Call, currentKernel, GenServer, Info, inject, own, ref, self, sendAfter, trapExit } from 'heartwood'
import type { CheckResult } from '../check.js'
import { SETTINGS, type Settings } from '../settings.js'
import { STORE, type Store } from '../store/index.js'
import type { ResultEvent } from './events.js'
import { Faults } from './faults.js'
import { HISTORY_WRITER } from './names.js'
import { PubSub } from './pub-sub.js'
import { StoreRecord } from './store-record.js'
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

/**
 * Writes results to the store in batches, and publishes a batch as `stored` when it is on disk.
 *
 * A database that is away is nothing that a restart could mend. So only the very first opening has to succeed, for then
 * it is the settings that are wrong; later this worker keeps what it cannot write, tries again, and says so in the log.
 */
@GenServer({ name: HISTORY_WRITER, shutdown: 10_000 })
export class HistoryWriter extends Worker {
  #open = false
  #pending: CheckResult[] = []
  #scheduled = false

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(StoreRecord) private readonly record: StoreRecord,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  async init(): Promise<void> {
    // So that terminate runs, and writes the last results, when the supervisor stops this process.
    trapExit(true)
    this.begin(HISTORY_WRITER)
    own(this.store)
    if (!this.record.opened) await this.#opened()
    ref(PubSub).cast.subscribe(self(), ['result'])
    sendAfter(PRUNE_EVERY, self(), PRUNE)
  }

  /** The last stored results of a target, oldest first; or word that the database is away. */
  @Call()
  async recent(target: string, limit: number): Promise<CheckResult[] | 'away'> {
    try {
      return await (await this.#opened()).recent(target, limit)
    } catch (error) {
      warn('the history could not be read', error)
      return 'away'
    }
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
      warn(`${this.#pending.length} results could not be stored; trying again`, error)
      this.#flushIn(RETRY_AFTER)
    }
  }

  @Info(PRUNE)
  protected async onPrune(): Promise<void> {
    sendAfter(PRUNE_EVERY, self(), PRUNE)
    try {
      const store = await this.#opened()
      await store.prune(currentKernel().clock.wallTime() - this.settings.keepDays * DAY)
    } catch (error) {
      warn('old results could not be deleted; trying again', error)
    }
  }

  async terminate(): Promise<void> {
    try {
      await this.#flush()
    } catch (error) {
      warn(`${this.#pending.length} results are lost`, error)
    }
  }

  async #flush(): Promise<void> {
    const batch = this.#pending
    if (batch.length === 0) return
    const store = await this.#opened()
    await store.append(batch)
    this.#pending = []
    ref(PubSub).cast.publish({ kind: 'stored', results: batch })
  }

  async #opened(): Promise<Store> {
    if (!this.#open) {
      await this.store.migrate()
      this.#open = true
      this.record.opened = true
    }
    return this.store
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
