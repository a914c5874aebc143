import fc from 'fast-check'
import type { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { defineServer, start } from '../../src/genserver/index.js'
import { exit, processInfo, receive, self, send, sleep, spawn } from '../../src/kernel/index.js'
import { type Dispatcher, PubSub } from '../../src/registry/index.js'
import { by, drain, failure, inWorld, someone } from './world.js'

interface Topics {
  prices: { symbol: string; price: number }
  [room: `room:${string}`]: string
}
const bus = new PubSub<Topics, { quiet: boolean }>('bus')

const inBus = (body: (kernel: TestKernel) => unknown): (() => Promise<void>) =>
  inWorld(async (kernel) => {
    await bus.start()
    await body(kernel)
  })

describe('pub/sub', () => {
  it(
    'sends what is broadcast to all subscribers of the topic, and to nobody else',
    inBus(async () => {
      bus.subscribe('room:1')
      const test = self()
      spawn(async () => {
        bus.subscribe('room:1')
        send(test, 'ready')
        send(test, ['other', await receive()])
      })
      await receive('ready')
      await someone(() => bus.subscribe('room:2'))
      bus.broadcast('room:1', 'hello')
      bus.broadcast('room:3', 'nobody is here')
      expect(await receive()).toBe('hello')
      expect(await receive()).toEqual(['other', 'hello'])
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'leaves out the one that a broadcast is from',
    inBus(async () => {
      bus.subscribe('room:1')
      const other = await someone(() => bus.subscribe('room:1'))
      bus.broadcastFrom(self(), 'room:1', 'hello')
      expect(await drain()).toEqual([])
      bus.broadcastFrom(other, 'room:1', 'hello')
      expect(await drain()).toEqual(['hello'])
      await by(other, () => bus.unsubscribe('room:1'))
      bus.broadcastFrom(self(), 'room:1', 'hello')
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'sends twice to those that subscribe twice, and nothing after unsubscribe',
    inBus(async () => {
      bus.subscribe('room:1')
      bus.subscribe('room:1')
      bus.broadcast('room:1', 'hello')
      expect(await drain()).toEqual(['hello', 'hello'])
      bus.unsubscribe('room:1')
      bus.unsubscribe('room:1')
      bus.broadcast('room:1', 'hello')
      expect(await drain()).toEqual([])
      expect(bus.subscribers('room:1')).toEqual([])
    }),
  )

  it(
    'forgets the dead at once',
    inBus(async () => {
      const pids = [
        await someone(() => bus.subscribe('prices')),
        await someone(() => bus.subscribe('prices')),
      ]
      expect(bus.subscribers('prices')).toEqual(pids)
      for (const pid of pids) exit(pid, 'kill')
      expect(bus.subscribers('prices')).toEqual([])
    }),
  )

  it(
    'reaches the handlers of servers',
    inBus(async () => {
      const seen: unknown[] = []
      class Display {
        init(): void {
          bus.subscribe('prices')
        }
        show(price: unknown): void {
          seen.push(price)
        }
        sync(): number {
          return seen.length
        }
      }
      defineServer(Display, { calls: ['sync'], infos: [{ pattern: { symbol: 'ACME' }, method: 'show' }] })
      const display = await start(Display)
      bus.broadcast('prices', { symbol: 'ACME', price: 12 })
      expect(await display.call.sync()).toBe(1)
      expect(seen).toEqual([{ symbol: 'ACME', price: 12 }])
    }),
  )

  it(
    'lets a dispatcher decide who gets what',
    inBus(async () => {
      bus.subscribe('room:1', { quiet: true })
      bus.subscribe('room:1', { quiet: false })
      bus.subscribe('room:1')
      const loud: Dispatcher<{ quiet: boolean } | undefined, string> = (subscribers, message, from) => {
        for (const { pid, value } of subscribers) if (value?.quiet === false) send(pid, [message, from])
      }
      bus.broadcast('room:1', 'hello', loud)
      bus.broadcastFrom(self(), 'room:1', 'hello', loud)
      bus.broadcast('room:2', 'hello', () => {
        throw new Error('never invoked')
      })
      expect(await drain()).toEqual([
        ['hello', undefined],
        ['hello', self()],
      ])
    }),
  )

  it(
    'is linked to its subscribers while they are',
    inBus(async () => {
      bus.subscribe('room:1')
      expect(processInfo(self(), 'links')).toHaveLength(1)
      bus.unsubscribe('room:1')
      expect(processInfo(self(), 'links')).toEqual([])
    }),
  )

  it(
    'must be running',
    inWorld(async () => {
      expect(await failure(() => bus.subscribe('prices'))).toMatchObject({ code: 'REGISTRY_NOT_RUNNING' })
      expect(await failure(() => bus.broadcast('room:1', 'x'))).toMatchObject({
        code: 'REGISTRY_NOT_RUNNING',
      })
    }),
  )

  it('knows what belongs on which topic', () => {
    const never = (): void => {
      // @ts-expect-error another message
      bus.broadcast('prices', 'hello')
      // @ts-expect-error no such topic
      bus.subscribe('weather')
      // @ts-expect-error other metadata
      bus.subscribe('prices', { loud: true })
    }
    expect(never).toBeTypeOf('function')
  })
})

describe('a subscription for one message', () => {
  it(
    'is over with it, wherever it stands',
    inBus(async () => {
      bus.subscribe('room:1')
      bus.subscribeOnce('room:1')
      bus.subscribeOnce('room:1')
      expect(bus.subscribers('room:1')).toHaveLength(3)
      bus.broadcast('room:1', 'first')
      bus.broadcast('room:1', 'second')
      expect(await drain()).toEqual(['first', 'first', 'first', 'second'])
      bus.unsubscribe('room:1')
      bus.subscribeOnce('room:2')
      bus.broadcastFrom(self(), 'room:2', 'not to myself')
      bus.broadcast('room:2', 'to me')
      bus.broadcast('room:2', 'too late')
      expect(await drain()).toEqual(['to me'])
      expect(bus.subscribers('room:2')).toEqual([])
      expect(processInfo(self(), 'links')).toEqual([])
    }),
  )

  it(
    'waits for a message that its mailbox has room for',
    inBus(async (kernel) => {
      const pid = spawn(
        async () => {
          bus.subscribeOnce('room:1')
          await sleep(10)
        },
        { mailbox: { limit: 1, policy: 'reject' } },
      )
      await kernel.settled()
      send(pid, 'full')
      bus.broadcast('room:1', 'refused')
      expect(bus.subscribers('room:1')).toEqual([pid])
      exit(pid, 'kill')
      expect(bus.subscribers('room:1')).toEqual([])
    }),
  )

  it(
    'is shown to a dispatcher with its metadata, until that sends it something',
    inBus(async () => {
      bus.subscribeOnce('room:1', { quiet: true })
      bus.subscribe('room:1')
      const seen: unknown[] = []
      let sends = false
      const dispatcher: Dispatcher<{ quiet: boolean } | undefined, string> = (subscribers, message) => {
        seen.push(subscribers.map(({ value }) => value))
        if (sends) for (const { pid } of subscribers) send(pid, message)
      }
      bus.broadcast('room:1', 'x', dispatcher)
      sends = true
      bus.broadcast('room:1', 'x', dispatcher)
      bus.broadcast('room:1', 'x', dispatcher)
      expect(seen).toEqual([[{ quiet: true }, undefined], [{ quiet: true }, undefined], [undefined]])
    }),
  )
})

describe('a subscription to a pattern', () => {
  const orders = new PubSub<Record<string, string>>('orders')
  const inOrders = (body: () => unknown): (() => Promise<void>) =>
    inWorld(async () => {
      await orders.start()
      await body()
    })
  const TOPICS = [
    'orders',
    'orders.new',
    'orders.7.paid',
    'orders.new.eu.north',
    'other',
    'other.new',
    '',
    'a..b',
  ]

  it.each([
    ['*', ['orders', 'other', '']],
    ['**', TOPICS],
    ['orders.*', ['orders.new']],
    ['orders.**', ['orders.new', 'orders.7.paid', 'orders.new.eu.north']],
    ['*.new', ['orders.new', 'other.new']],
    ['orders.*.paid', ['orders.7.paid']],
    ['orders.*.*.*', ['orders.new.eu.north']],
    ['orders.*.**', ['orders.7.paid', 'orders.new.eu.north']],
    ['orders', ['orders']],
    ['a.*.b', ['a..b']],
  ])('%s', (pattern, fits) =>
    inOrders(async () => {
      orders.subscribePattern(pattern)
      for (const topic of TOPICS) orders.broadcast(topic, topic)
      expect(await drain()).toEqual(fits)
      orders.unsubscribePattern(pattern)
      for (const topic of TOPICS) orders.broadcast(topic, topic)
      expect(await drain()).toEqual([])
      expect(processInfo(self(), 'links')).toEqual([])
    })())

  it(
    'comes beside one to a topic, and others to patterns',
    inOrders(async () => {
      for (const pattern of ['a.*', 'a.**', 'a.b', 'a.*']) orders.subscribePattern(pattern)
      orders.subscribe('a.b')
      const pid = await someone(() => orders.subscribePattern('a.**'))
      expect(orders.subscribers('a.b').map((each) => each === pid)).toEqual([
        false,
        false,
        true,
        false,
        false,
        false,
      ])
      orders.broadcast('a.b', 'x')
      expect(await drain()).toHaveLength(5)
      // A star in a topic is a letter like any other.
      orders.broadcast('a.*.c', 'y')
      expect(await drain()).toEqual(['y'])
      const seen: number[] = []
      orders.broadcast('a.b', 'x', (subscribers) => seen.push(subscribers.length))
      orders.broadcastFrom(self(), 'a.b', 'x')
      expect(seen).toEqual([6])
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'leaves nothing when its process dies',
    inOrders(async () => {
      const pids = await Promise.all(
        Array.from({ length: 20 }, (_, n) => someone(() => orders.subscribePattern(`users.${n}.**`))),
      )
      expect(orders.subscribers('users.7.x')).toEqual([pids[7]])
      for (const pid of pids) exit(pid, 'kill')
      for (let n = 0; n < 20; n++) expect(orders.subscribers(`users.${n}.x`)).toEqual([])
      orders.unsubscribePattern('users.7.**')
      orders.subscribePattern('users.7.**')
      orders.broadcast('users.7.x', 'to the next')
      expect(await drain()).toEqual(['to the next'])
    }),
  )

  it.each(['', 'or*', 'a.**.b', '***', 7])('that is none is refused: %s', (pattern) =>
    inOrders(async () => {
      expect(await failure(() => orders.subscribePattern(pattern as string))).toMatchObject({
        code: 'TOPIC_PATTERN_INVALID',
        details: { pattern },
      })
    })())

  it(
    'is found as a reader of the rule finds it, whatever else is subscribed',
    inOrders(async () => {
      const word = fc.constantFrom('a', 'b', 'c', '')
      const topics = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('.'))
      const patterns = fc
        .tuple(fc.array(fc.oneof(word, fc.constant('*')), { maxLength: 4 }), fc.boolean())
        .map(([words, rest]) => [...words, ...(rest || words.length === 0 ? ['**'] : [])].join('.'))
        .filter((pattern) => pattern !== '')
      const asExpression = (pattern: string): RegExp => {
        const words = pattern.split('.').map((it) => (it === '*' ? '[^.]*' : it === '**' ? '.*' : it))
        return new RegExp(`^${words.join('[.]')}$`)
      }
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(patterns, { maxLength: 8 }), topics, async (subscribed, topic) => {
          for (const pattern of subscribed) orders.subscribePattern(pattern)
          orders.broadcast(topic, 'x')
          expect(await drain()).toHaveLength(subscribed.filter((it) => asExpression(it).test(topic)).length)
          for (const pattern of subscribed) orders.unsubscribePattern(pattern)
          orders.broadcast(topic, 'x')
          expect(await drain()).toEqual([])
        }),
        { numRuns: 300 },
      )
    }),
  )
})
