import type { NextStep } from '../../../kernel/index.js'
import { simulationError } from '../errors.js'
import { type Deviation, type Draws, placeOf, type Schedule, scheduleText } from './schedule.js'
import type { Chooser, FaultyStep } from './search.js'

/** Keeps to a schedule. */
export class FixedSchedule implements Chooser {
  readonly #choices: ReadonlyMap<string, number>
  /** Places that the program came to. */
  readonly #met = new Set<string>()
  /** Faults that have not struck, in the order of their steps. */
  #faults: readonly Deviation[]

  constructor(
    private readonly schedule: Schedule,
    /** A schedule that was cut need not fit: what is not there is the default. */
    private readonly lenient: boolean,
  ) {
    this.#faults = schedule.deviations.filter(({ fault }) => fault !== undefined)
    this.#choices = new Map(schedule.deviations.map((each) => [placeOf(each), each.choice]))
  }

  get draws(): Draws | undefined {
    return this.schedule.draws
  }

  choose(steps: readonly NextStep[], at: number): number {
    const choice = this.#choiceAt(placeOf({ step: at })) ?? 0
    if (choice < steps.length) return choice
    if (this.lenient) return 0
    throw this.#noSuchStep(at, choice, steps.length)
  }

  /** A fault strikes where it first can, from its step on: a shorter schedule may come there later. */
  strike(faults: readonly FaultyStep[], at: number): number | undefined {
    const due = this.#faults.filter(({ step }) => step <= at)
    for (const deviation of due) {
      const places = faults.flatMap(({ fault }, place) => (fault.number === deviation.fault ? [place] : []))
      const place = places[deviation.choice] ?? (this.lenient ? places[0] : undefined)
      if (place === undefined) continue
      this.#met.add(placeOf(deviation))
      this.#faults = this.#faults.filter((each) => each !== deviation)
      return place
    }
    return undefined
  }

  interrupt(steps: readonly NextStep[], at: number, between: number): number | undefined {
    const choice = this.#choiceAt(placeOf({ step: at, between }))
    if (choice === undefined || choice < steps.length) return choice
    if (this.lenient) return undefined
    throw this.#noSuchStep(at, choice, steps.length)
  }

  /**
   * What a run that kept to it did not come to: then it is another program's.
   *
   * @param drawn what was drawn from lists
   * @returns SIMULATION_SCHEDULE_UNFIT; undefined when all of it was made
   */
  leftOver(steps: number, drawn: ReadonlyMap<string, number>): Error | undefined {
    const unmet = [...this.#choices].filter(([place]) => !this.#met.has(place))
    const draws = [...(this.schedule.draws ?? [])]
    const left = [
      ...unmet.map(([place, choice]) => `${place}:${choice}, to which it does not come`),
      ...draws.filter(([key]) => !drawn.has(key)).map(([key, at]) => `${key}=${at}, which is not drawn`),
      // The last one was drawn in its place.
      ...draws
        .filter(([key, at]) => (drawn.get(key) ?? at) !== at)
        .map(([key, at]) => `${key}=${at}, which is beyond the end of the list`),
    ]
    if (left.length === 0) return undefined
    return this.#unfit(`the run was over after step ${steps}, and there is more: ${left.join('; ')}`, {
      left,
    })
  }

  #choiceAt(place: string): number | undefined {
    this.#met.add(place)
    return this.#choices.get(place)
  }

  #noSuchStep(step: number, choice: number, count: number): Error {
    const why = `at step ${step} it wants choice ${choice}, and there are ${count} (0 is the default)`
    return this.#unfit(why, { step, choice, count })
  }

  #unfit(why: string, details: Readonly<Record<string, unknown>>): Error {
    const schedule = scheduleText(this.schedule)
    return simulationError('SIMULATION_SCHEDULE_UNFIT', { schedule, why, ...details })
  }
}
