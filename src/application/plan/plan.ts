/**
 * The plan: the tree as it will be, computed without starting anything. It is used by `heartwood check`, `heartwood tree`, and
 * `boot`, which starts nothing if there is a problem.
 */
import { type IsolableClass, type IsolationKind, refusalOfArguments } from '../../isolation/index.js'
import { HeartwoodError, oneLine } from '../../kernel/index.js'
import {
  type CheckedSpec,
  type Child,
  checkDynamicSupervisor,
  examineSupervisor,
  type SupervisorOptions,
  toChildSpec,
} from '../../supervisor/index.js'
import type { CheckedConfig } from '../config/config.js'
import type { Problem } from '../config/problems.js'
import { originOf } from '../config/resolved-config.js'
import { withIncluded } from '../config/start-phases.js'
import { applicationError } from '../errors.js'
import type { Application } from '../lifecycle/application.js'
import { HEALTH, LOGGER, type Scope, type ScopeOptions } from '../scope.js'
import { COPY, PLANNED, type Planned, type PlannedIsolation, placeOf } from './planned-child.js'
import { PlannedNames } from './planned-names.js'
import { PlannedUses } from './planned-uses.js'
import { type Place, pathOf } from './tree-place.js'

/** A process of the planned tree. */
export interface PlannedChild {
  readonly id: string
  readonly kind: 'worker' | 'supervisor' | 'dynamic supervisor'
  readonly restart: string
  /** The kind of isolation, if it runs in a thread or program. */
  readonly isolate?: IsolationKind
  /** The strategy of a supervisor. */
  readonly strategy?: string
  /** The children of a supervisor; `undefined` if they are known only at run time. */
  readonly children?: readonly PlannedChild[]
}

/** A class that runs isolated, and its place in the tree. */
interface IsolatedPlace {
  readonly path: string
  readonly Class: IsolableClass
}

/** An application of the plan. */
export interface PlannedApplication {
  readonly name: string
  readonly dependencies: readonly string[]
  readonly root: PlannedChild | undefined
}

/** The planned tree with its problems and warnings. */
export interface Plan {
  readonly applications: readonly PlannedApplication[]
  readonly problems: readonly Problem[]
  /** The warnings, which do not prevent a start. */
  readonly warnings: readonly Problem[]
  /** The classes that run isolated. Their modules are not loaded for the plan. */
  readonly isolated: readonly IsolatedPlace[]
  /** The warnings about overrides. `boot` reports them, since tests use overrides and do not run `heartwood check`. */
  readonly unusedOverrides: readonly Problem[]
}

/**
 * Plans every tree of a checked configuration.
 *
 * @example
 * const { problems } = planOf(await loadConfig('dist/config.js'))
 */
export function planOf(config: CheckedConfig): Plan {
  return planned(config, true)
}

/**
 * The same, for a start or a drawing.
 *
 * @param initialisers whether what classes ask for by `injected` is read from their text; a start does without, and tells it when it builds them
 */
export function planned(config: CheckedConfig, initialisers: boolean): Plan {
  const { settings, warnings = [] } = originOf(config) ?? {}
  const planner = new Planner({ settings, initialisers })
  const applications = config.applications.map((each) => planner.application(each))
  planner.together()
  return {
    applications,
    problems: planner.problems,
    isolated: planner.isolated,
    warnings: [
      ...warnings.map((error) => ({ path: '', error })),
      ...planner.warnings,
      ...planner.unusedOverrides,
    ],
    unusedOverrides: planner.unusedOverrides,
  }
}

/** The tokens that the framework provides, without values. */
const PROVIDED: ReadonlyMap<symbol, unknown> = new Map([
  [LOGGER, undefined],
  [HEALTH, undefined],
])

/** The deepest allowed tree. A deeper one is taken for endless: a supervisor that makes a new child of its own kind each time. */
const DEEPEST = 10_000

/** A child that must still be examined. */
interface Open {
  readonly child: Child | CheckedSpec
  readonly above: Place
  readonly scope: Scope | undefined
  /** The list that the planned child is added to. */
  readonly siblings: PlannedChild[]
  /** Whether it is below an isolated supervisor, so that its names are registered in another kernel. */
  readonly elsewhere?: boolean
  /** The supervisors above it, the nearest first. */
  readonly within: Within | undefined
}

/** The source of a supervisor. A supervisor that is found again below itself would start for ever. */
interface Within {
  readonly source: unknown
  readonly place: Place
  readonly above: Within | undefined
}

