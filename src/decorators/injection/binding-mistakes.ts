/** What can be wrong with one binding: its token, what it is bound to, or that it is bound to nothing. */
import type { ServiceIdentifier } from 'inversify'
import { type HeartwoodError, rules } from '../../kernel/index.js'
import { decoratorError } from '../errors.js'
import { tokenName } from './class-dependencies.js'

const CIRCLE = 'What is undefined here is declared further down, or its module imports this one in a circle'

interface Target {
  readonly expected: string
  readonly fits: (value: unknown) => boolean
}

const isFunction = (value: unknown): boolean => typeof value === 'function'
const factory: Target = { expected: 'a function', fits: isFunction }

/** What the steps take that say what a token is bound to. */
const TARGETS: Readonly<Record<string, Target>> = {
  to: { expected: 'a class', fits: isFunction },
  toService: { expected: 'a token: a class, a string or a symbol', fits: isToken },
  toDynamicValue: factory,
  toResolvedValue: factory,
  toFactory: factory,
}

/** Whether a step says what the token is bound to. */
export function isTarget(step: string | symbol): boolean {
  return step === 'toSelf' || Object.hasOwn(TARGETS, step)
}

export function isToken(value: unknown): value is ServiceIdentifier {
  return typeof value === 'string' || typeof value === 'symbol' || typeof value === 'function'
}

export function noToken(given: unknown): HeartwoodError {
  return mistake(
    `bind(${rules.shownValue(given)})`,
    `has no token: a class, a string or a symbol${why(given)}`,
  )
}

/** A binding that was begun only. */
export function unfinished({ token }: { readonly token: ServiceIdentifier }): HeartwoodError {
  const problem = 'is not finished: say what it is bound to, such as .to(Class) or .toConstantValue(value)'
  return mistake(`bind(${tokenName(token)})`, problem)
}

/** What is wrong with what a step binds a token to. */
export function wrongTarget(
  { token }: { readonly token: ServiceIdentifier },
  step: string,
  [given]: readonly unknown[],
): HeartwoodError | undefined {
  if (step === 'toSelf' && typeof token !== 'function') {
    return mistake(`bind(${tokenName(token)}).toSelf()`, 'binds it to nothing: its token is no class')
  }
  const target = Object.hasOwn(TARGETS, step) ? TARGETS[step] : undefined
  if (target === undefined || target.fits(given)) return undefined
  const binding = `bind(${tokenName(token)}).${step}(${rules.shownValue(given)})`
  return mistake(binding, `binds it to nothing: ${step} takes ${target.expected}${why(given)}`)
}

/** A binding in place of one that cannot be made. */
export function failing<F extends object>(fluent: F, mistake: HeartwoodError): F {
  const fails = (): never => {
    throw mistake
  }
  return (fluent as unknown as { toDynamicValue(factory: () => never): F }).toDynamicValue(fails)
}

function why(given: unknown): string {
  return given === undefined ? `. ${CIRCLE}` : ''
}

function mistake(binding: string, problem: string): HeartwoodError {
  return decoratorError('BINDING_INVALID', { binding, problem })
}
