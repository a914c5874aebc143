import { type Callbacks, startLink } from '../genserver/index.js'
import { type Pid, printed, rules, trapExit } from '../kernel/index.js'
import type { ChildOverrides, ChildSpec } from '../supervisor/index.js'
import { type Cluster, startCluster } from './cluster.js'
import { type ClusterOptions, checkedTimes } from './cluster-options.js'
import { clusterError } from './errors.js'

/**
 * The spec of a node of a cluster as a child: it joins when it is started, and leaves when it is stopped. What uses it comes behind it, and so is
 * stopped before it.
 *
 * @param overrides fields of the spec that shall be others
 * @throws CLUSTER_OPTION_INVALID; when it starts, as `startCluster`
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
