import { inspect } from 'node:util'
import type { NextStep } from '../../kernel/index.js'
import { type Coverage, CoverageCount } from './coverage.js'
import { simulationError } from './errors.js'
import { ExhaustiveSearch } from './exhaustive-search.js'
import { failureReport } from './failure.js'
import { FixedSchedule } from './fixed-schedule.js'
import { checkCount, checkOneOf, checkRunOptions, checkSeed } from './options.js'
import { PctSearch } from './pct-search.js'
import { RandomSearch } from './random-search.js'
import { ReducedSearch } from './reduced-search.js'
import { type Program, type Run, type RunOptions, runProgram, sameFailure } from './run.js'
import type { Chooser, Search } from './search.js'
import { type Shrunk, shrink } from './shrinking.js'
import { factsOf } from './simulate.js'

/** How schedules are searched. */
export interface ExploreOptions extends RunOptions {
  /**
   * `'random'`, the default: any possible step is as likely as the others. `'pct'`: random priorities and a few random
   * changes, which finds what needs one process to be much slower than the others. `'exhaustive'`: every schedule that could
   * have another outcome, for small programs.
   */
  readonly strategy?: 'random' | 'pct' | 'exhaustive'
  /** How many schedules at most; default 1,000, and for `'exhaustive'` 100,000. */
  readonly runs?: number
  /** The first run's seed, a whole number; default 1. Run by run it grows by one. */
  readonly seed?: number
  /** For `'pct'`: in how many places the order must be just so for a bug to show; default 3. */
  readonly depth?: number
  /** For `'exhaustive'`: false tries also schedules that differ only in the order of independent steps. Default true. */
  readonly reduction?: boolean
  /** How many runs may be made to find a shorter schedule that fails; default 500. */
  readonly shrinking?: number
  /** Whether it is reported what the runs came to, which makes them take about half as long again. Default false. */
  readonly coverage?: boolean
}

/** A search that found nothing. */
export interface Exploration {
  /** How many schedules were run. */
  readonly runs: number
  /** Of these, how many an exhaustive search broke off, since they could show nothing new. */
  readonly pruned: number
  /** Whether these were all there are, up to the order of independent steps. */
  readonly exhausted: boolean
  readonly steps: number
  /** What the program returned, in words, and in how many runs. */
  readonly outcomes: ReadonlyMap<string, number>
  /** What the runs came to, with the option `coverage`. */
  readonly coverage: Coverage | undefined
}

const RUNS = { random: 1_000, pct: 1_000, exhaustive: 100_000 } as const

/**
 * Runs a program in many orders of steps, until one makes it fail or the search is over.
 *
 * A run fails when the program throws, a process crashes, an invariant does not hold, all wait and no timer is set, or
 * there is no end after `maxSteps` steps. The schedule is then shortened, and the error shows the rest of it: what
 * failed, where the schedule leaves the default order, a line that replays it, and a picture as text and in Mermaid.
 *
 * @returns how many runs there were, and with what outcomes
 * @throws SIMULATION_FAILED with `details.schedule`, `details.runs` and what `simulate` returns of a run, and what failed
 *   as `cause`; SIMULATION_NOT_REPEATABLE when the program depends on more than the schedule; SIMULATION_OPTION
 * @example
 * ```ts
 * await explore({ strategy: 'pct', runs: 500 }, async () => {
 *   const account = await start(Account)
 *   await Promise.all([deposit(account, 10), deposit(account, 20)])
 *   expect(await account.call.balance()).toBe(30)
 * })
 * ```
 */
