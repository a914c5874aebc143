import {
  Cast,
  currentKernel,
  GenServer,
  Info,
  inject,
  processSignal,
  ref,
  self,
  sendAfter,
  Task,
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

/** After a delivery that failed the next try is made so soon, in ms, and twice as late each time. */
const RETRY_FIRST = 1_000
const RETRY_MOST = 60_000

const RETRY = 'retry'

/**
 * Delivers alerts to one place. That a place does not take an alert is to be expected, and no crash: however many places are
 * away at a time, their supervisor has nothing to restart, and no other sink is ended for it. The alert is tried again after
 * a while, longer each time; the other sinks deliver meanwhile.
 */
@GenServer<Sink>({
  name: (sink) => alertSinkName(sink.name),
  backoff: { initial: RETRY_FIRST, max: RETRY_MOST, resetAfter: 120_000 },
})
export class AlertSink extends Worker {
  #sink!: Sink
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
    this.begin(alertSinkName(sink.name))
    this.#sink = sink
    ref(AlertSink, self()).cast.deliver()
  }

  /** There is something in the outbox. */
  @Cast()
  async deliver(): Promise<void> {
    const { name } = this.#sink
    // What is new does not shorten the wait for a place that is away.
    while (!this.#waits) {
      const alert = this.outbox.next(name)
      if (alert === undefined) return
      // What is told is noted first: or another Pulse, after this one was killed, would tell it in other words.
      this.#keep()
      const fault = await this.#try(alert)
      if (fault !== undefined) return this.#failed(fault)
      this.#failures = 0
      this.outbox.delivered(name, alert)
      this.#keep()
    }
  }

  @Info(RETRY)
  protected async onRetry(): Promise<void> {
    this.#waits = false
    await this.deliver()
  }

  /** Resolves with what went wrong. In a process of its own, so that a delivery that hangs can be ended. */
  async #try(alert: Alert): Promise<Error | undefined> {
    const task = Task.async(() =>
      this.#sink.deliver(alert, processSignal()).then(
        () => undefined,
        (error) => (error instanceof Error ? error : new Error(String(error))),
      ),
    )
    const outcome = (await task.yield(PATIENCE)) ?? (await task.shutdown('brutal_kill'))
    if (outcome === undefined) return new Error(`it took more than ${PATIENCE} ms`)
    return 'ok' in outcome ? outcome.ok : new Error('the delivery was ended', { cause: outcome.exit })
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

  /** A disk that takes nothing is no reason to keep an alert back. */
  #keep(): void {
    const error = this.journal.commit()
    if (error === undefined) return
    const message = 'what is told could not be noted on the disk: after a crash it may be told again'
    const name = alertSinkName(this.#sink.name)
    currentKernel().report({ level: 'warn', kind: 'journal', message, pid: self(), name, error })
  }
}
