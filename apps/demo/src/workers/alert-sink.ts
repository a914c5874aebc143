import { Cast, currentKernel, GenServer, inject, processSignal, ref, self, Task } from 'heartwood'
import { Outbox } from '../alerts/outbox.js'
import type { Sink } from '../alerts/sinks.js'
import { Journal } from '../journal.js'
import { Faults } from './faults.js'
import { alertSinkName } from './names.js'
import { Worker } from './worker.js'

/** How long a delivery may take, in ms. */
const PATIENCE = 15_000

/**
 * Delivers alerts to one place. A place that does not take an alert is a crash: the supervisor waits a while, longer each
 * time, and the next incarnation tries the same alert again. The other sinks deliver meanwhile.
 */
@GenServer<Sink>({
  name: (sink) => alertSinkName(sink.name),
  backoff: { initial: 1_000, max: 60_000, resetAfter: 120_000 },
})
export class AlertSink extends Worker {
  #sink!: Sink

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
    for (let alert = this.outbox.next(name); alert !== undefined; alert = this.outbox.next(name)) {
      const next = alert
      // What is told is noted first: or another Pulse, after this one was killed, would tell it in other words.
      this.#keep()
      // Linked: a delivery that fails ends this process with its reason.
      const task = Task.async(() => this.#sink.deliver(next, processSignal()))
      const outcome = (await task.yield(PATIENCE)) ?? (await task.shutdown('brutal_kill'))
      if (outcome === undefined) throw new Error(`${name} took more than ${PATIENCE} ms over an alert`)
      this.outbox.delivered(name, alert)
      this.#keep()
    }
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
