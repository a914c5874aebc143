import { checkRepeats, found } from './finding.js'
import {
  checkCount,
  checkOneOf,
  checkProgram,
  checkRunOptions,
  checkSeed,
  type RunOptions,
} from './options.js'
import { type Coverage, CoverageCount } from './run/coverage.js'
import { type Program, type Run, runProgram } from './run/run.js'
import { ExhaustiveSearch } from './search/exhaustive-search.js'
import { PATIENCE } from './search/patience.js'
import { PctSearch } from './search/pct-search.js'
import { RandomSearch } from './search/random-search.js'
import { ReducedSearch } from './search/reduced-search.js'
import type { Search } from './search/search.js'

/** The options of a search. */
export interface ExploreOptions extends RunOptions {
  /**
   * `'random'`, the default: each possible step has the same probability. `'pct'`: random priorities with a few random
   * changes; it finds bugs that need one process to be much slower than the others. `'exhaustive'`: every schedule that could
   * have a different outcome, for small programs.
   */
  readonly strategy?: 'random' | 'pct' | 'exhaustive'
  /** The highest number of schedules. Default 1,000, for `'exhaustive'` 100,000. */
  readonly runs?: number
  /** The seed of the first run, a whole number; each further run adds one. Default 1. */
  readonly seed?: number
  /** For `'pct'`: the number of places in which the order must be a certain one for a bug to appear. Default 3. */
  readonly depth?: number
  /**
   * For `'exhaustive'`: false also tries schedules that differ only in the order of independent steps. Default true. With a
   * `stepTime` false, since the number of steps, independent or not, decides whether a time-out can come; with `betweenAwaits`
   * false, since a step is then not a unit.
   */
  readonly reduction?: boolean
  /** The highest number of runs to find a shorter failing schedule. Default 500. */
  readonly shrinking?: number
  /** Whether the result reports what the runs reached. Runs then take about half as long again. Default false. */
  readonly coverage?: boolean
}

/** The result of a search that found no failure. */
export interface Exploration {
  /** The number of schedules that were run. */
  readonly runs: number
  /** Of these, the number that an exhaustive search stopped early, because they could show nothing new. */
  readonly pruned: number
  /** Whether these were all schedules, not counting the order of independent steps. */
  readonly exhausted: boolean
  /** Why `exhausted` is false; undefined if it is true. */
  readonly reason: string | undefined
  /**
   * Which schedules were searched. `'last'`: a time-out comes only when no process has anything else to do. `'among
   * steps'`: a time-out can also come while processes work, as `stepTime` allows.
   */
  readonly timeouts: 'last' | 'among steps'
  readonly steps: number
  /** The results of the program, in words, each with the number of runs. */
  readonly outcomes: ReadonlyMap<string, number>
  /** With the option `coverage`: what the runs reached. */
  readonly coverage: Coverage | undefined
}

/** Its options beside those of each run. */
const OWN = ['strategy', 'runs', 'seed', 'depth', 'reduction', 'shrinking', 'coverage']

const RUNS = { random: 1_000, pct: 1_000, exhaustive: 100_000 } as const

