import { kernelError } from '../errors/errors.js'
import { runOutside } from './no-process.js'

/** What waits for a signal to fire. */
export interface Abortable {
  /** The signal has fired. Called once, and not after `stopWaiting`. */
  aborted(reason: unknown): void
}

/** One signal, or several, of which the first that fires counts. */
export type Signals = AbortSignal | readonly AbortSignal[]

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

/** @throws BAD_OPTION for what is no signal */
export function checkSignal(signal: unknown, action: string): void {
  if (signal === undefined || isSignal(signal)) return
  throw kernelError('BAD_OPTION', { action, option: 'signal', value: signal, expected: 'an AbortSignal' })
}

/** Not by its class: there are signals that are no instance of Node's. */
export function isSignal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { aborted, addEventListener } = value as AbortSignal
  return typeof aborted === 'boolean' && typeof addEventListener === 'function'
}

/** Has `who` told when a signal fires; at once when one has. */
export function waitForAbort(signals: Signals, who: Abortable): void {
  const fired = firedOf(signals)
  if (fired !== undefined) who.aborted(fired.reason)
  else for (const signal of listOf(signals)) (waiting.get(signal) ?? new Waiting(signal)).all.add(who)
}

/** Takes `waitForAbort` back. Nothing of ours is left on a signal that nobody waits for. */
export function stopWaiting(signals: Signals, who: Abortable): void {
  for (const signal of listOf(signals)) {
    const entry = waiting.get(signal)
    if (entry?.all.delete(who) === true && entry.all.size === 0) entry.end()
  }
}

/** The one that has fired, if one has. */
export function firedOf(signals: Signals | undefined): AbortSignal | undefined {
  return signals === undefined ? undefined : listOf(signals).find(({ aborted }) => aborted)
}

function listOf(signals: Signals): readonly AbortSignal[] {
  return Array.isArray(signals) ? (signals as readonly AbortSignal[]) : [signals as AbortSignal]
}
