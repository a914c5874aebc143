import { describe, it } from 'vitest'
import { local } from '../../src/cluster/index.js'
import { VirtualClock } from '../../src/kernel/index.js'
import { CHECKS } from './checks.js'
import { inClusterWorld } from './cluster-world.js'

describe('local()', () => {
  for (const [title, check] of Object.entries(CHECKS))
    it(title, async () => {
      const clock = new VirtualClock()
      const engine = local()
      const setting = {
        engine,
        clock,
        lease: 10_000,
        pass: (ms: number) => clock.advance(ms),
        lose: async () => engine.lose(),
      }
      await inClusterWorld(setting, check)
    })
})
