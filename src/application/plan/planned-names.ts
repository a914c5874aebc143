import { type HeartwoodError, type NameKeeper, REGISTERS } from '../../kernel/index.js'
import type { CheckedSpec } from '../../supervisor/index.js'
import { applicationError } from '../errors.js'
import { type Place, pathOf } from './tree-place.js'

/** A problem with the name of a child, and the place of the child. */
interface NameProblem {
  readonly place: Place
  readonly error: HeartwoodError
}

/** The names that static children will register. A second process with the same name would not start. */
export class PlannedNames {
  readonly #places = new Map<string, Place>()
  readonly #kept: { readonly keeper: NameKeeper; readonly place: Place }[] = []
  /** The names whose registry was not found before them, in the order of the start. */
  readonly #early: { readonly keeper: NameKeeper; readonly place: Place; readonly keptBy: string }[] = []

  /** Notes the name of a child, in the order of the start. Returns a problem if another child has it. */
  claim(spec: CheckedSpec, place: Place): HeartwoodError | undefined {
    const name = spec[REGISTERS]
    if (name === undefined) return undefined
    const first =
      typeof name === 'string'
        ? this.#places.get(name)
        : this.#kept.find(({ keeper }) => keeper.isSame?.(name) === true)?.place
    if (first !== undefined)
      return applicationError('NAME_DUPLICATE', { name: String(name), first: pathOf(first) })
    if (typeof name === 'string') this.#places.set(name, place)
    else {
      const { keptBy } = name
      if (keptBy !== undefined && !this.#places.has(keptBy)) this.#early.push({ keeper: name, place, keptBy })
      this.#kept.push({ keeper: name, place })
    }
    return undefined
  }

  /**
   * The names whose registry does not run when they are registered. A registry that starts later is a mistake; one that is not in the plan
   * may be started by code.
   */
  missing(): { readonly late: readonly NameProblem[]; readonly unplanned: readonly NameProblem[] } {
    const late: NameProblem[] = []
    const unplanned: NameProblem[] = []
    for (const { keeper, place, keptBy: registry } of this.#early) {
      const later = this.#places.get(registry)
      const name = String(keeper)
      if (later === undefined) {
        unplanned.push({ place, error: applicationError('REGISTRY_UNPLANNED', { name, registry }) })
      } else {
        const details = { name, registry, later: pathOf(later) }
        late.push({ place, error: applicationError('REGISTRY_LATE', details) })
      }
    }
    return { late, unplanned }
  }
}
