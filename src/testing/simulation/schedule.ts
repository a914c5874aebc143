import { simulationError } from './errors.js'

/** A choice that is not the default: at `step`, the `choice`th of the steps that could come next. */
export interface Deviation {
  readonly step: number
  readonly choice: number
}

/**
 * One interleaving of one program: the seed of all that is random in it, and where it leaves the default order, in which
 * what has been possible for longest comes first.
 */
export interface Schedule {
  readonly seed: number
  readonly deviations: readonly Deviation[]
}

/** As it is written in a replay line: `7;4:1,9:2`. */
export function scheduleText({ seed, deviations }: Schedule): string {
  return `${seed};${deviations.map(({ step, choice }) => `${step}:${choice}`).join(',')}`
}

/** @throws SIMULATION_SCHEDULE_INVALID */
export function parseSchedule(schedule: string): Schedule {
  const parts = typeof schedule === 'string' ? /^(-?\d+);((?:\d+:\d+(?:,|$))*)$/.exec(schedule) : null
  if (parts === null) throw simulationError('SIMULATION_SCHEDULE_INVALID', { schedule })
  const deviations = [...(parts[2] ?? '').matchAll(/(\d+):(\d+)/g)].map(([, step, choice]) => ({
    step: Number(step),
    choice: Number(choice),
  }))
  return { seed: Number(parts[1]), deviations }
}
