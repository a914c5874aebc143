/** What the configuration can ask for that lies above the layer which reads it; loaded when it is asked for. */
import { application, type ClusterConfig, type Companion } from './application/index.js'
import type { Engine } from './cluster/index.js'
import type { NodeCarrier } from './kernel/index.js'
import { supervisorSpec } from './supervisor/index.js'

export const companions: readonly Companion[] = [
  {
    key: 'observer',
    async application({ observer = {} }, { logger, development: console }) {
      const { observerApplication } = await import('./observer/index.js')
      return observerApplication({ console, ...observer, logger })
    },
  },
  {
    key: 'cluster',
    async application({ cluster, node }, { development }) {
      const { clusterSpec } = await import('./cluster/index.js')
      const given = cluster as ClusterConfig
      const { name, address: _, reachedAt: __, tls: ___, insecure: ____, messages: _____, ...rest } = given
      const engine = given.engine as Engine
      const carrier = node?.carrier ?? (await carrierOf(given, engine))
      const options = { ...rest, engine, carrier, development, ...(name !== undefined && { cluster: name }) }
      // Nothing of the program may go on without it.
      const root = supervisorSpec('cluster', { children: [clusterSpec(options)], intensity: 0 })
      return application({ name: 'cluster', root })
    },
  },
]

/** Nodes of one program reach each other through their engine, since nothing else leads from one kernel to the other. */
async function carrierOf(cluster: ClusterConfig, engine: Engine): Promise<NodeCarrier | 'engine'> {
  const { messages = engine.isInProgram === true ? 'engine' : 'direct' } = cluster
  if (messages === 'engine') return messages
  const { memberCarrier } = await import('./erlang/index.js')
  const { address = {}, reachedAt, tls, insecure, lease = 10_000 } = cluster
  const tickTime = Math.max(1_000, lease)
  return memberCarrier({
    ...address,
    tickTime,
    ...(reachedAt && { reachedAt }),
    ...(tls && { tls }),
    ...(insecure !== undefined && { insecure }),
  })
}
