/** What holds for nodes that reach each other through NATS alone. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { sleep } from 'heartwood'
import { type Cluster, startCluster } from '../../../src/cluster/index.js'
import { defineServer, ref, start } from '../../../src/genserver/index.js'
import { isDown, Kernel, monitor, receive, spawn } from '../../../src/kernel/index.js'
import { ProcessGroups, PubSub } from '../../../src/registry/index.js'
import { type ServerChecks, type ServerWorld, until } from './server-checks.js'

class Echo {
  readonly heard: number[] = []
  echo(value: unknown): unknown {
    return value
  }
  note(value: number): void {
    this.heard.push(value)
  }
  all(): readonly number[] {
    return this.heard
  }
}
defineServer(Echo, { name: 'echo', calls: ['echo', 'all'], casts: ['note'] })

interface Joined {
  readonly kernel: Kernel
  readonly cluster: Cluster
  sees(other: string): boolean
}

async function joined({ setting, lease, cluster }: ServerWorld, node: string, port: number): Promise<Joined> {
  const kernel = new Kernel({ node, report: () => {} })
  const options = { engine: setting.engine(port), lease, cluster, development: true }
  const started = await kernel.run(() => startCluster({ ...options, carrier: 'engine' as const }))
  await kernel.run(() => start(Echo))
  return { kernel, cluster: started, sees: (other) => kernel.nodes?.connected().includes(other) === true }
}

/** Runs with two nodes: `a` by the way that can be cut, `b` straight. */
function withTwo(
  check: (two: { a: Joined; b: Joined }, world: ServerWorld) => Promise<void>,
): (world: ServerWorld) => Promise<void> {
  return async (world) => {
    const a = await joined(world, 'a', world.way.port)
    const b = await joined(world, 'b', world.setting.server.port)
    try {
      await together(a, b, world.lease * 2)
      await check({ a, b }, world)
    } finally {
      world.way.heal()
      await Promise.all([a.cluster.leave(), b.cluster.leave()])
    }
  }
}

const together = (a: Joined, b: Joined, ms: number): Promise<number> =>
  until('they are joined', () => a.sees('b') && b.sees('a'), ms)

/** When a process of one node is told that the other is out of reach. */
function missed({ kernel }: Joined, node: string): { reason: unknown } {
  const heard: { reason: unknown } = { reason: undefined }
  void kernel.run(() =>
    spawn(async () => {
      monitor({ name: 'echo', node })
      heard.reason = (await receive(isDown)).reason
    }),
  )
  return heard
}

export const LINKS_CHECKS: ServerChecks = {
  'nodes that reach the server alone call each other, with messages of any size': withTwo(
    async ({ a, b }) => {
      const bytes = randomBytes(3_000_000)
      const there = await a.kernel.run(() => ref(Echo, { node: 'b' }).call.echo(bytes))
      assert.ok(Buffer.isBuffer(there) && there.equals(bytes))
      const many = await b.kernel.run(() =>
        Promise.all(Array.from({ length: 500 }, (_, i) => ref(Echo, { node: 'a' }).call.echo(i))),
      )
      assert.deepEqual(
        many,
        Array.from({ length: 500 }, (_, i) => i),
      )
    },
  ),

  'topics reach the subscribers of all nodes that reach the server alone': withTwo(
    async ({ a, b }, { lease }) => {
      const groups = new ProcessGroups('everywhere')
      const topics = new PubSub<{ news: string }>('topics', { groups })
      const heard: string[] = []
      for (const { kernel } of [a, b]) {
        await kernel.run(() => groups.start())
        await kernel.run(() => topics.start())
        await kernel.run(() => {
          spawn(async () => {
            topics.subscribe('news')
            heard.push(`${kernel.node} ${await receive()}`)
          })
        })
      }
      let members = 0
      await until(
        'both are in one group',
        () => {
          void a.kernel
            .run(() => groups.getMembers('topics').length)
            .then((count) => {
              members = count
            })
          return members === 2
        },
        lease * 3,
      )
      await a.kernel.run(() => topics.broadcast('news', 'hello'))
      await until('both hear it', () => heard.length === 2, lease)
      assert.deepEqual(heard.sort(), ['a hello', 'b hello'])
    },
  ),

  'a way that swallows all breaks the links, on both sides, and they come back with it': withTwo(
    async ({ a, b }, { way, lease }) => {
      const [inA, inB] = [missed(a, 'b'), missed(b, 'a')]
      await sleep(lease / 4)
      way.swallow()
      await until('both are told', () => inA.reason !== undefined && inB.reason !== undefined, lease * 3)
      assert.deepEqual([inA.reason, inB.reason], ['noconnection', 'noconnection'])
      way.heal()
      way.cut()
      await together(a, b, lease * 4)
      assert.equal(await a.kernel.run(() => ref(Echo, { node: 'b' }).call.echo('back')), 'back')
    },
  ),

  'whatever befalls the way and the server, no message comes twice or late, and none is missing without a word':
    withTwo(async ({ a, b }, { way, lease, setting }) => {
      let sent = 0
      let isOver = false
      let breaks = 0
      const sending = (async () => {
        while (!isOver) {
          const number = ++sent
          await a.kernel.run(() => ref(Echo, { node: 'b' }).cast.note(number))
          await sleep(2)
        }
      })()
      for (const hurt of [
        () => way.cut(),
        async () => {
          await setting.server.kill()
          await setting.server.start()
        },
        () => way.cut(),
      ]) {
        const inA = missed(a, 'b')
        await sleep(lease / 2)
        await hurt()
        // A cut with nothing on its way loses nothing, and need not be told: that no gap is without a word is looked at below.
        const isTold = until('it is told', () => inA.reason !== undefined, lease * 3)
        breaks += await isTold.then(
          () => 1,
          () => 0,
        )
        await together(a, b, lease * 5)
      }
      await sleep(200)
      isOver = true
      await sending
      const last = ++sent
      await a.kernel.run(() => ref(Echo, { node: 'b' }).cast.note(last))
      const heardLast = () => b.kernel.run(() => ref(Echo).call.all())
      let heard: readonly number[] = []
      await until(
        'the last has come',
        () => {
          void heardLast().then((all) => {
            heard = all
          })
          return heard.at(-1) === last
        },
        lease,
      )
      assert.deepEqual(
        heard,
        [...new Set(heard)].sort((x, y) => x - y),
      )
      const gaps = heard.filter((number, at) => number !== (heard[at - 1] ?? 0) + 1).length
      assert.ok(breaks > 0, 'the server was killed, and no break was told')
      assert.ok(gaps <= breaks, `${gaps} gaps, and ${breaks} breaks were told`)
    }),
}
