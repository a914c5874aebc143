import {
  Call,
  Cast,
  call,
  cast,
  connect,
  defineServer,
  disconnect,
  exit,
  from,
  type HeartwoodError,
  isAlive,
  isDown,
  isExit,
  isNodeMessage,
  link,
  monitor,
  monitorNode,
  monitorNodes,
  nodes,
  noReply,
  type Pid,
  portable,
  receive,
  receiveResponse,
  ref,
  remote,
  State,
  StateMachine,
  self,
  send,
  sendRequest,
  start,
  startServer,
  stop,
  trapExit,
  unlink,
} from 'heartwood'
import { atom, ErlangException, tuple } from 'heartwood/erlang'
import { alias, unalias } from 'heartwood/kernel'
import { afterEach, describe, expect, it } from 'vitest'
import { structOf } from '../../src/erlang/carrier/structs.js'
import { codeOf } from '../kernel/world.js'
import { type NodeOptions, TwoNodes } from './two-nodes.js'

class Basket {
  #items: unknown[] = []
  addItem(item: unknown, count = 1): number {
    for (let i = 0; i < count; i++) this.#items.push(item)
    return this.#items.length
  }
  items(): unknown[] {
    return this.#items
  }
  fail(): never {
    throw new TypeError('the basket has a hole')
  }
  never(): unknown {
    from().signal.addEventListener('abort', () => this.#items.push('aborted'))
    return noReply
  }
  emptyOut(): void {
    this.#items = []
  }
}
defineServer(Basket, { name: 'basket', calls: ['addItem', 'items', 'fail', 'never'], casts: ['emptyOut'] })

@StateMachine({ name: 'door' })
class Door {
  state: 'locked' | 'open' = 'locked'
  @State('locked')
  @Call()
  unlockWith(code: string): string {
    if (code === '1234') this.state = 'open'
    return this.state
  }
  @State('open')
  @Cast()
  shut(): void {
    this.state = 'locked'
  }
}

class Price {
  constructor(readonly cents: number) {}
}
portable(Price)

class OutOfTea extends Error {
  constructor(readonly item: string) {
    super(`there is no ${item}`)
  }
}
portable(OutOfTea)

const B = 'b@127.0.0.1'
const BASKET = { name: 'basket', node: B }

describe('two nodes', () => {
  let two: TwoNodes
  afterEach(() => two?.close())

  /** Runs a test as a process of `a`; in `b` there is a basket, and an echo. */
  const inTwo =
    (body: () => unknown, options: { a?: NodeOptions; b?: NodeOptions } = {}) =>
    async () => {
      two = await TwoNodes.start(options)
      two.b.spawn(echo, { name: 'echo' })
      await two.b.run(() => start(Basket))
      await two.a.run(async () => {
        await body()
      })
    }

  /** The pid of the echo, as `a` knows it. */
  const echoPid = async (): Promise<Pid> => {
    send({ name: 'echo', node: B }, tuple(self(), self()))
    const [, by] = (await receive()) as Iterable<Pid>
    return by as Pid
  }

  describe('messages', () => {
    it(
      'go to names, connect by themselves, and come back',
      inTwo(async () => {
        expect(nodes()).toEqual([])
        send({ name: 'echo', node: B }, tuple(self(), 'hello'))
        expect(await receive()).toMatchObject({ elements: ['hello', expect.anything()] })
        expect(nodes()).toEqual([B])
      }),
    )

    it(
      'keep what they are: pids and references come home as themselves',
      inTwo(async () => {
        const ref = alias()
        const sent = {
          pid: self(),
          ref,
          tags: [atom('a'), 1.5, 2n ** 70n, null, undefined, 'x'.repeat(200_000)],
        }
        send({ name: 'echo', node: B }, tuple(self(), sent))
        const [back] = (await receive()) as Iterable<typeof sent>
        expect(back).toEqual(sent)
        expect(back?.pid).toBe(self())
        expect(back?.ref).toBe(ref)
      }),
    )

    it(
      'objects of portable classes and errors arrive as what they are',
      inTwo(async () => {
        send({ name: 'echo', node: B }, tuple(self(), [new Price(5), new RangeError('too much')]))
        const [[money, error] = []] = (await receive()) as Iterable<unknown[]>
        expect(money).toBeInstanceOf(Price)
        expect(money).toEqual(new Price(5))
        expect(error).toBeInstanceOf(RangeError)
        expect((error as Error).message).toBe('too much')
      }),
    )

    it(
      'exceptions of Elixir go back as they came',
      inTwo(async () => {
        for (const fields of [{ key: atom('a'), term: {} }, { message: 'x' }, { name: 'n', code: 7 }]) {
          const module = 'message' in fields ? 'RuntimeError' : 'KeyError'
          const struct = { ...fields, __struct__: atom(`Elixir.${module}`), __exception__: true }
          send({ name: 'echo', node: B }, tuple(self(), struct))
          const [back] = (await receive()) as Iterable<ErlangException>
          expect(back).toBeInstanceOf(ErlangException)
          expect(back).toMatchObject({ name: module, fields })
          expect(structOf(back)).toEqual(struct)
        }
      }),
    )

    it.each([{ binaries: 'bytes' }, { maps: 'map' }] as const)('errors are what they are with %j', (forms) =>
      inTwo(
        async () => {
          const sent = Object.assign(new RangeError('too much'), { code: 'MUCH' })
          send({ name: 'echo', node: B }, tuple(self(), [sent, new OutOfTea('green')]))
          const [[error, tea] = []] = (await receive()) as Iterable<unknown[]>
          expect(error).toBeInstanceOf(RangeError)
          expect(error).toMatchObject({ message: 'too much', code: 'MUCH' })
          expect(tea).toBeInstanceOf(OutOfTea)
          expect((tea as Error).message).toBe('there is no green')
        },
        { a: { forms }, b: { forms } },
      )())

    it(
      'what has no term fails where it is sent, with its place',
      inTwo(async () => {
        const error = await codeOf(() => send({ name: 'echo', node: B }, { when: [new Date(0)] }))
        expect(error).toBe('TERM_NOT_ENCODABLE')
        expect(await codeOf(() => send({ name: 'echo', node: B }, 'half of \ud800'))).toBe(
          'TERM_NOT_ENCODABLE',
        )
        expect(await codeOf(() => send({ name: 'echo', node: B }, Number.NaN))).toBe('TERM_NOT_ENCODABLE')
      }),
    )

    it(
      'are what they were when they were sent',
      inTwo(async () => {
        const list = [1]
        send({ name: 'echo', node: B }, tuple(self(), list))
        list.push(2)
        const [back] = (await receive()) as Iterable<unknown>
        expect(back).toEqual([1])
      }),
    )

    it(
      'go through an alias until it is over',
      inTwo(async () => {
        const ref = alias()
        send({ name: 'echo', node: B }, tuple(ref, 'one'))
        expect(await receive()).toMatchObject({ elements: ['one', expect.anything()] })
        unalias(ref)
        send({ name: 'echo', node: B }, tuple(ref, 'two'))
        send({ name: 'echo', node: B }, tuple(self(), 'three'))
        expect(await receive()).toMatchObject({ elements: ['three', expect.anything()] })
      }),
    )
  })

  describe('servers', () => {
    it(
      'are called and cast by the class, by a type, and by terms',
      inTwo(async () => {
        expect(await ref(Basket, { node: B }).call.addItem('tea', 2)).toBe(2)
        expect(await call(BASKET, tuple(atom('add_item'), 'milk'))).toBe(3)
        expect(await call(BASKET, atom('items'))).toEqual(['tea', 'tea', 'milk'])
        cast(BASKET, atom('empty_out'))
        const basket = remote<Basket>(BASKET)
        expect(await basket.call.addItem({ name: 'tea' })).toBe(1)
        basket.cast.emptyOut()
        expect(await basket.with({ timeout: 1_000 }).call.items()).toEqual([])
        expect((await receiveResponse(sendRequest(BASKET, atom('items')))) as unknown).toEqual({ reply: [] })
      }),
    )

    it(
      'that are state machines are called in the same ways',
      inTwo(async () => {
        await two.b.run(() => start(Door))
        expect(await ref(Door, { node: B }).call.unlockWith('0000')).toBe('locked')
        expect(await call({ name: 'door', node: B }, tuple(atom('unlock_with'), '1234'))).toBe('open')
        cast({ name: 'door', node: B }, atom('shut'))
        expect(await call({ name: 'door', node: B }, tuple(atom('unlock_with'), '0000'))).toBe('locked')
      }),
    )

    it(
      'that crash answer with the error',
      inTwo(async () => {
        const error = (await failure(call(BASKET, atom('fail')))) as HeartwoodError
        expect(error.code).toBe('CALL_SERVER_EXITED')
        expect(error.details.reason).toBeInstanceOf(TypeError)
        expect(String(error.details.reason)).toBe('TypeError: the basket has a hole')
        expect(two.reports.some(({ kind }) => kind === 'crash')).toBe(true)
      }),
    )

    it(
      'that are not there, or whose node is not, are told apart',
      inTwo(async () => {
        expect(await codeOfCall(call({ name: 'nobody', node: B }, atom('x')))).toEqual([
          'CALL_NOPROC',
          'noproc',
        ])
        const away = { name: 'nobody', node: 'c@127.0.0.1' }
        expect(await codeOfCall(call(away, atom('x')))).toEqual(['CALL_SERVER_EXITED', 'noconnection'])
        expect(two.reports.find(({ kind }) => kind === 'node')?.message).toContain('resolve does not know it')
      }),
    )

    it(
      'hear when nobody waits for an answer any more',
      inTwo(async () => {
        const waiting = codeOfCall(call(BASKET, atom('never'), { timeout: 1_000 }))
        await call(BASKET, atom('items'))
        await two.clock.advance(1_000)
        expect(await waiting).toEqual(['CALL_TIMEOUT', 'timeout'])
        expect(await call(BASKET, atom('items'))).toEqual(['aborted'])
      }),
    )

    it(
      'are stopped in good order',
      inTwo(async () => {
        const down = monitor(BASKET)
        await stop(BASKET, 'shutdown')
        expect(await receive(isDown)).toMatchObject({ ref: down, object: BASKET, reason: 'shutdown' })
      }),
    )

    it(
      'that refuse, for a full mailbox, are told from those that ended',
      inTwo(async () => {
        two.b.spawn(() => receive((_: unknown): boolean => false), {
          name: 'full',
          mailbox: { limit: 1, policy: 'reject' },
        })
        const full = { name: 'full', node: B }
        const first = call(full, atom('one'))
        first.catch(() => {})
        expect(await codeOfCall(call(full, atom('two')))).toEqual(['CALL_SERVER_EXITED', 'overload'])
      }),
    )

    it(
      'in the functional form get the term',
      inTwo(async () => {
        await two.b.run(() =>
          startServer(
            {
              init: () => ({ state: 0 }),
              handleCall: (request: unknown) => ({ reply: [request], state: 0 }),
            },
            undefined,
            { name: 'plain' },
          ),
        )
        const reply = await call({ name: 'plain', node: B }, tuple(atom('add'), 2))
        expect(reply).toEqual([tuple(atom('add'), 2)])
      }),
    )
  })

  describe('links and monitors', () => {
    it(
      'a link tells its end to both sides, with the reason as it is spelled here',
      inTwo(async () => {
        trapExit(true)
        for (const reason of ['boom', { shutdown: 'left' }, { shutdown: { failed: 7 } }, 'two words', 42]) {
          const there = two.inA(two.b.spawn(() => receive()))
          link(there)
          exit(there, reason)
          expect(await receive(isExit)).toMatchObject({ from: there, reason })
          expect(isAlive(there)).toBe(false)
        }
        const there = two.inA(two.b.spawn(() => receive()))
        link(there)
        exit(there, 'kill')
        expect(await receive(isExit)).toMatchObject({ from: there, reason: 'killed' })
        const failing = two.inA(
          two.b.spawn(async () => {
            throw await receive()
          }),
        )
        link(failing)
        send(failing, new RangeError('out'))
        expect((await receive(isExit)).reason).toEqual(new RangeError('out'))
        const selling = two.inA(
          two.b.spawn(async () => {
            const item = await receive()
            throw Object.assign(new OutOfTea('tea'), item)
          }),
        )
        link(selling)
        send(selling, { until: 7 })
        const { reason } = await receive(isExit)
        expect(reason).toBeInstanceOf(OutOfTea)
        expect(reason).toMatchObject({ item: 'tea', until: 7, message: 'there is no tea' })
      }),
    )

    it(
      'a link made there works the same, and unlink ends it',
      inTwo(async () => {
        trapExit(true)
        const me = self()
        const there = two.inA(
          two.b.spawn(async () => {
            const other = (await receive()) as Pid
            link(other)
            send(other, 'linked')
            await receive('die')
            exit('boom')
          }),
        )
        send(there, me)
        expect(await receive()).toBe('linked')
        unlink(there)
        link(there)
        send(there, 'die')
        expect(await receive(isExit)).toMatchObject({ from: there, reason: 'boom' })
      }),
    )

    it(
      'a monitor by name and by pid is told once; nobody is noproc',
      inTwo(async () => {
        const pid = await echoPid()
        const [byName, byPid] = [monitor({ name: 'echo', node: B }), monitor(pid)]
        exit(pid, 'boom')
        const downs = [await receive(isDown), await receive(isDown)]
        expect(downs.map(({ ref, reason }) => [ref, reason])).toEqual(
          expect.arrayContaining([
            [byName, 'boom'],
            [byPid, 'boom'],
          ]),
        )
        monitor({ name: 'echo', node: B })
        expect(await receive(isDown)).toMatchObject({ reason: 'noproc', object: { name: 'echo', node: B } })
      }),
    )
  })

  describe('nodes', () => {
    it(
      'are watched, one or all; those who ask hear of it once for each time',
      inTwo(async () => {
        monitorNodes()
        monitorNode(B)
        expect(await receive(isNodeMessage)).toMatchObject({ tag: 'nodeup', node: B })
        expect(nodes()).toEqual([B])
        expect(disconnect(B)).toBe(true)
        expect([await receive(isNodeMessage), await receive(isNodeMessage)]).toMatchObject([
          { tag: 'nodedown', node: B },
          { tag: 'nodedown', node: B },
        ])
        expect(disconnect(B)).toBe(false)
        monitorNodes(false)
        monitorNode('c@127.0.0.1')
        expect(await receive(isNodeMessage)).toMatchObject({ tag: 'nodedown', node: 'c@127.0.0.1' })
        // As on a BEAM: nobody is told of the end of the node that it runs on.
        monitorNode('a@127.0.0.1')
        expect(await receive(isNodeMessage, { timeout: 0 })).toBeUndefined()
        expect(await failure(connect('c@127.0.0.1'))).toMatchObject({ code: 'NODE_NOT_FOUND' })
      }),
    )

    it(
      'that are cut off end links, monitors and calls with noconnection, on both sides',
      inTwo(async () => {
        trapExit(true)
        const pid = await echoPid()
        link(pid)
        monitor(pid)
        const waiting = failure(call(BASKET, atom('never')))
        await call(BASKET, atom('items'))
        two.nodeB.close()
        expect(await receive(isExit)).toMatchObject({ from: pid, reason: 'noconnection' })
        expect(await receive(isDown)).toMatchObject({ object: pid, reason: 'noconnection' })
        expect(await waiting).toMatchObject({
          code: 'CALL_SERVER_EXITED',
          details: { reason: 'noconnection' },
        })
        expect(two.b.registered()).not.toContain('echo')
        expect(two.b.registered()).toContain('basket')
      }),
    )

    it(
      'that come again under their name are others: old pids are noproc, names are found',
      inTwo(async () => {
        const old = await echoPid()
        await two.restartB()
        two.b.spawn(echo, { name: 'echo' })
        expect(await receiveDown(old)).toBe('noconnection')
        const now = await echoPid()
        expect(now).not.toBe(old)
        expect(await receiveDown(old)).toBe('noproc')
        expect(await codeOfCall(call(old, 'x'))).toEqual(['CALL_NOPROC', 'noproc'])
      }),
    )

    it(
      'with another cookie are out of reach',
      inTwo(
        async () => {
          expect(await codeOfCall(call(BASKET, atom('items')))).toEqual([
            'CALL_SERVER_EXITED',
            'noconnection',
          ])
        },
        { b: { cookie: 'another' } },
      ),
    )
  })
})

async function receiveDown(pid: Pid): Promise<unknown> {
  monitor(pid)
  return (await receive(isDown)).reason
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error,
  )
}

async function codeOfCall(promise: Promise<unknown>): Promise<unknown> {
  const error = (await failure(promise)) as HeartwoodError
  return [error.code, error.details?.reason]
}

/** Answers each `{To, Message}` with `{Message, self()}`. */
async function echo(): Promise<void> {
  for (;;) {
    const [to, message] = (await receive()) as Iterable<unknown>
    send(to as Pid, tuple(message, self()))
  }
}
