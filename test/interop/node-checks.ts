/** What must hold between nodes of ours and of Elixir themselves: who is connected with whom, and who may be. */
import assert from 'node:assert/strict'
import {
  connect,
  disconnect,
  type HeartwoodError,
  isNodeMessage,
  monitorNodes,
  nodes,
  receive,
  self,
  send,
  sleep,
  spawn,
} from 'heartwood'
import { atom, tuple } from 'heartwood/erlang'
import { type Checks, failure, spawned, until } from './world.js'

export const NODE_CHECKS: Checks = {
  'all nodes that come and go are told of here': async ({ elixir }) => {
    await connect(elixir.name)
    monitorNodes()
    disconnect(elixir.name)
    assert.deepEqual({ ...(await receive(isNodeMessage)) }, { tag: 'nodedown', node: elixir.name })
    await connect(elixir.name)
    assert.deepEqual({ ...(await receive(isNodeMessage)) }, { tag: 'nodeup', node: elixir.name })
  },
  'all hidden nodes that come and go are told of there': async (world) => {
    const other = await world.ours()
    const there = await spawned(
      world,
      'receive do to -> :net_kernel.monitor_nodes(true, node_type: :hidden); send(to, :on); for _ <- 1..2 do receive do {w, n, _} -> send(to, {w, n}) end end end',
    )
    send(there, self())
    assert.equal(await receive(), atom('on'))
    await other.run(() => connect(world.elixir.name))
    assert.deepEqual(await receive(), tuple(atom('nodeup'), atom(other.node)))
    await other.run(() => disconnect(world.elixir.name))
    assert.deepEqual(await receive(), tuple(atom('nodedown'), atom(other.node)))
  },
  'both connect at the same time, whoever has the greater name': async ({ elixir, ours }) => {
    for (const name of ['a', 'z']) {
      const other = await ours({ name })
      for (let round = 0; round < 10; round++) {
        const [, there] = await Promise.all([
          other.run(() => connect(elixir.name)),
          elixir.value(`Node.connect(:"${other.node}")`),
        ])
        assert.equal(there, true)
        assert.deepEqual(await other.run(nodes), [elixir.name])
        const answer = await elixir.value(`:net_adm.ping(:"${other.node}")`)
        assert.equal(answer, atom('pong'))
        await other.run(() => disconnect(elixir.name))
        await until(elixir, `:"${other.node}" not in Node.list(:hidden)`)
      }
    }
  },
  'a node with another cookie is refused there': async ({ elixir, ours }) => {
    const other = await ours({ cookie: 'another cookie of thirty chars' })
    const error = await failure(other.run(() => connect(elixir.name)))
    assert.equal(error.code, 'HANDSHAKE_FAILED')
  },
  'a node with another cookie is refused here': async ({ elixir, ours }) => {
    const other = await ours()
    const set = (cookie: string) => `Node.set_cookie(:"${other.node}", :"${cookie}")`
    assert.equal(await elixir.value(`${set('wrong')}; Node.connect(:"${other.node}")`), false)
    assert.deepEqual(await other.run(nodes), [])
    const { cookie } = elixir
    assert.equal(await elixir.value(`${set(cookie)}; Node.connect(:"${other.node}")`), true)
  },
  'a node that is not allowed is refused here': async ({ elixir, ours }) => {
    const other = await ours({ allow: (node) => !node.startsWith('elixir') })
    assert.equal(await elixir.value(`Node.connect(:"${other.node}")`), false)
    // Whom we connect to we want.
    await other.run(() => connect(elixir.name))
    assert.deepEqual(await other.run(nodes), [elixir.name])
  },
  'a name that another node of the machine has is refused': async ({ elixir, ours, setting }) => {
    if (!setting.hasEpmd) return
    const error = await failure(ours({ name: elixir.name.replace(/@.*/, ''), isExact: true }))
    assert.equal(error.code, 'EPMD_REFUSED')
  },
  'a node that is nowhere is told here and there': async ({ elixir, here }) => {
    const nowhere = here.replace(/.*@/, 'nowhere@')
    const error = (await failure(connect(nowhere))) as HeartwoodError
    // Without EPMD somebody else is there.
    assert.ok(['NODE_NOT_FOUND', 'NODE_UNREACHABLE', 'HANDSHAKE_FAILED'].includes(error.code), error.code)
    assert.equal(await elixir.value(`Node.connect(:"${nowhere}")`), false)
  },
  'the connection is of the family, and encrypted, as it is set': async ({ elixir, here, setting }) => {
    await elixir.value('1')
    const code = `{_, c} = List.keyfind(:erlang.system_info(:dist_ctrl), :"${here}", 0); if is_port(c) do {:ok, {a, _}} = :inet.peername(c); tuple_size(a) else :process end`
    const expected = setting.isEncrypted ? atom('process') : setting.isIPv6 ? 8 : 4
    assert.deepEqual(await elixir.value(code), expected)
  },
  'a certificate for another host is refused here': async ({ here, ours, setting }) => {
    if (setting.elsewhere === undefined) return
    const liar = await ours({ tls: setting.elsewhere })
    assert.equal((await failure(liar.run(() => connect(here)))).code, 'HANDSHAKE_FAILED')
    assert.ok(!nodes().includes(liar.node))
  },
  'a certificate for another host is refused there': async ({ elixir, ours, setting }) => {
    if (setting.elsewhere === undefined) return
    const liar = await ours({ tls: setting.elsewhere })
    assert.equal(await elixir.value(`Node.connect(:"${liar.node}")`), false)
    assert.deepEqual(await liar.run(nodes), [])
  },
  'a node of Elixir with a certificate for another host is refused here': async (world) => {
    const { elsewhereFlags } = world.setting
    if (elsewhereFlags === undefined) return
    const liar = await world.another({ flags: elsewhereFlags, run: `Node.connect(:"${world.here}")` })
    await liar.said('{:ran, false}')
    const error = await failure(connect(liar.name))
    assert.ok(['NODE_UNREACHABLE', 'HANDSHAKE_FAILED'].includes(error.code), error.code)
    assert.ok(!nodes().includes(liar.name))
  },
  'a connection without TLS is refused by those with it': async ({ elixir, ours, setting }) => {
    if (!setting.isEncrypted) return
    const plain = await ours({ tls: undefined, insecure: true })
    const error = await failure(plain.run(() => connect(elixir.name)))
    assert.ok(['NODE_UNREACHABLE', 'HANDSHAKE_FAILED'].includes(error.code), error.code)
    assert.equal(await elixir.value(`Node.connect(:"${plain.node}")`), false)
  },
  'what is large beyond the limit ends the connection with its sender, and no other': async ({
    elixir,
    ours,
  }) => {
    await elixir.value('1')
    const other = await ours({ limits: { message: 200_000 } })
    await other.run(() => connect(elixir.name))
    const code = `Node.monitor(:"${other.node}", true); send({:x, :"${other.node}"}, String.duplicate("x", 300_000)); receive do {:nodedown, n} -> n end`
    assert.equal(await elixir.value(code), atom(other.node))
    assert.ok(nodes().includes(elixir.name))
  },
  'a hidden node hears nothing of the others': async (world) => {
    const other = await world.another()
    await other.value(`Node.connect(:"${world.elixir.name}")`)
    assert.ok(!nodes().includes('nobody'))
    const there = (await world.elixir.value('Node.list()')) as unknown[]
    assert.ok(there.includes(atom(other.name)))
    await sleep(50)
    const seen = nodes()
    assert.ok(seen.every((name) => name === world.elixir.name || name === other.name))
  },
  'pids of a node that ended and came again under its name are others there': async (world) => {
    // Without EPMD each is on a host of its own, which is in its name.
    if (!world.setting.hasEpmd) return
    const first = await world.ours({ name: 'again', isExact: true })
    const watcher = await spawned(
      world,
      'Process.register(self(), :keeper); to = receive do {:to, to} -> to end; p = receive do {:pid, p} -> p end; f = fn -> Process.monitor(p); receive do {:DOWN, _, _, _, r} -> send(to, r) end end; f.(); receive do :again -> f.() end',
    )
    send(watcher, tuple(atom('to'), self()))
    const keeper = { name: 'keeper', node: world.elixir.name }
    await first.run(() => {
      send(
        keeper,
        tuple(
          atom('pid'),
          spawn(() => receive('never')),
        ),
      )
    })
    await first.run(() => connect(world.elixir.name))
    await sleep(100)
    world.end(first)
    assert.equal(await receive(), atom('noconnection'))
    await world.ours({ name: 'again', isExact: true })
    send(watcher, atom('again'))
    assert.equal(await receive(), atom('noproc'))
  },
}
