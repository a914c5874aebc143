import {
  Call,
  Cast,
  currentKernel,
  type From,
  from,
  GenServer,
  Health,
  Info,
  inject,
  type NoReply,
  noReply,
  own,
  type Pid,
  ref,
  reply,
  self,
  send,
  sendAfter,
  sleep,
  trapExit,
} from 'heartwood'
import type { Claim } from 'heartwood/cluster'
import { MONITOR } from '../alerts/policy.js'
import type { CheckResult } from '../checks/check.js'
import { Elsewhere } from '../elsewhere.js'
import { Journal, type Note } from '../journal.js'
import { Ownerships } from '../ownerships.js'
import { SETTINGS, type Settings } from '../settings.js'
import {
  DAY,
  type Fence,
  FolderInUse,
  FolderLock,
  isHeld,
  OpenedStore,
  type Period,
  PRUNE_LIMIT,
  type Span,
  STORE,
  type Store,
} from '../store/index.js'
import { DatabaseState } from './database-state.js'
import type { Restored, ResultEvent } from './events.js'
import { Faults } from './faults.js'
import type { Batch, Found, Outcome, Pruned, Read, Taken, Wanted, Written } from './history-messages.js'
import { HISTORY_WRITER } from './names.js'
import { PubSub } from './pub-sub.js'
import { StoreRecord } from './store-record.js'
import { Worker } from './worker.js'

/** Results wait this long for others, in ms, so that one write to the disk serves many. */
const FLUSH_AFTER = 250
/** … and so long while there are more than one write takes. */
const FLUSH_ON = 10
/** With the database away, so many results are kept; then the oldest go. */
const MAX_PENDING = 10_000
/** The most that is written at once. */
const BATCH = 1_000

/** How often old results are looked for, in ms, and how soon again while there are more. */
const PRUNE_EVERY = 60_000
const PRUNE_ON = 20

/** How long, in ms, the first opening waits for another program that holds the file; and the stop for the last results. */
const START_PATIENCE = 5_000
const STOP_PATIENCE = 4_000
const LOOK_AGAIN = 50

const FLUSH = 'flush'
const PRUNE = 'prune'

/**
 * Writes results to the store in batches, and publishes a batch as `stored` when it is on disk; and a copy of the journal.
 *
 * A database that is away is nothing that a restart could mend. So only the very first opening has to succeed, for then
 * it is the settings that are wrong; later this worker keeps what it cannot write, tries again, and says so. Nor does it
 * wait for one that is silent: the end of what it asked comes as a message, and meanwhile it answers.
 */