class Planner {
  readonly problems: Problem[] = []
  readonly warnings: Problem[] = []
  readonly isolated: IsolatedPlace[] = []
  /** The scopes of the applications whose trees were examined. */
  readonly #scopes: Scope[] = []
  readonly #names = new PlannedNames()
  readonly #unshared = new PlannedUses()
  /** The object that identifies this plan for its scopes. */
  readonly #plan = {}
  /** The sources of all supervisors so far. Only for a known source the way up, which may be long, is searched. */
  readonly #sources = new Set<unknown>()
  /** The sources of all children so far: classes and start functions. */
  readonly #seen = new Set<unknown>()

  constructor(private readonly given: Pick<ScopeOptions, 'settings' | 'initialisers'>) {}

  application(application: Application): PlannedApplication {
    const { name, dependencies, root, scope: source } = application
    const above: Place = { name, above: undefined, depth: 0 }
    const scope = this.#try(above, () =>
      source?.plan({ ...this.given, name, provided: PROVIDED }, this.#plan),
    )
    for (const error of scope?.mistakes ?? []) this.#problem(above, error)
    const roots: PlannedChild[] = []
    // No recursion, since a tree may be deeper than the stack.
    const open: Open[] = [{ child: root, above, scope, siblings: roots, within: undefined }]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const below = this.#child(next)
      if (below === 'endless') break
      for (const each of [...below].reverse()) open.push(each)
    }
    if (scope !== undefined) this.#scopes.push(scope)
    for (const part of withIncluded(application).slice(1)) {
      if (this.#isIn(part)) continue
      const names = { name: oneLine(name), part: oneLine(part.name) }
      this.#warning(above, applicationError('INCLUDE_NOT_IN_TREE', names))
    }
    return { name, dependencies, root: roots[0] }
  }

  /** Adds the problems that are known only at the end: missing registries of names, and bindings that several children use. */
  together(): void {
    const { late, unplanned } = this.#names.missing()
    for (const { place, error } of late) this.#problem(place, error)
    for (const { place, error } of unplanned) this.#warning(place, error)
    for (const { place, error } of this.#unshared.warnings()) this.#warning(place, error)
  }

  #isIn({ root }: Application): boolean {
    const source: unknown = Array.isArray(root) ? root[0] : root
    return this.#seen.has(source) || this.#seen.has((source as { readonly start?: unknown }).start)
  }

