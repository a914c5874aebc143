import {
  Cast,
  type ContinueWith,
  continueWith,
  currentKernel,
  GenServer,
  HeartwoodError,
  Info,
  inject,
  ref,
  self,
  sendAfter,
  trapExit,
} from 'heartwood'
import { type Claim, currentClaim, type Keyed } from 'heartwood/cluster'
import { Outbox } from '../alerts/outbox.js'
import type { Sink } from '../alerts/sinks.js'
import { Journal } from '../journal.js'
import { Ownerships } from '../ownerships.js'
import { AlertSink } from './alert-sink.js'
import { Alerter, SINKS } from './alerter.js'
import { CertificateWatcher } from './certificate-watcher.js'
import { Faults } from './faults.js'
import { type Heartbeat, HeartbeatWatcher } from './heartbeat-watcher.js'
import { HistoryWriter } from './history-writer.js'
import { alertSinkName, checkerName } from './names.js'
import { PubSub } from './pub-sub.js'
import { StatusCollector } from './status-collector.js'
import { TargetLoader } from './target-loader.js'
import { Worker } from './worker.js'

/** How soon it is tried again, in ms, to take over what is known of the target; and how often it is looked whether it still has it. */
const TRY_AGAIN = 1_000
const LOOK_EVERY = 5_000
/** How long what is under way may take to end, in ms, before the target is another's. */
const PATIENCE = 4_000

const TAKE = 'take'

/**
 * Makes a target this Pulse's to check, as long as it has the key of it: the worker of a cluster supervisor. First the store is told that only this token counts, then
 * what whoever checked the target before has noted is taken over, and then checks begin. When the target moves on, it goes the other way round: checks end, what they found comes to the
 * store, and only then does another Pulse get the key.
 */
@GenServer({ shutdown: 10_000 })
export class TargetOwner extends Worker {
  #target = ''
  #claim!: Claim
  #has = false

  constructor(
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Journal) private readonly journal: Journal,
    @inject(Outbox) private readonly outbox: Outbox,
    @inject(SINKS) private readonly sinks: readonly Sink[],
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init({ key }: Keyed): ContinueWith {
    // So that terminate runs.
    trapExit(true)
    this.#target = key
    this.#claim = currentClaim()
    return continueWith(TAKE)
  }

  async handleContinue(): Promise<void> {
    await this.onTake()
  }

  /** Without the store nobody knows what was told of the target: until it answers, the target waits. */
  @Info(TAKE)
  protected async onTake(): Promise<void> {
    if (this.#has && this.ownerships.owns(this.#target)) return void sendAfter(LOOK_EVERY, self(), TAKE)
    // A greater token has written of it. Either the key is lost, and this process about to end, or it is to be had again.
    if (this.#has) await this.#forget()
    const notes = await answered(ref(HistoryWriter).call.take(this.#target, this.#claim.token), 'away')
    if (typeof notes === 'string') return void sendAfter(TRY_AGAIN, self(), TAKE)
    this.#has = true
    this.journal.replace(this.#target, notes)
    this.ownerships.take(this.#target, this.#claim)
    this.outbox.reread()
    ref(StatusCollector).cast.taken(this.#target)
    ref(Alerter).cast.taken(this.#target)
    ref(CertificateWatcher).cast.taken(this.#target)
    ref(PubSub).cast.publish({ kind: 'taken', target: this.#target })
    await answered(ref(TargetLoader).call.follow(this.#target), undefined)
    sendAfter(LOOK_EVERY, self(), TAKE)
  }

  /** The target told one of the Pulses how it is. */
  @Cast()
  beat(heartbeat: Heartbeat): void {
    ref(HeartbeatWatcher, checkerName(this.#target)).cast.beat(heartbeat)
  }

  /** Everything that the next one needs is in the store. */
  handOver(): Promise<undefined> {
    return this.#leave()
  }

  async terminate(): Promise<void> {
    await this.#leave()
  }

  async #leave(): Promise<undefined> {
    if (!this.#has) return
    this.ownerships.begins(this.#target)
    await answered(ref(TargetLoader).call.follow(this.#target), undefined)
    if (this.#claim.state !== 'lost') {
      // An alert that is on its way would be told again by the next one.
      const quiet = this.sinks.map(({ name }) =>
        answered(
          ref(AlertSink, alertSinkName(name)).with({ timeout: PATIENCE }).call.quiet(this.#target),
          false,
        ),
      )
      await Promise.all(quiet)
      const stored = ref(HistoryWriter).with({ timeout: PATIENCE }).call.stored(this.#target)
      if (!(await answered(stored, false))) this.#warn()
    }
    await this.#forget()
  }

  async #forget(): Promise<void> {
    this.#has = false
    await answered(ref(StatusCollector).call.left(this.#target), undefined)
    this.ownerships.leave(this.#target)
    this.journal.forget(this.#target)
    this.outbox.reread()
    await answered(ref(TargetLoader).call.follow(this.#target), undefined)
  }

  #warn(): void {
    const message = `the database is away: what was found last of ${this.#target} may be lost to whoever checks it next`
    currentKernel().report({ level: 'warn', kind: 'history', message, pid: self() })
  }
}

/** What a call is answered, or this where whoever is asked is between two lives. */
async function answered<Answer, Instead>(call: Promise<Answer>, instead: Instead): Promise<Answer | Instead> {
  try {
    return await call
  } catch (error) {
    if (!HeartwoodError.is(error) || !error.code.startsWith('CALL_')) throw error
    return instead
  }
}
