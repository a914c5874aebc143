import {
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
  startChild,
} from 'heartwood'
import type { Alert } from '../alerts/alert.js'
import { Outbox } from '../alerts/outbox.js'
import { AlertPolicy } from '../alerts/policy.js'
import type { Sink } from '../alerts/sinks.js'
import { SETTINGS, type Settings } from '../settings.js'
import { AlertSink } from './alert-sink.js'
import type { CertificateEvent, ChangeEvent, FlappingEvent, ResultEvent } from './events.js'
import { Faults } from './faults.js'
import { ALERT_SINKS, ALERTER, alertSinkName } from './names.js'
import { PubSub } from './pub-sub.js'
import { Worker } from './worker.js'

/** The injection token of the {@link Sink}s. */
export const SINKS = Symbol('pulse.sinks')

/** Decides what is worth an alert, puts it into the outbox and wakes the sinks. */
@GenServer({ name: ALERTER })
export class Alerter extends Worker {
  readonly #policy: AlertPolicy

  constructor(
    @inject(SINKS) private readonly sinks: readonly Sink[],
    @inject(Outbox) private readonly outbox: Outbox,
    @inject(SETTINGS) settings: Settings,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
    this.#policy = new AlertPolicy(settings.maintenance)
  }

  init(): ContinueWith {
    this.begin(ALERTER)
    ref(PubSub).cast.subscribe(self(), ['result', 'change', 'flapping', 'certificate'])
    return continueWith('start sinks')
  }

  async handleContinue(): Promise<void> {
    // As the target loader does: what an earlier incarnation has started is there already.
    const { specs } = await countChildren(ALERT_SINKS)
    for (const sink of this.sinks.slice(specs)) await startChild(ALERT_SINKS, child(AlertSink, sink))
  }

  @Info({ kind: 'result' })
  protected onResult({ result: { target, at } }: ResultEvent): void {
    this.#send(this.#policy.checked(target, at))
  }

  @Info({ kind: 'change' })
  protected onChange({ change }: ChangeEvent): void {
    this.#send(this.#policy.change(change))
  }

  @Info({ kind: 'flapping' })
  protected onFlapping({ flapping }: FlappingEvent): void {
    this.#send(this.#policy.flapping(flapping))
  }

  @Info({ kind: 'certificate' })
  protected onCertificate({ seen, days }: CertificateEvent): void {
    this.#send(this.#policy.certificate(seen, days))
  }

  #send(alert: Alert | undefined): void {
    if (alert === undefined) return
    const names = this.sinks.map(({ name }) => name)
    for (const sink of this.outbox.add(alert, names)) {
      const message = `too many alerts wait for ${sink}: the oldest is given up`
      currentKernel().report({ level: 'warn', kind: 'alert', message, pid: self(), name: ALERTER })
    }
    // One that is between two lives looks into the outbox when it begins.
    for (const name of names) ref(AlertSink, alertSinkName(name)).cast.deliver()
  }
}
