/** How many schedules each search needs for each bug: data for the table in the guide, and for its test. */
import { HeartwoodError } from 'heartwood'
import { type ExploreOptions, explore } from 'heartwood/testing'
import type { Bug } from './bugs/bug.js'

export const SEARCHES = ['random', 'pct', 'exhaustive'] as const

export type SearchName = (typeof SEARCHES)[number]

/** A search may take so many schedules for a bug. */
export const MOST = 1_000

/** The seeds that the random searches are begun with; no two of them have a run in common. */
const SEEDS = Array.from({ length: 11 }, (_, at) => at * 10_000 + 1)

/** Seconds and the length of what is found, of the search with the first seed. */
export interface Found {
  /** Of the processor, so that it matters little what else the machine does. */
  readonly seconds: number
  /** In how many steps the shortened schedule fails. */
  readonly steps: number
}

/** @returns how long the search takes from its begin to the shortened schedule, and how long that is */
export async function foundBy(bug: Bug, strategy: SearchName): Promise<Found | undefined> {
  const begun = process.cpuUsage()
  try {
    await explore({ strategy, runs: MOST, ...bug.options }, bug.broken)
    return undefined
  } catch (error) {
    if (!HeartwoodError.is(error, 'SIMULATION_FAILED')) throw error
    const { user, system } = process.cpuUsage(begun)
    return { seconds: (user + system) / 1_000_000, steps: error.details.steps as number }
  }
}

/** The bug's line of the second table, which is another on another machine. */
export async function foundRowOf(bug: Bug): Promise<string> {
  const cells: string[] = [bug.name]
  for (const search of SEARCHES) {
    const found = await foundBy(bug, search)
    cells.push(found === undefined ? 'not found | –' : `${found.seconds.toFixed(2)} | ${found.steps}`)
  }
  return `| ${cells.join(' | ')} |`
}

/** What a search needed: the middle one and the worst of several seeds, the same where chance has no part. */
export interface Needed {
  readonly median: number
  readonly worst: number
}

/** @returns the schedules run until the bug showed; undefined when it did not, in so many as allowed */
export async function schedulesUntilFound(
  bug: Bug,
  strategy: SearchName,
  options: ExploreOptions = {},
): Promise<number | undefined> {
  try {
    await explore({ strategy, runs: MOST, shrinking: 0, ...bug.options, ...options }, bug.broken)
    return undefined
  } catch (error) {
    if (HeartwoodError.is(error, 'SIMULATION_FAILED')) return error.details.runs as number
    throw error
  }
}

export async function neededBy(bug: Bug, strategy: SearchName): Promise<Needed | undefined> {
  const counts: number[] = []
  for (const seed of strategy === 'exhaustive' ? [1] : SEEDS) {
    const count = await schedulesUntilFound(bug, strategy, { seed })
    if (count === undefined) return undefined
    counts.push(count)
  }
  counts.sort((a, b) => a - b)
  return { median: counts[counts.length >> 1] as number, worst: counts.at(-1) as number }
}

/** How many places the shortest schedule found leaves the default order in. */
export async function placesOf(bug: Bug): Promise<number> {
  try {
    await explore({ strategy: 'exhaustive', runs: MOST, ...bug.options }, bug.broken)
  } catch (error) {
    if (!HeartwoodError.is(error, 'SIMULATION_FAILED')) throw error
    const [, deviations = ''] = String(error.details.schedule).split(';')
    return deviations === '' ? 0 : deviations.split(',').length
  }
  throw new Error(`${bug.name} was not found`)
}

/** The bug's line of the table. */
export async function rowOf(bug: Bug): Promise<string> {
  const cells: string[] = [bug.name]
  for (const search of SEARCHES) {
    const needed = await neededBy(bug, search)
    if (needed === undefined) cells.push('not found')
    else cells.push(search === 'exhaustive' ? `${needed.median}` : `${needed.median} (${needed.worst})`)
  }
  cells.push(String(await placesOf(bug)))
  const fixed = await explore({ strategy: 'exhaustive', runs: MOST, ...bug.options }, bug.fixed)
  cells.push(fixed.exhausted ? `all ${fixed.runs}` : `the first ${fixed.runs}`)
  return `| ${cells.join(' | ')} |`
}
