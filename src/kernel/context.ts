import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import type { Process } from './process.js'

/**
 * The current process, through every `await`, timer and callback it starts. The one ambient thing in Heartwood.
 *
 * Each process keeps one `AsyncResource` that carries it; entering that costs a few nanoseconds, where
 * `AsyncLocalStorage.run` allocates on every entry.
 */
const context = new AsyncLocalStorage<Process>()

/** A scope that belongs to no process; made when this module loads. The scheduler and the timers run in it. */
const outside = new AsyncResource('heartwood.outside', { requireManualDestroy: true })

const newScope = (): AsyncResource => new AsyncResource('heartwood.process', { requireManualDestroy: true })

export function currentProcess(): Process | undefined {
  return context.getStore()
}

export function scopeOf(process: Process): AsyncResource {
  return context.run(process, newScope)
}

/** Runs `fn` as no process at all, so that what it starts is not taken for the doing of whoever woke it. */
export function runOutside(fn: () => void): void {
  outside.runInAsyncScope(fn)
}
