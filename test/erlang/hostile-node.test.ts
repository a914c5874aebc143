/** A node that has the cookie, and says what it likes. */
import { defineServer, ProcessGroups, portable, receive, ref, start } from 'heartwood'
import { atom, BitString, ErlangPid, ErlangReference, float, ImproperList, tuple } from 'heartwood/erlang'
import { afterEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/erlang/distribution/connection.js'
import type { Control } from '../../src/erlang/distribution/control.js'
import { TestNode } from './node-world.js'
import { TwoNodes } from './two-nodes.js'

const MESSAGES = 3_000

class Basket {
  #items = 0
  addItem(): number {
    return ++this.#items
  }
  handleCall(): string {
    return 'what?'
  }
  handleCast(): void {}
}
defineServer(Basket, { name: 'basket', calls: ['addItem'] })

/** Not to be made of everything. */
class Picky {
  constructor(readonly value: string) {}
}
portable(Picky, {
  make: ({ value }: { value: string }) => new Picky(value.trim()),
})

/** A small generator of numbers: the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % below
  }
}

describe('a node that says what it likes', () => {
  let two: TwoNodes
  let peer: TestNode
  afterEach(() => {
    two?.close()
    peer?.node.close()
  })

  it(`harms nobody by ${MESSAGES} messages, whatever is in them`, async () => {
    two = await TwoNodes.start()
    peer = new TestNode({
      name: 'peer@127.0.0.1',
      epmd: false,
      resolve: () => ({ host: '127.0.0.1', port: two.nodeB.port }),
    })
    await peer.node.start()
    await two.b.run(async () => {
      await start(Basket)
      await new ProcessGroups('pools').start()
    })
    const victims = Array.from({ length: 200 }, () => two.b.spawn(() => receive('never')))
    const next = numbers(7)
    const pick = <T>(...from: readonly T[]): T => from[next(from.length)] as T
    const theirs = (): ErlangPid => new ErlangPid(peer.node.name, next(50), 0, peer.node.creation)
    const victim = (): ErlangPid => new ErlangPid('b@127.0.0.1', pick(...victims).id, 0, 7)
    const nobody = (): ErlangPid =>
      pick(
        new ErlangPid('b@127.0.0.1', next(9_000), next(3), 7),
        new ErlangPid('b@127.0.0.1', 1, 0, 6),
        new ErlangPid('c@203.0.113.7', 1, 0, 6),
      )
    const reference = (): ErlangReference =>
      pick(
        new ErlangReference(peer.node.name, peer.node.creation, [next(40), 0, 0]),
        new ErlangReference(peer.node.name, peer.node.creation, [next(40)]),
        new ErlangReference('b@127.0.0.1', 7, [next(400), next(2), next(2)]),
        new ErlangReference('b@127.0.0.1', 7, [next(40), 0, 0, 1, 2]),
      )
    const term = (depth: number): unknown => {
      const leaf = next(depth > 0 ? 20 : 13)
      const more = (): unknown => term(depth - 1)
      switch (leaf) {
        case 0:
          return theirs()
        case 1:
          return pick(victim(), nobody())
        case 2:
          return reference()
        case 3:
          return pick('normal', 'x'.repeat(2_000), '')
        case 4:
          return pick<unknown>(1, -1, 2n ** 200n, 1.5, float(3))
        case 5:
          return pick<unknown>(
            null,
            undefined,
            true,
            new Uint8Array([255, 0]),
            new BitString(new Uint8Array([128]), 3),
          )
        case 6:
          return { __struct__: atom('Elixir.Picky'), value: more() }
        case 7:
          return { __struct__: atom('Elixir.heartwood.SystemRequest'), operation: 'getState' }
        case 8:
          return {
            __struct__: pick<unknown>(1, atom('Elixir.RuntimeError')),
            __exception__: true,
            message: 7,
          }
        case 9:
          return { ['__proto__']: 1, constructor: 2, valueOf: 3, __struct__: atom('Elixir.Money') }
        case 10:
          return pick(atom('join'), atom('discover'), atom('sync'), atom('$gen_call'), atom('then'), atom(''))
        case 11:
          return tuple()
        case 12:
          return []
        case 13:
          return tuple(
            atom('$gen_call'),
            tuple(pick<unknown>(theirs(), more()), pick<unknown>(reference(), tagOf(reference()))),
            more(),
          )
        case 14:
          return tuple(atom('$gen_cast'), more())
        case 15:
          return tuple(
            atom('system'),
            tuple(theirs(), tagOf(reference())),
            pick<unknown>(atom('get_state'), more()),
          )
        case 16:
          return tuple(
            pick(atom('join'), atom('leave')),
            theirs(),
            more(),
            pick<unknown>(more(), [theirs(), theirs()]),
          )
        case 17:
          return tuple(pick(atom('discover'), atom('sync')), pick<unknown>(theirs(), nobody()), [
            tuple(more(), [theirs()]),
            more(),
          ])
        case 18:
          return [more(), more(), tuple(more(), more())]
        default:
          return new Map<unknown, unknown>([[more(), more()]])
      }
    }
    const name = () => pick(atom('basket'), atom('pools'), atom('net_kernel'), atom('nobody'), atom(''))
    const message = (): readonly [Control, unknown] => {
      const from = theirs()
      switch (next(12)) {
        case 0:
          return [{ type: 'link', from, to: pick(victim(), nobody()) }, undefined]
        case 1:
          return [{ type: 'unlink', id: next(5) + 1, from, to: pick(victim(), nobody()) }, undefined]
        case 2:
          return [
            { type: 'unlinkAck', id: pick<number | bigint>(1, 2n ** 63n), from, to: victim() },
            undefined,
          ]
        case 3:
          return [
            { type: pick<'exit' | 'exitSignal'>('exit', 'exitSignal'), from, to: pick(victim(), nobody()) },
            term(3),
          ]
        case 4:
          return [
            {
              type: 'monitor',
              from,
              to: pick<ErlangPid | ReturnType<typeof name>>(victim(), nobody(), name()),
              ref: reference(),
            },
            undefined,
          ]
        case 5:
          return [{ type: 'demonitor', from, to: name(), ref: reference() }, undefined]
        case 6:
          return [{ type: 'down', from: name(), to: nobody(), ref: reference() }, term(3)]
        case 7:
          return [{ type: 'sendToAlias', from, alias: reference() }, term(4)]
        case 8:
          return [{ type: 'groupLeader', from, to: victim() }, undefined]
        case 9:
          return [
            {
              type: 'spawn',
              id: reference(),
              from,
              groupLeader: from,
              module: name(),
              name: name(),
              arity: next(4),
              options: term(2),
            },
            term(3),
          ]
        default:
          return [
            pick<Control>(
              { type: 'sendToName', from, name: name() },
              { type: 'send', to: pick(victim(), nobody()) },
            ),
            term(5),
          ]
      }
    }
    let said = 0
    let connection: Connection = await peer.node.connect('b@127.0.0.1')
    for (let i = 0; i < MESSAGES; i++) {
      if (!connection.isUp) connection = await peer.node.connect('b@127.0.0.1')
      try {
        connection.send(...message())
        said++
      } catch {
        // It has no term, so that nobody can say it.
      }
    }
    const ask = peer.pid()
    connection.send({
      type: 'monitor',
      from: ask,
      to: atom('not there'),
      ref: new ErlangReference(peer.node.name, peer.node.creation, [99, 9, 9]),
    })
    await peer.next('down', ask)
    expect(await two.a.run(() => ref(Basket, { node: 'b@127.0.0.1' }).call.addItem())).toBe(1)
    // They were understood: hardly one ended the connection.
    expect([said > MESSAGES * 0.9, peer.downs.length]).toEqual([true, 0])
    expect(two.b.registered().sort()).toEqual(['basket', 'net_kernel', 'pools', 'rex'])
    expect(two.reports.filter(({ kind }) => kind === 'crash')).toEqual([])
  })
})

const tagOf = (ref: ErlangReference): ImproperList => new ImproperList([atom('alias')], ref)
