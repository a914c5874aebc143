/** Exit reasons and errors in log records: a line for people, and the error as data with its chain of causes. */
import { types } from 'node:util'
import {
  cut,
  type ExitReason,
  errorLine,
  errorText,
  HeartwoodError,
  isError,
  jsonOf,
  keysOf,
  LIMITS,
  type Limits,
  ownData,
  pageOfCode,
  printed,
  read,
  snapshot,
} from '../../kernel/index.js'

/** The most errors in a chain of causes. */
const LONGEST_CHAIN = 8
/** The most errors of an `AggregateError` that are shown. */
const WIDEST_AGGREGATE = 5
const LONGEST_STACK = 8_000

/** An error as plain data, with the properties that `JSON.stringify` would drop. */
export interface ErrorRecord {
  readonly type: string
  readonly message: string
  readonly code?: string
  /** The page of the documentation about the code; for errors of Heartwood only. */
  readonly docs?: string
  readonly stack?: string
  readonly details?: unknown
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

/** The records made by `errorOf`, which must not be serialised again. */
const finished = new WeakSet<object>()

/** Whether a value is a record made by `errorOf`. */
export function isFinished(value: unknown): boolean {
  return typeof value === 'object' && value !== null && finished.has(value)
}

/** A reason on one line: a string as it is, an error by its name and message, any other value as short JSON. */
export function reasonLine(reason: ExitReason): string {
  if (typeof reason === 'string') return printed(reason)
  if (isError(reason)) return errorLine(reason)
  return cut(jsonOf(snapshot(reason, { depth: 3, breadth: 10, length: 300, size: 50, privates: 0 })), 1_000)
}

/**
 * The error that a reason is or contains, such as that in `{ shutdown: error }`; `undefined` if there is none.
 */
export function errorOf(reason: ExitReason, limits: Limits = LIMITS): ErrorRecord | undefined {
  const error = new Search().find(reason, 4)
  if (error === undefined) return undefined
  const made = record(error, limits, [])
  finished.add(made)
  return made
}

/** The most values in a reason that are searched for an error. */
const MOST_LOOKS = 100
/** The most keys of each value that are searched. */
const FIRST_KEYS = 10

class Search {
  #left = MOST_LOOKS

  find(reason: unknown, depth: number): Error | undefined {
    if (isError(reason)) return reason
    if (depth === 0 || typeof reason !== 'object' || reason === null) return undefined
    // Typed arrays and strings have a key for each element, and contain no errors.
    if (ArrayBuffer.isView(reason) || types.isBoxedPrimitive(reason)) return undefined
    if (this.#left-- <= 0) return undefined
    try {
      for (const key of keysIn(reason)) {
        const found = this.find(ownData(reason, key), depth - 1)
        if (found !== undefined) return found
      }
    } catch {
      // A proxy that throws: no error can be read from it.
    }
    return undefined
  }
}

function keysIn(value: object): readonly string[] {
  if (!Array.isArray(value)) return keysOf(value, FIRST_KEYS).first
  return Array.from({ length: Math.min(value.length, FIRST_KEYS) }, (_, at) => String(at))
}

function record(error: Error, limits: Limits, above: readonly unknown[]): ErrorRecord {
  const chain = [...above, error]
  const type = errorText(error, 'name') ?? 'Error'
  const message = errorText(error, 'message') ?? ''
  const code = errorText(error, 'code')
  const stack = errorText(error, 'stack', LONGEST_STACK)
  const details = ownData(error, 'details')
  const cause = ownData(error, 'cause')
  return {
    type,
    message,
    ...(code === undefined ? undefined : { code }),
    ...(code !== undefined && HeartwoodError.is(error) ? { docs: pageOfCode(code) } : undefined),
    ...(stack === undefined ? undefined : { stack }),
    ...(details === undefined ? undefined : { details: snapshot(details, limits) }),
    ...(cause === undefined ? undefined : { cause: behind(cause, limits, chain) }),
    ...gathered(ownData(error, 'errors'), limits, chain),
  }
}

/** The first errors of an `AggregateError`. */
function gathered(errors: unknown, limits: Limits, chain: readonly unknown[]): Pick<ErrorRecord, 'errors'> {
  try {
    if (!Array.isArray(errors)) return {}
    const length = Math.min(Number(read(errors, 'length')), WIDEST_AGGREGATE)
    return { errors: Array.from({ length }, (_, at) => behind(read(errors, at), limits, chain)) }
  } catch {
    // `errors` is a proxy that throws.
    return {}
  }
}

function behind(cause: unknown, limits: Limits, chain: readonly unknown[]): unknown {
  if (!isError(cause)) return snapshot(cause, limits)
  if (chain.includes(cause)) return '[circular]'
  return chain.length >= LONGEST_CHAIN ? reasonLine(cause) : record(cause, limits, chain)
}
