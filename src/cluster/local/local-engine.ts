import type { Clock } from '../../kernel/index.js'
import type { Engine, Opening } from '../engine/engine.js'
import { clusterError } from '../errors.js'
import { LocalStore } from './local-store.js'
import { LocalStoreView } from './local-store-view.js'

/** An engine in the memory of one program. */
export interface LocalEngine extends Engine {
  /** Behaves as if the store had been lost and made anew, for tests of the claims in that case. */
  lose(): void
}

/**
 * Makes an engine in the memory of the program: all nodes that are started with the same engine are a cluster. For tests, for development, and for a
 * service that runs once. Its clock is that of the first node that joins.
 *
 * @example
 * ```ts
 * import { local, startCluster } from 'heartwood/cluster'
 *
 * const cluster = await startCluster({ engine: local() })
 * await cluster.leave()
 * ```
 */
export function local(): LocalEngine {
  const stores = new Map<string, LocalStore>()
  let clock: Clock | undefined
  return {
    name: 'local',
    isInProgram: true,
    async open(opening: Opening) {
      clock ??= opening.clock
      const { cluster, lease } = opening
      const store = stores.get(cluster) ?? new LocalStore(clock, lease)
      stores.set(cluster, store)
      if (store.time !== lease)
        throw clusterError('ENGINE_UNSUITABLE', {
          engine: 'local',
          setting: 'the time of leases',
          found: store.time,
          expected: `${lease}, as this node has it`,
          advice: 'All nodes of a cluster have the same lease.',
        })
      return new LocalStoreView(store)
    },
    lose() {
      for (const store of stores.values()) store.lose()
    },
  }
}
