/** What holds when it is the server, or the way to it, that fails. */
import assert from 'node:assert/strict'
import { sleep } from 'heartwood'
import { type Claim, type Cluster, type Engine, startCluster } from '../../../src/cluster/index.js'
import { Kernel } from '../../../src/kernel/index.js'
import type { Way } from '../../interop/way.js'
import { followed } from '../cluster-world.js'
import type { EngineServers } from './engine-servers.js'

/** An engine with a server. */
export interface ServerSetting {
  readonly name: string
  readonly server: EngineServers
  /** The engine, with its server on this port. */
  engine(port: number): Engine
  lose(cluster: string): Promise<void>
  /** What holds for this engine alone. */
  readonly checks?: ServerChecks
  /** What holds when its servers fail; default what holds for any engine with one. */
  readonly failures?: ServerChecks
  /** Milliseconds of a lease, and checks that run at once, where several servers share this machine. */
  readonly lease?: number
  readonly atOnce?: number
}

export type ServerChecks = Readonly<Record<string, (world: ServerWorld) => Promise<void>>>

export interface ServerWorld {
  readonly setting: ServerSetting
  /** A way to the server that can be cut. */
  readonly way: Way
  readonly lease: number
  readonly cluster: string
}

const KEY = 'the key'

export async function join(
  world: Pick<ServerWorld, 'setting' | 'lease' | 'cluster'>,
  node: string,
  port: number,
): Promise<Cluster> {
  const { setting, lease, cluster } = world
  const kernel = new Kernel({ node, report: () => {} })
  const options = { engine: setting.engine(port), lease, cluster, reconcile: lease * 2, development: true }
  return kernel.run(() => startCluster(options))
}

export async function until(what: string, holds: () => boolean, ms: number): Promise<number> {
  const begun = Date.now()
  while (!holds()) {
    if (Date.now() - begun > ms) assert.fail(`within ${ms} ms it is not so: ${what}`)
    await sleep(20)
  }
  return Date.now() - begun
}

/** Runs with two nodes: `a` by the way, `b` straight. */
function withTwo(
  check: (two: { a: Cluster; b: Cluster; claim: Claim }, world: ServerWorld) => Promise<void>,
): (world: ServerWorld) => Promise<void> {
  return async (world) => {
    const a = await join(world, 'a', world.way.port)
    const b = await join(world, 'b', world.setting.server.port)
    try {
      await check({ a, b, claim: await a.claim(KEY, { wait: true }) }, world)
    } finally {
      world.way.heal()
      await Promise.all([a.leave(), b.leave()])
    }
  }
}

export const SERVER_CHECKS: ServerChecks = {
  'a server that is killed and starts again takes no key away': withTwo(
    async ({ b, claim }, { setting, lease }) => {
      const waiting = followed(b.claim(KEY, { wait: true }))
      const begun = Date.now()
      await setting.server.kill()
      await setting.server.start()
      // The lease may have been renewed a third of its time before.
      const isShort = Date.now() - begun < lease / 2
      await until('somebody has it', () => claim.valid() || waiting.claim()?.valid() === true, lease * 4)
      await sleep(lease)
      const isOwner = claim.valid()
      assert.ok(isOwner || !isShort, `it was away for ${Date.now() - begun} ms`)
      assert.notEqual(isOwner, waiting.claim()?.valid() === true)
      if (!isOwner) return
      await claim.release()
      await until('b has it', () => waiting.claim() !== undefined, lease * 2)
      assert.ok((waiting.claim()?.fence() ?? 0) > claim.token)
    },
  ),

  'while a server is gone for longer than a lease, claims pause; at most one owner comes out of it': withTwo(
    async ({ b, claim }, { setting, lease }) => {
      const { token } = claim
      const waiting = followed(b.claim(KEY, { wait: true }))
      await setting.server.kill()
      await until('it pauses', () => claim.state === 'paused', lease * 2)
      await sleep(lease)
      await setting.server.start()
      await until('somebody has it', () => claim.valid() || waiting.claim()?.valid() === true, lease * 4)
      for (let step = 0; step < 20; step++) {
        assert.ok(!(claim.valid() && waiting.claim()?.valid() === true))
        await sleep(lease / 10)
      }
      const owner = [claim, waiting.claim()].find((one) => one?.valid())
      assert.ok((owner?.fence() ?? 0) > token)
    },
  ),

  'a server that hangs longer than a lease leaves one owner at most': withTwo(
    async ({ b, claim }, { setting, lease }) => {
      const waiting = followed(b.claim(KEY, { wait: true }))
      setting.server.freeze()
      await until('it pauses', () => claim.state === 'paused', lease * 2)
      await sleep(lease / 2)
      setting.server.thaw()
      for (let step = 0; step < 40; step++) {
        assert.ok(!(claim.valid() && waiting.claim()?.valid() === true))
        await sleep(lease / 20)
      }
      await until('somebody has it', () => claim.valid() || waiting.claim()?.valid() === true, lease * 4)
    },
  ),

  'a way that is cut for a moment changes nothing': withTwo(async ({ claim }, { way, lease }) => {
    const { token } = claim
    for (let times = 0; times < 3; times++) {
      way.cut()
      await sleep(lease / 2)
    }
    await until('it is held', () => claim.valid(), lease * 2)
    assert.equal(claim.fence(), token)
  }),

  'a way on which everything gets lost is a way that is cut: the key moves within a lease and a second':
    withTwo(async ({ b, claim }, { way, lease }) => {
      const waiting = followed(b.claim(KEY, { wait: true }))
      await sleep(lease / 2)
      way.swallow()
      while (claim.valid()) {
        assert.equal(waiting.claim(), undefined)
        await sleep(10)
      }
      await until('b has it', () => waiting.claim() !== undefined, lease + 1_000)
      assert.ok((waiting.claim()?.fence() ?? 0) > claim.token)
      way.heal()
      way.cut()
      await until('a knows', () => claim.state === 'lost', lease * 3)
    }),
}
