import { expect, it } from 'vitest'
import { local } from '../../src/cluster/index.js'
import { VirtualClock } from '../../src/kernel/index.js'
import { inClusterWorld, settled } from './cluster-world.js'

const HOUR = 3_600_000

it('a key that was released is forgotten after a day; its next claim has a greater token', async () => {
  const clock = new VirtualClock()
  const pass = (ms: number): Promise<void> => clock.advance(ms)
  const engine = local()
  const setting = { engine, clock, lease: HOUR / 4, pass, lose: async () => {} }
  await inClusterWorld(setting, async ({ node }) => {
    const { cluster } = await node('a')
    const opening = { cluster: 'main', lease: HOUR / 4, timeout: 1, development: true, clock }
    const store = await engine.open({ ...opening, random: () => 0.5, onProblem: () => {} })
    const keys = async (): Promise<string> => (await store.claims()).map(({ key }) => key).join()
    const claim = await settled(cluster.claim('gone'), pass)
    await settled(cluster.claim('kept'), pass)
    await settled(claim.release(), pass)
    await pass(23 * HOUR)
    expect(await keys()).toBe('gone,kept')
    await pass(4 * HOUR)
    expect(await keys()).toBe('kept')
    expect((await settled(cluster.claim('gone'), pass)).fence()).toBeGreaterThan(claim.token)
  })
})
