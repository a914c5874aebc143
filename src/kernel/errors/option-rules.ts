/**
 * Rules for options: one table for each kind of options, and one reader of all tables. Code that takes options has a table and calls
 * `mistakesIn`. Nothing is checked by hand, so that a misspelt key, a wrong type and an impossible time are found everywhere, all at once
 * and in the same words.
 */
import { isList, isRevoked, printed } from '../show/index.js'
import { distance, nearest, suggestion } from './suggestion.js'
import { isTimeout, LONGEST_TIMEOUT } from './time-checks.js'

export { distance, nearest, suggestion }

/** The rule of one option. */
export interface Rule {
  /** The text of messages after "must be". */
  readonly expected: string
  readonly fits: (value: unknown) => boolean
  /** For an option that is itself an object of options: the rules of its fields. */
  readonly rules?: Rules | undefined
  /** Whether messages must not show the value. */
  readonly secret?: boolean | undefined
}

/** The rules of one kind of options, by option. */
export type Rules = Readonly<Record<string, Rule>>

/** One mistake in options. */
export interface Mistake {
  /** The path of the option, such as `mailbox.limit`. */
  readonly field: string
  readonly value: unknown
  /** What the option must be; for an unknown option, the options that exist. */
  readonly expected: string
  /** ` (did you mean "limit"?)`; undefined for an option that is known. */
  readonly unknown?: string
  /** Whether the value is a text that describes what came. */
  readonly said?: boolean
}

/**
 * Finds all mistakes in options. An option that is `undefined` counts as not given; symbols are ignored.
 *
 * @param how `above`: the beginning of the names of the options, such as `'mailbox.'`; `required`: the options that must be given
 */
export function mistakesIn(
  given: object,
  rules: Rules,
  { above = '', required = [] }: { readonly above?: string; readonly required?: readonly string[] } = {},
): readonly Mistake[] {
  const mistakes: Mistake[] = []
  for (const [key, value] of Object.entries(given)) {
    const field = `${above}${key}`
    const rule = ruleOf(rules, key)
    if (rule === undefined) {
      const known = Object.keys(rules)
      mistakes.push({ field, value, expected: known.join(', '), unknown: suggestion(key, known) })
    } else if (value !== undefined) mistakes.push(...mistakesOf(value, rule, field))
  }
  for (const key of required) {
    if ((given as Record<string, unknown>)[key] !== undefined) continue
    // A misspelt option is reported once, and not also as missing.
    if (mistakes.some(({ unknown }) => unknown?.includes(`"${key}"`))) continue
    mistakes.push({ field: `${above}${key}`, value: undefined, expected: rules[key]?.expected ?? 'given' })
  }
  return mistakes
}

/** Whether there are no mistakes. Every start of a child calls this, so it makes no objects. */
export function areFine(given: object, rules: Rules): boolean {
  for (const key in given) {
    const value = (given as Record<string, unknown>)[key]
    if (value === undefined && key in rules) continue
    const rule = ruleOf(rules, key)
    if (rule === undefined || !rule.fits(value)) return false
    if (rule.rules !== undefined && isRecord(value) && !areFine(value, rule.rules)) return false
  }
  return true
}

/** Returns the rule of an option. A property that every object inherits is not a rule. */
function ruleOf(rules: Rules, key: string): Rule | undefined {
  const rule = rules[key]
  return typeof rule?.fits === 'function' ? rule : undefined
}

function mistakesOf(
  value: unknown,
  { expected, fits, rules, secret }: Rule,
  field: string,
): readonly Mistake[] {
  if (!fits(value))
    return [
      secret === true ? { field, value: hidden(value), expected, said: true } : { field, value, expected },
    ]
  return rules === undefined || !isRecord(value) ? [] : mistakesIn(value, rules, { above: `${field}.` })
}

/** Returns a mistake as text. */
export function mistakeText({ field, value, expected, unknown, said = false }: Mistake): string {
  if (unknown !== undefined) return `${field} is not known${unknown}; known are ${expected}`
  return `${field} must be ${expected}, but is ${said ? String(value) : shownValue(value)}`
}

/** The details of an error about options: all that is wrong, in words too, and the first by itself. */
export function mistakeDetails(mistakes: readonly Mistake[]): Record<string, unknown> {
  return { ...mistakes[0], problems: mistakes.map(mistakeText).join('; '), mistakes }
}

/** A wrong value as messages show it: on one line, with texts told apart from the rest. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function' && value.name !== '') return `the function ${value.name}`
  return printed(value)
}

function hidden(value: unknown): unknown {
  return typeof value === 'string' ? `another text, of ${value.length}` : `a ${typeof value}`
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isRevoked(value) && !Array.isArray(value)
}

/** What many options must be. */
export const text: Rule = {
  expected: 'a non-empty string',
  fits: (value) => typeof value === 'string' && value !== '',
}
export const flag: Rule = { expected: 'true or false', fits: (value) => typeof value === 'boolean' }
export const action: Rule = { expected: 'a function', fits: (value) => typeof value === 'function' }
export const list: Rule = { expected: 'an array', fits: isList }
export const record: Rule = { expected: 'an object', fits: isRecord }
export const texts: Rule = {
  expected: 'an array of strings',
  fits: (value) => isList(value) && value.every((each) => typeof each === 'string'),
}

/** Milliseconds that a timer can run, which rounds fractions up; or for ever. */
export const milliseconds: Rule = {
  expected: `milliseconds from 0 to ${LONGEST_TIMEOUT}, or Infinity`,
  fits: isTimeout,
}

/** A name that the kernel or a registry can keep. */
export const processName: Rule = {
  expected: 'a non-empty string other than "undefined", or a name of a registry, made by via()',
  fits: (value) =>
    typeof value === 'string'
      ? value !== '' && value !== 'undefined'
      : isRecord(value) && typeof value.whereis === 'function' && typeof value.register === 'function',
}

/** Milliseconds without an end, of at least so many. */
export function finiteMilliseconds(least: number): Rule {
  return {
    expected: `milliseconds from ${least} to ${LONGEST_TIMEOUT}`,
    fits: (value) => isTimeout(value) && value >= least && value !== Number.POSITIVE_INFINITY,
  }
}

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Rule {
  const expected = `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`
  return { expected, fits: (value) => isWhole(value, least, most) }
}

/** One of some words. */
export function oneOf(words: readonly string[]): Rule {
  const quoted = words.map((word) => `'${word}'`)
  const expected = [quoted.slice(0, -1).join(', '), ...quoted.slice(-1)]
    .filter((part) => part !== '')
    .join(' or ')
  return { expected, fits: (value) => words.includes(value as string) }
}

/** What a rule lets through, or this value too. */
export function orValue(rule: Rule, value: unknown, said: string): Rule {
  return {
    ...rule,
    expected: `${rule.expected}, or ${said}`,
    fits: (given) => given === value || rule.fits(given),
  }
}

/** An object of options with rules of their own. */
export function optionsOf(rules: Rules, example: string): Rule {
  return { expected: `an object such as ${example}`, fits: isRecord, rules }
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}
