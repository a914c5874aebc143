/** What must hold between processes of ours and of Elixir, beyond the first checks: terms at their edges, order, servers of every kind, groups that end. */
import assert from 'node:assert/strict'
import {
  call,
  cast,
  currentKernel,
  demonitor,
  exit,
  type GroupMessage,
  isAlive,
  isDown,
  isExit,
  isGroupMessage,
  link,
  monitor,
  type Pid,
  ProcessGroups,
  portable,
  receive,
  receiveResponse,
  register,
  reply,
  self,
  send,
  sendAfter,
  sendRequest,
  spawn,
  start,
  stateMachine,
  trapExit,
} from 'heartwood'
import { atom, BitString, float, globalNames, ImproperList, rpc, tuple } from 'heartwood/erlang'
import { basket, type Checks, failure, spawned, until } from './world.js'

class Money {
  constructor(
    readonly cents: number,
    readonly currency: string,
  ) {}
}
portable(Money)

const ECHO = 'f = fn f -> receive do {to, x} -> send(to, {:echo, x}); f.(f) end end; f.(f)'
const back = async (): Promise<unknown> => ((await receive()) as { elements: unknown[] }).elements[1]

export const PROCESS_CHECKS: Checks = {
  // Terms
  'binaries of all lengths around a fragment, both ways': async (world) => {
    const there = await spawned(world, ECHO)
    for (const length of [0, 1, 65_400, 65_535, 65_536, 65_537, 131_072, 131_073, 200_001]) {
      const text = 'ab'.repeat(length).slice(0, length)
      send(there, tuple(self(), text))
      assert.equal(await back(), text)
    }
  },
  'more atoms than a cache has slots, both ways': async (world) => {
    const there = await spawned(world, ECHO)
    for (let round = 0; round < 3; round++) {
      const atoms = Array.from({ length: 2_500 }, (_, at) => atom(`of ours ${round % 2} ${at}`))
      send(there, tuple(self(), atoms))
      assert.deepEqual(await back(), atoms)
    }
    const code = 'for i <- 1..2500, do: String.to_atom("theirs #{i}")'
    for (let round = 0; round < 2; round++) {
      const atoms = (await world.elixir.value(code)) as unknown[]
      assert.equal(atoms.length, 2_500)
      assert.equal(atoms[2_499], atom('theirs 2500'))
    }
  },
  'terms at their edges keep what they are': async (world) => {
    const there = await spawned(world, ECHO)
    let deep: unknown = []
    for (let level = 0; level < 200; level++) deep = tuple(deep)
    const terms: readonly unknown[] = [
      0,
      255,
      256,
      -1,
      2 ** 31 - 1,
      2 ** 31,
      -(2 ** 31) - 1,
      Number.MAX_SAFE_INTEGER,
      2n ** 53n,
      -(2n ** 63n),
      2n ** 64n,
      2n ** 2_048n,
      float(0),
      1e300,
      5e-324,
      '',
      'größe ∑ 𝄞',
      atom(''),
      atom('ä'.repeat(255)),
      [],
      [[]],
      tuple(tuple()),
      new Map(),
      {},
      Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key${at}`, at])),
      new BitString(Uint8Array.of(0b1010_0000), 3),
      new ImproperList([1, 2], 'tail'),
      deep,
    ]
    for (const term of terms) {
      send(there, tuple(self(), term))
      const came = await back()
      if (term instanceof Map) assert.deepEqual(came, {})
      else assert.deepEqual(came, term)
    }
  },
  'funs, ports and references of theirs come home as themselves': async ({ elixir }) => {
    const keep = (await elixir.value(
      'pid = spawn(fn -> x = {fn a -> a + 1 end, hd(Port.list()), make_ref(), &Enum.map/2}; f = fn f -> receive do {:get, to} -> send(to, x); {:is, to, y} -> send(to, {x == y, elem(y, 0).(41)}) end; f.(f) end; f.(f) end)',
    )) as Pid
    send(keep, tuple(atom('get'), self()))
    const terms = await receive()
    send(keep, tuple(atom('is'), self(), terms))
    assert.deepEqual(await receive(), tuple(true, 42))
  },
  'objects of portable classes are structs there, and objects again here': async (world) => {
    const there = await spawned(
      world,
      'receive do {to, %{__struct__: m, cents: c} = x} -> send(to, {m, c, x}) end',
    )
    send(there, tuple(self(), new Money(500, 'EUR')))
    const [module, cents, money] = (await receive()) as Iterable<unknown>
    assert.deepEqual([module, cents], [atom('Elixir.Money'), 500])
    assert.ok(money instanceof Money)
    assert.deepEqual(money, new Money(500, 'EUR'))
  },
  // Order
  'what is said by pid, by name and by alias keeps its order, both ways': async (world) => {
    register('ordered', self())
    const { alias } = await import('heartwood/kernel')
    const there = await spawned(
      world,
      `Process.register(self(), :ordered); {to, a} = receive do x -> x end; for i <- 1..300, do: send(Enum.at([to, {:ordered, :"${world.here}"}, a], rem(i, 3)), i); f = fn f, n -> receive do :done -> send(to, {:got, Enum.reverse(n)}); x -> f.(f, [x | n]) end end; f.(f, [])`,
    )
    send(there, tuple(self(), alias()))
    for (let i = 1; i <= 300; i++) assert.equal(await receive(), i)
    const name = { name: 'ordered', node: world.elixir.name }
    for (let i = 1; i <= 300; i++) send(i % 2 === 0 ? there : name, i)
    send(name, atom('done'))
    const got = (await receive()) as { elements: unknown[] }
    assert.deepEqual(
      got.elements[1],
      Array.from({ length: 300 }, (_, at) => at + 1),
    )
  },
  'a large message lets small ones of others pass, and keeps its place among those of its sender': async (
    world,
  ) => {
    const there = await spawned(
      world,
      'receive do {to, a, b} -> spawn(fn -> send(to, String.duplicate("x", 3_000_000)); send(to, :behind) end); for i <- 1..50, do: send(to, i); a = b; a end',
    )
    send(there, tuple(self(), 1, 1))
    const came: unknown[] = []
    while (came.length < 52) came.push(await receive())
    const large = came.findIndex((each) => typeof each === 'string')
    assert.ok(large < came.indexOf(atom('behind')))
    assert.deepEqual(
      came.filter((each) => typeof each === 'number'),
      Array.from({ length: 50 }, (_, at) => at + 1),
    )
  },
  'what is sent after a time arrives then': async (world) => {
    const there = await spawned(world, 'receive do {to} -> receive do x -> send(to, x) end end')
    send(there, tuple(self()))
    sendAfter(20, there, 'later')
    assert.equal(await receive(), 'later')
  },
  'Process.send with :noconnect and :nosuspend': async ({ elixir, here }) => {
    register('direct', self())
    const code = `{Process.send({:direct, :"${here}"}, 1, [:noconnect]), Process.send({:direct, :"${here}"}, 2, [:nosuspend])}`
    assert.deepEqual(await elixir.value(code), tuple(atom('ok'), atom('ok')))
    assert.deepEqual([await receive(), await receive()], [1, 2])
  },
  // Servers
  'a hundred of Elixir call at once': async ({ elixir, here }) => {
    await basket('crowd')
    const code = `1..100 |> Task.async_stream(fn i -> GenServer.call({:crowd, :"${here}"}, {:echo, i}) end, max_concurrency: 100) |> Enum.map(fn {:ok, x} -> x end)`
    assert.deepEqual(
      await elixir.value(code),
      Array.from({ length: 100 }, (_, at) => at + 1),
    )
  },
  'a call without a limit in time, and one by :gen_server': async ({ elixir, here }) => {
    await basket('patient')
    assert.equal(await elixir.value(`GenServer.call({:patient, :"${here}"}, {:later, 3}, :infinity)`), 3)
    assert.equal(await elixir.value(`:gen_server.call({:patient, :"${here}"}, {:echo, 4}, 1000)`), 4)
  },
  'a call whose caller dies is given up here': async ({ elixir, here }) => {
    await basket('left')
    await elixir.value(
      `p = spawn(fn -> GenServer.call({:left, :"${here}"}, :never) end); Process.sleep(50); Process.exit(p, :kill)`,
    )
    await until(elixir, `GenServer.call({:left, :"${here}"}, :list) == ["aborted"]`)
  },
  'a machine of ours is called as :gen_statem': async ({ elixir, here }) => {
    const door = stateMachine({
      init: () => ({ state: 'closed', data: 0 }),
      states: {
        closed: (event) => {
          if (event.type === 'call') reply(event.from, event.content)
          return 'keep_state'
        },
      },
    })
    await start(door, undefined, { name: 'door' })
    assert.equal(await elixir.value(`:gen_statem.call({:door, :"${here}"}, "open")`), 'open')
  },
  'requests from here whose answers are taken later': async ({ elixir }) => {
    const counter = { name: 'counter', node: elixir.name }
    cast(counter, tuple(atom('set'), 7))
    const requests = [atom('total'), tuple(atom('add'), 1), atom('total')].map((each) =>
      sendRequest(counter, each),
    )
    const answers = []
    for (const request of requests) answers.push(await receiveResponse(request))
    assert.deepEqual(answers, [{ reply: 7 }, { reply: 8 }, { reply: 8 }])
  },
  'a server here that stops while others wait tells them why': async ({ elixir, here }) => {
    await basket('stopper')
    const waiting = elixir.run(`GenServer.call({:stopper, :"${here}"}, :never)`)
    await until(elixir, `GenServer.call({:stopper, :"${here}"}, :list) == []`)
    exit(currentKernel().whereis('stopper') as Pid, { shutdown: 'moved' })
    const [kind, text] = await waiting
    assert.equal(kind, 'exit')
    assert.match(String(text), /shutdown: :moved/)
  },
  'what is asked of sys beyond suspend and resume is refused, and harms nothing': async ({
    elixir,
    here,
  }) => {
    await basket('private')
    const status = await elixir.value(`:sys.get_status({:private, :"${here}"}, 500)`)
    assert.deepEqual(status, tuple(atom('error'), atom('notsup')))
    const [kind] = await elixir.run(`:sys.replace_state({:private, :"${here}"}, fn s -> s end, 500)`)
    assert.notEqual(kind, 'value')
    assert.equal(await elixir.value(`GenServer.call({:private, :"${here}"}, {:add_item, 1})`), 1)
  },
  // Links and monitors
  'a normal end over a link harms nobody, both ways': async (world) => {
    const there = await spawned(world, 'receive do x -> x end')
    link(there)
    monitor(there)
    send(there, 1)
    assert.equal((await receive(isDown)).reason, 'normal')
    const mine = spawn(() => receive('end'))
    const other = await spawned(
      world,
      'receive do {to, p} -> Process.link(p); Process.monitor(p); send(to, :on); receive do {:DOWN, _, _, _, r} -> send(to, {r, Process.alive?(self())}) end end',
    )
    send(other, tuple(self(), mine))
    assert.equal(await receive(), atom('on'))
    send(mine, 'end')
    assert.deepEqual(await receive(), tuple(atom('normal'), true))
  },
  'exit with normal over exit/2 is no end, both ways': async (world) => {
    const there = await spawned(world, 'receive do x -> send(x, :alive) end')
    exit(there, 'normal')
    send(there, self())
    assert.equal(await receive(), atom('alive'))
    const killer = await spawned(world, 'receive do p -> Process.exit(p, :normal); send(p, :still_here) end')
    send(killer, self())
    assert.equal(await receive(), atom('still_here'))
  },
  'a link of a hundred with one, and its end': async (world) => {
    const there = await spawned(world, 'receive do x -> exit(x) end')
    const mine = Array.from({ length: 100 }, () =>
      spawn(() => {
        link(there)
        return receive('never')
      }),
    )
    await world.elixir.value('1')
    send(there, atom('all'))
    monitor(there)
    await receive(isDown)
    assert.ok(mine.every((pid) => !isAlive(pid)))
  },
  'kill over a link is a reason as any other, both ways': async (world) => {
    trapExit(true)
    const there = await spawned(world, 'receive do _ -> exit(:kill) end')
    link(there)
    send(there, 1)
    assert.equal((await receive(isExit)).reason, 'kill')
    const mine = spawn(async () => exit(await receive()))
    const other = await spawned(
      world,
      'Process.flag(:trap_exit, true); receive do {to, p} -> Process.link(p); send(to, :on); receive do {:EXIT, ^p, r} -> send(to, r) end end',
    )
    send(other, tuple(self(), mine))
    assert.equal(await receive(), atom('on'))
    send(mine, 'kill')
    assert.equal(await receive(), atom('kill'))
  },
  'a monitor taken back is told of no more, also of what is on its way': async (world) => {
    for (let round = 0; round < 20; round++) {
      const there = await spawned(world, 'receive do x -> exit(x) end')
      const watch = monitor(there)
      send(there, atom('x'))
      demonitor(watch, { flush: true })
    }
    await world.elixir.value('Process.sleep(20)')
    assert.equal(await receive(isDown, { timeout: 0 }), undefined)
  },
  'a monitor with an alias, whose answer ends it, both ways': async (world) => {
    const there = await spawned(
      world,
      'receive do r -> send(r, :one); send(r, :two) end; receive do {to, p} -> a = :erlang.monitor(:process, p, [alias: :reply_demonitor]); send(to, a); one = receive do x -> x end; send(to, one); receive do x -> send(to, x) after 100 -> send(to, :nothing) end end',
    )
    const watch = monitor(there, { alias: 'reply_demonitor' })
    send(there, watch)
    assert.equal(await receive(), atom('one'))
    const mine = spawn(() => receive('never'))
    send(there, tuple(self(), mine))
    const alias = (await receive()) as never
    send(alias, 'first')
    send(alias, 'second')
    assert.deepEqual([await receive(), await receive()], ['first', atom('nothing')])
  },
  // What may be run here
  'Node.spawn, and spawn_opt with a link and a monitor': async ({ elixir, here }) => {
    assert.ok((await elixir.value(`Node.spawn(:"${here}", Shop, :total, [1, 2])`)) instanceof Object)
    const code = `Process.flag(:trap_exit, true); {p, r} = :erlang.spawn_opt(:"${here}", Shop, :leaves, [:bye], [:link, :monitor]); a = receive do {:EXIT, ^p, x} -> x end; b = receive do {:DOWN, ^r, _, ^p, x} -> x end; {a, b}`
    assert.deepEqual(await elixir.value(code), tuple(atom('bye'), atom('bye')))
  },
  'a spawn request is answered, and refused': async ({ elixir, here }) => {
    const ask = (call: string) =>
      `r = :erlang.spawn_request(:"${here}", ${call}, [:monitor]); receive do {:spawn_reply, ^r, a, b} -> {a, is_pid(b) or b} after 2000 -> :no end`
    assert.deepEqual(await elixir.value(ask('Shop, :total, [1, 2]')), tuple(atom('ok'), true))
    assert.deepEqual(await elixir.value(ask(":os, :cmd, ['id']")), tuple(atom('error'), atom('undef')))
  },
  ':erpc with a limit in time, and its requests': async ({ elixir, here }) => {
    const [kind, text] = await elixir.run(`:erpc.call(:"${here}", Shop, :waits, [], 50)`)
    assert.deepEqual([kind, /timeout/.test(String(text))], ['raised', true])
    const code = `r = :erpc.send_request(:"${here}", Shop, :total, [4, 5]); :erpc.receive_response(r, 2000)`
    assert.equal(await elixir.value(code), 20)
  },
  ':rpc.cast and :rpc.multicall': async ({ elixir, here }) => {
    assert.equal(await elixir.value(`:rpc.cast(:"${here}", Shop, :total, [4, 5])`), true)
    const code = `:rpc.multicall([:"${here}"], Shop, :total, [4, 5])`
    assert.deepEqual(await elixir.value(code), tuple([20], []))
  },
  'a function there that takes too long, or exits': async ({ elixir }) => {
    assert.equal(
      (await failure(rpc(elixir.name, 'timer', 'sleep', [500], { timeout: 50 }))).code,
      'CALL_TIMEOUT',
    )
    assert.equal((await failure(rpc(elixir.name, 'erlang', 'exit', [atom('bye')]))).code, 'RPC_FAILED')
    assert.equal((await failure(rpc(elixir.name, 'no_such', 'function', []))).code, 'RPC_FAILED')
  },
  // Groups and names
  ':pg.monitor hears who joins and leaves here': async (world) => {
    const { elixir, here } = world
    const scope = `watched${here.replace(/[^0-9]/g, '')}`
    const groups = new ProcessGroups<unknown>(scope)
    await elixir.value(`:pg.start(:${scope}); :ok`)
    await groups.startLink()
    const there = await spawned(
      world,
      `receive do to -> {r, []} = :pg.monitor(:${scope}, :room); send(to, :on); for _ <- 1..2 do receive do {^r, what, :room, ps} -> send(to, {what, ps}) end end end`,
    )
    send(there, self())
    assert.equal(await receive(), atom('on'))
    groups.join(atom('room'), self())
    assert.deepEqual(await receive(), tuple(atom('join'), [self()]))
    groups.leave(atom('room'), self())
    assert.deepEqual(await receive(), tuple(atom('leave'), [self()]))
  },
  'who was in a group twice leaves it twice': async (world) => {
    const { elixir, here } = world
    const scope = `twice${here.replace(/[^0-9]/g, '')}`
    const groups = new ProcessGroups<unknown>(scope)
    await elixir.value(`:pg.start(:${scope}); :ok`)
    await groups.startLink()
    groups.join(atom('room'), self())
    groups.join(atom('room'), self())
    await until(elixir, `length(:pg.get_members(:${scope}, :room)) == 2`)
    groups.leave(atom('room'), self())
    await until(elixir, `length(:pg.get_members(:${scope}, :room)) == 1`)
  },
  'the members of a node that ends have left, on both sides': async (world) => {
    const scope = `ending${world.here.replace(/[^0-9]/g, '')}`
    const other = await world.another()
    for (const node of [world.elixir, other]) await node.value(`:pg.start(:${scope}); :ok`)
    const groups = new ProcessGroups<unknown>(scope)
    await groups.startLink()
    groups.monitorScope()
    await other.value(`:pg.join(:${scope}, :room, Process.whereis(:counter))`)
    const change = async () => (await receive(isGroupMessage)) as GroupMessage
    assert.equal((await change()).tag, 'join')
    await other.stop()
    assert.equal((await change()).tag, 'leave')
    const third = await world.ours()
    const theirs = await third.run(async () => {
      const same = new ProcessGroups<unknown>(scope)
      const member = spawn(async () => {
        await same.startLink()
        same.join(atom('room'), self())
        await receive('never')
      })
      const { connect } = await import('heartwood')
      await connect(world.elixir.name)
      return member
    })
    assert.ok(theirs instanceof Object)
    await until(world.elixir, `length(:pg.get_members(:${scope}, :room)) == 1`)
    world.end(third)
    await until(world.elixir, `:pg.get_members(:${scope}, :room) == []`)
  },
  'a name of :global is free when who has it ends': async ({ elixir, here }) => {
    const names = globalNames(elixir.name)
    const name = tuple(atom('held'), atom(here))
    const holder = spawn(() => receive('end'))
    assert.equal(await names.register(name, holder), true)
    assert.equal(await elixir.value(`:global.whereis_name({:held, :"${here}"})`), holder)
    send(holder, 'end')
    await until(elixir, `:global.whereis_name({:held, :"${here}"}) == :undefined`)
    assert.equal(await names.register(name), true)
    await names.unregister(name)
  },
  'a server of ours is called by its name of :global and by :via': async ({ elixir, here }) => {
    const names = globalNames(elixir.name)
    await basket('viaglobal')
    const name = atom(`via_${here.replace(/[^0-9]/g, '')}`)
    assert.equal(await names.register(name, currentKernel().whereis('viaglobal') as Pid), true)
    const code = `GenServer.call({:via, :global, :${name.name}}, {:add_item, 1})`
    assert.equal(await elixir.value(code), 1)
    assert.equal(await call((await names.whereis(name)) as Pid, tuple(atom('add_item'), 2)), 2)
    await names.unregister(name)
  },
}
