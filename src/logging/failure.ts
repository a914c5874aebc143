/** Exit reasons and errors as log records show them: one line for people, and the error with all that is behind it. */
import type { ExitReason } from '../kernel/index.js'
import { cut, LIMITS, type Limits, safeText, snapshot } from './snapshot.js'

/** Errors behind errors that are followed. */
const LONGEST_CHAIN = 8
/** Errors of an `AggregateError` that are shown. */
const WIDEST_AGGREGATE = 5
const LONGEST_STACK = 8_000

/** An error as a record: what `JSON.stringify` would drop. */
export interface ErrorRecord {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly details?: unknown
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

/** A reason on one line: a word as it is, an error by its name and message, anything else as short JSON. */
export function reasonLine(reason: ExitReason): string {
  if (typeof reason === 'string') return safeText(reason, LIMITS.length)
  if (isError(reason)) return `${text(reason, 'name') ?? 'Error'}: ${text(reason, 'message') ?? ''}`
  const shown = snapshot(reason, { depth: 3, breadth: 10, length: 300, size: 50 })
  return typeof shown === 'string' ? shown : cut(JSON.stringify(shown) ?? String(shown), 1_000)
}

/**
 * The error that a reason is or carries, such as the one in `{ shutdown: error }`; undefined when there is none.
 */
export function errorOf(reason: ExitReason, limits: Limits = LIMITS): ErrorRecord | undefined {
  const error = find(reason, 4)
  return error === undefined ? undefined : record(error, limits, [])
}

function find(reason: unknown, depth: number): Error | undefined {
  if (isError(reason)) return reason
  if (depth === 0 || typeof reason !== 'object' || reason === null) return undefined
  try {
    for (const key of Object.keys(reason).slice(0, 10)) {
      const found = find(Object.getOwnPropertyDescriptor(reason, key)?.value, depth - 1)
      if (found !== undefined) return found
    }
  } catch {
    // A proxy that cannot be read carries no error that could be shown.
    return undefined
  }
  return undefined
}

function record(error: Error, limits: Limits, above: readonly unknown[]): ErrorRecord {
  const chain = [...above, error]
  const type = text(error, 'name') ?? 'Error'
  const message = text(error, 'message') ?? ''
  const code = text(error, 'code')
  const stack = text(error, 'stack', LONGEST_STACK)
  const details = own(error, 'details')
  const cause = own(error, 'cause')
  const errors = own(error, 'errors')
  return {
    type,
    message,
    ...(code === undefined ? undefined : { code }),
    ...(stack === undefined ? undefined : { stack }),
    ...(details === undefined ? undefined : { details: snapshot(details, limits) }),
    ...(cause === undefined ? undefined : { cause: behind(cause, limits, chain) }),
    ...(Array.isArray(errors)
      ? { errors: errors.slice(0, WIDEST_AGGREGATE).map((each) => behind(each, limits, chain)) }
      : undefined),
  }
}

function behind(cause: unknown, limits: Limits, chain: readonly unknown[]): unknown {
  if (!isError(cause)) return snapshot(cause, limits)
  if (chain.includes(cause)) return '[circular]'
  return chain.length >= LONGEST_CHAIN ? reasonLine(cause) : record(cause, limits, chain)
}

function isError(value: unknown): value is Error {
  try {
    return value instanceof Error
  } catch {
    // The getPrototypeOf trap of a proxy threw.
    return false
  }
}

function own(holder: object, key: string): unknown {
  try {
    return Object.getOwnPropertyDescriptor(holder, key)?.value
  } catch {
    // A proxy; see isError.
    return undefined
  }
}

/** A property as text. A stack is a getter in some engines, so this one is run, and may throw. */
function text(holder: object, key: string, length: number = LIMITS.length): string | undefined {
  try {
    const value = (holder as Record<string, unknown>)[key]
    if (typeof value === 'number') return String(value)
    return typeof value === 'string' ? safeText(value, length) : undefined
  } catch {
    return `[${key} is unreadable]`
  }
}
