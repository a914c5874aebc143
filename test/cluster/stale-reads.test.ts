import { describe, expect, it } from 'vitest'
import { type ClaimRecord, type Engine, type EngineStore, local } from '../../src/cluster/index.js'
import { VirtualClock } from '../../src/kernel/index.js'
import { type ClusterWorld, inClusterWorld, settled } from './cluster-world.js'

/** Reads that are answered in no time would go on for ever in virtual time: after so many, they are current again. */
const MOST = 300

/** An engine whose reads of claims are as they were, while its writes are written: as of a server that led the others and does not know that it no longer does. */
class BehindEngine {
  #kept: readonly ClaimRecord[] | undefined
  #until = 0
  /** Reads and writes of claims since `stay`. */
  asked = 0
  readonly #stores: EngineStore[] = []

  constructor(private readonly clock: VirtualClock) {}

  /** What is read is as it is now, for so many milliseconds. */
  async stay(ms: number): Promise<void> {
    this.asked = 0
    this.#kept = await this.#stores[0]?.claims()
    this.#until = this.clock.now() + ms
  }

  #behind(): readonly ClaimRecord[] | undefined {
    if (this.#kept === undefined) return undefined
    this.asked++
    return this.asked < MOST && this.clock.now() < this.#until ? this.#kept : undefined
  }

  to(engine: Engine): Engine {
    return {
      name: engine.name,
      open: async (opening) => {
        const store = await engine.open(opening)
        this.#stores.push(store)
        const own: Partial<EngineStore> = {
          claim: async (key) => {
            const kept = this.#behind()
            return kept === undefined ? store.claim(key) : kept.find((record) => record.key === key)
          },
          claims: async () => this.#behind() ?? store.claims(),
          writeClaim: (write) => {
            this.asked++
            return store.writeClaim(write)
          },
        }
        return new Proxy(store, {
          get: (target, name: keyof EngineStore) => own[name] ?? target[name]?.bind(target),
        })
      },
    }
  }
}

const inWorldBehind = (check: (world: ClusterWorld, behind: BehindEngine) => unknown) => () => {
  const clock = new VirtualClock()
  const behind = new BehindEngine(clock)
  const pass = (ms: number): Promise<void> => clock.advance(ms)
  const setting = { engine: behind.to(local()), clock, lease: 1_000, pass, lose: async () => {} }
  return inClusterWorld(setting, (world) => check(world, behind))
}

describe('reads that are behind the writes', () => {
  it(
    'make who wants a key ask again after pauses, until it is there',
    inWorldBehind(async ({ node, pass }, behind) => {
      const a = await node('a')
      const b = await node('b')
      await behind.stay(2_000)
      await (await a.cluster.claim('x')).release()
      const claim = await settled(b.cluster.claim('x'), pass)
      expect(claim.valid()).toBe(true)
      expect(behind.asked).toBeLessThan(50)
    }),
  )

  it(
    'make who gives a key back ask again after pauses',
    inWorldBehind(async ({ node, pass }, behind) => {
      const a = await node('a', { reconcile: 1_000 })
      const claim = await a.cluster.claim('x')
      await behind.stay(4_000)
      await claim.release()
      await pass(6_000)
      expect(behind.asked).toBeLessThan(60)
      expect((await a.cluster.claim('x')).valid()).toBe(true)
    }),
  )

  it(
    'make who takes a key again after its lease was over ask again after pauses',
    inWorldBehind(async ({ node, pass }, behind) => {
      const a = await node('a')
      const claim = await a.cluster.claim('x')
      await behind.stay(6_000)
      a.way.silence()
      await pass(1_500)
      a.way.heal()
      a.way.loseAnswer('writeClaim')
      await pass(8_000)
      expect(claim.valid()).toBe(true)
      expect(behind.asked).toBeLessThan(80)
    }),
  )
})
