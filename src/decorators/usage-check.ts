/** How a decorator was applied: what its options must be, and what compilers may have made of it. */
import { refuse } from '../application/index.js'
import { HeartwoodError, printed, type Rule, type Rules, rules } from '../kernel/index.js'
import { childSpec } from '../supervisor/index.js'
import { decoratorError } from './errors.js'

const WITHHELD = new WeakSet<object>()

/**
 * Does what a decorator does to a class. A mistake is thrown; while a config module is imported it is noted, so that those of other
 * classes are told as well, and the class cannot be started.
 */
export function decorating(Class: object, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!HeartwoodError.is(error)) throw error
    refuse(error)
    WITHHELD.add(Class)
    Object.defineProperty(Class, childSpec, {
      configurable: true,
      value(): never {
        throw error
      },
    })
  }
}

/** Whether there is a mistake in what decorates the class. */
export function isWithheld(Class: object): boolean {
  return WITHHELD.has(Class)
}

/** The class that a method stands in. */
export function classAround(prototype: object): object {
  return typeof prototype === 'function' ? prototype : prototype.constructor
}

/**
 * Refuses options with all that is wrong with them. At the decoration, so that a class which only `startChild` will
 * start is found by `heartwood check` as well.
 *
 * @param target the class or method, for messages
 * @throws DECORATOR_OPTION_INVALID
 */
export function checkOptions(decorator: string, target: string, options: unknown, known: Rules): void {
  const mistakes = rules.isRecord(options)
    ? rules.mistakesIn(options, known)
    : [{ field: 'its argument', value: options, expected: 'an object of options' }]
  if (mistakes.length === 0) return
  throw decoratorError('DECORATOR_OPTION_INVALID', { decorator, target, ...rules.mistakeDetails(mistakes) })
}

/** The same for a decorator of a method. */
export function checkMethodOptions(
  decorator: string,
  prototype: object,
  method: unknown,
  options: unknown,
  known: Rules,
): void {
  decorating(classAround(prototype), () => {
    checkOptions(decorator, `${prototype.constructor.name}.${String(method)}`, options, known)
  })
}

/**
 * Refuses `@Call add() {}`, which calls the maker of the decorator with what the decorator should get.
 *
 * @param misplaced what came after the options
 * @throws DECORATOR_NOT_CALLED
 */
export function checkCalled(decorator: string, options: unknown, misplaced: readonly unknown[]): void {
  if (typeof options !== 'function' && misplaced.length === 0) return
  decorating(classAround(Object(options ?? misplaced[0])), () => {
    throw decoratorError('DECORATOR_NOT_CALLED', { decorator })
  })
}

/**
 * An option that may be a function of the arguments of `init`. What the function gives is checked as the option itself
 * is; undefined stands for an option that is not given.
 *
 * @throws DECORATOR_OPTION_INVALID, also for what the function throws; an error with a code passes
 */
export function optionFor<T, Args>(
  { decorator, target, option, rule }: OptionPlace,
  given: T | ((args: Args) => T),
  args: Args,
): T {
  if (typeof given !== 'function') return given
  const field = `what the function ${option} gives`
  let value: T
  try {
    value = (given as (args: Args) => T)(args)
  } catch (error) {
    if (HeartwoodError.is(error)) throw error
    const problems = `its function ${option} failed: ${printed(error)}`
    throw decoratorError(
      'DECORATOR_OPTION_INVALID',
      { decorator, target, field: option, problems },
      { cause: error },
    )
  }
  if (value === undefined || rule.fits(value)) return value
  const mistakes = [{ field, value, expected: rule.expected }]
  throw decoratorError('DECORATOR_OPTION_INVALID', { decorator, target, ...rules.mistakeDetails(mistakes) })
}

/** Which option of which class, and what it must be. */
interface OptionPlace {
  readonly decorator: string
  readonly target: string
  readonly option: string
  readonly rule: Rule
}

/** A rule, or a function of the arguments of `init`. */
export function orFunction(rule: Rule): Rule {
  return {
    ...rule,
    expected: `${rule.expected}, or a function that gives one`,
    fits: (value) => typeof value === 'function' || rule.fits(value),
  }
}
