/**
 * How a step touched something that steps of other processes may touch too. Two merges commute, like two additions to a set; a read sees
 * what a merge changed.
 */
export type AccessMode = 'read' | 'merge' | 'write'

/** The accesses of one step. Two steps of different processes that touch nothing in conflict can change places. */
export class Accesses {
  readonly #modes = new Map<string, AccessMode>()
  #everything = false

  note(thing: string, mode: AccessMode): void {
    const before = this.#modes.get(thing)
    this.#modes.set(thing, before === undefined || before === mode ? mode : 'write')
  }

  /** Notes that it is not known what was touched: no step may change places with this one. */
  noteEverything(): void {
    this.#everything = true
  }

  touches(thing: string): boolean {
    return this.#everything || this.#modes.has(thing)
  }

  conflictsWith(other: Accesses): boolean {
    if (this.#everything || other.#everything) return true
    const [few, many] = this.#modes.size <= other.#modes.size ? [this, other] : [other, this]
    for (const [thing, mode] of few.#modes) {
      const theirs = many.#modes.get(thing)
      if (theirs !== undefined && (theirs !== mode || mode === 'write')) return true
    }
    return false
  }

  /** Returns the accesses of this step and others together. */
  and(others: readonly Accesses[]): Accesses {
    const all = new Accesses()
    for (const each of [this, ...others]) {
      if (each.#everything) all.noteEverything()
      for (const [thing, mode] of each.#modes) all.note(thing, mode)
    }
    return all
  }

  /** Returns all accesses as `mode thing`, for tests and inspection. */
  list(): string[] {
    const all = [...this.#modes].map(([thing, mode]) => `${mode} ${thing}`)
    return this.#everything ? ['everything', ...all] : all
  }
}
