/** Failures by their sort, in few words: for labels and attributes, which must not be as many as there are messages. */
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

/** A name that is no sentence. */
const WORD = /^[\p{L}_$][\p{L}\p{N}_$.-]{0,99}$/u
/** Of a class, `HTTP2Error` and the like; four digits are the number of something. */
const NUMBERED = /\d{4}/

/**
 * OpenTelemetry's `error.type`: the code of an error of Heartwood, the class of any other; an exit reason that is a word; `_OTHER`
 * for everything else, such as what holds a number or has the form of a secret.
 */
export function errorType(reason: unknown): string {
  if (HeartwoodError.is(reason)) return reason.code
  if (isError(reason)) return word(nameOf(reason)) ?? 'Error'
  return word(reason) ?? '_OTHER'
}

const BUILT_IN: ReadonlySet<unknown> = new Set([...BUILT_IN_ERRORS, AggregateError].map(({ name }) => name))

/** A class that gives its errors no name has inherited that of the language's: then it is known by its own. */
function nameOf(error: unknown): unknown {
  const name = read(error, 'name')
  return BUILT_IN.has(name) && !hasOwn(error, 'name') ? (classOf(error) ?? name) : name
}

function word(text: unknown): string | undefined {
  if (typeof text !== 'string' || !WORD.test(text) || NUMBERED.test(text)) return undefined
  return withoutSecrets(text) === text ? text : undefined
}

/** How a process ended. */
type ExitKind = 'normal' | 'shutdown' | 'killed' | 'error'

export function exitKind(reason: ExitReason): ExitKind {
  if (reason === 'normal' || reason === 'shutdown' || reason === 'killed') return reason
  return isShutdown(reason) ? 'shutdown' : 'error'
}
