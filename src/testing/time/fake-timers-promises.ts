/** `node:timers/promises` on virtual timers. */
import { type Abortable, stopWaiting, waitForAbort } from '../../kernel/index.js'

interface Options {
  readonly signal?: AbortSignal
}

/** Starts a timer. @returns what ends it */
type Start = (run: () => void, ms: number | undefined, repeats: boolean) => () => void

type Timed = (ms?: unknown, value?: unknown, options?: unknown) => unknown

/** Under the names that the module exports. @param real Node's own, which refuse options that are none */
export function promisedTimers(
  start: Start,
  real: typeof import('node:timers/promises'),
): { readonly setTimeout: Timed; readonly setInterval: Timed } {
  const wait = <T>(ms?: number, value?: T, options: Options = {}): Promise<T | undefined> => {
    if (!isTime(ms) || !areOptions(options)) return real.setTimeout(ms, value, options)
    const { signal } = options
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(aborted(signal))
      const end = start(
        () => {
          if (signal !== undefined) stopWaiting(signal, waiting)
          resolve(value)
        },
        ms,
        false,
      )
      const waiting: Abortable = {
        aborted() {
          end()
          reject(aborted(signal))
        },
      }
      if (signal !== undefined) waitForAbort(signal, waiting)
    })
  }

  /** Ticks that come while its reader is at work are kept for it. */
  async function* repeat<T>(ms?: number, value?: T, options: Options = {}): AsyncGenerator<T | undefined> {
    if (!isTime(ms) || !areOptions(options)) {
      yield* real.setInterval(ms, value, options)
      return
    }
    const { signal } = options
    const isAborted = (): boolean => signal?.aborted === true
    if (isAborted()) throw aborted(signal)
    let ticks = 0
    let wake = (): void => {}
    const end = start(
      () => {
        ticks++
        wake()
      },
      ms,
      true,
    )
    const waiting: Abortable = { aborted: () => wake() }
    if (signal !== undefined) waitForAbort(signal, waiting)
    try {
      while (!isAborted()) {
        if (ticks === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        for (; ticks > 0; ticks--) yield value
      }
      throw aborted(signal)
    } finally {
      end()
      if (signal !== undefined) stopWaiting(signal, waiting)
    }
  }
  return { setTimeout: wait as Timed, setInterval: repeat as Timed }
}

/** Node refuses anything else. */
function isTime(ms: unknown): boolean {
  return ms === undefined || typeof ms === 'number'
}

function areOptions(options: unknown): options is Options {
  if (typeof options !== 'object' || options === null) return false
  const { signal, ref } = options as { signal?: unknown; ref?: unknown }
  const isSignal =
    signal === undefined || (typeof signal === 'object' && signal !== null && 'aborted' in signal)
  return isSignal && (ref === undefined || typeof ref === 'boolean')
}

function aborted(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason })
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' })
}
