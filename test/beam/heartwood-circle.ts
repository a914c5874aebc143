/** Calls in circles on Heartwood; the twin of `erlang/beam_circle.erl`. */
import { type Run, run, waiting } from '../laws/calls-between-servers.js'
import type { CircleScenario } from './circle-scenario.js'
import type { Trace } from './scenario.js'

/** A time-out that no call reaches which is answered at all, and one that those reach which are not. */
const LONG = 5_000_000
const NEVER = Number.POSITIVE_INFINITY

/**
 * What becomes of each call where no circle is told is what the BEAM does. Where they are told, none may be refused that is
 * answered there, and none may be left without an answer: such a line is in no trace of the BEAM.
 */
export async function runCircle({ servers, ops: clients }: CircleScenario): Promise<Trace> {
  const scenario = { servers, clients }
  const untold = await run(scenario, true, NEVER, NEVER)
  const told = await run(scenario, false, NEVER, NEVER)
  const limited = await run(scenario, false, LONG, NEVER)
  const stuck = waiting(untold)
  return [
    ...[...untold.made].sort().map((place) => `${place} ${outcomeOf(untold, place)}`),
    ...falseAlarms(told, stuck).map((place) => `false alarm ${place}`),
    ...waiting(limited).map((place) => `never over ${place}`),
  ]
}

const outcomeOf = ({ outcomes }: Run, place: string): string => outcomes.get(place) ?? 'waits'

/** Up to the first refusal, both went the same way. */
function falseAlarms({ refused }: Run, stuck: readonly string[]): readonly string[] {
  const [first] = refused
  return first === undefined || stuck.includes(first) ? [] : [first]
}
