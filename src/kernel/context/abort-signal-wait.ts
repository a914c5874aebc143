import { kernelError } from '../errors/errors.js'
import { runOutside } from './no-process.js'

/** A wait that ends when a signal fires. */
export interface Abortable {
  /** The signal has fired. Called once, and not after `stopWaiting`. */
  aborted(reason: unknown): void
}

/** One signal, or several, of which the first that fires counts. */
export type Signals = AbortSignal | readonly AbortSignal[]

/**
 * The waits for each signal. Each signal has one listener, however many wait: Node's `EventTarget` searches all listeners for each one that
 * is added or removed, and warns of a leak from eleven on.
 */
const waiting = new WeakMap<AbortSignal, Waiting>()

class Waiting {
  readonly all = new Set<Abortable>()
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
    waiting.set(signal, this)
    // It is not a listener of the process that waits first, since it serves all others, too.
    runOutside(() => signal.addEventListener('abort', this))
  }

  /** Called by the signal when it fires. */
  handleEvent(): void {
    const { reason } = this.#signal
    // A wait that ends may cancel another one.
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

/** @throws BAD_OPTION for a value that is not a signal */
export function checkSignal(signal: unknown, action: string): void {
  if (signal === undefined || isSignal(signal)) return
  throw kernelError('BAD_OPTION', { action, option: 'signal', value: signal, expected: 'an AbortSignal' })
}

/** Whether a value is an abort signal. It is not recognized by its class: there are signals that are not instances of Node's. */
export function isSignal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { aborted, addEventListener } = value as AbortSignal
  return typeof aborted === 'boolean' && typeof addEventListener === 'function'
}

/** Tells `who` when a signal fires; at once if one has fired. */
export function waitForAbort(signals: Signals, who: Abortable): void {
  const fired = firedOf(signals)
  if (fired !== undefined) who.aborted(fired.reason)
  else for (const signal of listOf(signals)) (waiting.get(signal) ?? new Waiting(signal)).all.add(who)
}

/** Cancels `waitForAbort`. A signal for which nobody waits keeps no listener. */
export function stopWaiting(signals: Signals, who: Abortable): void {
  for (const signal of listOf(signals)) {
    const entry = waiting.get(signal)
    if (entry?.all.delete(who) === true && entry.all.size === 0) entry.end()
  }
}

/** Returns the signal that has fired, if one has. */
export function firedOf(signals: Signals | undefined): AbortSignal | undefined {
  return signals === undefined ? undefined : listOf(signals).find(({ aborted }) => aborted)
}

function listOf(signals: Signals): readonly AbortSignal[] {
  return Array.isArray(signals) ? (signals as readonly AbortSignal[]) : [signals as AbortSignal]
}