export async function explore(options: ExploreOptions, program: Program): Promise<Exploration> {
  const {
    strategy = 'random',
    runs,
    seed = 1,
    depth = 3,
    reduction = true,
    shrinking = 500,
    coverage: wantsCoverage = false,
    ...rest
  } = options
  checkExploreOptions(options)
  checkRunOptions('explore', rest)
  const search = searchOf(strategy, seed, depth, reduction)
  const most = runs ?? RUNS[strategy]
  const outcomes = new Map<string, number>()
  const coverage = wantsCoverage ? new CoverageCount() : undefined
  let made = 0
  let pruned = 0
  let steps = 0
  for (let next = search.next(); next !== undefined; next = search.next()) {
    if (made === most) return { runs: made, pruned, steps, outcomes, exhausted: false, coverage }
    made++
    const run = await runProgram(program, next.chooser, next.seed, rest, wantsCoverage)
    coverage?.add(run.trace?.events ?? [])
    steps += run.steps
    if (run.failure?.kind === 'unfit') throw run.failure.error
    if (run.failure !== undefined)
      throw await found(program, run, rest, { strategy, seed, made, most, shrinking, coverage })
    if (run.left) pruned++
    else {
      const outcome = inspect(run.value, { breakLength: Number.POSITIVE_INFINITY })
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  }
  return { runs: made, pruned, steps, outcomes, exhausted: true, coverage }
}

function checkExploreOptions({
  strategy,
  runs,
  seed,
  depth,
  reduction,
  shrinking,
  coverage,
}: ExploreOptions): void {
  checkOneOf('explore', 'strategy', strategy, ['random', 'pct', 'exhaustive'])
  checkCount('explore', 'runs', runs, 1)
  if (seed !== undefined) checkSeed('explore', seed)
  checkCount('explore', 'depth', depth, 1)
  checkOneOf('explore', 'reduction', reduction, [true, false])
  checkCount('explore', 'shrinking', shrinking, 0)
  checkOneOf('explore', 'coverage', coverage, [true, false])
}

function searchOf(strategy: string, seed: number, depth: number, reduction: boolean): Search {
  if (strategy === 'pct') return new PctSearch(seed, depth)
  if (strategy === 'random') return new RandomSearch(seed)
  return reduction ? new ReducedSearch(seed) : new ExhaustiveSearch(seed)
}

interface Finding {
  readonly strategy: string
  readonly seed: number
  readonly made: number
  readonly most: number
  readonly shrinking: number
  readonly coverage: Coverage | undefined
}

/** The error for a run that failed, with the shortest schedule that does. */
async function found(program: Program, failed: Run, options: RunOptions, finding: Finding): Promise<Error> {
  const { made, strategy, seed, shrinking, coverage } = finding
  const repeated = await replay(program, failed, failed.deviations, options, false)
  if (!sameFailure(failed, repeated.run)) throw notRepeatable(failed, repeated.run)
  const short = await shorten(program, failed, options, shrinking)
  const { run } = await replay(program, failed, short.deviations, options, true)
  if (!sameFailure(failed, run)) throw notRepeatable(failed, run)
  const report = failureReport(run, options, [
    `found by the ${strategy} search in run ${made} of ${finding.most}, seed ${seed}`,
    `${short.shortest ? 'the shortest schedule that fails' : 'a shorter schedule that fails'}, after ${short.tries} tries:`,
  ])
  const facts = { runs: made, found: failed.deviations, shortest: short.shortest, coverage, ...factsOf(run) }
  return simulationError('SIMULATION_FAILED', { ...facts, report }, { cause: run.failure?.error })
}

function shorten(program: Program, failed: Run, options: RunOptions, most: number): Promise<Shrunk> {
  return shrink(
    failed.deviations,
    async (deviations) => {
      const { run, choices } = await replay(program, failed, deviations, options, false)
      return { fails: sameFailure(failed, run), options: choices }
    },
    most,
  )
}

/** Notes in which steps there was a choice. */
class WatchedSchedule extends FixedSchedule {
  readonly choices: { step: number; count: number }[] = []

  override choose(steps: readonly NextStep[], at: number): number {
    if (steps.length > 1) this.choices.push({ step: at, count: steps.length })
    return super.choose(steps, at)
  }
}

async function replay(
  program: Program,
  { seed }: Run,
  deviations: Run['deviations'],
  options: RunOptions,
  traced: boolean,
): Promise<{ run: Run; choices: WatchedSchedule['choices'] }> {
  const chooser: Chooser & WatchedSchedule = new WatchedSchedule({ seed, deviations }, true)
  const run = await runProgram(program, chooser, seed, options, traced)
  return { run, choices: chooser.choices }
}

function notRepeatable(first: Run, second: Run): Error {
  const words = ({ failure }: Run): string =>
    failure === undefined ? 'a run without a failure' : `a failure (${String(failure.error)})`
  return simulationError('SIMULATION_NOT_REPEATABLE', { first: words(first), second: words(second) })
}
