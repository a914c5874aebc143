/**
 * How a step touched something that steps of other processes may touch too. Two merges commute, as two additions to a
 * set do; what a merge changes, a read sees.
 */
export type AccessMode = 'read' | 'merge' | 'write'

/** What one step touched: two steps of different processes that touch nothing in conflict can change places. */
export class Accesses {
  readonly #modes = new Map<string, AccessMode>()
  #everything = false

  note(thing: string, mode: AccessMode): void {
    const before = this.#modes.get(thing)
    this.#modes.set(thing, before === undefined || before === mode ? mode : 'write')
  }

  /** It cannot be said what was touched: nothing may change places with the step. */
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

  /** What this and the others touched. */
  and(others: readonly Accesses[]): Accesses {
    const all = new Accesses()
    for (const each of [this, ...others]) {
      if (each.#everything) all.noteEverything()
      for (const [thing, mode] of each.#modes) all.note(thing, mode)
    }
    return all
  }

  /** Everything touched, as `mode thing`, for tests and the curious. */
  list(): string[] {
    const all = [...this.#modes].map(([thing, mode]) => `${mode} ${thing}`)
    return this.#everything ? ['everything', ...all] : all
  }
}
