/** The types of failures, for labels and attributes. There must be few of them, so the message of an error is no part of it. */
import {
  BUILT_IN_ERRORS,
  classOf,
  type ExitReason,
  HeartwoodError,
  hasOwn,
  isError,
  isShutdown,
  read,
  withoutSecrets,
} from '../kernel/index.js'

/** Matches a single name, and no sentence. */
const WORD = /^[\p{L}_$][\p{L}\p{N}_$.-]{0,99}$/u
/** Matches a name that contains a number. Fewer than four digits may be part of the name of a class, such as `HTTP2Error`. */
const NUMBERED = /\d{4}/

/**
 * OpenTelemetry's `error.type`: the code of an error of Heartwood, the class of any other error; an exit reason that is a single word;
 * `_OTHER` for everything else, such as a text that contains a number or looks like a secret.
 */
export function errorType(reason: unknown): string {
  if (HeartwoodError.is(reason)) return reason.code
  if (isError(reason)) return word(nameOf(reason)) ?? 'Error'
  return word(reason) ?? '_OTHER'
}

const BUILT_IN: ReadonlySet<unknown> = new Set([...BUILT_IN_ERRORS, AggregateError].map(({ name }) => name))

/** The name of an error. If its `name` is inherited from a built-in class, the name of its own class is used. */
function nameOf(error: unknown): unknown {
  const name = read(error, 'name')
  return BUILT_IN.has(name) && !hasOwn(error, 'name') ? (classOf(error) ?? name) : name
}

function word(text: unknown): string | undefined {
  if (typeof text !== 'string' || !WORD.test(text) || NUMBERED.test(text)) return undefined
  return withoutSecrets(text) === text ? text : undefined
}

/** The kinds of exit reasons. */
type ExitKind = 'normal' | 'shutdown' | 'killed' | 'error'

export function exitKind(reason: ExitReason): ExitKind {
  if (reason === 'normal' || reason === 'shutdown' || reason === 'killed') return reason
  return isShutdown(reason) ? 'shutdown' : 'error'
}
