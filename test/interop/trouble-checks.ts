/** What must hold when nodes are killed, stand still, are cut off or slow: on both sides, and afterwards. */
import assert from 'node:assert/strict'
import {
  call,
  connect,
  currentKernel,
  disconnect,
  isDown,
  isExit,
  isNodeMessage,
  link,
  monitor,
  monitorNode,
  nodes,
  type Pid,
  receive,
  self,
  send,
  sleep,
  spawn,
  trapExit,
} from 'heartwood'
import { atom, rpc, tuple } from 'heartwood/erlang'
import { basket, type Checks, failure, spawned, until, type World } from './world.js'

/** How long the tick time of all is, and how much later a node may be given up. */
const TICK = 4_000
const LATE = 2_500

/** Somebody there who tells with which reasons a link and a monitor of a process here end, and that the node is down. */
const watching = (world: World, node: string): Promise<Pid> =>
  spawned(
    world,
    `Process.flag(:trap_exit, true); {to, p} = receive do x -> x end; Process.link(p); Process.monitor(p); Node.monitor(:"${node}", true); send(to, :on); ls = for _ <- 1..3 do receive do {:EXIT, _, r} -> {:exit, r}; {:DOWN, _, _, _, r} -> {:down, r}; {:nodedown, _} -> {:node, :down} end end; Process.register(self(), :heard); receive do {:tell, to} -> send(to, Enum.sort(ls)) end`,
  )

/** Another server there, which may end. */
async function another(node: string): Promise<Pid> {
  const [, pid] = (await rpc(node, 'Elixir.GenServer', 'start', [
    atom('Elixir.Counter'),
    0,
  ])) as Iterable<unknown>
  return pid as Pid
}

const ALL_LOST = [
  tuple(atom('down'), atom('noconnection')),
  tuple(atom('exit'), atom('noconnection')),
  tuple(atom('node'), atom('down')),
]

