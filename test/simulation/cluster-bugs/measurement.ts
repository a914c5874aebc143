/** How many runs the random searches need for each cluster bug: data for the table in the guide. */
import { join } from 'node:path'
import { HeartwoodError } from 'heartwood'
import * as layer from 'heartwood/cluster'
import { type ExploreOptions, explore } from 'heartwood/testing'
import type { Bug } from '../bugs/bug.js'
import { LAYER_BUGS } from './in-the-layer.js'
import { PROGRAM_BUGS } from './index.js'
import { variantOf } from './layer.js'

/** A search may take so many runs for a bug. */
const MOST = 2_000
const SEARCHES = ['random', 'pct'] as const
/** No two of them have a run in common. */
const SEEDS = [1, 10_001, 20_001]
/** Runs of a fixed twin, by each search. */
const TWIN = { program: 300, layer: 25 } as const
/** Runs of each of our own clusters are long. */
const SHRINKING = 100

export interface ClusterBug extends Bug {
  readonly where: keyof typeof TWIN
}

/** All of them; those of the layer as modules that are written into `folder`. */
export async function clusterBugs(folder: string): Promise<readonly ClusterBug[]> {
  const inLayer = LAYER_BUGS.map(async ({ mistake, program, ...bug }) => {
    const broken = program(await variantOf(bug.name, mistake, folder))
    return { ...bug, where: 'layer' as const, broken, fixed: program(layer) }
  })
  return [
    ...PROGRAM_BUGS.map((bug) => ({ ...bug, where: 'program' as const })),
    ...(await Promise.all(inLayer)),
  ]
}

export const VARIANTS = join(import.meta.dirname, '../variants')

/** The failure that a search ends with. @throws what is none */
export async function failureOf(bug: Bug, options: ExploreOptions): Promise<HeartwoodError | undefined> {
  try {
    await explore({ runs: MOST, crashes: 'allow', ...bug.options, ...options }, bug.broken)
    return undefined
  } catch (error) {
    if (HeartwoodError.is(error, 'SIMULATION_FAILED')) return error
    throw error
  }
}

/** The middle one and the worst of the runs that several seeds need. */
async function neededBy(bug: Bug, strategy: (typeof SEARCHES)[number]): Promise<string> {
  const counts: number[] = []
  for (const seed of SEEDS) {
    const found = await failureOf(bug, { strategy, seed, shrinking: 0 })
    if (found === undefined) return 'not found'
    counts.push(found.details.runs as number)
  }
  counts.sort((a, b) => a - b)
  return `${counts[counts.length >> 1]} (${counts.at(-1)})`
}

/** Of the shortest schedule that was found: the places in which it leaves the default order, and what goes wrong. */
async function shortestOf(bug: Bug): Promise<string> {
  const found = await failureOf(bug, { shrinking: SHRINKING })
  const [, deviations = ''] = String(found?.details.schedule).split(';')
  const all = deviations === '' ? [] : deviations.split(',')
  const faults = all.filter((each) => each.includes('!')).length
  return `${all.length} (${faults}) | ${found?.details.steps}`
}

/** The bug's line of the table. @throws what its fixed twin fails with */
export async function clusterRowOf(bug: ClusterBug): Promise<string> {
  const needed: string[] = []
  for (const search of SEARCHES) needed.push(await neededBy(bug, search))
  const runs = TWIN[bug.where]
  for (const strategy of SEARCHES)
    await explore({ strategy, runs, crashes: 'allow', ...bug.options }, bug.fixed)
  const where = bug.where === 'layer' ? '`src/cluster`' : 'a program'
  return `| ${bug.name} | ${where} | ${needed.join(' | ')} | ${await shortestOf(bug)} | ${runs * SEARCHES.length} |`
}
