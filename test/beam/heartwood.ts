/** The Heartwood side: runs scenarios and gives their traces. */
import { WithBeam } from './heartwood-beam.js'
import { runCircle } from './heartwood-circle.js'
import { runKernel } from './heartwood-kernel.js'
import { TwoNodes } from './heartwood-nodes.js'
import { runStage } from './heartwood-stage.js'
import { runSup } from './heartwood-sup.js'
import { TwoTreeThreads } from './heartwood-sup-threads.js'
import { TwoThreads } from './heartwood-threads.js'
import type { Scenario, Trace } from './scenario.js'

/** Where the processes of a scenario are: in one kernel, or spread over two threads, over two nodes, or over a node and one of Erlang. */
export type Placement = 'one' | 'threads' | 'nodes' | 'beam'

let trees: TwoTreeThreads | undefined
let threads: TwoThreads | undefined
let nodes: TwoNodes | undefined
let withBeam: WithBeam | undefined

export function runOnHeartwood(scenario: Scenario, placement: Placement = 'one'): Promise<Trace> {
  if (placement === 'threads' && scenario.kind === 'kernel') {
    threads ??= new TwoThreads()
    return threads.run(scenario)
  }
  if (placement === 'threads' && scenario.kind === 'sup') {
    trees ??= new TwoTreeThreads()
    return trees.run(scenario)
  }
  if (placement === 'nodes' && scenario.kind === 'kernel') {
    nodes ??= new TwoNodes()
    return nodes.run(scenario)
  }
  if (placement === 'beam' && scenario.kind === 'kernel') {
    withBeam ??= new WithBeam()
    return withBeam.run(scenario)
  }
  if (scenario.kind === 'kernel') return runKernel(scenario)
  if (scenario.kind === 'circle') return runCircle(scenario)
  return scenario.kind === 'sup' ? runSup(scenario) : runStage(scenario)
}
