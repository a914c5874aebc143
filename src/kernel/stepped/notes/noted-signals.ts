import type { Signals } from '../../context/abort-signal-wait.js'
import type { AccessMode } from './step-accesses.js'

const FIRED = 'signals'

/** Notes who depends on abort signals, and when one fires, also when nobody waits for it any more. */
export class NotedSignals {
  readonly #heard = new WeakSet<AbortSignal>()

  constructor(private readonly note: (thing: string, mode: AccessMode) => void) {}

  /** Notes that something depends on whether one of these signals has fired. */
  asked(signals: Signals): void {
    this.note(FIRED, 'read')
    for (const signal of [signals].flat() as AbortSignal[]) {
      if (signal.aborted || this.#heard.has(signal)) continue
      this.#heard.add(signal)
      signal.addEventListener('abort', () => this.note(FIRED, 'write'), { once: true })
    }
  }
}
