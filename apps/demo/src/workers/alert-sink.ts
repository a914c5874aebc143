import {
  Call,
  Cast,
  cancelTimer,
  currentKernel,
  disown,
  type From,
  from,
  GenServer,
  Info,
  inject,
  type NoReply,
  noReply,
  own,
  type Reference,
  ref,
  reply,
  self,
  send,
  sendAfter,
  sleep,
  trapExit,
} from 'heartwood'
import type { Alert } from '../alerts/alert.js'
import { Outbox } from '../alerts/outbox.js'
import { MONITOR } from '../alerts/policy.js'
import type { Sink } from '../alerts/sinks.js'
import { Journal } from '../journal.js'
import { Ownerships } from '../ownerships.js'
import { Faults } from './faults.js'
import { HistoryWriter } from './history-writer.js'
import { alertSinkName } from './names.js'
import { Worker } from './worker.js'

/** How long a delivery may take, in ms. */
const PATIENCE = 15_000
/** How long a stop waits for one that is under way, in ms. */
const STOP_PATIENCE = 4_000

/** After a delivery that failed the next try is made so soon, in ms, and twice as late each time. */
const RETRY_FIRST = 1_000
const RETRY_MOST = 60_000

/** How soon what may not be told yet is looked at again, in ms. */
const LOOK_AGAIN = 250

const RETRY = 'retry'
const LOOK = 'look'

/** An alert on its way. */
interface Delivery {
  readonly number: number
  readonly alert: Alert
  readonly abort: AbortController
  readonly timer: Reference
  /** Resolves with what went wrong, if anything did. */
  readonly outcome: Promise<Error | undefined>
}

interface Ended {
  readonly kind: 'ended'
  readonly number: number
  readonly fault: Error | undefined
}

interface Late {
  readonly kind: 'late'
  readonly number: number
}

/**
 * Delivers alerts to one place. That a place does not take an alert is to be expected, and no crash: however many places are
 * away at a time, their supervisor has nothing to restart, and no other sink is ended for it. The alert is tried again after
 * a while, longer each time; the other sinks deliver meanwhile.
 *
 * A delivery is not waited for: its end comes as a message.
 */
@GenServer<Sink>({
  name: (sink) => alertSinkName(sink.name),
  backoff: { initial: RETRY_FIRST, max: RETRY_MOST, resetAfter: 120_000 },
})
export class AlertSink extends Worker {
  #sink!: Sink
  #delivery: Delivery | undefined
  #deliveries = 0
  #failures = 0
  #waits = false
  #looks = false
  /** Who waits until what is under way has ended. */
  readonly #waiting: From[] = []

  constructor(
    @inject(Outbox) private readonly outbox: Outbox,
    @inject(Journal) private readonly journal: Journal,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init(sink: Sink): void {
    // So that terminate runs, and lets a delivery that is under way end.
    trapExit(true)
    this.begin(alertSinkName(sink.name))
    this.#sink = sink
    ref(AlertSink, self()).cast.deliver()
  }

  /** There is something in the outbox. */
  @Cast()
  deliver(): void {
    // What is new does not shorten the wait for a place that is away.
    if (this.#waits || this.#delivery !== undefined) return
    const alert = this.outbox.next(this.#sink.name, ({ target }, key) => this.#mayTell(target, key))
    if (alert === undefined) {
      this.#lookAgain()
      return
    }
    // What is told is noted first: or another Pulse, after this one was killed, would tell it in other words.
    this.#keep()
    const me = self()
    const abort = own(new AbortController())
    const number = ++this.#deliveries
    const late: Late = { kind: 'late', number }
    const timer = sendAfter(PATIENCE, me, late)
    const outcome = this.#try(alert, abort.signal)
    this.#delivery = { number, alert, abort, timer, outcome }
    void outcome.then((fault) => {
      const ended: Ended = { kind: 'ended', number, fault }
      send(me, ended)
    })
  }

  /**
   * Of several Pulses, whoever checks the target tells of it, and not before the store has it that it is to be told: whoever takes the target over must
   * know, or would tell it again.
   */
  #mayTell(target: string, key: string): boolean {
    if (!this.ownerships.isShared || target === MONITOR) return true
    const isKept = [key, `told/${target}`, `warned/${target}`].every((each) => this.journal.isSaved(each))
    return isKept && this.ownerships.mayAct(target)
  }

  #lookAgain(): void {
    if (this.#looks || this.outbox.waiting(this.#sink.name) === 0) return
    this.#looks = true
    sendAfter(LOOK_AGAIN, self(), LOOK)
  }

  @Info(LOOK)
  protected onLook(): void {
    this.#looks = false
    this.deliver()
  }

  /** Resolves when nothing that is about the target is under way. */
  @Call()
  quiet(target: string): boolean | NoReply<boolean> {
    if (this.#delivery?.alert.target !== target) return true
    this.#waiting.push(from())
    return noReply as NoReply<boolean>
  }

  async #try(alert: Alert, signal: AbortSignal): Promise<Error | undefined> {
    try {
      await this.#sink.deliver(alert, signal)
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  @Info({ kind: 'ended' })
  protected onEnded({ number, fault }: Ended): void {
    // One that was given up may end later.
    if (this.#delivery?.number === number) this.#end(this.#delivery, fault)
  }

  @Info({ kind: 'late' })
  protected onLate({ number }: Late): void {
    if (this.#delivery?.number !== number) return
    const fault = new Error(`it took more than ${PATIENCE} ms`)
    this.#delivery.abort.abort(fault)
    this.#end(this.#delivery, fault)
  }

  @Info(RETRY)
  protected onRetry(): void {
    this.#waits = false
    this.deliver()
  }

  #end({ alert, abort, timer }: Delivery, fault: Error | undefined): void {
    this.#delivery = undefined
    cancelTimer(timer)
    disown(abort)
    if (fault === undefined) {
      this.#failures = 0
      this.#delivered(alert)
    } else this.#failed(fault)
    for (const asker of this.#waiting.splice(0)) reply(asker, true)
    if (fault === undefined) this.deliver()
  }

  #failed(error: Error): void {
    const wait = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** this.#failures)
    this.#failures += 1
    this.#waits = true
    sendAfter(wait, self(), RETRY)
    const count = this.outbox.waiting(this.#sink.name)
    const message = `an alert could not be delivered; it is tried again in ${wait / 1_000} s (alerts that wait: ${count})`
    const name = alertSinkName(this.#sink.name)
    currentKernel().report({ level: 'warn', kind: 'alert', message, pid: self(), name, error })
  }

  /** Cut off by a stop, an alert that has arrived would be told once more after the next start. */
  async terminate(): Promise<void> {
    const delivery = this.#delivery
    if (delivery === undefined) return
    const late = sleep(STOP_PATIENCE).then(() => 'late')
    if ((await Promise.race([delivery.outcome, late])) === undefined) this.#delivered(delivery.alert)
  }

  #delivered(alert: Alert): void {
    this.outbox.delivered(this.#sink.name, alert)
    if (this.ownerships.isShared) ref(HistoryWriter).cast.keep()
    this.#keep()
  }

  /** A disk that takes nothing is no reason to keep an alert back. */
  #keep(): void {
    const error = this.journal.commit()
    if (error === undefined) return
    const message = 'what is told could not be noted on the disk: after a crash it may be told again'
    const name = alertSinkName(this.#sink.name)
    currentKernel().report({ level: 'warn', kind: 'journal', message, pid: self(), name, error })
  }
}
