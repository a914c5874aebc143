import { spawnSync } from 'node:child_process'
import { atom, type ErlangPid, Tuple, tuple } from 'heartwood/erlang'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/erlang/distribution/connection.js'
import { BeamNode, freePort, OwnEpmd } from './beam-node.js'
import { hasErlang } from './erlang.js'
import { same, TestNode } from './node-world.js'

const hasEpmd = hasErlang && spawnSync('epmd', ['-?']).error === undefined

describe.skipIf(!hasEpmd)('a node of ours and one of Erlang', () => {
  let epmd: OwnEpmd
  let beam: BeamNode
  const nodes: TestNode[] = []
  let names = 0

  const node = async (
    options: Partial<ConstructorParameters<typeof TestNode>[0]> = {},
  ): Promise<TestNode> => {
    const made = new TestNode({ name: `ours${++names}@127.0.0.1`, epmd: { port: epmd.port }, ...options })
    nodes.push(made)
    await made.node.start()
    return made
  }

  const connected = async (): Promise<{ ours: TestNode; connection: Connection }> => {
    const ours = await node()
    return { ours, connection: await ours.node.connect(beam.name) }
  }

  const another = async <T>(use: (other: BeamNode) => Promise<T>): Promise<T> => {
    const other = await BeamNode.start(`other${++names}@127.0.0.1`, epmd)
    try {
      return await use(other)
    } finally {
      await other.stop()
    }
  }

  beforeAll(async () => {
    epmd = new OwnEpmd(await freePort())
    await epmd.start()
    beam = await BeamNode.start('beam@127.0.0.1', epmd)
  })
  afterEach(() => {
    for (const made of nodes.splice(0)) made.node.close()
  })
  afterAll(async () => {
    await beam?.stop()
    await epmd?.stop()
  })

  it('are connected by ours, hidden', async () => {
    const { ours, connection } = await connected()
    expect(connection.peer.node).toBe(beam.name)
    expect(await ours.run(connection, '{nodes(), nodes(hidden)}')).toEqual(tuple([], [atom(ours.node.name)]))
    expect(ours.node.nodes()).toEqual([beam.name])
    expect(await ours.node.connect(beam.name)).toBe(connection)
  })

  it('are connected by the other, which finds ours by EPMD', async () => {
    const { ours, connection } = await connected()
    const second = await node()
    expect(await ours.run(connection, `net_kernel:connect_node('${second.node.name}')`)).toBe(true)
    expect(second.node.nodes()).toEqual([beam.name])
  })

  it('send each other what they mean, however large, and however many atoms there are', async () => {
    const { ours, connection } = await connected()
    const messages = [
      { tags: ['Ann', atom('a'), atom('größe'), 1795235475165, null] },
      'x'.repeat(5_000_000),
      new Uint8Array(300_000).fill(255),
      Array.from({ length: 300 }, (_, at) => atom(`one of 300: ${at}`)),
      atom('日'.repeat(255)),
      tuple(ours.pid(), 2n ** 70n, 1.5),
    ]
    for (const message of messages) expect(same(await ours.echo(connection, message), message)).toBe(true)
    // More than the cache has slots, twice.
    for (let round = 0; round < 2; round++)
      for (let batch = 0; batch < 25; batch++) {
        const atoms = Array.from({ length: 100 }, (_, at) => atom(`cached ${batch * 100 + at}`))
        expect(await ours.echo(connection, atoms)).toEqual(atoms)
      }
  })

  it('are not known to each other when a message cannot be sent', async () => {
    const { ours, connection } = await connected()
    const send = (): void =>
      connection.send({ type: 'sendToName', from: ours.pid(), name: atom('echo') }, [
        atom('never sent'),
        new Set(),
      ])
    expect(send).toThrow('value[1]')
    expect(await ours.echo(connection, atom('never sent'))).toBe(atom('never sent'))
  })

  it('monitor each other', async () => {
    const { ours, connection } = await connected()
    const me = ours.pid()
    const theirs = (await ours.run(
      connection,
      'spawn(fun() -> receive {stop, R} -> exit(R) end end)',
    )) as ErlangPid
    const ref = (await ours.run(connection, 'make_ref()')) as never
    connection.send({ type: 'monitor', from: me, to: theirs, ref })
    connection.send(
      { type: 'send', from: me, to: theirs },
      tuple(atom('stop'), tuple(atom('shutdown'), 'why')),
    )
    expect(await ours.next('down', me)).toMatchObject({
      control: { from: theirs, ref },
      payload: tuple(atom('shutdown'), 'why'),
    })
    const answer = ours.run(
      connection,
      `begin R = monitor(process, {counter, '${ours.node.name}'}), receive {'DOWN', R, process, W, X} -> {W, X} end end`,
    )
    const { control } = await ours.next('monitor')
    if (control.type !== 'monitor') throw new Error('no monitor')
    expect(control.to).toBe(atom('counter'))
    connection.send({ type: 'down', from: control.to, to: control.from, ref: control.ref }, atom('noproc'))
    expect(await answer).toEqual(tuple(tuple(atom('counter'), atom(ours.node.name)), atom('noproc')))
  })

  it('link, unlink and end each other', async () => {
    const { ours, connection } = await connected()
    const me = ours.pid()
    const theirs = (await ours.run(
      connection,
      'spawn(fun() -> receive X -> exit({got, X}) end end)',
    )) as ErlangPid
    connection.send({ type: 'link', from: me, to: theirs })
    connection.send({ type: 'send', to: theirs }, 7)
    expect(await ours.next('exit', me)).toMatchObject({
      control: { from: theirs },
      payload: tuple(atom('got'), 7),
    })

    const unlinked = (await ours.run(connection, 'spawn(fun() -> receive stop -> ok end end)')) as ErlangPid
    connection.send({ type: 'link', from: me, to: unlinked })
    connection.send({ type: 'unlink', from: me, to: unlinked, id: 12 })
    expect((await ours.next('unlinkAck', me)).control).toMatchObject({ id: 12, from: unlinked })
    connection.send({ type: 'exitSignal', from: me, to: unlinked }, atom('kill'))
    expect(await ours.run(connection, `is_process_alive(list_to_pid("${local(unlinked)}"))`)).toBe(false)
  })

  it('ask each other to start processes, and answer', async () => {
    const { ours, connection } = await connected()
    const answer = ours.run(
      connection,
      `begin Id = erlang:spawn_request('${ours.node.name}', counter, start, [7], [monitor]),
       receive {spawn_reply, Id, ok, P} -> node(P); {spawn_reply, Id, error, E} -> E end end`,
    )
    const { control, payload } = await ours.next('spawn')
    if (control.type !== 'spawn') throw new Error('no request')
    expect([control.module, control.name, control.arity, payload]).toEqual([
      atom('counter'),
      atom('start'),
      1,
      [7],
    ])
    connection.send({
      type: 'spawnReply',
      id: control.id,
      to: control.from,
      linked: false,
      monitored: true,
      result: ours.pid(),
    })
    expect(await answer).toBe(atom(ours.node.name))
  })

  it('call as gen_server does, with an alias for the reply', async () => {
    const { ours, connection } = await connected()
    const answer = ours.run(connection, `gen_server:call({counter, '${ours.node.name}'}, {add, 2})`)
    const { control } = await ours.next('monitor')
    const { payload } = await ours.next('sendToName')
    const [tag, from, request] = payload as Iterable<unknown>
    expect([tag, request]).toEqual([atom('$gen_call'), tuple(atom('add'), 2)])
    const [, reference] = from as Iterable<{ readonly tail: never }>
    if (control.type !== 'monitor' || reference === undefined) throw new Error('no call')
    connection.send(
      { type: 'sendToAlias', from: ours.pid(), alias: reference.tail },
      tuple(from instanceof Tuple ? from.elements[1] : 0, 42),
    )
    expect(await answer).toBe(42)
  })

  it('refuse each other when their cookies differ', async () => {
    const stranger = await node({ cookie: 'another' })
    await expect(stranger.node.connect(beam.name)).rejects.toMatchObject({ code: 'HANDSHAKE_FAILED' })
    const { ours, connection } = await connected()
    expect(await ours.run(connection, `net_kernel:connect_node('${stranger.node.name}')`)).toBe(false)
    await stranger.until(() => stranger.problems.length > 0)
    expect(stranger.problems[0]).toMatchObject({ code: 'HANDSHAKE_FAILED' })
  })

  it('notice that the other was killed, or ended', async () => {
    await another(async (other) => {
      const ours = await node()
      const connection = await ours.node.connect(other.name)
      other.signal('SIGKILL')
      const reason = await ours.until(() => ours.downs[0])
      expect(reason).toMatchObject({ code: 'CONNECTION_LOST' })
      expect([connection.isUp, ours.node.nodes()]).toEqual([false, []])
    })
    const { ours, connection } = await connected()
    const me = await node()
    const second = await me.node.connect(beam.name)
    const told = ours.run(
      connection,
      `begin monitor_node('${me.node.name}', true), receive {nodedown, N} -> N end end`,
    )
    await ours.run(connection, 'ok')
    second.close()
    expect(await told).toBe(atom(me.node.name))
  })

  it('give up one that is silent for the tick time, and tick themselves', async () => {
    await another(async (other) => {
      const ours = await node({ tickTime: 60_000 })
      const connection = await ours.node.connect(other.name)
      other.signal('SIGSTOP')
      await ours.clock.advance(59_000)
      expect(connection.isUp).toBe(true)
      // Something of it may still have been on its way.
      await ours.clock.advance(60_000)
      expect(connection.isUp).toBe(false)
      expect(ours.downs[0]?.message).toContain('nothing came from it for 60000 ms')
    })
  })

  it('say that the other is behind, and when it is no more', async () => {
    await another(async (other) => {
      const ours = await node()
      const connection = await ours.node.connect(other.name)
      other.signal('SIGSTOP')
      const send = (): void =>
        connection.send({ type: 'sendToName', from: ours.pid(), name: atom('nobody') }, 'x'.repeat(60_000))
      for (let i = 0; i < 400 && !connection.busy; i++) {
        send()
        await new Promise(setImmediate)
      }
      expect(connection.busy).toBe(true)
      other.signal('SIGCONT')
      await ours.until(() => ours.ready > 0)
      expect(connection.busy).toBe(false)
      expect(await ours.echo(connection, 1)).toBe(1)
    })
  })

  it('are connected once when both connect at the same time, whoever has the greater name', async () => {
    const { ours: control, connection: toBeam } = await connected()
    for (let round = 0; round < 20; round++) {
      const name = `${round % 2 === 0 ? 'a' : 'z'}${round}@127.0.0.1`
      const ours = await node({ name })
      const [connection, theirs] = await Promise.all([
        ours.node.connect(beam.name),
        control.run(toBeam, `net_kernel:connect_node('${name}')`),
      ])
      expect(theirs).toBe(true)
      expect(await ours.echo(connection, round)).toBe(round)
      expect([ours.downs, ours.node.nodes()]).toEqual([[], [beam.name]])
      ours.node.close()
    }
  })

  it('are known to EPMD again when it was gone', async () => {
    const ours = await node()
    await epmd.stop()
    await epmd.start()
    await ours.clock.advance(1_000)
    const searching = await node()
    for (let tries = 0; ; tries++) {
      try {
        await searching.node.connect(ours.node.name)
        break
      } catch (error) {
        // It registers while we look.
        if (tries === 100) throw error
        await ours.clock.advance(100)
      }
    }
    expect(searching.node.nodes()).toEqual([ours.node.name])
  })
})

/** A pid of that node as it is written there. */
function local({ id, serial }: ErlangPid): string {
  return `<0.${id}.${serial}>`
}
