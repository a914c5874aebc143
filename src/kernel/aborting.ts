import { runOutside } from './context.js'

/** What waits for a signal to fire. */
export interface Abortable {
  /** The signal has fired. Called once, and not after `stopWaiting`. */
  aborted(reason: unknown): void
}

/**
 * Who waits for which signal. Each signal has one listener, however many wait: Node's `EventTarget` looks through all
 * listeners for each that comes or goes, and takes more than ten of them for a leak.
 */
const waiting = new WeakMap<AbortSignal, Waiting>()

class Waiting {
  readonly all = new Set<Abortable>()
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
    waiting.set(signal, this)
    // Not a listener of the process that happens to wait first: it serves all others, too.
    runOutside(() => signal.addEventListener('abort', this))
  }

  /** The signal fires; called by it. */
  handleEvent(): void {
    const { reason } = this.#signal
    // One that is told may take another's wait back.
    for (const each of this.all) {
      this.all.delete(each)
      each.aborted(reason)
    }
    this.end()
  }

  end(): void {
    waiting.delete(this.#signal)
    this.#signal.removeEventListener('abort', this)
  }
}

/** Has `who` told when `signal` fires; at once when it has. */
export function waitForAbort(signal: AbortSignal, who: Abortable): void {
  if (signal.aborted) who.aborted(signal.reason)
  else (waiting.get(signal) ?? new Waiting(signal)).all.add(who)
}

/** Takes `waitForAbort` back. Nothing of ours is left on a signal that nobody waits for. */
export function stopWaiting(signal: AbortSignal, who: Abortable): void {
  const entry = waiting.get(signal)
  if (entry === undefined || !entry.all.delete(who)) return
  if (entry.all.size === 0) entry.end()
}
