import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Opening } from '../../src/cluster/index.js'
import { EngineLink, type Said } from '../../src/cluster/links/engine-link.js'
import { bytesOf, type LinkFrame, LONGEST_FRAME, PART } from '../../src/cluster/links/link-frame.js'
import { defineServer, ref, start } from '../../src/genserver/index.js'
import {
  isDown,
  Kernel,
  link,
  monitor,
  type Pid,
  receive,
  spawn,
  trapExit,
  VirtualClock,
} from '../../src/kernel/index.js'
import { ProcessGroups, PubSub } from '../../src/registry/index.js'
import { type KeyedNode, KeyedWorld, LEASE } from './keyed-world.js'

class Echo {
  said: unknown[] = []
  echo(value: unknown): unknown {
    return value
  }
  note(value: unknown): void {
    this.said.push(value)
  }
  all(): readonly unknown[] {
    return this.said
  }
}
defineServer(Echo, { name: 'echo', calls: ['echo', 'all'], casts: ['note'] })

let world: KeyedWorld
let a: KeyedNode
let b: KeyedNode

const nodesOf = ({ kernel }: KeyedNode): readonly string[] => kernel.nodes?.connected() ?? []
const joined = (): Promise<void> =>
  world.until('they are joined', () => [a, b].every((node) => nodesOf(node).length === 1))

const toB = () => ref(Echo, { node: b.kernel.node })
const troubleOf = ({ reports }: KeyedNode): string[] =>
  reports.flatMap(({ level, message }) => (level === 'warn' ? [String(message)] : []))

/** What a process of `from` hears when the link with the other node breaks. */
function watched(from: KeyedNode, to: string): { reason: unknown } {
  const heard: { reason: unknown } = { reason: undefined }
  from.kernel.run(() =>
    spawn(async () => {
      monitor({ name: 'echo', node: to })
      heard.reason = (await receive(isDown)).reason
    }),
  )
  return heard
}

beforeEach(async () => {
  world = new KeyedWorld({ links: false })
  a = await world.node('a', { carrier: 'engine' })
  b = await world.node('b', { carrier: 'engine' })
  for (const { run } of [a, b]) await run(() => start(Echo))
})

afterEach(async () => {
  for (const { cluster, way } of world.nodes) {
    way.heal()
    way.thaw()
    await world.settled(cluster.leave())
  }
})

describe('nodes that reach the engine alone', () => {
  it('are joined by being members, and find each other by name', async () => {
    await joined()
    expect(await a.run(() => toB().call.echo({ some: [1, 'text', new Map([[1, 2]])] }))).toEqual({
      some: [1, 'text', new Map([[1, 2]])],
    })
  })

  it('are reached by the first message, joined or not', async () => {
    expect(await a.run(() => toB().call.echo('hello'))).toBe('hello')
  })

  it('send what is greater than a frame in parts', async () => {
    const text = 'ä'.repeat(LONGEST_FRAME * 3)
    expect(await a.run(() => toB().call.echo(text))).toBe(text)
  })

  it('have processes that link and monitor each other', async () => {
    await joined()
    const pid = (await b.run(() => start(Echo, undefined, { name: 'other' }))).pid as Pid
    const reasons: unknown[] = []
    a.kernel.run(() =>
      spawn(async () => {
        const there = a.kernel.withNodes().pidAt(b.kernel.withNodes().addressOf(pid))
        trapExit(true)
        link(there)
        monitor(there)
        reasons.push(((await receive()) as { reason: unknown }).reason)
        reasons.push(((await receive()) as { reason: unknown }).reason)
      }),
    )
    await world.pass(50)
    b.kernel.exit(pid, 'gone')
    await world.until('both are told', () => reasons.length === 2)
    expect(reasons).toEqual(['gone', 'gone'])
  })

  it('have process groups and topics in common', async () => {
    const groups = new ProcessGroups('everywhere')
    const topics = new PubSub<{ news: string }>('topics', { groups })
    const heard: unknown[] = []
    for (const node of [a, b]) {
      await node.run(() => groups.start())
      await node.run(() => topics.start())
      node.kernel.run(() =>
        spawn(async () => {
          topics.subscribe('news')
          for (;;) heard.push([node.name, await receive()])
        }),
      )
    }
    await joined()
    for (const node of [a, b])
      while ((await node.run(() => groups.getMembers('topics').length)) < 2) await world.pass(10)
    await a.run(() => topics.broadcast('news', 'it works'))
    await world.until('both hear it', () => heard.length === 2)
    expect(heard).toEqual([
      ['a', 'it works'],
      ['b', 'it works'],
    ])
  })

  it('refuse what cannot cross, and go on', async () => {
    await joined()
    await expect(a.run(() => toB().call.echo(() => 1))).rejects.toMatchObject({ code: 'NOT_CLONEABLE' })
    expect(await a.run(() => toB().call.echo(2))).toBe(2)
  })

  it('are told of a node that leaves at once, and of one that is killed after the silence of a lease', async () => {
    await joined()
    const heard = watched(a, 'b')
    await world.pass(20)
    await world.settled(b.cluster.leave())
    await world.until('it is told', () => heard.reason !== undefined, 100)
    expect(heard.reason).toBe('noconnection')

    const c = await world.node('c', { carrier: 'engine' })
    await c.run(() => start(Echo))
    const killed = watched(a, 'c')
    await world.until('it is reached', () => nodesOf(a).includes('c'))
    c.kill()
    await world.until('it is told', () => killed.reason !== undefined, LEASE * 1.5)
    expect(killed.reason).toBe('noconnection')
  })
})

