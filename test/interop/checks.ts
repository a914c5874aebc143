/** What must hold between a node of ours and one of Elixir, in both directions. */
import assert from 'node:assert/strict'
import {
  call,
  cast,
  connect,
  currentKernel,
  disconnect,
  exit,
  type GroupMessage,
  isDown,
  isExit,
  isGroupMessage,
  isNodeMessage,
  link,
  monitor,
  monitorNode,
  nodes,
  type Pid,
  ProcessGroups,
  PubSub,
  receive,
  ref,
  register,
  remote,
  self,
  send,
  spawn,
  stop,
  trapExit,
  unlink,
} from 'heartwood'
import {
  atom,
  ErlangException,
  float,
  globalNames,
  ImproperList,
  rpc,
  type Tuple,
  tuple,
} from 'heartwood/erlang'
import { alias, unalias } from 'heartwood/kernel'
import { NODE_CHECKS } from './node-checks.js'
import { PROCESS_CHECKS } from './process-checks.js'
import { TROUBLE_CHECKS } from './trouble-checks.js'
import { Basket, basket, type Checks, echo, failure, spawned } from './world.js'

const ok = atom('ok')
const now = (): number => currentKernel().now()

interface Counter {
  add(by: number): number
  total(): number
  addItem(item: string, count: number): unknown
  resetAll(): void
}

