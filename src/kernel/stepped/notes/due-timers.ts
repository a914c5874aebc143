import type { Timer } from '../../schedule/timer-wheel.js'

/** The timers that fire in the order in which they were set: those with one deadline that were set at one moment. */
class Group {
  readonly timers = new Set<Timer>()
  /** The setters of all timers, and the setters of those that are not sleeps. */
  readonly setters = new Set<string>()
  readonly settersOfOthers = new Set<string>()
}

/**
 * The timers whose time has come and that have not gone off, in the order in which they may.
 *
 * What is due at an earlier millisecond is first. Of one millisecond, those that were set at the same moment go off in the order in which
 * they were set, as they do in any kernel; any two others may come in either order, for on a real clock neither is due at the same moment.
 */
export class DueTimers {
  /** The timers by deadline, the soonest first, and by the moment at which they were set. */
  readonly #rows = new Map<number, Map<string, Group>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /**
   * @param group the same for those that go off in the order in which they were set
   * @param setter the key of whoever set it
   * @returns whether it matters which of the group was set first: another has set one, and not both are sleeps
   */
  add(timer: Timer, group: string, setter: string, isSleep: boolean): boolean {
    const row = this.#rows.get(timer.deadline) ?? new Map<string, Group>()
    this.#rows.set(timer.deadline, row)
    const members = row.get(group) ?? new Group()
    row.set(group, members)
    members.timers.add(timer)
    members.setters.add(setter)
    if (!isSleep) members.settersOfOthers.add(setter)
    this.#size++
    return hasAnother(isSleep ? members.settersOfOthers : members.setters, setter)
  }

  delete(timer: Timer, group: string): void {
    const row = this.#rows.get(timer.deadline)
    const members = row?.get(group)
    if (members?.timers.delete(timer) !== true) return
    this.#size--
    if (members.timers.size === 0) row?.delete(group)
    if (row?.size === 0) this.#rows.delete(timer.deadline)
  }

  /**
   * Returns the timers of which any can be the next.
   *
   * @param isLate says which timers are skipped
   */
  next(isLate: (timer: Timer) => boolean): Timer[] {
    for (const row of this.#rows.values()) {
      const heads: Timer[] = []
      for (const { timers } of row.values()) {
        for (const timer of timers) {
          if (isLate(timer)) continue
          heads.push(timer)
          break
        }
      }
      if (heads.length > 0) return heads
    }
    return []
  }

  *[Symbol.iterator](): Generator<Timer> {
    for (const row of this.#rows.values()) for (const { timers } of row.values()) yield* timers
  }

  clear(): void {
    this.#rows.clear()
    this.#size = 0
  }
}

function hasAnother(setters: ReadonlySet<string>, setter: string): boolean {
  return setters.size > 1 || (setters.size === 1 && !setters.has(setter))
}