export const TROUBLE_CHECKS: Checks = {
  'a connection that is ended here ends all across it, on both sides': async (world) => {
    const { elixir, here } = world
    trapExit(true)
    const counter = await another(elixir.name)
    const mine = spawn(() => receive('never'))
    const there = await watching(world, here)
    send(there, tuple(self(), mine))
    assert.equal(await receive(), atom('on'))
    link(counter)
    monitor(counter)
    const waiting = failure(call(counter, atom('never')))
    await call(counter, atom('total'))
    disconnect(elixir.name)
    assert.equal((await receive(isExit)).reason, 'noconnection')
    assert.equal((await receive(isDown)).reason, 'noconnection')
    assert.equal((await waiting).details.reason, 'noconnection')
    await until(elixir, 'Process.whereis(:heard) != nil')
    send({ name: 'heard', node: elixir.name }, tuple(atom('tell'), self()))
    assert.deepEqual(await receive(), ALL_LOST)
    // The process here was linked with one there.
    monitor(mine)
    assert.ok(['noconnection', 'noproc'].includes(String((await receive(isDown)).reason)))
  },
  'a connection that is ended there ends all across it, on both sides': async (world) => {
    const { elixir, here } = world
    trapExit(true)
    const counter = await another(elixir.name)
    link(counter)
    monitor(counter)
    monitorNode(elixir.name)
    const waiting = failure(call(counter, atom('never')))
    await call(counter, atom('total'))
    await elixir.value(`spawn(fn -> Process.sleep(20); Node.disconnect(:"${here}") end); 1`)
    assert.equal((await receive(isExit)).reason, 'noconnection')
    assert.equal((await receive(isDown)).reason, 'noconnection')
    assert.equal((await receive(isNodeMessage)).tag, 'nodedown')
    assert.equal((await waiting).details.reason, 'noconnection')
  },
  'sockets that are cut, in the middle of all, again and again': async ({ elixir, ours, wayTo }) => {
    const way = await wayTo?.(elixir.name)
    if (way === undefined) return
    const other = await ours({ resolve: () => ({ host: '127.0.0.1', port: way.port }) })
    await other.run(async () => {
      trapExit(true)
      const counter = { name: 'counter', node: elixir.name }
      for (let round = 0; round < 10; round++) {
        const pid = await another(elixir.name)
        link(pid)
        monitor(pid)
        const waiting = failure(call(counter, atom('never')))
        await call(counter, atom('total'))
        // Something large is on its way.
        send(counter, 'x'.repeat(2_000_000))
        way.cut()
        assert.equal((await receive(isExit)).reason, 'noconnection')
        assert.equal((await receive(isDown)).reason, 'noconnection')
        assert.equal((await waiting).details.reason, 'noconnection')
        assert.deepEqual(nodes(), [])
      }
      assert.equal(typeof (await call(counter, atom('total'))), 'number')
    })
    assert.equal(way.count, 11)
  },
  'a way on which everything gets lost is given up by both after the tick time': async (world) => {
    const { elixir, ours, wayTo } = world
    const way = await wayTo?.(elixir.name)
    if (way === undefined) return
    const other = await ours({ resolve: () => ({ host: '127.0.0.1', port: way.port }) })
    await other.run(() => connect(elixir.name))
    const there = elixir.run(
      `Node.monitor(:"${other.node}", true); receive do {:nodedown, n} -> n after 9000 -> :never end`,
    )
    there.catch(() => {})
    await elixir.value('1')
    const took = await other.run(async () => {
      monitor({ name: 'counter', node: elixir.name })
      await call({ name: 'counter', node: elixir.name }, atom('total'))
      const since = currentKernel().now()
      way.swallow()
      assert.equal((await receive(isDown, { timeout: 10_000 }))?.reason, 'noconnection')
      return currentKernel().now() - since
    })
    assert.ok(took > TICK / 2 && took < TICK + LATE, `after ${took} ms`)
    assert.deepEqual(await there, ['value', atom(other.node)])
    way.heal()
    // Both begin anew.
    assert.equal(
      await other.run(async () => typeof (await call({ name: 'counter', node: elixir.name }, atom('total')))),
      'number',
    )
    assert.equal(await elixir.value(`:net_adm.ping(:"${other.node}")`), atom('pong'))
  },
  'a node of Elixir that is killed and started again is found by those who go on sending': async (world) => {
    const first = await world.another()
    const { name } = first
    await first.value('1')
    const counter = { name: 'counter', node: name }
    monitorNode(name)
    await first.stop()
    assert.equal((await receive(isNodeMessage)).tag, 'nodedown')
    for (let at = 0; at < 200; at++) {
      send(counter, at)
      if (at % 20 === 0) await sleep(5)
    }
    await world.another()
    for (let tries = 0; tries < 100; tries++) {
      const answer = await call(counter, atom('total')).catch(() => undefined)
      if (answer !== undefined) return
      await sleep(50)
    }
    assert.fail('it was not found')
  },
  'a node that is not there is not looked for thousands of times': async ({ ours, here }) => {
    let count = 0
    const other = await ours({
      resolve: () => {
        count++
        return undefined
      },
      epmd: false,
    })
    await other.run(async () => {
      for (let at = 0; at < 50_000; at++) {
        send({ name: 'x', node: here.replace(/.*@/, 'nowhere@') }, at)
        if (at % 100 === 99) await new Promise(setImmediate)
      }
    })
    assert.ok(count < 50, `${count} times`)
  },
  'a node of Elixir that stands still for less than the tick time is kept, and all arrives': async (
    world,
  ) => {
    const other = await world.another()
    await other.value('1')
    monitorNode(other.name)
    const counter = { name: 'counter', node: other.name }
    assert.equal(await call(counter, tuple(atom('add'), 0)), 0)
    other.signal('SIGSTOP')
    const calls = Array.from({ length: 50 }, () => call(counter, tuple(atom('add'), 1), 10_000))
    await sleep(1_500)
    other.signal('SIGCONT')
    assert.equal((await Promise.all(calls)).at(-1), 50)
    assert.equal(await receive(isNodeMessage, { timeout: 0 }), undefined)
  },
  'a node of Elixir that stood still for too long is connected anew, as the same': async (world) => {
    const other = await world.another()
    const pid = (await other.value('Process.whereis(:counter)')) as Pid
    monitorNode(other.name)
    other.signal('SIGSTOP')
    assert.equal((await receive(isNodeMessage, { timeout: 10_000 }))?.tag, 'nodedown')
    const lost = failure(call(pid, atom('total'), 1_000))
    assert.ok(['CALL_TIMEOUT', 'CALL_SERVER_EXITED'].includes((await lost).code))
    other.signal('SIGCONT')
    for (let tries = 0; tries < 100; tries++) {
      const answer = await call(pid, atom('total'), 1_000).catch(() => undefined)
      if (answer !== undefined) return
      await sleep(50)
    }
    assert.fail('it is not connected again')
  },
  'what waits for a node of Elixir that does not read is bounded: it is given up': async (world) => {
    const there = await world.another()
    const other = await world.ours({ limits: { waiting: 4_000_000 } })
    const sent = await other.run(async () => {
      const sink = { name: 'counter', node: there.name }
      await call(sink, atom('total'))
      monitor(sink)
      there.signal('SIGSTOP')
      let bytes = 0
      for (; nodes().length > 0 && bytes < 200_000_000; bytes += 100_000) {
        send(sink, 'x'.repeat(100_000))
        if (bytes % 1_000_000 === 0) await new Promise(setImmediate)
      }
      assert.equal((await receive(isDown, { timeout: 1_000 }))?.reason, 'noconnection')
      return bytes
    })
    there.signal('SIGCONT')
    assert.ok(sent < 40_000_000, `${sent} bytes were taken`)
  },
  'who sends to a program of ours that does not read is suspended': async ({ elixir, program }) => {
    const ours = await program?.()
    if (ours === undefined) return
    const echo = `{:echo, :"${ours.node}"}`
    await elixir.value(`GenServer.call(${echo}, :count)`)
    ours.child.kill('SIGSTOP')
    await elixir.value(
      `Process.register(spawn(fn -> x = String.duplicate("x", 100_000); for _ <- 1..500, do: send(${echo}, x); Process.sleep(:infinity) end), :flood); 1`,
    )
    await until(elixir, 'Process.info(Process.whereis(:flood), :status) == {:status, :suspended}')
    ours.child.kill('SIGCONT')
    await until(elixir, `GenServer.call(${echo}, :seen, 10_000) == 500`)
    await elixir.value('Process.exit(Process.whereis(:flood), :kill)')
  },
  'a program of ours that blocks for less than the tick time loses nothing': async ({ elixir, program }) => {
    const ours = await program?.()
    if (ours === undefined) return
    const echo = `{:echo, :"${ours.node}"}`
    assert.equal(await elixir.value(`GenServer.call(${echo}, {:block, 1500}, 10_000)`), 1_500)
    assert.equal(await elixir.value(`GenServer.call(${echo}, :hello)`), atom('hello'))
    assert.equal(await elixir.value(`:"${ours.node}" in Node.list(:hidden)`), true)
  },
  'a program of ours that blocks for longer is given up there, gives up nobody itself, and is found again':
    async ({ elixir, program }) => {
      const ours = await program?.()
      if (ours === undefined) return
      const echo = `{:echo, :"${ours.node}"}`
      const code = `Node.monitor(:"${ours.node}", true); spawn(fn -> GenServer.call(${echo}, {:block, 7000}, 20_000) end); receive do {:nodedown, _} -> :down after 9000 -> :never end`
      await elixir.value(`GenServer.call(${echo}, :hello)`)
      assert.equal(await elixir.value(code), atom('down'))
      await until(elixir, `GenServer.call(${echo}, :hello, 5000) == :hello`)
    },
  'a program of ours that is killed ends links, monitors and calls there': async ({ elixir, program }) => {
    const ours = await program?.()
    if (ours === undefined) return
    const echo = `{:echo, :"${ours.node}"}`
    const heard = elixir.run(
      `Process.flag(:trap_exit, true); p = GenServer.call(${echo}, :pid); Process.link(p); r = Process.monitor(p); t = Task.async(fn -> try do GenServer.call(${echo}, :never, 10_000) catch :exit, {x, _} -> x end end); Process.register(self(), :listening); a = receive do {:EXIT, ^p, x} -> x end; b = receive do {:DOWN, ^r, _, _, x} -> x end; {a, b, Task.await(t)}`,
    )
    await until(elixir, 'Process.whereis(:listening) != nil')
    await elixir.value('Process.sleep(100)')
    ours.child.kill('SIGKILL')
    const [kind, value] = await heard
    assert.equal(kind, 'value')
    const [exit, down, failed] = value as Iterable<unknown>
    assert.deepEqual([exit, down], [atom('noconnection'), atom('noconnection')])
    assert.match(JSON.stringify(failed), /noconnection|nodedown/)
  },
  'a thousand that are watched there are all told of when the connection ends': async (world) => {
    const { elixir } = world
    const code = 'for _ <- 1..1000, do: spawn(fn -> Process.sleep(:infinity) end)'
    const pids = (await elixir.value(code)) as Pid[]
    for (const pid of pids) monitor(pid)
    await elixir.value('1')
    disconnect(elixir.name)
    for (let at = 0; at < 1_000; at++) assert.equal((await receive(isDown)).reason, 'noconnection')
  },
  'a thousand here that are watched there are all told of when the connection ends': async (world) => {
    const { elixir, here } = world
    await basket('many')
    const mine = Array.from({ length: 1_000 }, () => spawn(() => receive('never')))
    const there = await spawned(
      world,
      'receive do {to, ps} -> for p <- ps, do: Process.monitor(p); send(to, :on); n = Enum.count(ps, fn p -> receive do {:DOWN, _, _, ^p, :noconnection} -> true end end); Process.register(self(), :counted); receive do {:tell, to} -> send(to, n) end end',
    )
    send(there, tuple(self(), mine))
    assert.equal(await receive(), atom('on'))
    disconnect(elixir.name)
    await until(elixir, 'Process.whereis(:counted) != nil')
    send({ name: 'counted', node: elixir.name }, tuple(atom('tell'), self()))
    assert.equal(await receive(), 1_000)
    assert.ok(here !== '')
  },
}
