/** Both sides' traces of the same scenarios, block by block. */
import type { Beam } from './beam.js'
import { type Placement, runOnHeartwood } from './heartwood.js'
import type { Scenario, Trace } from './scenario.js'

export interface Divergence {
  scenario: Scenario
  beam: Trace
  heartwood: Trace
}

/** The scenarios whose traces differ. */
export async function compare(
  beam: Beam,
  scenarios: readonly Scenario[],
  placement?: Placement,
): Promise<Divergence[]> {
  const expected = beam.run(scenarios)
  const divergences: Divergence[] = []
  for (const scenario of scenarios) {
    const trace = expected.get(scenario.id)
    if (trace === undefined) throw new Error(`the BEAM gave no trace of ${scenario.id}`)
    const heartwood = await traceOf(scenario, placement)
    if (!sameTrace(trace, heartwood)) divergences.push({ scenario, beam: trace, heartwood })
  }
  return divergences.length === 0 ? divergences : twice(beam, divergences)
}

/**
 * Those that show once more: on a busy machine the BEAM was now and then not yet at rest when it was looked at. Told are those
 * that it played in two ways.
 */
function twice(beam: Beam, divergences: readonly Divergence[]): Divergence[] {
  const again = beam.run(divergences.map(({ scenario }) => scenario))
  const left = divergences
    .map((each) => ({ ...each, beam: again.get(each.scenario.id) ?? each.beam }))
    .filter(({ beam: trace, heartwood }) => !sameTrace(trace, heartwood))
  const unsteady = divergences.length - left.length
  if (unsteady > 0)
    console.log(`beam: ${unsteady} scenarios differed once, and not when the BEAM played them again`)
  return left
}

/** What Heartwood does; that it cannot play the scenario at all is a trace as well, and a wrong one. */
export async function traceOf(scenario: Scenario, placement?: Placement): Promise<Trace> {
  try {
    return await runOnHeartwood(scenario, placement)
  } catch (error) {
    return [`failed: ${error instanceof Error ? error.stack : error}`]
  }
}

export function sameTrace(a: Trace, b: Trace): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index])
}