@GenServer({ name: HISTORY_WRITER, shutdown: 10_000 })
export class HistoryWriter extends Worker {
  readonly #opened: OpenedStore
  readonly #database = new DatabaseState()
  #pending: Found[] = []
  /** What is on its way to the store, and when that is through. */
  #batch: readonly Found[] = []
  #writing: Promise<Outcome> | undefined
  #scheduled = false
  #pruning = false
  readonly #wanted: Wanted[] = []
  #reading = false
  /** Who waits until what is known of a target is in the store. */
  #waiting: { readonly target: string; readonly asker: From }[] = []

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(StoreRecord) private readonly record: StoreRecord,
    @inject(FolderLock) private readonly lock: FolderLock,
    @inject(Journal) private readonly journal: Journal,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Elsewhere) private readonly elsewhere: Elsewhere,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
    this.#opened = new OpenedStore(store)
  }

  async init(): Promise<void> {
    // So that terminate runs, and writes the last results, when the supervisor stops this process.
    trapExit(true)
    this.begin(HISTORY_WRITER)
    own(this.store)
    // Several Pulses have their notes in the store alone: whoever takes a target over finds them there, and nowhere else.
    if (!this.ownerships.isShared) {
      this.#holdFolder()
      this.#openJournal()
    }
    if (!this.record.opened) await this.#openFirst()
    ref(PubSub).cast.subscribe(self(), ['result'])
    sendAfter(PRUNE_EVERY, self(), PRUNE)
  }

  #holdFolder(): void {
    try {
      this.lock.hold(this.settings.dataFolder)
    } catch (error) {
      if (error instanceof FolderInUse) throw error
      // A folder that takes no file takes no journal either: that is told below.
    }
  }

  /** With a database elsewhere, Pulse does without a folder: what it has concluded is then kept there alone. */
  #openJournal(): void {
    try {
      this.journal.open(this.settings.dataFolder)
    } catch (error) {
      if (this.settings.databaseUrl === undefined) throw this.#refusal(error)
      this.#database.say(
        'the data folder takes no journal: what was told may be told again after a crash',
        error,
      )
    }
  }

  /** Whoever starts Pulse has to know which setting to look at; the driver's own words do not always say even the file. */
  #refusal(error: unknown): Error {
    const where =
      this.settings.databaseUrl === undefined
        ? `the embedded database in ${this.settings.dataFolder} (PULSE_DATA)`
        : 'the database (DATABASE_URL)'
    const why = error instanceof Error ? error.message : String(error)
    return new Error(`${where} cannot be opened: ${why}`, { cause: error })
  }

  /** Opens the store for the first time, and takes over what a Pulse elsewhere has left there. */
  async #openFirst(): Promise<void> {
    const end = currentKernel().now() + START_PATIENCE
    for (;;) {
      try {
        this.#goOnFrom(await this.#opened.use((store) => store.recall()))
        this.record.opened = true
        return
      } catch (error) {
        if (!isHeld(error) || currentKernel().now() >= end) throw this.#refusal(error)
        await sleep(LOOK_AGAIN)
      }
    }
  }

  #goOnFrom(notes: readonly Note[]): void {
    if (this.ownerships.isShared) {
      this.journal.adopt(notes.filter(({ target }) => target === undefined))
      this.elsewhere.begin(notes)
    } else this.journal.merge(notes)
  }

  /** Pulse should not be taken for well while it cannot keep what it finds. */
  @Health({ timeout: 5_000 })
  health(): string | undefined {
    const trouble = this.#database.trouble(this.#pending.length + this.#batch.length)
    const { fault } = this.journal
    if (trouble !== undefined || fault === undefined) return trouble
    return `what was concluded cannot be noted on the disk: ${fault instanceof Error ? fault.message : String(fault)}`
  }

  /** The last stored results of a target, oldest first; or word that the database is away. */
  @Call()
  recent(target: string, limit: number): 'away' | NoReply<CheckResult[] | 'away'> {
    if (this.#database.isAway) return 'away'
    void this.#answer(from(), (store) => store.recent(target, limit))
    return noReply as NoReply<CheckResult[] | 'away'>
  }

  /** The checks of these targets, hour by hour or day by day; or word that the database is away. */
  @Call()
  periods(span: Span, since: number, targets: readonly string[]): 'away' | NoReply<Period[] | 'away'> {
    if (this.#database.isAway) return 'away'
    void this.#answer(from(), (store) => store.periods(span, since, targets))
    return noReply as NoReply<Period[] | 'away'>
  }

  async #answer<T>(asker: From, read: (store: Store) => Promise<T>): Promise<void> {
    let found: T | 'away' = 'away'
    try {
      found = await this.#opened.use(read)
    } catch (error) {
      this.#database.say('the history could not be read', error)
    }
    reply(asker, found)
  }

  /** The same for whoever does not wait: the answer is a message, and comes when the database is there. */
  @Cast()
  restore(target: string, limit: number, asker: Pid): void {
    this.#wanted.push({ target, limit, asker })
    this.#readNext()
  }

  #readNext(): void {
    const wanted = this.#reading || this.#database.isAway ? undefined : this.#wanted.shift()
    if (wanted === undefined) return
    const { target, limit, asker } = wanted
    const me = self()
    this.#reading = true
    void this.#opened
      .use((store) => store.recent(target, limit))
      .then(
        (results) => send(asker, { kind: 'restored', target, results } satisfies Restored),
        (error) => this.#database.say(`the figures of ${target} could not be read`, error),
      )
      .then(() => send(me, { kind: 'read' } satisfies Read))
  }

  @Info({ kind: 'read' })
  protected onRead(): void {
    this.#reading = false
    this.#readNext()
  }

  /**
   * Has the store refuse whatever others write of a target from now on, and reads what they have noted of it.
   *
   * @param token that of the claim under which this Pulse checks it
   */
  @Call()
  take(target: string, token: number): 'away' | NoReply<Taken> {
    if (this.#database.isAway) return 'away'
    void this.#answer(from(), async (store) => (await store.take({ target, token })) ?? 'refused')
    return noReply as NoReply<Taken>
  }

  /** Resolves with whether all that is known of a target has come to the store. */
  @Call()
  stored(target: string): NoReply<boolean> {
    this.#waiting.push({ target, asker: from() })
    this.#answerWaiting(true)
    this.keep()
    return noReply as NoReply<boolean>
  }

  /** Others may have to go on from what was noted: it does not wait for results. */
  @Cast()
  keep(): void {
    if (this.#writing === undefined) this.onFlush()
    else this.#flushIn(FLUSH_ON)
  }

  @Info({ kind: 'result' })
  protected onResult({ result }: ResultEvent): void {
    this.#pending.push({ result, claim: this.ownerships.claim(result.target) })
    const excess = this.#pending.length + this.#batch.length - MAX_PENDING
    if (excess > 0) this.#giveUp(excess)
    this.#flushIn(FLUSH_AFTER)
  }

  #giveUp(count: number): void {
    this.#pending.splice(0, count)
    this.#database.givenUp += count
  }

  @Info(FLUSH)
  protected onFlush(): void {
    this.#scheduled = false
    if (this.#writing !== undefined) return
    const batch = this.#next()
    if (batch === undefined) {
      this.#answerWaiting(true)
      return
    }
    this.#batch = batch.found
    const me = self()
    this.#writing = this.#write(batch)
    this.#writing.then(
      ({ refused }) =>
        send(me, { kind: 'written', notes: batch.notes, refused, error: undefined } satisfies Written),
      (error) => send(me, { kind: 'written', notes: batch.notes, refused: [], error } satisfies Written),
    )
  }

  /** What is to be written next, if there is anything. */
  #next(): Batch | undefined {
    const notes = this.#notes()
    // What was found under a claim that is lost is not this Pulse's to write.
    const found = this.#pending.splice(0, BATCH).filter(({ claim }) => claim?.state !== 'lost')
    if (found.length === 0 && notes.length === 0) return undefined
    return { found, notes }
  }

  #notes(): readonly Note[] {
    const notes = this.journal.unsaved()
    if (!this.ownerships.isShared) return notes
    // What is about one of several Pulses is nobody else's, and it forgets that when it ends.
    this.journal.saved(notes.filter(({ target }) => target === MONITOR))
    return notes.filter(({ target }) => target === undefined || this.ownerships.claim(target) !== undefined)
  }

  async #write({ found, notes }: Batch): Promise<Outcome> {
    return this.#opened.use(async (store) => {
      // What is told to be stored has been concluded from, and that is known after a kill, too.
      const fault = this.journal.commit()
      if (fault !== undefined)
        this.#database.say('what was concluded could not be noted on the disk; trying again', fault)
      const results = found.map(({ result }) => result)
      const late = { refused: [] as readonly string[] }
      if (this.ownerships.isShared) {
        const claims = new Map(found.map(({ result, claim }) => [result.target, claim]))
        for (const { target } of notes)
          if (target !== undefined) claims.set(target, this.ownerships.claim(target))
        const fences = fencesOf(claims)
        if (notes.length > 0) late.refused = await store.remember(notes, fences)
        if (results.length > 0) late.refused = [...late.refused, ...(await store.append(results, fences))]
        return late
      }
      if (results.length > 0) await store.append(results)
      if (notes.length > 0) await store.remember(notes)
      return late
    })
  }

  @Info({ kind: 'written' })
  protected onWritten({ notes, refused, error }: Written): void {
    const batch = this.#batch
    this.#batch = []
    this.#writing = undefined
    if (error !== undefined) {
      this.#pending = [...batch, ...this.#pending]
      this.#flushIn(this.#database.failed(error, this.#pending.length))
      this.#answerWaiting(false)
      return
    }
    this.#database.worked()
    const late = new Set(refused)
    this.#refuse(late)
    this.journal.saved(notes.filter(({ target }) => target === undefined || !late.has(target)))
    const results = batch.map(({ result }) => result).filter(({ target }) => !late.has(target))
    if (results.length > 0) ref(PubSub).cast.publish({ kind: 'stored', results })
    if (this.#pending.length > 0) this.#flushIn(FLUSH_ON)
    this.#answerWaiting(true)
    this.#readNext()
  }

  /** Another Pulse checks these targets: the engine of the claims will say so, too. */
  #refuse(targets: ReadonlySet<string>): void {
    for (const target of targets) {
      this.ownerships.leave(target)
      const message = `another Pulse checks ${target}: what this one found of it was not stored`
      currentKernel().report({ level: 'warn', kind: 'history', message, pid: self(), name: HISTORY_WRITER })
    }
  }

  /** Answers those whose target has nothing on its way; or all, where nothing comes there. */
  #answerWaiting(works: boolean): void {
    if (this.#waiting.length === 0) return
    const open = new Set([...this.#pending, ...this.#batch].map(({ result }) => result.target))
    for (const { target } of this.#notes()) if (target !== undefined) open.add(target)
    const isOver = ({ target }: { readonly target: string }): boolean => !works || !open.has(target)
    for (const { asker } of this.#waiting.filter(isOver)) reply(asker, works)
    this.#waiting = this.#waiting.filter((each) => !isOver(each))
    if (this.#waiting.length > 0) this.#flushIn(FLUSH_ON)
  }

  @Info(PRUNE)
  protected onPrune(): void {
    sendAfter(PRUNE_EVERY, self(), PRUNE)
    if (!this.#pruning) this.#prune()
  }

  #prune(): void {
    if (this.#database.isAway) return
    this.#pruning = true
    const me = self()
    const now = currentKernel().clock.wallTime()
    const time = now - this.settings.keepDays * DAY
    void this.#opened
      .use((store) => store.prune(time, now))
      .catch((error) => {
        if (!isHeld(error)) this.#database.say('old results could not be deleted; trying again', error)
        return 0
      })
      .then((count) => send(me, { kind: 'pruned', count } satisfies Pruned))
  }

  @Info({ kind: 'pruned' })
  protected onPruned({ count }: Pruned): void {
    this.#pruning = count >= PRUNE_LIMIT
    // In between others have their turn.
    if (this.#pruning) sendAfter(PRUNE_ON, self(), 'prune on')
  }

  @Info('prune on')
  protected onPruneOn(): void {
    this.#pruning = false
    this.#prune()
  }

  async terminate(): Promise<void> {
    const end = currentKernel().now() + STOP_PATIENCE
    let fault: unknown
    if (this.#writing !== undefined) {
      fault = await within(STOP_PATIENCE, this.#writing)
      if (fault !== undefined) this.#pending = [...this.#batch, ...this.#pending]
    }
    while (this.#pending.length > 0 && currentKernel().now() < end) {
      const batch = { found: this.#pending, notes: this.#notes() }
      fault = await within(end - currentKernel().now(), this.#write(batch))
      if (fault === undefined) this.#pending = []
      else if (isHeld(fault)) await sleep(LOOK_AGAIN)
      else break
    }
    if (this.#pending.length > 0) this.#database.lost(this.#pending.length, fault)
  }

  #flushIn(milliseconds: number): void {
    if (this.#scheduled) return
    this.#scheduled = true
    sendAfter(milliseconds, self(), FLUSH)
  }
}

/** The tokens to write under, in the order of the targets. */
function fencesOf(claims: ReadonlyMap<string, Claim | undefined>): readonly Fence[] {
  return [...claims].flatMap(([target, claim]) =>
    claim === undefined ? [] : [{ target, token: claim.token }],
  )
}

/** What went wrong with it, or that it took longer than so many milliseconds; undefined when it is through. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<unknown> {
  const late = sleep(Math.max(1, milliseconds)).then(() => new Error('the database does not answer'))
  return Promise.race([
    work.then(
      () => undefined,
      (error) => error,
    ),
    late,
  ])
}
