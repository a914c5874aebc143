/**
 * Checks the results of callbacks, and makes the errors for invalid ones. A wrong key must not be ignored silently: a mistyped
 * `timeOut` would be a timeout that never comes.
 */
import {
  CallRequest,
  HeartwoodError,
  hasOwn,
  isTimeout,
  keysOf,
  ownData,
  type Pid,
  printed,
  self,
} from '../../kernel/index.js'
import { genServerError } from '../errors.js'
import { Continuation, isCast } from '../messages/server-message.js'
import { SettingsChange } from '../messages/settings-change.js'
import { describe } from '../sys/server-report.js'
import type { Continuing } from './callbacks.js'

const RESULT_KEYS = ['state', 'reply', 'stop', 'continue', 'timeout', 'hibernate', 'concurrently'] as const
const INIT_KEYS = ['state', 'stop', 'error', 'continue', 'timeout', 'hibernate'] as const

/** Whether the `continue`, `timeout` and `hibernate` of a result are valid together. */
export function isNext(next: object): boolean {
  const { continue: continuation, timeout, hibernate } = next as Continuing<unknown>
  if (continuation !== undefined) return timeout === undefined && hibernate === undefined
  return timeout === undefined || isTimeout(timeout)
}

/** Whether a result has known keys only. It runs for every message, so the common results are recognised by counting keys. */
export function hasKnownKeys(result: object): boolean {
  let count = 0
  for (const _ in result) count++
  if (count === ('reply' in result ? 2 : 1)) return true
  return strangeKey(result, RESULT_KEYS) === undefined
}

/** Whether a result of `init` has known keys only. */
export function hasInitKeys(result: object): boolean {
  return strangeKey(result, INIT_KEYS) === undefined
}

/** The exit reason of a server whose callback returned an invalid result. OTP's `{bad_return_value, Value}`. */
export class BadReturn extends HeartwoodError {
  constructor(
    error: HeartwoodError,
    /** The invalid result. */
    readonly badReturnValue: unknown,
  ) {
    super(error.code, error.message, error.details)
  }
}

/** @param current the message that was being handled; undefined for `init` */
export function badReturn(pid: Pid, current: unknown, value: unknown): BadReturn {
  const callback = current === undefined ? 'init' : callbackOf(current)
  const [problem, expected] = explained(callback, value)
  const details = { server: describe(pid), callback, value: shown(value), problem, expected }
  return new BadReturn(genServerError('BAD_RETURN_VALUE', details), value)
}

/** The same of a function that a client has passed, as those of an agent. */
export function badReturnOf(callback: string, value: unknown, problem: string, expected: string): BadReturn {
  const details = { server: describe(self()), callback, value: shown(value), problem, expected }
  return new BadReturn(genServerError('BAD_RETURN_VALUE', details), value)
}

/** @param value the value that has no callback; absent if there is none */
export function missingCallback(pid: Pid, event: string, callback: string, value?: unknown): HeartwoodError {
  return genServerError('CALLBACK_MISSING', { server: describe(pid), event, callback, value })
}

function callbackOf(current: unknown): string {
  if (current instanceof SettingsChange) return 'configChange'
  if (current instanceof CallRequest) return 'handleCall'
  if (isCast(current)) return 'handleCast'
  return current instanceof Continuation ? 'handleContinue' : 'handleInfo'
}

const INIT_RESULTS =
  "{ state, continue?, timeout?, hibernate? }, 'ignore', { stop } or { error }; the init of a class nothing, 'ignore', stopping(), continueWith() or idle()"
const CALL_RESULTS =
  '{ state, reply?, continue?, timeout?, hibernate? }, { state, concurrently } or { stop, state, reply? }'
const RESULTS = '{ state, continue?, timeout?, hibernate? } or { stop, state }'

function explained(callback: string, value: unknown): [problem: string, expected: string] {
  if (callback === 'init') return [problemWith(callback, value, INIT_KEYS), INIT_RESULTS]
  return [problemWith(callback, value, RESULT_KEYS), callback === 'handleCall' ? CALL_RESULTS : RESULTS]
}

function problemWith(callback: string, value: unknown, keys: readonly string[]): string {
  if (typeof value !== 'object' || value === null) return 'which is no result'
  const strange = strangeKey(value, keys)
  if (strange !== undefined) {
    const meant = keys.find((key) => key.toLowerCase() === strange.toLowerCase())
    return `where "${strange}" is no known key${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`
  }
  if (!('state' in value)) return 'which has no state'
  if (!isNext(value)) return nextProblem(value as Continuing<unknown>)
  return callback === 'handleCall' ? 'which does not fit together' : 'but nobody waits for a reply there'
}

function nextProblem({ continue: continuation }: Continuing<unknown>): string {
  return continuation === undefined
    ? 'whose timeout is no milliseconds from 0, nor Infinity'
    : 'but continue goes with neither timeout nor hibernate'
}

function strangeKey(value: object, keys: readonly string[]): string | undefined {
  return Object.keys(value).find((key) => !keys.includes(key))
}

/** The maximal number of keys of an invalid result that an error shows. */
const MOST_KEYS = 10

/** The result as an error shows it: without its state, which may be large or private. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null || !hasOwn(value, 'state')) return printed(value)
  const { first, count } = keysOf(value, MOST_KEYS)
  const beside = Object.fromEntries(first.map((key) => [key, key === 'state' ? '…' : ownData(value, key)]))
  return printed(count > first.length ? { ...beside, '…': `${count - first.length} more` } : beside)
}
