import { timerInPlace } from '../clock.js'

/** Functions that tell of the timers they set. */
const telling = new WeakSet<object>()

/** Says of what stands in the place of `setTimeout` that it tells. */
export function announcesTimers(setTimeout: object): void {
  telling.add(setTimeout)
}

/** Whether all that handlers set going is told at this moment: not before there are guards, nor while others fake timers. */
export function workIsAnnounced(): boolean {
  return telling.has(timerInPlace())
}
