/** The uses of unshared bindings by the children of a plan. */
import { type HeartwoodError, nameOf } from '../../kernel/index.js'
import type { Place } from './tree-place.js'

/** The uses of one binding. */
interface Use {
  /** The place of its first use. */
  readonly place: Place
  /** The number of children by class. */
  readonly users: Map<unknown, number>
  readonly warning: (users: string) => HeartwoodError
}

export class PlannedUses {
  readonly #uses = new Map<object, Use>()

  note(thing: object, warning: Use['warning'], user: unknown, place: Place): void {
    const { users } = this.#uses.get(thing) ?? this.#first(thing, { place, users: new Map(), warning })
    users.set(user, (users.get(user) ?? 0) + 1)
  }

  /** A warning for each binding that several children use. */
  *warnings(): Generator<{ readonly place: Place; readonly error: HeartwoodError }> {
    for (const { place, users, warning } of this.#uses.values()) {
      const named = [...users].map(([user, count]) => `${count === 1 ? '' : `${count} × `}${nameOf(user)}`)
      const count = [...users.values()].reduce((sum, each) => sum + each, 0)
      if (count > 1) yield { place, error: warning(named.join(', ')) }
    }
  }

  #first(thing: object, use: Use): Use {
    this.#uses.set(thing, use)
    return use
  }
}
