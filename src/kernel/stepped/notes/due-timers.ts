import type { Timer } from '../../schedule/timer-wheel.js'

/**
 * The timers whose time has come and that have not gone off, in the order in which they may.
 *
 * What is due at an earlier millisecond is first. Of one millisecond, those that were set at the same moment go off in the order in which
 * they were set, as they do in any kernel; any two others may come in either order, for on a real clock neither is due at the same moment.
 */
export class DueTimers {
  /** By deadline, the soonest first, and by the moment at which they were set. */
  readonly #rows = new Map<number, Map<string, Set<Timer>>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @param group the same for those that go off in the order in which they were set */
  add(timer: Timer, group: string): void {
    const row = this.#rows.get(timer.deadline) ?? new Map<string, Set<Timer>>()
    this.#rows.set(timer.deadline, row)
    const members = row.get(group) ?? new Set()
    row.set(group, members.add(timer))
    this.#size++
  }

  delete(timer: Timer, group: string): void {
    const row = this.#rows.get(timer.deadline)
    const members = row?.get(group)
    if (members?.delete(timer) !== true) return
    this.#size--
    if (members.size === 0) row?.delete(group)
    if (row?.size === 0) this.#rows.delete(timer.deadline)
  }

  /** The timers of one group of a millisecond. */
  group(deadline: number, group: string): ReadonlySet<Timer> {
    return this.#rows.get(deadline)?.get(group) ?? new Set()
  }

  /** Those any of which can be the next. @param isLate says which are passed over */
  next(isLate: (timer: Timer) => boolean): Timer[] {
    for (const row of this.#rows.values()) {
      const heads: Timer[] = []
      for (const members of row.values()) {
        for (const timer of members) {
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
    for (const row of this.#rows.values()) for (const members of row.values()) yield* members
  }

  clear(): void {
    this.#rows.clear()
    this.#size = 0
  }
}
