import { type Callbacks, startLink } from '../genserver/index.js'
import { type Pid, printed, rules, trapExit } from '../kernel/index.js'
import type { ChildOverrides, ChildSpec } from '../supervisor/index.js'
import { type Cluster, startCluster } from './cluster.js'
import { type ClusterOptions, checkedTimes } from './cluster-options.js'
import { clusterError } from './errors.js'

/**
 * The spec of a node of a cluster as a child: the node joins when the child starts, and leaves when the child stops. List children that use the cluster after it, so that they
 * stop before it.
 *
 * @param overrides fields that replace those of the spec
 * @throws CLUSTER_OPTION_INVALID; at its start, the errors of `startCluster`
 * @example
 * ```ts
 * import { clusterSpec, local } from 'heartwood/cluster'
 *
 * await startSupervisor({ strategy: 'rest_for_one', children: [clusterSpec({ engine: local() }), Checkers] })
 * ```
 */
export function clusterSpec(options: ClusterOptions, overrides: ChildOverrides = {}): ChildSpec {
  checkedTimes('clusterSpec', options)
  if (!rules.isRecord(overrides)) {
    const problems = `overrides must be an object, but is ${printed(overrides)}`
    throw clusterError('CLUSTER_OPTION_INVALID', { action: 'clusterSpec', problems })
  }
  const id = `cluster ${options.cluster ?? 'main'}`
  const start = (): Promise<Pid> => startLink(clusterNode(options), undefined, { label: id })
  return { id, start, shutdown: 10_000, ...overrides }
}

function clusterNode(options: ClusterOptions): Callbacks<Cluster> {
  return {
    async init() {
      trapExit(true)
      return { state: await startCluster(options) }
    },
    terminate: (_reason, cluster) => cluster.leave(),
    formatStatus: (status) => ({ ...status, state: { node: (status.state as Cluster).node } }),
  }
}
