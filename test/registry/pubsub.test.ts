import { describe, expect, it } from 'vitest'
import { defineServer, start } from '../../src/genserver/index.js'
import { exit, processInfo, receive, self, send, spawn } from '../../src/kernel/index.js'
import { type Dispatcher, PubSub } from '../../src/registry/index.js'
import { by, drain, failure, inWorld, someone } from './world.js'

interface Topics {
  prices: { symbol: string; price: number }
  [room: `room:${string}`]: string
}
const bus = new PubSub<Topics, { quiet: boolean }>('bus')

const inBus = (body: () => unknown): (() => Promise<void>) =>
  inWorld(async () => {
    await bus.start()
    await body()
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
