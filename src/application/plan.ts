/**
 * The tree as it will be, found without starting anything: for `heartwood check`, for `heartwood tree`, and for
 * `boot`, which starts nothing while there is a problem.
 */
import type { LiveSettings } from '../config/index.js'
import { HeartwoodError } from '../kernel/index.js'
import {
  type CheckedSpec,
  type Child,
  checkDynamicSupervisor,
  checkSupervisor,
  type SupervisorOptions,
  type SupervisorPlan,
  toChildSpec,
} from '../supervisor/index.js'
import type { Application } from './application.js'
import type { CheckedConfig } from './config.js'
import { applicationError } from './errors.js'
import { PLANNED, type Planned } from './planned.js'
import { originOf } from './resolved.js'
import { HEALTH, LOGGER, type Scope } from './scope.js'

/** One process of the planned tree. */
export interface PlannedChild {
  readonly id: string
  readonly kind: 'worker' | 'supervisor' | 'dynamic supervisor'
  readonly restart: string
  /** Of a supervisor. */
  readonly strategy?: string
  /** Undefined where they are only known at run time. */
  readonly children?: readonly PlannedChild[]
}

/** One application of the plan. */
export interface PlannedApplication {
  readonly name: string
  readonly dependencies: readonly string[]
  readonly root: PlannedChild | undefined
}

/** Something that would keep the program from starting, and where. */
export interface Problem {
  /** From the application down: `pulse › root › web`. */
  readonly path: string
  readonly error: HeartwoodError
}

/** The planned tree, and all that is wrong with it. */
export interface Plan {
  readonly applications: readonly PlannedApplication[]
  readonly problems: readonly Problem[]
}

/**
 * Plans every tree of a checked configuration.
 *
 * @example
 * const { problems } = planOf(await loadConfig('dist/config.js'))
 */
export function planOf(config: CheckedConfig): Plan {
  const planner = new Planner(originOf(config)?.settings)
  return {
    applications: config.applications.map((each) => planner.application(each)),
    problems: planner.problems,
  }
}

/** The one error for all problems of a plan: the problem itself where there is one only. */
export function planError(problems: readonly Problem[]): HeartwoodError {
  const [first] = problems
  if (first !== undefined && problems.length === 1) {
    const { code, message, details } = first.error
    return new HeartwoodError(
      code,
      `${first.path}: ${message}`,
      { ...details, path: first.path, problems },
      { cause: first.error },
    )
  }
  const list = problems.map(({ path, error }) => `\n  ${path}: ${error.message} (${error.code})`).join('')
  return applicationError('PLAN_INVALID', { count: problems.length, list, problems })
}

/** What the framework itself provides, by token; there are no values yet. */
const PROVIDED: ReadonlyMap<symbol, unknown> = new Map([
  [LOGGER, undefined],
  [HEALTH, undefined],
])

class Planner {
  readonly problems: Problem[] = []

  constructor(private readonly settings: LiveSettings | undefined) {}

  application({ name, dependencies, root, scope: source }: Application): PlannedApplication {
    const settings = this.settings
    const scope = this.#try([name], () => source?.open({ name, provided: PROVIDED, settings }))
    return { name, dependencies, root: this.#child(root, [name], scope) }
  }

  #child(child: Child, above: readonly string[], scope: Scope | undefined): PlannedChild | undefined {
    const spec = this.#try(above, () => toChildSpec(child))
    return spec === undefined ? undefined : this.#spec(spec, above, scope)
  }

  #spec(spec: CheckedSpec, above: readonly string[], outer: Scope | undefined): PlannedChild {
    const { id, restart } = spec
    const path = [...above, id]
    const planned = plannedOf(spec)
    const opened = this.#try(path, () => planned.scope?.open({ name: id, parent: outer }))
    const scope = opened ?? outer
    if (planned.builds !== undefined) {
      for (const error of scope?.check(planned.builds) ?? []) this.#problem(path, error)
    }
    const { supervises, supervisesDynamically: flags } = planned
    if (supervises !== undefined) {
      const { children = [], ...rest } = this.#supervisor(id, restart, supervises, path, scope)
      return planned.computes === true && children.length === 0 ? rest : { ...rest, children }
    }
    if (flags === undefined) return { id, restart, kind: spec.type }
    this.#try(path, () => checkDynamicSupervisor(flags))
    return { id, restart, kind: 'dynamic supervisor' }
  }

  #supervisor(
    id: string,
    restart: string,
    options: SupervisorOptions,
    path: readonly string[],
    scope: Scope | undefined,
  ): PlannedChild {
    const plan = this.#try(path, () => checkSupervisor(options))
    const strategy = plan?.strategy ?? String(options.strategy ?? 'one_for_one')
    // When the whole is wrong, each child is still looked at: all problems are to be seen at once.
    const children = plan?.children ?? this.#singly(options, path)
    const known = children.map((spec) => this.#spec(spec, path, scope))
    return { id, restart, kind: 'supervisor', strategy, children: known }
  }

  #singly({ children }: SupervisorOptions, path: readonly string[]): SupervisorPlan['children'] {
    if (!Array.isArray(children)) return []
    const specs = (children as readonly Child[]).map((child) => this.#try(path, () => toChildSpec(child)))
    return specs.filter((spec) => spec !== undefined)
  }

  #try<T>(path: readonly string[], attempt: () => T): T | undefined {
    try {
      return attempt()
    } catch (error) {
      const known = HeartwoodError.is(error)
      this.#problem(
        path,
        known ? error : applicationError('PLAN_FAILED', { reason: error }, { cause: error }),
      )
      return undefined
    }
  }

  #problem(path: readonly string[], error: HeartwoodError): void {
    const place = path.join(' › ')
    const again = this.problems.some((each) => each.path === place && each.error.message === error.message)
    if (!again) this.problems.push({ path: place, error })
  }
}

/** What a spec tells of its child: by the decorators' key, or as the supervisor layer's spec makers leave it. */
function plannedOf(spec: CheckedSpec): Planned {
  const told = (spec as { readonly [PLANNED]?: Planned })[PLANNED]
  if (told !== undefined) return told
  const { supervises, supervisesDynamically } = spec as unknown as Record<string, unknown>
  return {
    ...(isOptions(supervises) ? { supervises } : undefined),
    ...(supervisesDynamically === undefined
      ? undefined
      : { supervisesDynamically: optionsOf(supervisesDynamically) }),
  }
}

/** Options that a function computes at each start are not known beforehand. */
function isOptions(value: unknown): value is SupervisorOptions {
  return typeof value === 'object' && value !== null
}

function optionsOf(value: unknown): object {
  return isOptions(value) ? value : {}
}