/**
 * Runs a program in many orders of steps, until it fails in one or the search is over.
 *
 * A run fails if the program throws, a process crashes, an invariant does not hold, all processes wait and no timer is set, or
 * the program has not ended after `maxSteps` steps. The schedule is then shortened, and the error shows: what
 * failed, where the schedule differs from the default order, a line that replays it, and a picture as text and in Mermaid.
 *
 * @returns the number of runs, and their outcomes
 * @throws SIMULATION_FAILED with `details.schedule`, `details.runs` and what `simulate` returns of a run, and what failed
 *   as `cause`; SIMULATION_NOT_REPEATABLE if the program depends on more than the schedule; SIMULATION_OPTION, SIMULATION_NESTED, BAD_OPTION
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
  checkProgram('explore', options, program)
  const {
    strategy = 'random',
    runs,
    seed = 1,
    depth = 3,
    reduction = (options.stepTime ?? 0) === 0 && options.betweenAwaits !== true,
    shrinking = 500,
    coverage: wantsCoverage = false,
    ...given
  } = options
  checkExploreOptions(options)
  checkRunOptions('explore', given, OWN)
  const rest = strategy === 'exhaustive' ? { stepTime: 0, ...given } : given
  const search = searchOf(strategy, seed, depth, reduction)
  const most = runs ?? RUNS[strategy]
  const coverage = wantsCoverage ? new CoverageCount() : undefined
  const finding = { strategy, seed, most, shrinking, given, coverage }
  const tally = new Tally(rest.stepTime !== 0, coverage)
  for (let next = search.next(); next !== undefined; next = search.next()) {
    if (tally.runs === most) return tally.result(`these were all ${most} runs that it may make`)
    const run = await runProgram(program, next.chooser, next.seed, rest, wantsCoverage)
    tally.add(run)
    if (run.failure?.kind === 'unfit') throw run.failure.error
    if (run.failure !== undefined) throw await found(program, run, rest, { ...finding, made: tally.runs })
    if (tally.runs === 1) await checkRepeats(program, run, rest, next.chooser.toTheEnd === true)
  }
  const { runs: made } = tally
  if (strategy === 'exhaustive' && reduction && rest.stepTime !== 0) return tally.result(COUNTED)
  if (strategy === 'exhaustive' && reduction && rest.betweenAwaits === true) return tally.result(WHOLE)
  if (strategy === 'exhaustive' && reduction) {
    // Beyond what the kernel sees, nothing but a look at others can tell whether the reduction is right.
    const random = new RandomSearch(seed)
    for (let check = 0; check < CHECKS; check++) {
      const { chooser } = random.next()
      const run = await runProgram(program, chooser, seed, rest, false)
      if (run.failure !== undefined) throw await found(program, run, rest, { ...finding, made })
      if (!tally.outcomes.has(run.outcome)) return tally.result(`${UNSEEN}: ${run.outcome}`)
    }
  }
  return tally.result(search.unfair === true ? UNFAIR : undefined)
}

/** So many random schedules are run in the end, to see whether they have outcomes that the reduction left out. */
const CHECKS = 30

const UNSEEN =
  'a random schedule had an outcome that the reduction did not find, so the processes share something that the kernel cannot see (name it with `sim.touch`, or give `reduction: false`)'
const COUNTED =
  'the reduction does not see how many steps were made before a time-out, so that it may leave some out (give `reduction: false`)'
const WHOLE =
  'the reduction takes each step for one whole, so that no other came between its awaits (give `reduction: false`)'
const UNFAIR = `schedules that pass a step over more than ${PATIENCE} times were left out, since the program may go on for ever in them`

/** What the runs came to. */
class Tally {
  runs = 0
  readonly outcomes = new Map<string, number>()
  #pruned = 0
  #steps = 0
  /** What keeps any of the runs from being all of what it stands for. */
  #reason: string | undefined = undefined

  constructor(
    private readonly timeoutsAmongSteps: boolean,
    private readonly coverage: CoverageCount | undefined,
  ) {}

  add(run: Run): void {
    this.runs++
    this.#steps += run.steps
    this.coverage?.add(run.trace?.events ?? [])
    if (run.cut)
      this.#reason = 'after its end others go on for too long to see what they would have done before'
    if (run.forced) this.#reason = UNFAIR
    if (run.left) this.#pruned++
    else if (run.failure === undefined)
      this.outcomes.set(run.outcome, (this.outcomes.get(run.outcome) ?? 0) + 1)
  }

  /** @param gap why the search as a whole is not exhausted, if it is not */
  result(gap: string | undefined): Exploration {
    const reason = gap ?? this.#reason
    return {
      runs: this.runs,
      pruned: this.#pruned,
      steps: this.#steps,
      outcomes: this.outcomes,
      exhausted: reason === undefined,
      reason,
      timeouts: this.timeoutsAmongSteps ? 'among steps' : 'last',
      coverage: this.coverage,
    }
  }
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
