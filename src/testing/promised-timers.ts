/** `node:timers/promises` on virtual timers. */
import { type Abortable, stopWaiting, waitForAbort } from '../kernel/index.js'
import type { VirtualTimers } from './virtual-timers.js'

interface Options {
  readonly signal?: AbortSignal
}

/** Under the names that the module exports. */
export function promisedTimers(timers: VirtualTimers): Readonly<Record<string, unknown>> {
  const wait = <T>(ms = 1, value?: T, { signal }: Options = {}): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(aborted(signal))
        return
      }
      const cancel = timers.set(Math.max(1, ms), () => {
        if (signal !== undefined) stopWaiting(signal, waiting)
        resolve(value)
      })
      const waiting: Abortable = {
        aborted() {
          cancel()
          reject(aborted(signal as AbortSignal))
        },
      }
      if (signal !== undefined) waitForAbort(signal, waiting)
    })
  async function* repeat<T>(ms?: number, value?: T, options?: Options): AsyncGenerator<T | undefined> {
    for (;;) yield await wait(ms, value, options)
  }
  const scheduler = {
    wait: (ms: number, options?: Options) => wait(ms, undefined, options),
    yield: () => new Promise<void>((resolve) => setImmediate(resolve)),
  }
  return { setTimeout: wait, setInterval: repeat, scheduler }
}

function aborted(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason })
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' })
}
