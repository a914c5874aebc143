/** The Heartwood side: runs scenarios and gives their traces. */
import { runKernel } from './heartwood-kernel.js'
import { runSup } from './heartwood-sup.js'
import type { Scenario, Trace } from './scenario.js'

export function runOnHeartwood(scenario: Scenario): Promise<Trace> {
  return scenario.kind === 'kernel' ? runKernel(scenario) : runSup(scenario)
}
