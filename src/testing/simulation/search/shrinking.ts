/** From a schedule that fails to one that fails and leaves the default order in fewer places. */
import type { Deviation } from './schedule.js'

/** Of so few, all that are shorter can be tried. */
const FEW = 4

/** What a try of some deviations shows: whether it fails in the same way, and how many ways each step had. */
export type Attempt = (deviations: readonly Deviation[]) => Promise<{
  readonly fails: boolean
  /** The places where a schedule with these deviations could leave the default order, and the number of ways. */
  readonly options: readonly { readonly step: number; readonly count: number }[]
}>

/** A schedule as short as could be found. */
export interface Shrunk {
  readonly deviations: readonly Deviation[]
  readonly tries: number
  /** All shorter ones were tried: it is the shortest there is. */
  readonly shortest: boolean
}

/**
 * Drops deviations, first many and then few at a time (delta debugging), of many any two, and then tries all schedules with fewer, as long
 * as the tries last.
 *
 * @param most how many tries there may be
 */
export async function shrink(found: readonly Deviation[], attempt: Attempt, most: number): Promise<Shrunk> {
  let tries = 0
  const tried = async (deviations: readonly Deviation[]) => {
    tries++
    return attempt(deviations)
  }
  const left = (): boolean => tries < most
  const fails = async (deviations: readonly Deviation[]): Promise<boolean> => (await tried(deviations)).fails
  let small = await reduce(found, fails, left)
  for (let fewer = await withoutTwo(small, fails, left); fewer !== undefined; ) {
    small = await reduce(fewer, fails, left)
    fewer = await withoutTwo(small, fails, left)
  }
  // Those that went wrong matter, as far as could be seen: other orders are looked for with them.
  const faults = small.filter(({ fault }) => fault !== undefined)
  for (let size = 0; size < small.length - faults.length && left(); size++) {
    const shorter = await firstOf(size, faults, 0, tried, left)
    if (shorter !== undefined) return { deviations: shorter, tries, shortest: left() || size === 0 }
  }
  return { deviations: small, tries, shortest: left() }
}

/** Delta debugging (Zeller): a subset from which no part can be left out. */
async function reduce(
  all: readonly Deviation[],
  fails: (deviations: readonly Deviation[]) => Promise<boolean>,
  left: () => boolean,
): Promise<readonly Deviation[]> {
  let kept = all
  let parts = 2
  while (kept.length > 0 && left()) {
    const size = Math.ceil(kept.length / parts)
    let smaller: readonly Deviation[] | undefined
    for (let at = 0; at < kept.length && smaller === undefined && left(); at += size) {
      const without = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (await fails(without)) smaller = without
    }
    if (smaller !== undefined) {
      kept = smaller
      parts = Math.max(2, parts - 1)
    } else if (size === 1) return kept
    else parts = Math.min(kept.length, parts * 2)
  }
  return kept
}

/** A subset that lacks two: a step back and the step that makes up for it go only together. */
async function withoutTwo(
  all: readonly Deviation[],
  fails: (deviations: readonly Deviation[]) => Promise<boolean>,
  left: () => boolean,
): Promise<readonly Deviation[] | undefined> {
  if (all.length <= FEW) return undefined
  for (let first = 0; first < all.length; first++) {
    for (let second = first + 1; second < all.length && left(); second++) {
      const without = all.filter((_, at) => at !== first && at !== second)
      if (await fails(without)) return without
    }
  }
  return undefined
}

/** The first schedule with `size` deviations more that fails, in the order of their steps. */
async function firstOf(
  size: number,
  before: readonly Deviation[],
  from: number,
  attempt: Attempt,
  left: () => boolean,
): Promise<readonly Deviation[] | undefined> {
  const { fails, options } = await attempt(before)
  if (size === 0) return fails ? before : undefined
  for (const { step, count } of options) {
    if (step <= from) continue
    for (let choice = 1; choice < count; choice++) {
      if (!left()) return undefined
      const found = await firstOf(size - 1, [...before, { step, choice }], step, attempt, left)
      if (found !== undefined) return found
    }
  }
  return undefined
}
