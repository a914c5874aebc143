/** Checks the options of faults. An invalid option is refused at once: the fault would strike otherwise than it says, or never. */
import { checkKnown, isTime } from '../../kernel/index.js'
import { testingError } from '../errors.js'

/** The rule for the value of an option. */
interface Rule {
  fits(value: unknown): boolean
  readonly expected: string
}

const FLAG: Rule = { fits: (value) => typeof value === 'boolean', expected: 'true or false' }
const COUNT: Rule = { fits: isCount, expected: 'a whole number from 1' }
const LIMIT: Rule = {
  fits: (value) => isCount(value) || value === Number.POSITIVE_INFINITY,
  expected: 'a whole number from 1, or Infinity',
}

const RULES: Readonly<Record<string, Rule>> = {
  nth: COUNT,
  times: LIMIT,
  allowUnstruck: FLAG,
  perInstance: FLAG,
  handler: { fits: (value) => typeof value === 'string', expected: 'the name of a method' },
  by: { fits: isTime, expected: 'milliseconds from 0' },
  rejects: FLAG,
  hang: FLAG,
  seed: { fits: Number.isSafeInteger, expected: 'a whole number' },
  rate: {
    fits: (value) => typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY,
    expected: 'faults a minute, above 0',
  },
  budget: LIMIT,
  supervisors: FLAG,
  spare: { fits: Array.isArray, expected: 'a list of targets' },
}

/** The options of all faults except the monkey. */
const TURNS = ['nth', 'times', 'allowUnstruck']

/** The required options. */
const NEEDED = ['by', 'seed', 'rate']

/**
 * Checks the options of a fault that counts.
 *
 * @param own its options besides those that all faults have
 * @throws BAD_OPTION for a value that is not an object, or an unknown option; TEST_OPTION_INVALID for an invalid value
 */
export function checkOptions(action: string, options: object, own: readonly string[]): void {
  checkFault(action, options, [...TURNS, ...own])
}

/** Does the same for a fault that has only its own options. */
export function checkFault(action: string, options: object, known: readonly string[]): void {
  demand(options !== undefined, action, 'options', options, `an object of ${known.join(', ')}`)
  checkKnown(action, options, known)
  const given = options as Readonly<Record<string, unknown>>
  for (const option of known) {
    const value = given[option]
    const rule = RULES[option]
    if (rule === undefined || (value === undefined && !NEEDED.includes(option))) continue
    demand(rule.fits(value), action, option, value, rule.expected)
  }
}

/** @throws TEST_OPTION_INVALID unless it holds */
export function demand(
  holds: boolean,
  action: string,
  option: string,
  value: unknown,
  expected: string,
): asserts holds {
  if (!holds) throw testingError('TEST_OPTION_INVALID', { action, option, value, expected })
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1
}
