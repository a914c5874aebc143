/** What takes many of something, and what each of them may cost. */

/** Counts the processor time of what it is given. */
export type Timed = <T>(act: () => T | PromiseLike<T>) => Promise<T>

export interface Situation {
  readonly name: string
  /** The public functions that are given many, or act among many. */
  readonly of: readonly string[]
  /** How often the cost of each may be that among few; default 3. More only with a reason. */
  readonly most?: number
  /** Why more is allowed: the growth that the BEAM has, too, or what else it is. */
  readonly because?: string
  /** The most that there can be in a reasonable time; default as many as asked for. */
  readonly upTo?: number
  /** Does it for `count`, inside a kernel of its own; only what is `timed` counts, as the cost of `count`. */
  run(count: number, timed: Timed): Promise<void>
}

export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}
