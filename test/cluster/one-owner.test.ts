import { expect, it } from 'vitest'
import { type Claim, FenceGate, fenceHeaders, local } from '../../src/cluster/index.js'
import { VirtualClock } from '../../src/kernel/index.js'
import { seeded } from '../../src/testing/seeded-random.js'
import { inClusterWorld, type TestNode } from './cluster-world.js'

const LEASE = 1_000
const STEPS = 60
/** More of them by hand. */
const SEEDS = Number(process.env.HEARTWOOD_SEEDS ?? 3)

/** Three nodes want two keys for ever, whatever befalls them. */
async function play(seed: number): Promise<{ owners: number }> {
  const random = seeded(seed)
  const clock = new VirtualClock()
  const engine = local()
  const pass = (ms: number): Promise<void> => clock.advance(ms)
  let owners = 0
  await inClusterWorld(
    { engine, clock, lease: LEASE, pass, lose: async () => engine.lose(), random },
    async (world) => {
      const nodes = [await world.node('a'), await world.node('b'), await world.node('c')]
      const held = new Map<string, Set<Claim>>()
      const greatest = new Map<string, number>()
      const gate = new FenceGate()
      let isOver = false
      const want = async ({ cluster }: TestNode, key: string): Promise<void> => {
        while (!isOver) {
          const claim = await cluster.claim(key, { wait: true }).catch(() => undefined)
          if (claim === undefined) return
          owners++
          const mine = held.get(key) ?? new Set()
          held.set(key, mine.add(claim))
          await new Promise((resolve) => claim.signal.addEventListener('abort', resolve))
          mine.delete(claim)
        }
      }
      for (const node of nodes) for (const key of ['x', 'y']) void want(node, key)
      const look = (): void => {
        for (const [key, claims] of held) {
          const valid = [...claims].filter((claim) => claim.valid())
          expect(valid.length, `seed ${seed}: owners of ${key}`).toBeLessThanOrEqual(1)
          for (const claim of valid) {
            // Whoever may act is never refused, and nobody before has a greater token.
            gate.admit(fenceHeaders(claim))
            expect(claim.fence()).toBeGreaterThanOrEqual(greatest.get(key) ?? 0)
            greatest.set(key, claim.fence())
          }
        }
      }
      const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
      for (let step = 0; step < STEPS; step++) {
        const { way, ...node } = any(nodes)
        const befalls: readonly (() => unknown)[] = [
          () => way.cut(),
          () => way.silence(),
          () => way.heal(),
          () => way.heal(),
          () => way.deafen(),
          () => node.freeze(),
          () => node.thaw(),
          () => node.thaw(),
          () =>
            way.loseAnswer(any(['writeClaim', 'renewLease', 'createLease', 'voidLease', 'claim'] as const)),
          () => way.delay(any(['writeClaim', 'renewLease', 'createLease'] as const)),
          () => way.deliver(),
          () => {
            const claim = any([...node.cluster.claims, undefined])
            if (claim === undefined) return
            claim.release().catch(() => {})
            void want({ way, ...node }, claim.key)
          },
          () => random() < 0.2 && engine.lose(),
        ]
        any(befalls)()
        for (let part = 0; part < 4; part++) {
          await pass(random() * LEASE * 0.3)
          look()
        }
      }
      for (const { way, ...node } of nodes) {
        way.heal()
        way.deliver()
        node.thaw()
      }
      await pass(LEASE * 8)
      look()
      for (const key of ['x', 'y'])
        expect(
          [...(held.get(key) ?? [])].filter((claim) => claim.valid()).length,
          `seed ${seed}: ${key} in the end`,
        ).toBe(1)
      isOver = true
    },
  )
  return { owners }
}

it('whatever befalls nodes, ways and store, a key has one owner at most, and one when all is well', async () => {
  let owners = 0
  for (let seed = 1; seed <= SEEDS; seed++) owners += (await play(seed)).owners
  expect(owners).toBeGreaterThan(SEEDS * 6)
})
