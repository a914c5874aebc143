/** The limits of what a peer may cause. Each limit bounds time and memory for any input. */
import { type Rules, rules } from '../../kernel/index.js'
import { erlangError } from '../errors.js'

/** The limits of one term. */
export interface TermLimits {
  /** Bytes of the term, also after decompression. Default 64 MiB. */
  readonly size?: number
  /** Levels of nested terms, at most 2,000. Default 256. The items of a list are one level. */
  readonly depth?: number
}

export interface DecodeLimits extends TermLimits {
  /** Atoms that this program does not know yet; default 10,000. */
  readonly atoms?: number
}

export const SIZE = 64 * 1024 * 1024
export const DEPTH = 256
export const ATOMS = 10_000
/** The depth for which the stack is certainly large enough. */
const DEEPEST = 2_000

export const LIMIT_RULES: Rules = {
  size: rules.wholeNumber(1, 2 ** 31 - 1),
  depth: rules.wholeNumber(1, DEEPEST),
  atoms: rules.wholeNumber(0),
}

/** @throws TERM_OPTION_INVALID unless options fit their rules */
export function checkTermOptions(action: string, options: unknown, table: Rules): void {
  if (rules.isRecord(options) && rules.areFine(options, table)) return
  const problems = rules.isRecord(options)
    ? rules.mistakeDetails(rules.mistakesIn(options, table))
    : { problems: `the options must be an object, but are ${rules.shownValue(options)}` }
  throw erlangError('TERM_OPTION_INVALID', { action, ...problems })
}
