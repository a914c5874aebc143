/**
 * The containment of a program's own log destination. If the destination fails, because of a full disk or a dead transport, no process
 * crashes, neither the one that logs nor a later one. Each kind of failure is reported once on standard error.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import type { DestinationStream } from 'pino'
import { reasonLine } from '../text/failure-text.js'

/** Reports a failure of one destination, each kind once. */
type Tell = (error: unknown) => void

/** The async context of code that a destination runs. */
const working = new AsyncLocalStorage<Tell>()

/**
 * Whether an uncaught failure comes from a log destination: from a promise or a callback of it. If so, the failure has been
 * reported.
 */
export function isFailureOfLog(error: unknown): boolean {
  const tell = working.getStore()
  tell?.(error)
  return tell !== undefined
}

/** The methods of a destination that may fail. */
const METHODS: ReadonlySet<unknown> = new Set(['write', 'flush', 'flushSync', 'reopen'])

/** Wraps a destination so that its failures crash nobody. */
export function contained(destination: DestinationStream): DestinationStream {
  const tell = tellingOnce(destination)
  if (destination instanceof EventEmitter) tellErrors(destination, tell)
  const attempt = (method: (...args: unknown[]) => unknown, args: unknown[]): unknown => {
    // A destroyed stream drops lines without an error.
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
  // A proxy, since pino looks for other methods than `write`, and sets properties on destinations.
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

/** The streams with a listener for `error`. Most failures of a stream come later, as this event, which without a listener ends the program. */
const listened = new WeakSet<EventEmitter>()

function tellErrors(stream: EventEmitter, tell: Tell): void {
  // Several logs may share a stream; one listener is enough.
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
    // The error that destroys a stream and the errors of later writes have different texts, but are one failure.
    const { code = reason } = isDestroyed(destination)
      ? { code: 'destroyed' }
      : ((error ?? {}) as { code?: unknown })
    if (told.has(String(code)) || told.size >= KINDS) return
    told.add(String(code))
    // Standard error may fail as well.
    working.run(tell, () =>
      process.stderr.write(`heartwood: the log cannot be written: ${reason}. The program goes on.\n`),
    )
  }
}

/** The most kinds of failure that are reported, since the text of an error may differ each time. */
const KINDS = 20
