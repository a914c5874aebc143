import {
  connect,
  disconnect,
  exit,
  isGroupMessage,
  isNodeMessage,
  monitorNodes,
  type Pid,
  ProcessGroups,
  receive,
  self,
  send,
  spawn,
} from 'heartwood'
import { type Atom, atom, ErlangPid, ErlangReference, Tuple, tuple } from 'heartwood/erlang'
import { afterEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/erlang/distribution/connection.js'
import { type Heard, TestNode } from './node-world.js'
import { TwoNodes } from './two-nodes.js'

type Group = string | Atom | Tuple

describe('process groups on two nodes', () => {
  let two: TwoNodes
  let groups: ProcessGroups<Group>
  afterEach(() => two?.close())

  /** The scope runs on both; the body is a process of `a`, and `thereDo` does something as one of `b`. */
  const inTwo = (body: () => unknown) => async () => {
    two = await TwoNodes.start()
    groups = new ProcessGroups<Group>('pools')
    await two.b.run(() => groups.start())
    await two.a.run(async () => {
      await groups.start()
      await body()
    })
  }
  /** Two nodes, and a third that says what a test has it say. */
  const besidePeer = async (): Promise<TestNode> => {
    two = await TwoNodes.start()
    groups = new ProcessGroups<Group>('pools')
    const peer = new TestNode({
      name: 'peer@127.0.0.1',
      epmd: false,
      resolve: () => ({ host: '127.0.0.1', port: two.nodeB.port }),
    })
    await peer.node.start()
    return peer
  }
  /** What the peer was asked by name, until it has got an answer to something else. */
  const questionsTo = async (peer: TestNode, connection: Connection): Promise<unknown[]> => {
    await two.b.settled()
    const me = peer.pid()
    connection.send({ type: 'monitor', from: me, to: atom('nobody'), ref: reference(peer) })
    await peer.next('down', me)
    const isQuestion = ({ control }: Heard): boolean => control.type === 'sendToName'
    const asked = peer.heard.filter(isQuestion)
    for (const each of asked) peer.heard.splice(peer.heard.indexOf(each), 1)
    return asked
  }
  const idle = () => receive('end')
  const thereDo = <T>(act: () => T): Promise<T> => two.b.run(() => act())
  const change = async (): Promise<[string, unknown, number]> => {
    const { tag, group, pids } = await receive(isGroupMessage)
    return [tag, group, pids.length]
  }

  it(
    'are one: who was in one before, who comes and who goes',
    inTwo(async () => {
      const early = await thereDo(() => {
        const pid = spawn(idle)
        groups.join('workers', [pid, pid])
        return pid
      })
      groups.monitorScope()
      groups.join(atom('here'))
      expect(await change()).toEqual(['join', atom('here'), 1])
      send({ name: 'pools', node: 'b@127.0.0.1' }, 'whatever connects')
      expect([await change(), await change()]).toEqual([
        ['join', 'workers', 1],
        ['join', 'workers', 1],
      ])
      const there = two.inA(early)
      expect(groups.getMembers('workers')).toEqual([there, there])
      expect(groups.getLocalMembers('workers')).toEqual([])
      expect(await thereDo(() => groups.getMembers(atom('here')).length)).toBe(1)
      await thereDo(() => groups.join(tuple(atom('room'), 7), early))
      expect(await change()).toEqual(['join', tuple(atom('room'), 7), 1])
      expect(groups.getMembers(tuple(atom('room'), 7))).toEqual([there])
      await thereDo(() => groups.leave('workers', early))
      expect(await change()).toEqual(['leave', 'workers', 1])
      exit(there, 'over')
      expect([await change(), await change()]).toEqual(
        expect.arrayContaining([
          ['leave', 'workers', 1],
          ['leave', tuple(atom('room'), 7), 1],
        ]),
      )
      expect(groups.whichGroups()).toEqual([atom('here')])
    }),
  )

  it(
    'part when the connection or the scope ends, and meet again',
    inTwo(async () => {
      await thereDo(() => groups.join('workers', spawn(idle)))
      groups.monitor('workers')
      send({ name: 'pools', node: 'b@127.0.0.1' }, 'whatever connects')
      expect(await change()).toEqual(['join', 'workers', 1])
      disconnect('b@127.0.0.1')
      expect(await change()).toEqual(['leave', 'workers', 1])
      send({ name: 'pools', node: 'b@127.0.0.1' }, 'whatever connects')
      expect(await change()).toEqual(['join', 'workers', 1])
      await thereDo(() => exit(two.b.whereis('pools') as Pid, 'kill'))
      expect(await change()).toEqual(['leave', 'workers', 1])
      await two.b.run(() => groups.start())
      await thereDo(() => groups.join('workers', spawn(idle)))
      expect(await change()).toEqual(['join', 'workers', 1])
    }),
  )

  it('find a scope that starts after the connection, also one that says nothing of itself', async () => {
    const peer = await besidePeer()
    await two.b.run(() => groups.start())
    const connection = await peer.node.connect('b@127.0.0.1')
    expect((await peer.next('sendToName')).payload).toEqual(tuple(atom('discover'), expect.any(ErlangPid)))
    await two.clock.advance(500)
    const again = (await peer.next('sendToName')).payload as Tuple
    const scope = again.elements[1] as ErlangPid
    const me = peer.pid()
    connection.send({ type: 'sendToName', from: me, name: atom('pools') }, tuple(atom('discover'), me))
    await peer.next('send', me)
    await peer.next('send', me)
    connection.send(
      { type: 'send', from: me, to: scope },
      tuple(atom('$gen_cast'), tuple(atom('sync'), me, [tuple('workers', [me])])),
    )
    connection.send({ type: 'monitor', from: me, to: atom('nobody'), ref: reference(peer) })
    await peer.next('down', me)
    expect(await two.b.run(() => groups.getMembers('workers').length)).toBe(1)
    // It is found, and so is not asked any more: nothing comes before the answer about nobody.
    await two.clock.advance(60_000)
    connection.send({ type: 'monitor', from: me, to: atom('nobody'), ref: reference(peer) })
    await peer.next('down', me)
    expect(peer.heard.filter(({ control }) => control.type === 'sendToName')).toEqual([])
    peer.node.close()
  })

  it('ask a node that comes back at once whether it has the scope by now', async () => {
    const peer = await besidePeer()
    await two.b.run(() => groups.start())
    const first = await peer.node.connect('b@127.0.0.1')
    expect(await questionsTo(peer, first)).toHaveLength(1)
    const gone = two.b.run(async () => {
      monitorNodes()
      return receive(isNodeMessage)
    })
    await two.b.settled()
    first.close()
    expect(await gone).toMatchObject({ tag: 'nodedown', node: 'peer@127.0.0.1' })
    const second = await peer.node.connect('b@127.0.0.1')
    expect(await questionsTo(peer, second)).toHaveLength(1)
    peer.node.close()
  })

  it('ask a node again at once whose scope has ended', async () => {
    const peer = await besidePeer()
    await two.b.run(() => groups.start())
    const connection = await peer.node.connect('b@127.0.0.1')
    expect(await questionsTo(peer, connection)).toHaveLength(1)
    const me = peer.pid()
    connection.send({ type: 'sendToName', from: me, name: atom('pools') }, tuple(atom('discover'), me))
    const { control } = await peer.next('monitor', me)
    const { from, to, ref } = control as { from: ErlangPid; to: ErlangPid; ref: ErlangReference }
    expect(await questionsTo(peer, connection)).toEqual([])
    connection.send({ type: 'down', from: to, to: from, ref }, atom('normal'))
    expect(await questionsTo(peer, connection)).toHaveLength(1)
    expect(two.reports).toEqual([])
    peer.node.close()
  })

  it(
    'have each process join and leave on its own node',
    inTwo(async () => {
      await thereDo(() => groups.join('workers', spawn(idle)))
      groups.monitor('workers')
      send({ name: 'pools', node: 'b@127.0.0.1' }, 'whatever connects')
      await change()
      const [there] = groups.getMembers('workers')
      const elsewhere = expect.objectContaining({ code: 'NOT_LOCAL' })
      expect(() => groups.leave('workers', there)).toThrow(elsewhere)
      expect(() => groups.join('others', [spawn(idle), there as Pid])).toThrow(elsewhere)
      expect(groups.whichGroups()).toEqual(['workers'])
    }),
  )

  it('go on by themselves under a name that is no atom', async () => {
    two = await TwoNodes.start()
    const long = new ProcessGroups('x'.repeat(256))
    await two.a.run(async () => {
      await long.start()
      await connect('b@127.0.0.1')
      await two.a.settled()
      await two.clock.advance(60_000)
      long.join('workers')
      expect(long.getMembers('workers')).toEqual([self()])
    })
    expect(two.reports).toMatchObject([
      {
        level: 'warn',
        kind: 'server',
        message: expect.stringContaining('cannot tell b@127.0.0.1 of a group'),
      },
    ])
  })

  it('have texts for names also where binaries are bytes', async () => {
    two = await TwoNodes.start({ b: { forms: { binaries: 'bytes' } } })
    groups = new ProcessGroups<Group>('pools')
    await two.b.run(() => groups.start())
    await two.a.run(async () => {
      await groups.start()
      groups.join('workers', spawn(idle))
      send({ name: 'pools', node: 'b@127.0.0.1' }, 'whatever connects')
      await two.b.run(async () => {
        groups.monitor('workers')
        if (groups.getMembers('workers').length === 0) await change()
        expect(groups.whichGroups()).toEqual(['workers'])
      })
    })
  })

  it('believe no scope about the processes of another node, nor whoever it does not know', async () => {
    const peer = await besidePeer()
    const connection = await peer.node.connect('b@127.0.0.1')
    await two.b.run(() => groups.start())
    const me = peer.pid()
    const say = (message: Tuple): void =>
      connection.send({ type: 'sendToName', from: me, name: atom('pools') }, message)
    const stranger = peer.pid()
    const other = new ErlangPid('c@127.0.0.1', 1, 0, 9)
    say(tuple(atom('join'), stranger, 'workers', [stranger]))
    say(tuple(atom('join'), 'nobody', 'workers', [stranger]))
    say(tuple(atom('discover'), me))
    const { payload } = await peer.next('send', me)
    expect(payload).toEqual(tuple(atom('$gen_cast'), tuple(atom('sync'), expect.any(ErlangPid), [])))
    expect((await peer.next('send', me)).payload).toEqual(tuple(atom('discover'), expect.any(ErlangPid)))
    say(tuple(atom('join'), me, 'workers', [stranger, other, 7]))
    say(tuple(atom('join'), me, { no: 'key' }, stranger))
    say(tuple(atom('leave'), me, other, ['workers', 'none']))
    connection.send({ type: 'monitor', from: me, to: atom('nobody'), ref: reference(peer) })
    await peer.next('down', me)
    const members = await two.b.run(() => groups.getMembers('workers'))
    expect(members.map(({ node }) => node)).toEqual(['peer@127.0.0.1'])
    expect(await two.b.run(() => groups.whichGroups())).toEqual(['workers'])
    peer.node.close()
  })
})

const reference = (peer: TestNode): ErlangReference =>
  new ErlangReference(peer.node.name, peer.node.creation, [1, 0, 0])
