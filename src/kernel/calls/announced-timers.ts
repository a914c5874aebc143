import { timerInPlace } from '../clock.js'

/** The replacements of `setTimeout` that announce each timer that they set. */
const telling = new WeakSet<object>()

/** Registers a replacement of `setTimeout` that announces each timer. */
export function announcesTimers(setTimeout: object): void {
  telling.add(setTimeout)
}

/**
 * Whether everything that handlers start is announced at this moment: not before the guards are installed, and not while other code fakes
 * the timers.
 */
export function workIsAnnounced(): boolean {
  return telling.has(timerInPlace())
}
