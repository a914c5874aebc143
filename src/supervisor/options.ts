/** What supervisors are configured with: defaults, and checks that name the field and the value. */
import type { Awaitable } from '../genserver/index.js'
import { supervisorError } from './errors.js'
import type { Limits } from './intensity.js'
import { type CheckedSpec, type Child, checkChildSpecs } from './spec.js'
import type { AutoShutdown, Strategy } from './strategy.js'

/** What static and dynamic supervisors have in common. */
export interface CommonOptions {
  /** How many restarts within `period` are survived; one more and the supervisor exits `'shutdown'`. Default 3. */
  readonly intensity?: number | undefined
  /** Milliseconds; counted in whole seconds. Default 5,000. */
  readonly period?: number | undefined
  /** Runs in the supervisor process before any child is started. A throw is a failed start. */
  readonly onStart?: (() => Awaitable<void>) | undefined
  /**
   * Runs in the supervisor process when its children are stopped, also when a later one failed to start. It does not
   * run when the supervisor is killed: what must be released even then belongs in the kernel's `own`.
   */
  readonly onStop?: (() => Awaitable<void>) | undefined
}

/** Options of `startSupervisor`. */
export interface SupervisorOptions extends CommonOptions {
  /** Which siblings are restarted with a child. Default `'one_for_one'`. */
  readonly strategy?: Strategy | undefined
  /** Whether the end of significant children ends the supervisor. Default `'never'`. */
  readonly autoShutdown?: AutoShutdown | undefined
  /** Started in this order, stopped in reverse. Default none. */
  readonly children?: readonly Child[] | undefined
}

/** Options of `startDynamicSupervisor`. */
export interface DynamicSupervisorOptions extends CommonOptions {
  /** A dynamic supervisor knows no other; accepted to say so. */
  readonly strategy?: 'one_for_one' | undefined
  /** How many children there may be, those waiting for a restart included. Default `Infinity`. */
  readonly maxChildren?: number | undefined
  /** Put in front of the `args` of every child, at restarts too. Default `[]`. */
  readonly extraArguments?: readonly unknown[] | undefined
}

/** Options, or a function that computes them inside the supervisor at each of its starts (OTP's `Module:init/1`). */
export type SupervisorInit = SupervisorOptions | (() => Awaitable<SupervisorOptions | 'ignore'>)

/** Options, or a function that computes them inside the supervisor at each of its starts. */
export type DynamicSupervisorInit =
  | DynamicSupervisorOptions
  | (() => Awaitable<DynamicSupervisorOptions | 'ignore'>)

interface Plan extends Limits {
  readonly onStart: CommonOptions['onStart']
  readonly onStop: CommonOptions['onStop']
}

/** Options that passed the checks, with every default filled in. */
export interface SupervisorPlan extends Plan {
  readonly strategy: Strategy
  readonly autoShutdown: AutoShutdown
  readonly children: readonly CheckedSpec[]
}

export interface DynamicSupervisorPlan extends Plan {
  readonly maxChildren: number
  readonly extraArguments: readonly unknown[]
}

/**
 * Checks a supervisor's options and the specs of its children without starting anything.
 *
 * @throws INVALID_SUPERVISOR_OPTION, INVALID_CHILD_SPEC, DUPLICATE_CHILD_ID
 */
export function checkSupervisor(options: SupervisorOptions): SupervisorPlan {
  const plan = checkCommon(options)
  const { strategy = 'one_for_one', autoShutdown = 'never', children = [] } = options
  if (strategy !== 'one_for_one' && strategy !== 'one_for_all' && strategy !== 'rest_for_one') {
    throw invalidOption('strategy', strategy, "'one_for_one', 'one_for_all' or 'rest_for_one'")
  }
  if (autoShutdown !== 'never' && autoShutdown !== 'any_significant' && autoShutdown !== 'all_significant') {
    throw invalidOption('autoShutdown', autoShutdown, "'never', 'any_significant' or 'all_significant'")
  }
  if (!Array.isArray(children)) throw invalidOption('children', children, 'an array of children')
  return { ...plan, strategy, autoShutdown, children: checkChildSpecs(children, autoShutdown) }
}

/**
 * Checks a dynamic supervisor's options without starting anything.
 *
 * @throws INVALID_SUPERVISOR_OPTION
 */
export function checkDynamicSupervisor(options: DynamicSupervisorOptions): DynamicSupervisorPlan {
  const plan = checkCommon(options)
  const { strategy, maxChildren = Number.POSITIVE_INFINITY, extraArguments = [] } = options
  if (strategy !== undefined && strategy !== 'one_for_one') {
    throw invalidOption('strategy', strategy, "'one_for_one' for a dynamic supervisor")
  }
  if (maxChildren !== Number.POSITIVE_INFINITY && !isCount(maxChildren)) {
    throw invalidOption('maxChildren', maxChildren, 'a whole number from 0, or Infinity')
  }
  if (!Array.isArray(extraArguments)) throw invalidOption('extraArguments', extraArguments, 'an array')
  return { ...plan, maxChildren, extraArguments }
}

function checkCommon(options: CommonOptions): Plan {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidOption('options', options, 'an object of options')
  }
  const { intensity = 3, period = 5_000, onStart, onStop } = options
  if (!isCount(intensity)) throw invalidOption('intensity', intensity, 'a whole number of restarts from 0')
  if (!isCount(period) || period === 0) throw invalidOption('period', period, 'whole milliseconds from 1')
  for (const [field, hook] of Object.entries({ onStart, onStop })) {
    if (hook !== undefined && typeof hook !== 'function') throw invalidOption(field, hook, 'a function')
  }
  return { intensity, period, onStart, onStop }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}

export function invalidOption(field: string, value: unknown, expected: string): Error {
  return supervisorError('INVALID_SUPERVISOR_OPTION', { field, value, expected })
}