/** Casts 1 to 10 to the other node, while that happens to the frames of this one: how often each arrives. */
async function cast(...times: readonly number[]): Promise<readonly unknown[]> {
  await joined()
  a.way.posts(...times)
  for (let i = 1; i <= 10; i++) {
    await a.run(() => toB().cast.note(i))
    await world.pass(1)
  }
  await world.pass(LEASE)
  return b.run(() => ref(Echo).call.all())
}

describe('what the engine does with frames', () => {
  it('one that is lost breaks the link, on both sides, and is told: what comes then comes over another', async () => {
    await joined()
    const [inA, inB] = [watched(a, 'b'), watched(b, 'a')]
    await world.pass(LEASE / 4)
    const heard = await cast(1, 1, 0)
    expect(heard.slice(0, 2)).toEqual([1, 2])
    expect(heard).not.toContain(3)
    expect(heard).toContain(10)
    expect([inA.reason, inB.reason]).toEqual(['noconnection', 'noconnection'])
    expect(troubleOf(b)).toEqual(['the link with a through the engine is broken: its message 4 is lost'])
  })

  it('one that is lost as the last is missed at the next sign of life', async () => {
    await joined()
    const inB = watched(b, 'a')
    await world.pass(LEASE / 4)
    a.way.posts(0)
    await a.run(() => toB().cast.note('the last'))
    await world.until('it is missed', () => inB.reason !== undefined, LEASE / 8 + 20)
    await world.until('they are joined again', () => nodesOf(b).length === 1, LEASE)
    expect(await b.run(() => ref(Echo).call.all())).toEqual([])
  })

  it('one that comes twice is taken once', async () => {
    await joined()
    const inA = watched(a, 'b')
    await world.pass(LEASE / 4)
    expect(await cast(...new Array(50).fill(2))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(inA.reason).toBeUndefined()
  })

  it('whatever is lost or doubled, nothing is missing without a word, and nothing comes twice or late', async () => {
    let seed = 7
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    for (let round = 0; round < 6; round++) {
      await joined()
      const inA = watched(a, 'b')
      await world.pass(LEASE / 4)
      const before = (await b.run(() => ref(Echo).call.all())).length
      const times = Array.from(
        { length: 14 },
        () => [0, 1, 1, 1, 1, 1, 2][Math.floor(random() * 7)] as number,
      )
      const heard = (await cast(...times)).slice(before) as number[]
      expect(heard).toEqual([...new Set(heard)].sort((x, y) => x - y))
      if (heard.length < 10) expect(inA.reason).toBe('noconnection')
      // What is left of the faults is for nobody.
      while (nodesOf(a).length === 0 || nodesOf(b).length === 0) await world.pass(10)
    }
  })

  it('an engine that is out of reach breaks the links, and they come back with it', async () => {
    await joined()
    const [inA, inB] = [watched(a, 'b'), watched(b, 'a')]
    await world.pass(LEASE / 4)
    a.way.cut()
    await world.until('the one that is cut off is told', () => inA.reason !== undefined, LEASE / 4)
    await world.until('so is the other', () => inB.reason !== undefined, LEASE * 1.5)
    a.way.heal()
    await world.until('they are joined again', () => nodesOf(a).length === 1 && nodesOf(b).length === 1)
    expect(await a.run(() => toB().call.echo('back'))).toBe('back')
  })

  it('a program that was stopped for longer than a lease is joined again when it goes on', async () => {
    await joined()
    const inA = watched(a, 'b')
    await world.pass(20)
    b.freeze()
    await world.until('it is missed', () => inA.reason !== undefined, LEASE * 1.5)
    await world.pass(LEASE)
    b.thaw()
    await world.until('they are joined again', () => nodesOf(a).length === 1 && nodesOf(b).length === 1)
    expect(await a.run(() => toB().call.echo('back'))).toBe('back')
  })

  it('what others post to the inbox of a node is no word of a member', async () => {
    await joined()
    const inB = watched(b, 'a')
    await world.pass(20)
    const store = await world.engine.open({ cluster: 'main', lease: LEASE } as Opening)
    const { creation } = b.kernel
    const [secret] = (await store.leases()).flatMap(({ card }) =>
      card.node === 'b' ? card.reach?.secret : [],
    )
    const frame: LinkFrame = {
      ...{ op: 'reset', from: 'a', creation: a.kernel.creation, key: 'guessed', mine: 1, yours: 1 },
      ...{ number: 9, taken: 0, more: false, payload: new Uint8Array(0) },
    }
    const post = (bytes: Uint8Array): void => store.post?.(`b ${creation}`, bytes)
    post(bytesOf(frame))
    post(Buffer.from('{"v":1}\n'))
    post(Buffer.from('no newline'))
    post(Buffer.alloc(LONGEST_FRAME + 1))
    // Of a member, with sessions that are none; and of one that it is not.
    post(bytesOf({ ...frame, key: secret as string, mine: 77, yours: 77 }))
    post(bytesOf({ ...frame, key: secret as string, from: 'nobody' }))
    post(bytesOf({ ...frame, key: secret as string, from: 'b' }))
    await world.pass(LEASE)
    expect(inB.reason).toBeUndefined()
    expect(nodesOf(b)).toEqual(['a'])
  })

  it('that is no member cannot be reached, which is told', async () => {
    const { transport } = a.kernel.withNodes()
    await expect(world.settled(transport?.connect('c') ?? Promise.resolve())).rejects.toMatchObject({
      code: 'MEMBER_UNREACHABLE',
    })
  })
})

describe('a link', () => {
  const FRAME: LinkFrame = {
    ...{ op: 'tick', from: 'b', creation: 1, key: '', mine: 2, yours: 1, number: 0, taken: 0, more: false },
    payload: new Uint8Array(0),
  }
  const made = () => {
    const said: Said[] = []
    const over: unknown[] = []
    const host = {
      clock: new VirtualClock(),
      post: (_: string, it: Said) => void said.push(it),
      over: (_: unknown, why: string | undefined) => void over.push(why),
    }
    const link = new EngineLink(host, 'b', 1)
    const kernel = new Kernel({ node: 'a', report: () => {} })
    link.theirs = 2
    link.up(kernel.connect(link, { node: 'b', creation: 1 }))
    const send = (bytes: number): void =>
      link.send([{ op: 'send', to: 1, message: link.encode('x'.repeat(bytes), kernel.withNodes(), false) }])
    return { link, said, over, send }
  }

  it('is busy while the other side has not taken what was sent, and says so when it has', async () => {
    const { link, send } = made()
    send(500_000)
    expect(link.busy).toBe(false)
    send(600_000)
    expect(link.busy).toBe(true)
    let isFree = false
    void Promise.resolve(link.connection?.room).then(() => {
      isFree = true
    })
    await Promise.resolve()
    link.heard({ ...FRAME, taken: 900_000 })
    expect(link.busy).toBe(false)
    await new Promise(setImmediate)
    expect(isFree).toBe(true)
  })

  it('breaks with one who sends what is no list of signals, and with one who sends without an end', () => {
    const lied = made()
    lied.link.heard({ ...FRAME, op: 'data', number: 1, payload: Buffer.from('hello') })
    expect(lied.over[0]).toMatch(/^what it sent cannot be read/)
    const endless = made()
    const payload = new Uint8Array(PART)
    for (let number = 1; endless.over.length === 0; number++)
      endless.link.heard({ ...FRAME, op: 'data', number, more: true, payload })
    expect(endless.over).toEqual(['it sends more than 67108864 bytes at once'])
  })
})
