/** The options of supervisors: their types, defaults and checks. An error of a check names the field and the value. */
import type { Awaitable } from '../genserver/index.js'
import { type HeartwoodError, isRevoked, type Mistake, type Rules, rules } from '../kernel/index.js'
import { type CheckedSpec, type Child, type Examined, examineChildren, examineInTurns } from './child-spec.js'
import type { Limits } from './engine/restart-intensity.js'
import type { AutoShutdown, Strategy } from './engine/restart-strategy.js'
import { supervisorError } from './errors.js'

/** The options that static and dynamic supervisors share. */
export interface CommonOptions {
  /** The highest number of restarts within `period`. With one more the supervisor exits `'shutdown'`. Default 3. */
  readonly intensity?: number | undefined
  /** The time for `intensity`, in milliseconds; counted in whole seconds. Default 5,000. */
  readonly period?: number | undefined
  /** A hook that runs in the supervisor process before the first child is started. If it throws, the start has failed. */
  readonly onStart?: (() => Awaitable<void>) | undefined
  /**
   * A hook that runs in the supervisor process after its children are stopped, also when one of them failed to start. It does not
   * run when the supervisor is killed; a resource that must be released even then is given to `own`.
   */
  readonly onStop?: (() => Awaitable<void>) | undefined
}

/** Options of `startSupervisor`. */
export interface SupervisorOptions extends CommonOptions {
  /** Which siblings are restarted with a child. Default `'one_for_one'`. */
  readonly strategy?: Strategy | undefined
  /** Whether the end of significant children ends the supervisor. Default `'never'`. */
  readonly autoShutdown?: AutoShutdown | undefined
  /** The children. They are started in this order and stopped in reverse. Default none. */
  readonly children?: readonly Child[] | undefined
}

/** Options of `startDynamicSupervisor`. */
export interface DynamicSupervisorOptions extends CommonOptions {
  /** The only strategy of a dynamic supervisor. It may be written out, but need not be. */
  readonly strategy?: 'one_for_one' | undefined
  /** The highest number of children. Children that wait for a restart count. Default `Infinity`. */
  readonly maxChildren?: number | undefined
  /** Arguments that every start function gets before the `args` of its spec, also at restarts. Default `[]`. */
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

const COMMON_RULES: Rules = {
  intensity: { ...rules.wholeNumber(0), expected: 'a whole number of restarts from 0' },
  period: rules.finiteMilliseconds(1),
  onStart: rules.action,
  onStop: rules.action,
}

/** The rules for the options of a static supervisor. */
export const SUPERVISOR_RULES: Rules = {
  strategy: rules.oneOf(['one_for_one', 'one_for_all', 'rest_for_one']),
  autoShutdown: rules.oneOf(['never', 'any_significant', 'all_significant']),
  children: { ...rules.list, expected: 'an array of children' },
  ...COMMON_RULES,
}

/** The rules for the options of a dynamic supervisor. */
export const DYNAMIC_SUPERVISOR_RULES: Rules = {
  strategy: { ...rules.oneOf(['one_for_one']), expected: "'one_for_one' for a dynamic supervisor" },
  maxChildren: rules.orValue(rules.wholeNumber(0), Number.POSITIVE_INFINITY, 'Infinity'),
  extraArguments: rules.list,
  ...COMMON_RULES,
}

/**
 * Checks a supervisor's options and the specs of its children without starting anything.
 *
 * @throws INVALID_SUPERVISOR_OPTION, INVALID_CHILD_SPEC, DUPLICATE_CHILD_ID: the first mistake that is found
 */
export function checkSupervisor(options: SupervisorOptions): SupervisorPlan {
  return planOf(examineSupervisor(options))
}

/** The most children that a start checks in one go: a millisecond's work. */
const AT_ONCE = 2_000

/** As `checkSupervisor`, for a start. The check of very many children lets other processes and Node's event loop run. */
export function checkForStart(options: SupervisorOptions): Awaitable<SupervisorPlan> {
  const read = readOptions(options)
  const { children, autoShutdown } = read
  if (children.length <= AT_ONCE) return planOf(withChildren(read, examineChildren(children, autoShutdown)))
  return examineInTurns(children, autoShutdown).then((examined) => planOf(withChildren(read, examined)))
}

interface ExaminedSupervisor {
  readonly plan: SupervisorPlan
  readonly problems: readonly HeartwoodError[]
}

function planOf({ plan, problems }: ExaminedSupervisor): SupervisorPlan {
  if (problems[0] !== undefined) throw problems[0]
  return plan
}

/** All mistakes, where `checkSupervisor` throws the first one; and a plan of everything that is valid. */
export function examineSupervisor(options: SupervisorOptions): ExaminedSupervisor {
  const read = readOptions(options)
  return withChildren(read, examineChildren(read.children, read.autoShutdown))
}

interface ReadOptions {
  readonly options: SupervisorOptions
  readonly mistakes: readonly Mistake[]
  readonly autoShutdown: AutoShutdown
  readonly children: readonly Child[]
}

/** Reads the options, without the children. */
function readOptions(given: SupervisorOptions): ReadOptions {
  const mistakes = optionMistakes(given, SUPERVISOR_RULES)
  const options = isRevoked(given) ? {} : (given ?? {})
  const { autoShutdown = 'never', children } = options
  return { options, mistakes, autoShutdown, children: Array.isArray(children) ? children : [] }
}

function withChildren(
  { options, mistakes, autoShutdown }: ReadOptions,
  { specs, problems }: Examined,
): ExaminedSupervisor {
  const { strategy = 'one_for_one' } = options
  return {
    plan: { strategy, autoShutdown, children: specs, ...limitsOf(options) },
    problems: mistakes.length === 0 ? problems : [invalidOptions(mistakes), ...problems],
  }
}

/**
 * Checks a dynamic supervisor's options without starting anything.
 *
 * @throws INVALID_SUPERVISOR_OPTION
 */
export function checkDynamicSupervisor(options: DynamicSupervisorOptions): DynamicSupervisorPlan {
  checkOptions(options, DYNAMIC_SUPERVISOR_RULES)
  const { maxChildren = Number.POSITIVE_INFINITY, extraArguments = [] } = options
  return { maxChildren, extraArguments, ...limitsOf(options) }
}

/** Checks options against rules. @throws INVALID_SUPERVISOR_OPTION with all mistakes */
export function checkOptions(options: object, known: Rules): void {
  const mistakes = optionMistakes(options, known)
  if (mistakes.length > 0) throw invalidOptions(mistakes)
}

function optionMistakes(options: unknown, known: Rules): readonly Mistake[] {
  if (rules.isRecord(options)) return rules.mistakesIn(options, known)
  return [{ field: 'options', value: options, expected: 'an object of options' }]
}

function invalidOptions(mistakes: readonly Mistake[]): HeartwoodError {
  return supervisorError('INVALID_SUPERVISOR_OPTION', rules.mistakeDetails(mistakes))
}

function limitsOf({ intensity = 3, period = 5_000, onStart, onStop }: CommonOptions): Plan {
  return { intensity, period, onStart, onStop }
}
