import { simulationError } from '../errors.js'

/** A choice that is not the default: at `step`, the `choice`th of the steps that could come next. */
export interface Deviation {
  readonly step: number
  readonly choice: number
  /** The step comes before the code of the one before goes on, for the so manieth time, from an `await` of what is settled already. */
  readonly between?: number
  /** The fault of this number strikes, from that step on where it first can; `choice` is which of the steps it strikes in. */
  readonly fault?: number
}

/** What was drawn from a list with `sim.pick`: by which process, as which of its draws, and the place in the list. */
export type Draws = ReadonlyMap<string, number>

/**
 * One interleaving of one program: the seed of all that is random in it, and where it leaves the default order, in which
 * what has been possible for longest comes first.
 */
export interface Schedule {
  readonly seed: number
  readonly deviations: readonly Deviation[]
  /** Draws that differ from those of the seed. */
  readonly draws?: Draws
}

/** As it is written in a replay line: `7;4:1,9:2`, and draws behind it: `7;4:1,9:2;main.1#1=0`. `4.1:0` is between awaits, `4!1.0` a fault. */
export function scheduleText({ seed, deviations, draws = new Map() }: Schedule): string {
  const drawn = [...draws].map(([key, index]) => `${key}=${index}`).join(',')
  const order = deviations.map(deviationText).join(',')
  return `${seed};${order}${drawn === '' ? '' : `;${drawn}`}`
}

function deviationText(deviation: Deviation): string {
  return `${placeOf(deviation)}${deviation.fault === undefined ? ':' : '.'}${deviation.choice}`
}

const ONE = String.raw`(?:\d+(?:\.\d+)?:\d+|\d+!\d+\.\d+)`
const DRAW = String.raw`[\w.@/-]*#\d+=\d+`
const SCHEDULE = new RegExp(`^(-?\\d+);((?:${ONE}(?:,${ONE})*,?)?)(?:;(${DRAW}(?:,${DRAW})*))?$`)

/** Where a schedule leaves the default order. */
export function placeOf({ step, between, fault }: Pick<Deviation, 'step' | 'between' | 'fault'>): string {
  if (fault !== undefined) return `${step}!${fault}`
  return between === undefined ? `${step}` : `${step}.${between}`
}

/** @throws SIMULATION_SCHEDULE_INVALID */
export function parseSchedule(schedule: string): Schedule {
  const parts = typeof schedule === 'string' ? SCHEDULE.exec(schedule) : null
  if (parts === null) throw simulationError('SIMULATION_SCHEDULE_INVALID', { schedule })
  const deviations = [...(parts[2] ?? '').matchAll(/(\d+)(?:\.(\d+))?(?::|!(\d+)\.)(\d+)/g)].map(
    ([, step, between, fault, choice]) => ({
      step: Number(step),
      choice: Number(choice),
      ...(between === undefined ? {} : { between: Number(between) }),
      ...(fault === undefined ? {} : { fault: Number(fault) }),
    }),
  )
  const draws = [...(parts[3] ?? '').matchAll(/([\w.@/-]*#\d+)=(\d+)/g)].map(
    ([, key, index]): [string, number] => [key as string, Number(index)],
  )
  const places = new Set([...deviations.map(placeOf), ...draws.map(([key]) => key)])
  // Of two choices in one place one would count for nothing.
  if (places.size < deviations.length + draws.length)
    throw simulationError('SIMULATION_SCHEDULE_INVALID', { schedule })
  return { seed: Number(parts[1]), deviations, draws: new Map(draws) }
}
