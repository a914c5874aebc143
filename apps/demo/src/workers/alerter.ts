import {
  Cast,
  type ContinueWith,
  child,
  continueWith,
  countChildren,
  currentKernel,
  GenServer,
  Info,
  inject,
  ref,
  self,
  sendAfter,
  startChild,
  trapExit,
} from 'heartwood'
import type { Alert } from '../alerts/alert.js'
import { Outbox } from '../alerts/outbox.js'
import { AlertPolicy } from '../alerts/policy.js'
import type { Sink } from '../alerts/sinks.js'
import { Journal } from '../journal.js'
import { Ownerships } from '../ownerships.js'
import type { Standing } from '../verdict.js'
import { AlertSink } from './alert-sink.js'
import type { CertificateEvent, JudgedEvent } from './events.js'
import { Faults } from './faults.js'
import { HistoryWriter } from './history-writer.js'
import { ALERT_SINKS, ALERTER, alertSinkName } from './names.js'
import { PubSub } from './pub-sub.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** The injection token of the {@link Sink}s. */
export const SINKS = Symbol('pulse.sinks')

/** How long what was given up is counted, in ms, before it is told. */
const COUNT_FOR = 1_000
const TELL_LOST = 'tell lost'

/** Decides what is worth an alert, puts it into the outbox and wakes the sinks. */
@GenServer({ name: ALERTER })
export class Alerter extends Worker {
  readonly #policy: AlertPolicy
  readonly #lost = new Map<string, number>()

  constructor(
    @inject(SINKS) private readonly sinks: readonly Sink[],
    @inject(Outbox) private readonly outbox: Outbox,
    @inject(Journal) private readonly journal: Journal,
    @inject(WatchedTargets) watched: WatchedTargets,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
    const itself = ownerships.isShared ? `Pulse on ${currentKernel().node}` : undefined
    this.#policy = new AlertPolicy(watched, journal, itself)
  }

  init(): ContinueWith {
    // So that terminate runs, and says what is left.
    trapExit(true)
    this.begin(ALERTER)
    for (const [sink, count] of this.outbox.keepOnly(this.#names)) {
      this.#say('warn', `there is no ${sink} any more; alerts that waited for it and are given up: ${count}`)
    }
    ref(PubSub).cast.subscribe(self(), ['judged', 'certificate'])
    return continueWith('start sinks')
  }

  async handleContinue(): Promise<void> {
    // As the target loader does: what an earlier incarnation has started is there already.
    const { specs } = await countChildren(ALERT_SINKS)
    for (const sink of this.sinks.slice(specs)) await startChild(ALERT_SINKS, child(AlertSink, sink))
    // What was concluded before a kill, and told nobody, may be over at the next check.
    for (const key of this.journal.keys('verdict/')) this.#judgeNoted(key)
  }

  #judgeNoted(key: string): void {
    const standing = this.journal.get(key) as Standing | undefined
    if (standing !== undefined) this.#send(this.#policy.judge(standing, standing.at ?? standing.since))
  }

  /** From now on this Pulse checks the target: so it tells what whoever did so before has concluded and not told. */
  @Cast()
  taken(target: string): void {
    this.#judgeNoted(`verdict/${target}`)
    this.#wakeSinks()
  }

  @Info({ kind: 'judged' })
  protected onJudged({ standing, at }: JudgedEvent): void {
    if (this.ownerships.owns(standing.target)) this.#send(this.#policy.judge(standing, at))
  }

  @Info({ kind: 'certificate' })
  protected onCertificate({ seen, days }: CertificateEvent): void {
    if (this.ownerships.owns(seen.target)) this.#send(this.#policy.certificate(seen, days))
  }

  get #names(): readonly string[] {
    return this.sinks.map(({ name }) => name)
  }

  #send(alert: Alert | undefined): void {
    if (alert === undefined) return
    for (const sink of this.outbox.add(alert, this.#names)) {
      if (this.#lost.size === 0) sendAfter(COUNT_FOR, self(), TELL_LOST)
      this.#lost.set(sink, (this.#lost.get(sink) ?? 0) + 1)
    }
    ref(PubSub).cast.publish({ kind: 'alert', alert })
    // Others may have to tell it: they must know first.
    if (this.ownerships.isShared) ref(HistoryWriter).cast.keep()
    this.#wakeSinks()
  }

  #wakeSinks(): void {
    // One that is between two lives looks into the outbox when it begins.
    for (const name of this.#names) ref(AlertSink, alertSinkName(name)).cast.deliver()
  }

  @Info(TELL_LOST)
  protected onTellLost(): void {
    for (const [sink, count] of this.#lost) {
      this.#say('warn', `too many alerts wait for ${sink}; the oldest are given up: ${count}`)
    }
    this.#lost.clear()
  }

  terminate(): void {
    if (this.#lost.size > 0) this.onTellLost()
    for (const name of this.#names) {
      const count = this.outbox.waiting(name)
      if (count > 0)
        this.#say('warn', `alerts that wait for ${name}: ${count}; they go out after the next start`)
    }
    const error = this.journal.commit()
    if (error !== undefined) this.#say('error', 'what was told could not be noted on the disk', error)
  }

  #say(level: 'warn' | 'error', message: string, error?: unknown): void {
    currentKernel().report({ level, kind: 'alert', message, pid: self(), name: ALERTER, error })
  }
}
