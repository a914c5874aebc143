/**
 * How a step touched something that steps of other processes may touch too. Two merges commute, as two additions to a
 * set do; what a merge changes, a read sees.
 */
export type AccessMode = 'read' | 'merge' | 'write'

/** What one step touched: two steps of different processes that touch nothing in conflict can change places. */
export class Accesses {
  readonly #modes = new Map<string, AccessMode>()

  note(thing: string, mode: AccessMode): void {
    const before = this.#modes.get(thing)
    this.#modes.set(thing, before === undefined || before === mode ? mode : 'write')
  }

  conflictsWith(other: Accesses): boolean {
    const [few, many] = this.#modes.size <= other.#modes.size ? [this, other] : [other, this]
    for (const [thing, mode] of few.#modes) {
      const theirs = many.#modes.get(thing)
      if (theirs !== undefined && (theirs !== mode || mode === 'write')) return true
    }
    return false
  }

  /** Everything touched, as `mode thing`, for tests and the curious. */
  list(): string[] {
    return [...this.#modes].map(([thing, mode]) => `${mode} ${thing}`)
  }
}
