import { ProcessGroups, PubSub, receive, self, send } from 'heartwood'
import { atom, Tuple, tuple } from 'heartwood/erlang'
import { afterEach, describe, expect, it } from 'vitest'
import { codeOf, drain } from '../kernel/world.js'
import { TwoNodes } from './two-nodes.js'

const isBroadcast = (message: unknown): boolean =>
  message instanceof Tuple && message.elements[0] === atom('broadcast')

describe('a pub/sub of two nodes', () => {
  let two: TwoNodes
  afterEach(() => {
    two?.close()
    // Nothing that a pub/sub tells another is a message without use to it.
    expect(two?.reports.filter(({ kind }) => kind !== 'node')).toEqual([])
  })
  const groups = new ProcessGroups<string>('cluster')
  const bus = new PubSub<Record<string, unknown>>('bus', { groups })

  const start = async (): Promise<void> => {
    await groups.start()
    await bus.start()
  }

  it('has the subscribers of both; one of a node alone has its own', async () => {
    two = await TwoNodes.start()
    await two.b.run(start)
    const there = two.b.spawn(async () => {
      bus.subscribe('prices')
      bus.subscribePattern('orders.**')
      const [price, order, to] = [await receive(), await receive(), await receive()]
      bus.broadcast('answers', [price, order, to])
    })
    await two.a.run(async () => {
      await start()
      bus.subscribe('answers')
      bus.subscribe('prices')
      groups.monitor('bus')
      await two.nodeA.connect('b@127.0.0.1')
      // The group has the other, too.
      await receive((message: unknown) => groups.getMembers('bus').length === 2 && message !== undefined)
      bus.localBroadcast('prices', 'ours')
      bus.broadcastFrom(self(), 'prices', { symbol: 'ACME', price: 12 })
      bus.broadcast('orders.new', tuple(atom('order'), 7))
      bus.broadcast('prices', 3)
      expect(await drain()).toEqual(['ours', 3])
      expect(await receive()).toEqual([{ symbol: 'ACME', price: 12 }, tuple(atom('order'), 7), 3])
      expect(await codeOf(() => bus.broadcast('prices', new Date(0)))).toBe('TERM_NOT_ENCODABLE')
      expect(await drain()).toEqual([])
    })
    expect(two.b.isAlive(there)).toBe(false)
  })

  it('says to a BEAM what it is, and understands it', async () => {
    two = await TwoNodes.start()
    await two.b.run(start)
    await two.a.run(async () => {
      await groups.start()
      groups.join('bus')
      groups.monitor('bus')
      await two.nodeA.connect('b@127.0.0.1')
      await receive((message: unknown) => groups.getMembers('bus').length === 2 && message !== undefined)
      const heard = two.b.spawn(async () => {
        bus.subscribe('news')
        const message = await receive()
        bus.broadcast('echo', message)
      })
      const [other] = groups.getMembers('bus').filter(({ node }) => node !== two.a.node)
      send(other as never, tuple(atom('broadcast'), 'news', 'hello'))
      const echo = await receive(isBroadcast)
      expect(echo).toEqual(tuple(atom('broadcast'), 'echo', 'hello'))
      expect(two.b.isAlive(heard)).toBe(false)
    })
  })
})
