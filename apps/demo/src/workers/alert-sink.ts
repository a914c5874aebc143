import {
  Cast,
  cancelTimer,
  currentKernel,
  disown,
  GenServer,
  Info,
  inject,
  own,
  type Reference,
  ref,
  self,
  send,
  sendAfter,
  sleep,
  trapExit,
} from 'heartwood'
import type { Alert } from '../alerts/alert.js'
import { Outbox } from '../alerts/outbox.js'
import type { Sink } from '../alerts/sinks.js'
import { Journal } from '../journal.js'
import { Faults } from './faults.js'
import { alertSinkName } from './names.js'
import { Worker } from './worker.js'

/** How long a delivery may take, in ms. */
const PATIENCE = 15_000
/** How long a stop waits for one that is under way, in ms. */
const STOP_PATIENCE = 4_000

/** After a delivery that failed the next try is made so soon, in ms, and twice as late each time. */
const RETRY_FIRST = 1_000
const RETRY_MOST = 60_000

const RETRY = 'retry'

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

  constructor(
    @inject(Outbox) private readonly outbox: Outbox,
    @inject(Journal) private readonly journal: Journal,
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
    const alert = this.outbox.next(this.#sink.name)
    if (alert === undefined) return
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
      this.deliver()
    } else this.#failed(fault)
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
