import type { NextStep } from '../../../kernel/index.js'
import { simulationError } from '../errors.js'
import { type Draws, placeOf, type Schedule, scheduleText } from './schedule.js'
import type { Chooser } from './search.js'

/** Keeps to a schedule. */
export class FixedSchedule implements Chooser {
  readonly #choices: ReadonlyMap<string, number>

  constructor(
    private readonly schedule: Schedule,
    /** A schedule that was cut need not fit: what is not there is the default. */
    private readonly lenient: boolean,
  ) {
    this.#choices = new Map(schedule.deviations.map((each) => [placeOf(each), each.choice]))
  }

  get draws(): Draws | undefined {
    return this.schedule.draws
  }

  choose(steps: readonly NextStep[], at: number): number {
    const choice = this.#choices.get(placeOf({ step: at })) ?? 0
    if (choice < steps.length) return choice
    if (this.lenient) return 0
    throw this.#unfit(at, choice, steps.length)
  }

  interrupt(steps: readonly NextStep[], at: number, between: number): number | undefined {
    const choice = this.#choices.get(placeOf({ step: at, between }))
    if (choice === undefined || choice < steps.length) return choice
    if (this.lenient) return undefined
    throw this.#unfit(at, choice, steps.length)
  }

  #unfit(step: number, choice: number, count: number): Error {
    const schedule = scheduleText(this.schedule)
    return simulationError('SIMULATION_SCHEDULE_UNFIT', { schedule, step, choice, count })
  }
}
