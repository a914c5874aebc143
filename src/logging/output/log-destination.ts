/**
 * A destination of the program's own for the lines of a log. That it fails, for a full disk or a transport that died, is no
 * reason for anybody to crash, whoever logs and whenever it fails: it is said on standard error, once for each kind of
 * failure.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import type { DestinationStream } from 'pino'
import { reasonLine } from '../text/failure-text.js'

/** Told once each, of one destination. */
type Tell = (error: unknown) => void

/** The destination that the code which runs now works for. */
const working = new AsyncLocalStorage<Tell>()

/**
 * Whether a failure that no code caught comes from a destination that works on: a promise that it left alone, a callback
 * that throws. If so it has been told of.
 */
export function isFailureOfLog(error: unknown): boolean {
  const tell = working.getStore()
  tell?.(error)
  return tell !== undefined
}

/** What is called to write, or to write what was held back. */
const METHODS: ReadonlySet<unknown> = new Set(['write', 'flush', 'flushSync', 'reopen'])

/** A destination whose failures stay its own. */
export function contained(destination: DestinationStream): DestinationStream {
  const tell = tellingOnce(destination)
  if (destination instanceof EventEmitter) tellErrors(destination, tell)
  const attempt = (method: (...args: unknown[]) => unknown, args: unknown[]): unknown => {
    // A stream that is destroyed takes what is written, and tells nobody.
    if (isDestroyed(destination)) {
      tell((destination as { errored?: unknown }).errored ?? new Error('its stream is destroyed'))
    }
    try {
      return working.run(tell, () => Reflect.apply(method, destination, args))
    } catch (error) {
      tell(error)
      return undefined
    }
  }
  // Seen through: pino looks for more than `write`, and leaves notes on what wants them.
  return new Proxy(destination, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      return METHODS.has(key)
        ? (...args: unknown[]) => attempt(value as () => unknown, args)
        : value.bind(target)
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  })
}

/** A stream tells of most failures later, by an event that ends the program where nobody listens. */
const listened = new WeakSet<EventEmitter>()

function tellErrors(stream: EventEmitter, tell: Tell): void {
  // Several logs may write to one stream, and one who says so is enough.
  if (listened.has(stream)) return
  listened.add(stream)
  stream.on('error', tell)
}

function isDestroyed(destination: unknown): boolean {
  return (destination as { destroyed?: unknown }).destroyed === true
}

function tellingOnce(destination: unknown): Tell {
  const told = new Set<string>()
  return function tell(error) {
    const reason = reasonLine(error).replace(/^Error: /, '')
    // The error that destroys a stream, and those that each write meets from then on, are one failure in several wordings.
    const { code = reason } = isDestroyed(destination)
      ? { code: 'destroyed' }
      : ((error ?? {}) as { code?: unknown })
    if (told.has(String(code)) || told.size >= KINDS) return
    told.add(String(code))
    // Standard error may be as broken as the log.
    working.run(tell, () =>
      process.stderr.write(`heartwood: the log cannot be written: ${reason}. The program goes on.\n`),
    )
  }
}

/** How many kinds of failure are told of: a text may differ each time. */
const KINDS = 20
