import { simulationError } from './errors.js'
import { checkProgram, checkRunOptions, checkSeed, type RunOptions } from './options.js'
import { failureReport } from './run/failure-report.js'
import { type Program, type Run, runProgram } from './run/run.js'
import { mermaidPicture, textPicture } from './run/sequence-picture.js'
import type { SimulationEvent } from './run/simulation-trace.js'
import { FixedSchedule } from './search/fixed-schedule.js'
import { RandomChooser } from './search/random-search.js'
import { parseSchedule, scheduleText } from './search/schedule.js'

/** The options of a run. */
export interface SimulateOptions extends RunOptions {
  /** A whole number that decides all choices. Default 1. */
  readonly seed?: number
  /** The schedule of a replay line, as `explore` prints it, instead of a seed. If the program does not reach all of it, the run is refused. */
  readonly schedule?: string
}

/** The result of a run. */
export interface Simulated<T> {
  /** The result of the program. */
  readonly value: T
  /** The text that repeats this run: `simulate({ schedule }, program)`. */
  readonly schedule: string
  readonly steps: number
  /** Milliseconds of virtual time that passed. */
  readonly time: number
  readonly events: readonly SimulationEvent[]
  /** All events as text, the same to the last byte in every run of this schedule. */
  readonly trace: string
  /** A drawing as text of the messages that each process took. */
  readonly picture: string
  /** The same as a Mermaid `sequenceDiagram`. */
  readonly mermaid: string
}

/**
 * Runs a program of processes in one order of steps, which the seed decides: the same seed gives the same run, on every machine.
 * Time is virtual and costs nothing: it passes when no process has anything else to do.
 *
 * A step begins when a process gets something to do and ends when all its code waits. The seed decides which process makes the next
 * step, and which message on its way to it arrives; messages from one process to another keep
 * their order. The program is the process `main`. When it returns, the run is over and all other processes are killed.
 *
 * @throws SIMULATION_FAILED if the run fails, with the trace and the picture, and as `cause` the error of the program, or
 *   SIMULATION_DEADLOCK, SIMULATION_ENDLESS, SIMULATION_CRASH, SIMULATION_INVARIANT, SIMULATION_INVARIANT_ASYNC, SIMULATION_OUTSIDE;
 *   SIMULATION_SCHEDULE_INVALID, SIMULATION_SCHEDULE_UNFIT, SIMULATION_OPTION, SIMULATION_NESTED, BAD_OPTION
 * @example
 * ```ts
 * const { trace } = await simulate({ seed: 7 }, async () => {
 *   const counter = await start(Counter)
 *   await Promise.all([counter.call.add(1), counter.call.add(2)])
 * })
 * ```
 */
export async function simulate<T>(options: SimulateOptions, program: Program<T>): Promise<Simulated<T>> {
  checkProgram('simulate', options, program)
  const { seed = 1, schedule, ...rest } = options
  checkSeed('simulate', seed)
  checkRunOptions('simulate', rest, ['seed', 'schedule'])
  const given = schedule === undefined ? undefined : parseSchedule(schedule)
  if (given !== undefined && options.seed !== undefined && seed !== given.seed) {
    const expected = `left out with a schedule, whose seed is ${given.seed}`
    throw simulationError('SIMULATION_OPTION', { action: 'simulate', option: 'seed', value: seed, expected })
  }
  const fixed = given === undefined ? undefined : new FixedSchedule(given, false)
  const run = await runProgram(program, fixed ?? new RandomChooser(seed), given?.seed ?? seed, rest, true)
  const { failure } = run
  if (failure?.kind === 'unfit') throw failure.error
  const unfit = fixed?.leftOver(run.steps, new Map(run.drawn))
  if (failure === undefined && unfit !== undefined) throw unfit
  if (failure !== undefined) {
    const report = failureReport(run, rest, unfit === undefined ? [] : [unfit.message])
    throw simulationError('SIMULATION_FAILED', Object.assign(factsOf(run), { report }), {
      cause: failure.error,
    })
  }
  return Object.assign(factsOf(run), { value: run.value as T })
}

/** What is told of a traced run, whether it failed or not. What takes time and room to draw is drawn when it is read. */
export function factsOf(run: Run): Omit<Simulated<unknown>, 'value'> & Record<string, unknown> {
  const events = run.trace?.events ?? []
  const drawings = {
    trace: () => run.trace?.text ?? '',
    picture: () => textPicture(events),
    mermaid: () => mermaidPicture(events),
  }
  const facts = { schedule: scheduleText(run), steps: run.steps, time: run.time, events }
  for (const [name, draw] of Object.entries(drawings)) {
    let drawn: string | undefined
    Object.defineProperty(facts, name, { get: () => (drawn ??= draw()), enumerable: true })
  }
  return facts as ReturnType<typeof factsOf>
}
