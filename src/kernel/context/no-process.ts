import { AsyncResource } from 'node:async_hooks'

/** A scope that belongs to no process; made when this module loads. The scheduler and the timers run in it. */
const outside = new AsyncResource('heartwood.outside', { requireManualDestroy: true })

/** Runs `fn` as no process at all, so that what it starts is not taken for the doing of whoever woke it. */
export function runOutside(fn: () => void): void {
  outside.runInAsyncScope(fn)
}

/** The same, with what `fn` returns. */
export function runAsNobody<T>(fn: () => T): T {
  return outside.runInAsyncScope(fn)
}
