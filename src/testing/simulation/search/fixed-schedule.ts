import type { NextStep } from '../../../kernel/index.js'
import { simulationError } from '../errors.js'
import { type Draws, type Schedule, scheduleText } from './schedule.js'
import type { Chooser } from './search.js'

/** Keeps to a schedule. */
export class FixedSchedule implements Chooser {
  readonly #choices: ReadonlyMap<number, number>

  constructor(
    private readonly schedule: Schedule,
    /** A schedule that was cut need not fit: what is not there is the default. */
    private readonly lenient: boolean,
  ) {
    this.#choices = new Map(schedule.deviations.map(({ step, choice }) => [step, choice]))
  }

  get draws(): Draws | undefined {
    return this.schedule.draws
  }

  choose(steps: readonly NextStep[], at: number): number {
    const choice = this.#choices.get(at) ?? 0
    if (choice < steps.length) return choice
    if (this.lenient) return 0
    throw simulationError('SIMULATION_SCHEDULE_UNFIT', {
      schedule: scheduleText(this.schedule),
      step: at,
      choice,
      count: steps.length,
    })
  }
}
