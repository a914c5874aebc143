import type { Kernel } from '../kernel.js'
import type { Traffic } from '../remote/carrier.js'

/** Another kernel that this one is joined with, or looks for. */
export interface NodeSummary {
  readonly node: string
  readonly state: 'up' | 'connecting'
  /** Whether it is further behind than it may be. */
  readonly busy: boolean
  /** Processes there that processes here are linked with. */
  readonly links: number
  /** Monitors of processes there. */
  readonly monitors: number
  /** Monitors that they have of processes here. */
  readonly watchers: number
  /** Calls of processes here that wait for an answer. */
  readonly calls: number
  /** Calls of theirs that wait for one. */
  readonly serving: number
  /** What went to and fro since it is joined, where somebody counts that. */
  readonly traffic: Traffic | undefined
}

/** The kernels that a kernel is joined with. */
export function nodeSummaries(kernel: Kernel): NodeSummary[] {
  return (kernel.nodes?.connections() ?? []).map((connection) => {
    const { node, dialing, busy, linked, monitors, watchers, calls, serving, carrier } = connection
    return {
      node: node.name,
      state: dialing ? 'connecting' : 'up',
      busy,
      links: linked.size,
      monitors: monitors.size,
      watchers: watchers.size,
      calls: calls.size,
      serving: serving.size,
      traffic: carrier.traffic,
    }
  })
}
