/** A run that failed: repeated, made shorter, and told. */
import type { NextStep } from '../../kernel/index.js'
import { simulationError } from './errors.js'
import type { RunOptions } from './options.js'
import type { Coverage } from './run/coverage.js'
import { failureReport, reasonText } from './run/failure-report.js'
import { type Program, type Run, runProgram } from './run/run.js'
import { FixedSchedule } from './search/fixed-schedule.js'
import { RandomChooser } from './search/random-search.js'
import { sameFailure } from './search/same-failure.js'
import { type Deviation, type Draws, scheduleText } from './search/schedule.js'
import type { Chooser } from './search/search.js'
import { type Shrunk, shrink } from './search/shrinking.js'
import { shrinkDraws } from './search/shrinking-draws.js'
import { factsOf } from './simulate.js'

/** How it was found. */
export interface Finding {
  readonly strategy: string
  readonly seed: number
  readonly made: number
  readonly most: number
  /** How many runs may be made to find a shorter one. */
  readonly shrinking: number
  /** The options of the runs, as they were given. */
  readonly given: RunOptions
  readonly coverage: Coverage | undefined
}

/** The error for a run that failed, with the shortest schedule that does. */
export async function found(
  program: Program,
  failed: Run,
  options: RunOptions,
  finding: Finding,
): Promise<Error> {
  const { made, strategy, seed, shrinking, coverage } = finding
  const player = new Player(program, failed.seed, options)
  const repeated = await player.play(failed.deviations, failed.draws)
  if (!sameFailure(failed, repeated.run)) throw notRepeatable(failed, repeated.run)
  // Half of the tries for each.
  const drawn = await shrinkDraws(
    repeated.run,
    (choices, draws) => player.tried(choices, draws),
    shrinking >> 1,
  )
  const short = await shorten(player, drawn.run, shrinking - drawn.tries)
  const { run } = await player.play(short.deviations, drawn.run.draws, true)
  if (!sameFailure(drawn.run, run)) throw notRepeatable(drawn.run, run)
  const first = { schedule: scheduleText(failed), error: failed.failure?.error }
  const tries = short.tries + drawn.tries
  const report = failureReport(run, finding.given, [
    `found by the ${strategy} search in run ${made} of ${finding.most}, seed ${seed}`,
    ...(sameFailure(failed, run) ? [] : [`as: ${reasonText(first.error)}, schedule '${first.schedule}'`]),
    `${short.shortest ? 'the shortest schedule that fails' : 'a shorter schedule that fails'}, after ${tries} tries:`,
  ])
  const facts = factsOf(run)
  const details = { runs: made, found: failed.deviations, first, shortest: short.shortest, coverage, report }
  return simulationError('SIMULATION_FAILED', Object.assign(facts, details), { cause: run.failure?.error })
}

function shorten(player: Player, failed: Run, most: number): Promise<Shrunk> {
  return shrink(
    failed.deviations,
    async (deviations) => {
      const { run, choices } = await player.play(deviations, failed.draws)
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

/** A random schedule with certain draws. */
class RandomDrawn extends RandomChooser {
  constructor(
    seed: number,
    readonly draws: Draws,
  ) {
    super(seed)
  }
}

/** Plays one program again and again. */
class Player {
  constructor(
    private readonly program: Program,
    private readonly seed: number,
    private readonly options: RunOptions,
  ) {}

  async play(
    deviations: readonly Deviation[],
    draws: Draws,
    traced = false,
  ): Promise<{ run: Run; choices: WatchedSchedule['choices'] }> {
    const chooser = new WatchedSchedule({ seed: this.seed, deviations, draws }, true)
    const run = await runProgram(this.program, chooser, this.seed, this.options, traced)
    return { run, choices: chooser.choices }
  }

  /** A run of these draws, in the order given or in one that a seed decides. */
  async tried(order: readonly Deviation[] | number, draws: Draws): Promise<Run> {
    if (typeof order !== 'number') return (await this.play(order, draws)).run
    const chooser: Chooser = new RandomDrawn(order, draws)
    return runProgram(this.program, chooser, this.seed, this.options, false)
  }
}

/**
 * Makes a run once more: what it did must be all that its schedule can lead to, or the search looks at something else than it
 * says.
 *
 * @throws SIMULATION_NOT_REPEATABLE
 */
export async function checkRepeats(
  program: Program,
  run: Run,
  options: RunOptions,
  toTheEnd: boolean,
): Promise<void> {
  const again = await runProgram(program, new Repetition(run, toTheEnd), run.seed, options, false)
  // What is left to the machine may take other steps, but must not matter.
  const counted = options.outside !== 'allow'
  const same = again.outcome === run.outcome && (!counted || again.steps === run.steps)
  if (!same || again.failure !== undefined) throw notRepeatable(run, again)
}

class Repetition extends FixedSchedule {
  constructor(
    run: Run,
    readonly toTheEnd: boolean,
  ) {
    super(run, true)
  }
}

function notRepeatable(first: Run, second: Run): Error {
  const words = ({ failure, steps, outcome }: Run): string =>
    failure === undefined
      ? `a run of ${steps} steps without a failure, and the outcome ${outcome}`
      : `a failure (${String(failure.error)})`
  return simulationError('SIMULATION_NOT_REPEATABLE', { first: words(first), second: words(second) })
}