  /** Examines a child and returns its own children. */
  #child({
    child,
    above,
    scope: around,
    siblings,
    within,
    elsewhere = false,
  }: Open): readonly Open[] | 'endless' {
    const spec = this.#try(above, () => toChildSpec(child))
    if (spec === undefined) return []
    const { id, restart } = spec
    const place: Place = { name: id, above, depth: above.depth + 1 }
    const planned = plannedOf(spec)
    this.#seen.add(planned.source ?? planned.builds ?? spec.start)
    if (planned.copy !== COPY) {
      this.#problem(
        place,
        applicationError('COPIES_MIXED', { id, other: placeOf(planned.copy), own: placeOf(COPY) }),
      )
      return []
    }
    const twice = elsewhere ? undefined : this.#names.claim(spec, place)
    if (twice !== undefined) this.#problem(place, twice)
    const { isolated } = planned
    const outer = isolated === undefined ? around : this.#isolated(isolated, place)
    const opened = this.#try(place, () => planned.scope?.plan({ name: id, parent: outer }, this.#plan))
    for (const error of opened?.mistakes ?? []) this.#problem(place, error)
    const scope = opened ?? outer
    if (isolated !== undefined && planned.builds !== undefined && scope !== undefined) {
      this.#isolatedClass(planned.builds, isolated, { place, inner: scope, outer: around })
    } else if (scope !== undefined && planned.builds !== undefined) {
      const { problems, warnings, unshared } = scope.check(planned.builds)
      for (const error of problems) this.#problem(place, error)
      for (const error of warnings) this.#warning(place, error)
      for (const [thing, warning] of unshared) this.#unshared.note(thing, warning, planned.builds, place)
    }
    const { supervises, supervisesDynamically: flags } = planned
    const where = isolated === undefined ? undefined : { isolate: isolated.isolate }
    if (supervises === undefined) {
      if (flags === undefined) siblings.push({ id, restart, kind: spec.type, ...where })
      else {
        this.#try(place, () => checkDynamicSupervisor(flags))
        siblings.push({ id, restart, kind: 'dynamic supervisor' })
      }
      return []
    }
    const examined = this.#try(place, () => examineSupervisor(supervises))
    for (const error of examined?.problems ?? []) this.#problem(place, error)
    const specs = examined?.plan.children ?? []
    const children: PlannedChild[] = []
    const strategy = String(examined?.plan.strategy ?? 'one_for_one')
    const supervisor = { id, restart, kind: 'supervisor', strategy, ...where } as const
    siblings.push(planned.computes === true && specs.length === 0 ? supervisor : { ...supervisor, children })
    const below: Within = { source: planned.source ?? supervises, place, above: within }
    if (place.depth > DEEPEST) {
      this.#problem(place, applicationError('TREE_ENDLESS', { depth: DEEPEST }))
      return 'endless'
    }
    const way = this.#sources.has(below.source) ? wayBack(below) : undefined
    this.#sources.add(below.source)
    if (way !== undefined) {
      this.#problem(place, applicationError('SUPERVISOR_CIRCULAR', { id, way }))
      return []
    }
    const there = elsewhere || isolated !== undefined
    return specs.map((child) => ({
      child,
      above: place,
      scope,
      siblings: children,
      within: below,
      elsewhere: there,
    }))
  }

  /** Checks the arguments of an isolated child. Returns its scope, which has no bindings of the scopes above. */
  #isolated({ Class, args, isolate, scope }: PlannedIsolation, place: Place): Scope | undefined {
    this.isolated.push({ path: pathOf(place), Class })
    const refusal = this.#try(place, () => refusalOfArguments(args, isolate))
    if (refusal !== undefined) this.#problem(place, refusal)
    const options = { ...this.given, name: place.name, provided: PROVIDED }
    return this.#try(place, () => scope.plan(options, {}))
  }

  #isolatedClass(
    builds: unknown,
    { Class, isolate }: PlannedIsolation,
    { place, inner, outer }: { place: Place; inner: Scope; outer: Scope | undefined },
  ): void {
    const { problems, warnings } = inner.check(builds)
    const here = new Set(outer?.check(builds).problems.map(({ message }) => message))
    for (const error of problems) {
      const isBoundOutside =
        error.code === 'INJECT_UNBOUND' && !here.has(error.message) && outer !== undefined
      const { token, parameter } = error.details
      const names = { class: Class.name, token, parameter, isolate }
      this.#problem(place, isBoundOutside ? applicationError('ISOLATE_UNBOUND', names) : error)
    }
    for (const error of warnings) this.#warning(place, error)
  }

  #try<T>(place: Place, attempt: () => T): T | undefined {
    try {
      return attempt()
    } catch (error) {
      const known = HeartwoodError.is(error)
      this.#problem(
        place,
        known ? error : applicationError('PLAN_FAILED', { reason: error }, { cause: error }),
      )
      return undefined
    }
  }

  get unusedOverrides(): readonly Problem[] {
    const [first, ...others] = this.#scopes.map((scope) => scope.unusedOverrides())
    // An override applies to all applications. It is used if one of them uses it.
    const unused = [...(first ?? [])].filter(([token]) => others.every((each) => each.has(token)))
    return unused.map(([, error]) => ({ path: '', error }))
  }

  /** Adds a warning. The same message is added only once, since several workers may share its cause. */
  #warning(place: Place, error: HeartwoodError): void {
    const again = this.warnings.some((each) => each.error.message === error.message)
    if (!again) this.warnings.push({ path: pathOf(place), error })
  }

  #problem(place: Place, error: HeartwoodError): void {
    const path = pathOf(place)
    const again = this.problems.some((each) => each.path === path && each.error.message === error.message)
    if (!again) this.problems.push({ path, error })
  }
}

/** The path from a supervisor to itself; `undefined` if it is not below itself. */
function wayBack({ source, place, above }: Within): string | undefined {
  const ids = [place.name]
  for (let at = above; at !== undefined; at = at.above) {
    ids.push(at.place.name)
    if (at.source === source) return ids.reverse().join(' › ')
  }
  return undefined
}

/** The plan data of a spec: set by the decorators, or read from the fields that functions of the supervisor layer set. */
function plannedOf(spec: CheckedSpec): Planned {
  const told = (spec as { readonly [PLANNED]?: Planned })[PLANNED]
  if (told !== undefined) return told
  const { supervises, supervisesDynamically } = spec as unknown as Record<string, unknown>
  return {
    copy: COPY,
    ...(isOptions(supervises) ? { supervises } : undefined),
    ...(supervisesDynamically === undefined
      ? undefined
      : { supervisesDynamically: optionsOf(supervisesDynamically) }),
  }
}

/** Whether options are an object. Options that a function computes at each start are not known before. */
function isOptions(value: unknown): value is SupervisorOptions {
  return typeof value === 'object' && value !== null
}

function optionsOf(value: unknown): object {
  return isOptions(value) ? value : {}
}
