/** What a node that is no Heartwood can have run here; it says what it likes. */
import { exit } from 'heartwood'
import { atom, ErlangPid, ErlangReference, Tuple, tuple } from 'heartwood/erlang'
import { afterEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/erlang/distribution/connection.js'
import type { Control } from '../../src/erlang/distribution/control.js'
import { TestNode } from './node-world.js'
import { TwoNodes } from './two-nodes.js'

const SHOP = {
  total: (price: number, count: number) => price * count,
  fails: () => {
    throw new TypeError('no price')
  },
  leaves: () => exit('gone'),
  waits: () => new Promise(() => {}),
  nothing: () => Number.NaN,
}

describe('another node', () => {
  let two: TwoNodes
  let peer: TestNode
  let connection: Connection
  let words = 0
  afterEach(() => {
    two?.close()
    peer?.node.close()
  })

  const connected = async (): Promise<void> => {
    two = await TwoNodes.start({ b: { expose: { Shop: SHOP } } })
    peer = new TestNode({
      name: 'peer@127.0.0.1',
      epmd: false,
      resolve: () => ({ host: '127.0.0.1', port: two.nodeB.port }),
    })
    await peer.node.start()
    connection = await peer.node.connect('b@127.0.0.1')
  }

  const reference = () => new ErlangReference(peer.node.name, peer.node.creation, [++words, 0, 0])

  const spawn = async (name: readonly [string, string], args: unknown, options: unknown[] = []) => {
    const [from, id] = [peer.pid(), reference()]
    connection.send(
      {
        type: 'spawn',
        id,
        from,
        groupLeader: from,
        module: atom(name[0]),
        name: atom(name[1]),
        arity: Array.isArray(args) ? args.length : 0,
        options,
      },
      args,
    )
    const { control } = await peer.next('spawnReply', from)
    return { from, id, control: control as Extract<Control, { type: 'spawnReply' }> }
  }

  it('runs nothing that is not listed', async () => {
    await connected()
    for (const name of [
      ['os', 'cmd'],
      ['Elixir.Shop', 'constructor'],
      ['Elixir.Shop', 'toString'],
      ['__proto__', 'toString'],
      ['Elixir.Other', 'total'],
    ] as const) {
      expect((await spawn(name, [])).control.result).toBe(atom('undef'))
    }
    expect((await spawn(['Elixir.Shop', 'total'], 'no list')).control.result).toBe(atom('badarg'))
  })

  it('runs what is, links it and watches it', async () => {
    await connected()
    const { from, id, control } = await spawn(['Elixir.Shop', 'leaves'], [], [atom('link'), atom('monitor')])
    expect(control).toMatchObject({ linked: true, monitored: true })
    expect(control.result).toBeInstanceOf(ErlangPid)
    expect((await peer.next('exit', from)).payload).toBe(atom('gone'))
    const down = await peer.next('down', from)
    expect(down.payload).toBe(atom('gone'))
    expect((down.control as { ref: ErlangReference }).ref).toEqual(id)
  })

  it('ends it by the link', async () => {
    await connected()
    const { from, control } = await spawn(
      ['Elixir.Shop', 'waits'],
      [],
      [atom('link'), tuple(atom('monitor'), [])],
    )
    const to = control.result as ErlangPid
    connection.send({ type: 'exit', from, to }, atom('boom'))
    expect((await peer.next('down', from)).payload).toBe(atom('boom'))
  })

  it('has the result of a call by erpc as the reason of its end', async () => {
    await connected()
    const ref = reference()
    const call = async (name: string, args: unknown[]): Promise<readonly unknown[]> => {
      const asked = [ref, atom('Elixir.Shop'), atom(name), args]
      const { from } = await spawn(['erpc', 'execute_call'], asked, [atom('monitor')])
      const { payload } = await peer.next('down', from)
      return (payload as Tuple).elements
    }
    expect(await call('total', [3, 4])).toEqual([ref, atom('return'), 12])
    expect(await call('fails', [])).toMatchObject([
      ref,
      atom('error'),
      { __exception__: true, message: 'no price', name: 'TypeError' },
      [],
    ])
    expect(await call('nothing', [])).toMatchObject([
      ref,
      atom('error'),
      { __exception__: true, message: expect.stringContaining('no float'), name: 'HeartwoodError' },
      [],
    ])
    expect(await call('drop', [1])).toMatchObject([ref, atom('error'), atom('undef'), [expect.any(Tuple)]])
  })

  it('that lies about pids is cut off, and nothing else', async () => {
    await connected()
    const from = new ErlangPid(peer.node.name, 1, 2 ** 32 - 1, peer.node.creation)
    connection.send({ type: 'link', from, to: new ErlangPid('b@127.0.0.1', 1, 0, 7) })
    expect(String(await peer.until(() => peer.downs[0]))).toContain('closed')
    expect(two.b.registered()).toEqual(['net_kernel', 'rex'])
    expect(two.reports.filter(({ kind }) => kind === 'node')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('is a pid that no BEAM has') },
    ])
  })

  it('that asks for what nobody is gets noproc; for pids of another life, too', async () => {
    await connected()
    const from = peer.pid()
    for (const to of [
      atom('nobody'),
      new ErlangPid('b@127.0.0.1', 1, 0, 6),
      new ErlangPid('b@127.0.0.1', 99, 0, 7),
    ]) {
      const ref = reference()
      connection.send({ type: 'monitor', from, to, ref })
      const { control, payload } = await peer.next('down', from)
      expect(payload).toBe(atom('noproc'))
      expect(control).toMatchObject({ from: to, ref })
    }
    const to = new ErlangPid('b@127.0.0.1', 1, 0, 6)
    connection.send({ type: 'link', from, to })
    expect((await peer.next('exit', from)).payload).toBe(atom('noproc'))
  })
})
