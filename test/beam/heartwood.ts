/** The Heartwood side: runs scenarios and gives their traces. */
import { runCircle } from './heartwood-circle.js'
import { runKernel } from './heartwood-kernel.js'
import { runStage } from './heartwood-stage.js'
import { runSup } from './heartwood-sup.js'
import type { Scenario, Trace } from './scenario.js'

export function runOnHeartwood(scenario: Scenario): Promise<Trace> {
  if (scenario.kind === 'kernel') return runKernel(scenario)
  if (scenario.kind === 'circle') return runCircle(scenario)
  return scenario.kind === 'sup' ? runSup(scenario) : runStage(scenario)
}