const FIRST_CHECKS: Checks = {
  // Nodes
  'our node is hidden there': async ({ elixir, here }) => {
    await elixir.value('1')
    assert.deepEqual(await elixir.value('{Node.list(), Node.list(:hidden)}'), tuple([], [atom(here)]))
    assert.ok(nodes().includes(elixir.name))
  },
  'Elixir connects': async ({ elixir, here }) => {
    await elixir.value('1')
    disconnect(elixir.name)
    await connect(elixir.name)
    assert.equal(await elixir.value(`Node.connect(:"${here}")`), true)
  },
  'Node.ping answers pong': async ({ elixir, here }) => {
    assert.equal(await elixir.value(`Node.ping(:"${here}")`), atom('pong'))
  },
  'Node.monitor there hears of our end': async (world) => {
    const other = await world.ours()
    const me = self()
    const code = `Node.monitor(:"${other.node}", true); send(to, :on); receive do x -> send(to, x) end`
    await other.run(() => connect(world.elixir.name))
    const watcher = await spawned(world, `receive do to -> ${code} end`)
    send(watcher, me)
    assert.equal(await receive(), atom('on'))
    await other.run(() => disconnect(world.elixir.name))
    assert.deepEqual(await receive(), tuple(atom('nodedown'), atom(other.node)))
  },
  // Sends
  'a send to a name there': async ({ elixir }) => {
    send({ name: 'counter', node: elixir.name }, tuple(atom('tell'), self(), 'hello'))
    assert.equal(await receive(), 'hello')
  },
  'a send to a pid there': async (world) => {
    const pid = await spawned(world, 'receive do {to, x} -> send(to, {x, self()}) end')
    send(pid, tuple(self(), 1))
    assert.deepEqual(await receive(), tuple(1, pid))
  },
  'a send to a name here': async ({ elixir, here }) => {
    register('me', self())
    await elixir.value(`send({:me, :"${here}"}, {:hello, 1})`)
    assert.deepEqual(await receive(), tuple(atom('hello'), 1))
  },
  'pids come home as themselves': async (world) => {
    const pid = await spawned(world, 'receive do {to, x} -> send(to, x) end')
    send(pid, tuple(self(), [self()]))
    const [back] = (await receive()) as Pid[]
    assert.equal(back, self())
  },
  'messages of one sender come in order': async ({ elixir }) => {
    const code = `for i <- 1..2000, do: send(to, i)`
    const pid = (await elixir.value(`spawn(fn -> receive do to -> ${code} end end)`)) as Pid
    send(pid, self())
    for (let i = 1; i <= 2_000; i++) assert.equal(await receive(), i)
  },
  'a send to nobody is lost without a word': async ({ elixir }) => {
    send({ name: 'nobody', node: elixir.name }, 1)
    assert.equal(await elixir.value('2'), 2)
  },
  'terms keep what they are': async (world) => {
    const terms = [
      atom('größe'),
      'Ann',
      1.5,
      float(2),
      2n ** 80n,
      -(2n ** 70n),
      true,
      null,
      undefined,
      [1, [2]],
      { a: { b: [] } },
      new Map([['k', 1]]),
      tuple(),
      new ImproperList([1], 2),
      new Uint8Array([255, 0]),
    ]
    const pid = await spawned(world, 'receive do {to, x} -> send(to, x) end')
    send(pid, tuple(self(), terms))
    assert.deepEqual(await receive(), terms)
  },
  'five megabytes go there and back': async (world) => {
    const pid = await spawned(world, 'receive do {to, x} -> send(to, {byte_size(x), x}) end')
    const text = 'x'.repeat(5_000_000)
    send(pid, tuple(self(), text))
    assert.deepEqual(await receive(), tuple(text.length, text))
  },
  'an alias of ours works until it is over': async (world) => {
    const there = await spawned(
      world,
      'receive do r -> send(r, :one) end; receive do {r, to} -> send(r, :two); send(to, :done) end',
    )
    const ref = alias()
    send(there, ref)
    assert.equal(await receive(), atom('one'))
    unalias(ref)
    send(there, tuple(ref, self()))
    assert.equal(await receive(), atom('done'))
  },
  'an alias of theirs works until it is over': async (world) => {
    const me = self()
    const there = await spawned(
      world,
      'receive do to -> a = :erlang.alias(); send(to, a); receive do x -> send(to, x) end; :erlang.unalias(a); send(to, :over); receive do x -> send(to, x) after 200 -> send(to, :nothing) end end',
    )
    send(there, me)
    const ref = (await receive()) as never
    send(ref, 'hello')
    assert.equal(await receive(), 'hello')
    assert.equal(await receive(), atom('over'))
    send(ref, 'late')
    assert.equal(await receive(), atom('nothing'))
  },
  // Calls from here
  'a call by term': async ({ elixir }) => {
    const counter = { name: 'counter', node: elixir.name }
    cast(counter, atom('reset_all'))
    assert.equal(await call(counter, tuple(atom('add'), 2)), 2)
    assert.equal(await call(counter, atom('total')), 2)
  },
  'a call by type, in the words of both': async ({ elixir }) => {
    const counter = remote<Counter>({ name: 'counter', node: elixir.name })
    counter.cast.resetAll()
    assert.equal(await counter.call.add(3), 3)
    assert.equal(await counter.call.total(), 3)
    assert.deepEqual(await counter.call.addItem('tea', 2), tuple('tea', 2))
  },
  'a hundred calls at once': async ({ elixir }) => {
    const counter = { name: 'counter', node: elixir.name }
    cast(counter, tuple(atom('set'), 0))
    const totals = await Promise.all(Array.from({ length: 100 }, () => call(counter, tuple(atom('add'), 1))))
    assert.deepEqual(
      totals,
      Array.from({ length: 100 }, (_, at) => at + 1),
    )
  },
  'a call that is answered later, by another process': async ({ elixir }) => {
    assert.equal(await call({ name: 'counter', node: elixir.name }, tuple(atom('later'), 'x')), 'x')
  },
  'a call that calls back': async ({ elixir }) => {
    await basket('back')
    const me = { name: 'counter', node: elixir.name }
    const pid = currentKernel().whereis('back')
    assert.deepEqual(await call(me, tuple(atom('callback'), pid, atom('list'))), [])
  },
  'a call to nobody is CALL_NOPROC': async ({ elixir }) => {
    assert.equal((await failure(call({ name: 'nobody', node: elixir.name }, 1))).code, 'CALL_NOPROC')
  },
  'a call to no node is noconnection': async () => {
    const error = await failure(call({ name: 'x', node: 'none@127.0.0.1' }, 1))
    assert.equal(error.code, 'CALL_SERVER_EXITED')
    assert.equal(error.details.reason, 'noconnection')
  },
  'an exception there is its error here': async ({ elixir }) => {
    await elixir.value('GenServer.start(Counter, 0, name: :raises)')
    const { details } = await failure(call({ name: 'raises', node: elixir.name }, atom('raise')))
    assert.ok(details.reason instanceof ErlangException)
    assert.equal(details.reason.name, 'ArgumentError')
    assert.equal(details.reason.message, 'no such thing')
    assert.match(String(details.reason.stack), /Counter\.handle_call\/3/)
  },
  'an error of Erlang there is one here': async ({ elixir }) => {
    await elixir.value('GenServer.start(Counter, 0, name: :divides)')
    const { details } = await failure(call({ name: 'divides', node: elixir.name }, atom('badarith')))
    assert.ok(details.reason instanceof ErlangException)
    assert.equal(details.reason.fields.original, 'badarith')
  },
  'the reason of a server that stops in a call': async ({ elixir }) => {
    await elixir.value('GenServer.start(Counter, 0, name: :stops)')
    const reason = tuple(atom('shutdown'), atom('full'))
    const { details } = await failure(call({ name: 'stops', node: elixir.name }, tuple(atom('stop'), reason)))
    assert.deepEqual(details.reason, { shutdown: 'full' })
  },
  'a call that takes too long is given up, and its answer dropped': async ({ elixir }) => {
    const error = await failure(call({ name: 'counter', node: elixir.name }, atom('never'), 50))
    assert.equal(error.code, 'CALL_TIMEOUT')
  },
  'a server there is stopped from here': async ({ elixir }) => {
    await elixir.value('GenServer.start(Counter, 0, name: :stopped)')
    monitor({ name: 'stopped', node: elixir.name })
    await stop({ name: 'stopped', node: elixir.name }, 'shutdown')
    assert.equal((await receive(isDown)).reason, 'shutdown')
  },
  // Calls from there
  'Elixir calls a method by a tuple': async ({ elixir, here }) => {
    await basket('b1')
    assert.equal(await elixir.value(`GenServer.call({:b1, :"${here}"}, {:add_item, "tea", 2})`), 2)
    assert.deepEqual(await elixir.value(`GenServer.call({:b1, :"${here}"}, :list)`), ['tea', 'tea'])
  },
  'Elixir casts, and sends': async ({ elixir, here }) => {
    await basket('b2')
    const code = `b = {:b2, :"${here}"}; GenServer.call(b, {:add_item, 1}); GenServer.cast(b, :empty_out); send(b, {:note, 2}); GenServer.call(b, :list)`
    assert.deepEqual(await elixir.value(code), [tuple(atom('note'), 2)])
  },
  'Elixir calls by pid': async (world) => {
    await basket('b3')
    const pid = currentKernel().whereis('b3')
    const there = await spawned(
      world,
      'receive do {to, pid} -> send(to, GenServer.call(pid, {:echo, pid})) end',
    )
    send(there, tuple(self(), pid))
    assert.equal(await receive(), pid)
  },
  'an answer that comes later': async ({ elixir, here }) => {
    await basket('b4')
    assert.equal(await elixir.value(`GenServer.call({:b4, :"${here}"}, {:later, "x"})`), 'x')
  },
  'an error here is an exception there': async ({ elixir, here }) => {
    await basket('b5')
    const [kind, text] = await elixir.run(`GenServer.call({:b5, :"${here}"}, :fail)`)
    assert.equal(kind, 'exit')
    assert.match(String(text), /an exception was raised:\s+\*\* \(RuntimeError\) the basket has a hole/)
  },
  'a stop here is its reason there': async ({ elixir, here }) => {
    await basket('b6')
    const [kind, text] = await elixir.run(`GenServer.call({:b6, :"${here}"}, {:leave, "shutdown"})`)
    assert.deepEqual([kind, String(text).includes('shutdown')], ['exit', true])
  },
  'nobody here is noproc there': async ({ elixir, here }) => {
    const [kind, text] = await elixir.run(`GenServer.call({:nobody, :"${here}"}, :x)`)
    assert.equal(kind, 'exit')
    assert.match(String(text), /no process/)
  },
  'a time-out there is heard here': async ({ elixir, here }) => {
    await basket('b7')
    const [kind, text] = await elixir.run(`GenServer.call({:b7, :"${here}"}, :never, 50)`)
    assert.deepEqual([kind, /time out/.test(String(text))], ['exit', true])
    assert.deepEqual(await elixir.value(`GenServer.call({:b7, :"${here}"}, :list)`), ['aborted'])
  },
  'GenServer.stop stops ours': async ({ elixir, here }) => {
    await basket('b8')
    const pid = currentKernel().whereis('b8') as Pid
    monitor(pid)
    assert.equal(await elixir.value(`GenServer.stop({:b8, :"${here}"}, :shutdown)`), ok)
    assert.equal((await receive(isDown)).reason, 'shutdown')
  },
  'what a server of ours holds is told to nobody': async ({ elixir, here }) => {
    await basket('b9')
    const [kind] = await elixir.run(`:sys.get_state({:b9, :"${here}"})`)
    assert.notEqual(kind, 'value')
    assert.deepEqual(await call('b9', atom('list')), [])
  },
  ':sys.suspend and resume': async ({ elixir, here }) => {
    await basket('b10')
    const code = `b = {:b10, :"${here}"}; :sys.suspend(b); r = catch_exit = try do GenServer.call(b, :list, 50) catch :exit, _ -> :suspended end; :sys.resume(b); {r, GenServer.call(b, :list)}`
    assert.deepEqual(
      await elixir.value(code.replace('r = catch_exit =', 'r =')),
      tuple(atom('suspended'), []),
    )
  },
  'GenServer.multi_call': async ({ elixir, here }) => {
    await basket('b11')
    const code = `GenServer.multi_call([:"${here}"], :b11, {:echo, 1}, 2000)`
    assert.deepEqual(await elixir.value(code), tuple([tuple(atom(here), 1)], []))
  },
  'GenServer.abcast': async ({ elixir, here }) => {
    await basket('b12')
    await elixir.value(`GenServer.abcast([:"${here}"], :b12, :empty_out)`)
    assert.deepEqual(await elixir.value(`GenServer.call({:b12, :"${here}"}, :list)`), [])
  },
  ':gen_server.send_request': async ({ elixir, here }) => {
    await basket('b13')
    const code = `r = :gen_server.send_request({:b13, :"${here}"}, {:echo, 7}); :gen_server.receive_response(r, 2000)`
    assert.deepEqual(await elixir.value(code), tuple(atom('reply'), 7))
  },
  'Task.async awaits a call of ours': async ({ elixir, here }) => {
    await basket('b14')
    assert.equal(
      await elixir.value(`Task.await(Task.async(fn -> GenServer.call({:b14, :"${here}"}, {:echo, 5}) end))`),
      5,
    )
  },
  'ref of a class on a node of ours': async (world) => {
    const other = await world.ours()
    await other.run(() => basket('far'))
    assert.equal(await ref(Basket, { name: 'far', node: other.node }).call.addItem('tea'), 1)
  },
  // Links
  'a link made here ends ours with theirs': async (world) => {
    trapExit(true)
    const pid = await spawned(world, 'receive do x -> exit(x) end')
    link(pid)
    send(pid, atom('boom'))
    const { from, reason } = await receive(isExit)
    assert.deepEqual([from === pid, reason], [true, 'boom'])
  },
  'a link made there ends theirs with ours': async (world) => {
    const mine = spawn(async () => exit(await receive()))
    const there = await spawned(
      world,
      'Process.flag(:trap_exit, true); receive do {to, pid} -> Process.link(pid); send(to, :on); receive do {:EXIT, ^pid, r} -> send(to, r) end end',
    )
    send(there, tuple(self(), mine))
    assert.equal(await receive(), atom('on'))
    send(mine, { shutdown: 'left' })
    assert.deepEqual(await receive(), tuple(atom('shutdown'), atom('left')))
  },
  'a link to nobody there': async (world) => {
    trapExit(true)
    const pid = await spawned(world, ':ok')
    await world.elixir.value('Process.sleep(20)')
    link(pid)
    assert.equal((await receive(isExit)).reason, 'noproc')
  },
  'a link to nobody here': async (world) => {
    const mine = spawn(() => {})
    const there = await spawned(
      world,
      'Process.flag(:trap_exit, true); receive do {to, pid} -> Process.link(pid); receive do {:EXIT, _, r} -> send(to, r) end end',
    )
    await new Promise(setImmediate)
    send(there, tuple(self(), mine))
    assert.equal(await receive(), atom('noproc'))
  },
  'unlink, and link again': async (world) => {
    trapExit(true)
    const pid = await spawned(world, 'receive do x -> exit(x) end')
    for (let i = 0; i < 50; i++) {
      link(pid)
      unlink(pid)
    }
    link(pid)
    send(pid, atom('boom'))
    assert.equal((await receive(isExit)).reason, 'boom')
    const other = await spawned(world, 'receive do x -> exit(x) end')
    link(other)
    unlink(other)
    send(other, atom('boom'))
    await world.elixir.value('1')
    assert.equal(await receive(isExit, { timeout: 0 }), undefined)
  },
  'unlink there': async (world) => {
    const mine = spawn(async () => exit(await receive()))
    const there = await spawned(
      world,
      'receive do {to, pid} -> for _ <- 1..50 do Process.link(pid); Process.unlink(pid) end; send(to, :off); receive do x -> send(to, x) end end',
    )
    send(there, tuple(self(), mine))
    assert.equal(await receive(), atom('off'))
    send(mine, 'boom')
    send(there, 'alive')
    assert.equal(await receive(), 'alive')
  },
  'kill over exit/2, both ways': async (world) => {
    trapExit(true)
    const pid = await spawned(world, 'Process.flag(:trap_exit, true); Process.sleep(:infinity)')
    link(pid)
    exit(pid, 'kill')
    assert.equal((await receive(isExit)).reason, 'killed')
    const mine = spawn(async () => {
      trapExit(true)
      for (;;) await receive()
    })
    monitor(mine)
    const there = await spawned(world, 'receive do pid -> Process.exit(pid, :kill) end')
    send(there, mine)
    assert.equal((await receive(isDown)).reason, 'killed')
  },
  'exit/2 that is trapped, both ways': async (world) => {
    const there = await spawned(
      world,
      'Process.flag(:trap_exit, true); receive do to -> send(to, :on) end; receive do {:EXIT, from, r} -> send(from, {:trapped, r}) end',
    )
    send(there, self())
    assert.equal(await receive(), atom('on'))
    exit(there, 'please')
    assert.deepEqual(await receive(), tuple(atom('trapped'), atom('please')))
    trapExit(true)
    const other = await spawned(world, 'receive do to -> Process.exit(to, :please) end')
    send(other, self())
    assert.equal((await receive(isExit)).reason, 'please')
  },
  // Monitors
  'a monitor here by pid': async (world) => {
    const pid = await spawned(world, 'receive do x -> exit(x) end')
    const monitored = monitor(pid)
    send(pid, { shutdown: 1 })
    send(pid, tuple(atom('shutdown'), 1))
    const down = await receive(isDown)
    assert.deepEqual([down.ref === monitored, down.object === pid], [true, true])
  },
  'a monitor here by name': async ({ elixir }) => {
    await elixir.value('GenServer.start(Counter, 0, name: :named)')
    const server = { name: 'named', node: elixir.name }
    monitor(server)
    cast(server, atom('unknown'))
    const { object, reason } = await receive(isDown)
    assert.deepEqual(object, server)
    assert.ok(reason instanceof ErlangException)
  },
  'a monitor of nobody': async ({ elixir }) => {
    monitor({ name: 'nobody', node: elixir.name })
    assert.equal((await receive(isDown)).reason, 'noproc')
  },
  'a monitor there by pid and by name': async (world) => {
    const mine = spawn(async () => exit(await receive()))
    register('watched', mine)
    const there = await spawned(
      world,
      `receive do {to, pid} -> a = Process.monitor(pid); b = Process.monitor({:watched, :"${world.here}"}); send(to, :on); rs = for r <- [a, b] do receive do {:DOWN, ^r, :process, o, x} -> {o == pid or o == {:watched, :"${world.here}"}, x} end end; send(to, rs) end`,
    )
    send(there, tuple(self(), mine))
    assert.equal(await receive(), atom('on'))
    send(mine, 'gone')
    assert.deepEqual(await receive(), [tuple(true, atom('gone')), tuple(true, atom('gone'))])
  },
  'demonitor there': async (world) => {
    const mine = spawn(async () => exit(await receive()))
    const there = await spawned(
      world,
      'receive do {to, pid} -> r = Process.monitor(pid); Process.demonitor(r); send(to, :off); receive do x -> send(to, x) end end',
    )
    send(there, tuple(self(), mine))
    assert.equal(await receive(), atom('off'))
    send(mine, 'gone')
    send(there, 'nothing else')
    assert.equal(await receive(), 'nothing else')
  },
  'a monitor of nobody here': async ({ elixir, here }) => {
    const code = `r = Process.monitor({:nobody, :"${here}"}); receive do {:DOWN, ^r, :process, o, x} -> {o, x} end`
    assert.deepEqual(await elixir.value(code), tuple(tuple(atom('nobody'), atom(here)), atom('noproc')))
  },
  // What may be run here
  ':erpc.call of what is exposed': async ({ elixir, here }) => {
    assert.equal(await elixir.value(`:erpc.call(:"${here}", Shop, :total, [6, 7])`), 42)
  },
  ':erpc.call of what is not': async ({ elixir, here }) => {
    const [kind, text] = await elixir.run(`:erpc.call(:"${here}", :os, :cmd, ['id'])`)
    assert.deepEqual([kind, /undef/.test(String(text))], ['raised', true])
  },
  ':erpc.call of what throws': async ({ elixir, here }) => {
    const [kind, text] = await elixir.run(`:erpc.call(:"${here}", Shop, :fails, [])`)
    assert.deepEqual([kind, /no price/.test(String(text))], ['raised', true])
  },
  ':rpc.call': async ({ elixir, here }) => {
    assert.equal(await elixir.value(`:rpc.call(:"${here}", Shop, :total, [2, 3])`), 6)
    const bad = (await elixir.value(`:rpc.call(:"${here}", :os, :cmd, ['id'])`)) as Tuple
    assert.equal(bad.elements[0], atom('badrpc'))
  },
  ':erpc.cast and multicall': async ({ elixir, here }) => {
    assert.equal(await elixir.value(`:erpc.cast(:"${here}", Shop, :total, [2, 3])`), ok)
    const code = `:erpc.multicall([:"${here}"], Shop, :total, [2, 3])`
    assert.deepEqual(await elixir.value(code), [tuple(ok, 6)])
  },
  'Node.spawn_monitor of what is exposed, and of what is not': async ({ elixir, here }) => {
    const code = `{p, r} = Node.spawn_monitor(:"${here}", Shop, :leaves, [:bye]); receive do {:DOWN, ^r, :process, ^p, x} -> x end`
    assert.equal(await elixir.value(code), atom('bye'))
    const [kind] = await elixir.run(`Node.spawn_monitor(:"${here}", :os, :cmd, ['id'])`)
    assert.notEqual(kind, 'value')
  },
  'Node.spawn_link ends with its link': async ({ elixir, here }) => {
    const code = `Process.flag(:trap_exit, true); p = Node.spawn_link(:"${here}", Shop, :leaves, [:bye]); receive do {:EXIT, ^p, x} -> x end`
    assert.equal(await elixir.value(code), atom('bye'))
  },
  'Node.spawn of a fun is refused': async ({ elixir, here }) => {
    const [kind] = await elixir.run(`Node.spawn_monitor(:"${here}", fn -> :ok end)`)
    assert.notEqual(kind, 'value')
  },
  // Groups
  'a scope of pg and ours are one': async (world) => {
    const { elixir, here } = world
    const scope = `scope${here.replace(/[^0-9]/g, '')}`
    const groups = new ProcessGroups<unknown>(scope)
    const code = `:pg.start(:${scope}); :pg.join(:${scope}, :early, Process.whereis(:counter)); :ok`
    assert.equal(await elixir.value(code), ok)
    await groups.startLink()
    const { ref: watched, members } = groups.monitor(atom('early'))
    if (members.length === 0) assert.equal(((await receive(isGroupMessage)) as GroupMessage).ref, watched)
    const counter = await elixir.value('Process.whereis(:counter)')
    assert.deepEqual(groups.getMembers(atom('early')), [counter])
    groups.join(atom('ours'), self())
    groups.join(tuple(atom('room'), 1), self())
    const seen = `f = fn f, n -> m = :pg.get_members(:${scope}, {:room, 1}); if m == [] and n > 0 do Process.sleep(5); f.(f, n - 1) else m end end; {f.(f, 500), :pg.get_members(:${scope}, :ours)}`
    assert.deepEqual(await elixir.value(seen), tuple([self()], [self()]))
    assert.equal(groups.leave(atom('ours'), self()), true)
    const gone = `f = fn f, n -> m = :pg.get_members(:${scope}, :ours); if m != [] and n > 0 do Process.sleep(5); f.(f, n - 1) else m end end; f.(f, 500)`
    assert.deepEqual(await elixir.value(gone), [])
  },
  'who dies has left the groups, on both sides': async (world) => {
    const { elixir, here } = world
    const scope = `dying${here.replace(/[^0-9]/g, '')}`
    const groups = new ProcessGroups<unknown>(scope)
    await elixir.value(`:pg.start(:${scope}); :ok`)
    await groups.startLink()
    const change = async () => {
      const { tag, pids } = (await receive(isGroupMessage)) as GroupMessage
      return [tag, pids.length]
    }
    groups.monitorScope()
    const there = await spawned(world, `:pg.join(:${scope}, "workers", self()); receive do x -> exit(x) end`)
    assert.deepEqual(await change(), ['join', 1])
    assert.deepEqual(groups.getMembers('workers'), [there])
    send(there, 'bye')
    assert.deepEqual(await change(), ['leave', 1])
    const mine = spawn(() => receive('end'))
    groups.join('workers', mine)
    assert.deepEqual(await change(), ['join', 1])
    const wait = (until: string) =>
      elixir.value(
        `f = fn f, n -> m = length(:pg.get_members(:${scope}, "workers")); if m != ${until} and n > 0 do Process.sleep(5); f.(f, n - 1) else m end end; f.(f, 500)`,
      )
    assert.equal(await wait('1'), 1)
    exit(mine, 'kill')
    assert.equal(await wait('0'), 0)
  },
  // Global names, and calls of functions there
  'names of :global are registered, found and given back': async ({ elixir, here }) => {
    const names = globalNames(elixir.name)
    const name = tuple(atom('leader'), atom(here))
    assert.equal(await names.whereis(name), undefined)
    assert.equal(await names.register(name), true)
    assert.equal(
      await names.register(
        name,
        spawn(() => receive('end')),
      ),
      false,
    )
    assert.equal(await names.whereis(name), self())
    assert.equal(await elixir.value(`:global.whereis_name({:leader, :"${here}"})`), self())
    await basket(`g${here}`)
    assert.equal(await names.register('by text', currentKernel().whereis(`g${here}`)), true)
    assert.equal(await elixir.value('GenServer.call({:global, "by text"}, {:add_item, 1})'), 1)
    await names.unregister(name)
    assert.equal(await names.whereis(name), undefined)
    assert.ok((await names.registered()).includes('by text'))
    await names.unregister('by text')
  },
  ':global.sync and set_lock do not wait for us': async ({ elixir }) => {
    assert.equal(await elixir.value(':global.sync()'), ok)
    assert.equal(await elixir.value(':global.trans({:lock, self()}, fn -> 1 end)'), 1)
  },
  'a function there is called, and fails as itself': async ({ elixir }) => {
    assert.deepEqual(await rpc(elixir.name, 'lists', 'sort', [['c', 'a']]), ['a', 'c'])
    const error = await failure(rpc(elixir.name, 'lists', 'sort', [1]))
    assert.equal(error.code, 'RPC_FAILED')
  },
  // Between nodes of ours
  'two of ours, in the presence of Elixir': async (world) => {
    const other = await world.ours()
    const pid = await other.run(async () => {
      const { spawn: spawnThere } = await import('heartwood')
      return spawnThere(echo)
    })
    const there = { name: 'e', node: other.node }
    await other.run(() => register('e', pid))
    send(there, tuple(self(), 'hello'))
    const [text, by] = (await receive()) as Iterable<unknown>
    assert.equal(text, 'hello')
    trapExit(true)
    link(by as Pid)
    exit(by as Pid, 'boom')
    assert.equal((await receive(isExit)).reason, 'boom')
  },
  'a pid of a third node': async (world) => {
    const other = await world.ours()
    const counter = (await world.elixir.value('Process.whereis(:counter)')) as Pid
    cast(counter, tuple(atom('set'), 5))
    await other.run(() => basket('keeper'))
    await ref(Basket, { name: 'keeper', node: other.node }).call.addItem(counter)
    const total = await other.run(async () => {
      const [kept] = (await call('keeper', atom('list'))) as Pid[]
      return call(kept as Pid, atom('total'))
    })
    assert.equal(total, 5)
  },
  // Trouble
  'a killed node': async (world) => {
    const other = await world.another()
    await other.value('1')
    trapExit(true)
    const pid = (await other.value('Process.whereis(:counter)')) as Pid
    link(pid)
    monitor(pid)
    monitorNode(other.name)
    const waiting = failure(call(pid, atom('never')))
    await call(pid, atom('total'))
    const begun = now()
    other.signal('SIGKILL')
    assert.equal((await receive(isExit)).reason, 'noconnection')
    assert.equal((await receive(isDown)).reason, 'noconnection')
    assert.equal((await receive(isNodeMessage)).tag, 'nodedown')
    assert.equal((await waiting).details.reason, 'noconnection')
    assert.ok(now() - begun < 500)
  },
  'a node that comes again': async (world) => {
    const first = await world.another()
    const old = (await first.value('Process.whereis(:counter)')) as Pid
    await first.stop()
    const second = await world.another()
    const pid = (await second.value('Process.whereis(:counter)')) as Pid
    assert.notEqual(pid, old)
    monitor(old)
    assert.equal((await receive(isDown)).reason, 'noproc')
    assert.equal((await failure(call(old, atom('total')))).code, 'CALL_NOPROC')
  },
  'a node that stands still is given up': async (world) => {
    const other = await world.another()
    await other.value('1')
    monitor({ name: 'counter', node: other.name })
    other.signal('SIGSTOP')
    const begun = now()
    assert.equal((await receive(isDown, { timeout: 10_000 }))?.reason, 'noconnection')
    const took = now() - begun
    assert.ok(took > 2_000 && took < 6_000, `after ${took} ms`)
    other.signal('SIGCONT')
  },
  'a slow reader has us wait, and misses nothing': async (world) => {
    const sink = await spawned(
      world,
      'r = fn r, n -> receive do {:done, to} -> send(to, n); :x -> r.(r, n); _ -> r.(r, n + 1) end end; r.(r, 0)',
    )
    const { sendNosuspend } = await import('heartwood/kernel')
    send(sink, atom('x'))
    world.elixir.signal('SIGSTOP')
    const text = 'x'.repeat(10_000)
    let sent = 0
    let refused = false
    for (let i = 0; i < 3_000 && !refused; i++) {
      if (sendNosuspend(sink, text)) sent++
      else refused = true
      if (i % 50 === 49) await new Promise(setImmediate)
    }
    world.elixir.signal('SIGCONT')
    assert.ok(refused, 'nobody was told to wait')
    send(sink, tuple(atom('done'), self()))
    assert.equal(await receive(), sent)
  },
  'a program of ours that is killed is noticed there': async ({ elixir, program }) => {
    const ours = await program?.()
    if (ours === undefined) return
    const called = `GenServer.call({:echo, :"${ours.node}"}, :hello)`
    assert.equal(await elixir.value(called), atom('hello'))
    const watching = elixir.run(
      `r = Process.monitor({:echo, :"${ours.node}"}); receive do {:DOWN, ^r, :process, _, x} -> x end`,
    )
    await elixir.value(called)
    ours.child.kill('SIGKILL')
    assert.deepEqual(await watching, ['value', atom('noconnection')])
  },
  'a program of ours that stands still is given up there, and is found again': async ({
    elixir,
    program,
  }) => {
    const ours = await program?.()
    if (ours === undefined) return
    const called = `GenServer.call({:echo, :"${ours.node}"}, :hello)`
    assert.equal(await elixir.value(called), atom('hello'))
    const down = elixir.run(
      `r = Process.monitor({:echo, :"${ours.node}"}); receive do {:DOWN, ^r, :process, _, x} -> x end`,
    )
    await elixir.value(called)
    ours.child.kill('SIGSTOP')
    assert.deepEqual(await down, ['value', atom('noconnection')])
    ours.child.kill('SIGCONT')
    assert.equal(await elixir.value(called), atom('hello'))
  },
  'a program of ours that is slow to read has its senders wait, and misses nothing': async ({
    elixir,
    program,
  }) => {
    const ours = await program?.()
    if (ours === undefined) return
    const echo = `{:echo, :"${ours.node}"}`
    assert.equal(await elixir.value(`GenServer.call(${echo}, :count)`), 0)
    ours.child.kill('SIGSTOP')
    const flood = elixir.run(
      `x = String.duplicate("x", 10_000); for _ <- 1..2000, do: send(${echo}, x); GenServer.call(${echo}, :count, 15_000)`,
    )
    await elixir.value('Process.sleep(500)')
    ours.child.kill('SIGCONT')
    assert.deepEqual(await flood, ['value', 2_000])
  },
  'a connection that is cut is made again by whoever wants something': async ({ elixir, here }) => {
    await basket('cut')
    assert.equal(await elixir.value(`GenServer.call({:cut, :"${here}"}, {:add_item, 1})`), 1)
    for (let i = 2; i < 6; i++) {
      monitorNode(elixir.name)
      if (i % 2 === 1) disconnect(elixir.name)
      else await elixir.value(`spawn(fn -> Process.sleep(5); Node.disconnect(:"${here}") end); 1`)
      await receive(isNodeMessage)
      assert.equal(await elixir.value(`GenServer.call({:cut, :"${here}"}, {:add_item, 1})`), i)
    }
  },
  'a pub/sub of groups, both ways': async (world) => {
    const { elixir, here } = world
    const scope = `bus${here.replace(/[^0-9]/g, '')}`
    const groups = new ProcessGroups<string>(scope)
    await elixir.value(`:pg.start(:${scope}); :ok`)
    await groups.startLink()
    const bus = new PubSub<Record<string, unknown>>('bus', { groups })
    await bus.startLink()
    groups.monitor('bus')
    const there = await spawned(
      world,
      `:pg.join(:${scope}, "bus", self()); receive do {:broadcast, t, m} -> for p <- :pg.get_members(:${scope}, "bus"), p != self(), do: send(p, {:broadcast, "echo", {t, m}}) end`,
    )
    await receive(isGroupMessage)
    assert.ok(groups.getMembers('bus').includes(there))
    bus.subscribe('echo')
    await elixir.value(
      `f = fn f -> if length(:pg.get_members(:${scope}, "bus")) < 2 do Process.sleep(5); f.(f) end end; f.(f)`,
    )
    bus.broadcast('prices', { acme: 12 })
    assert.deepEqual(await receive(), tuple('prices', { acme: 12 }))
  },
}

export const CHECKS: Checks = { ...FIRST_CHECKS, ...NODE_CHECKS, ...PROCESS_CHECKS, ...TROUBLE_CHECKS }
