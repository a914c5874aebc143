import { channel } from 'node:diagnostics_channel'
import {
  type ChildSpec,
  call,
  cast,
  defineServer,
  dynamicSupervisorSpec,
  ref,
  sendAfter,
  start,
  startChild,
  startLink,
  startSupervisor,
  sys,
  UniqueRegistry,
  whereis,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import {
  exit,
  KERNEL_CHANNELS,
  monitor,
  type Pid,
  processSummary,
  receive,
  send,
  setLabel,
  sleep,
  spawn,
  VirtualClock,
} from '../../src/kernel/index.js'
import type { TreeNode, TreeSnapshot } from '../../src/observer/snapshot/supervision-tree.js'
import { observed } from './world.js'

class Checker {
  readonly #seen = new Map([['shop', { up: true }]])
  count = 0
  password = 'hunter2'
  add(by: number): number {
    this.count += by * this.#seen.size
    return this.count
  }
  async slow(): Promise<void> {
    await sleep(60_000)
  }
  crash(): void {
    throw new Error('no good')
  }
}
defineServer(Checker, { calls: ['add', 'slow'], casts: ['crash'] })

const checker = (id: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  id,
  start: () => startLink(Checker, undefined, { name: id }),
  ...more,
})

async function started(name: string): Promise<Pid> {
  await start(Checker, undefined, { name })
  return whereis(name) as Pid
}

/** A small tree: a static supervisor with two workers and a dynamic one below it. */
async function plant(strategy: 'rest_for_one' | 'one_for_one' = 'rest_for_one'): Promise<Pid> {
  const top = await startSupervisor(
    {
      strategy,
      intensity: 10,
      children: [
        checker('first'),
        checker('second', { restart: 'transient' }),
        dynamicSupervisorSpec('many', {}, { name: 'many' }),
      ],
    },
    { name: 'top', link: false },
  )
  for (const n of [1, 2, 3]) await startChild('many', checker(`dynamic ${n}`))
  return top
}

const shape = (node: TreeNode): unknown =>
  node.children === undefined ? node.id : { [node.id]: node.children.map(shape) }

describe('the tree', () => {
  it('has every supervisor with its children, as they stand', async () => {
    await using world = await observed()
    const top = await world.kernel.run(() => plant())
    const tree = await world.get<TreeSnapshot>('api/tree')
    expect(tree.applications).toEqual([])
    expect(tree.truncated).toBe(false)
    expect(tree.roots.map(shape)).toEqual([
      { top: ['first', 'second', { many: ['dynamic 1', 'dynamic 2', 'dynamic 3'] }] },
    ])
    const [root] = tree.roots
    expect(root).toMatchObject({
      kind: 'supervisor',
      strategy: 'rest_for_one',
      pid: String(top),
      name: 'top',
      behaviour: 'Supervisor',
      state: 'up',
      restarts: 0,
      childCount: 3,
    })
    expect(root?.children?.[1]).toMatchObject({
      kind: 'worker',
      behaviour: 'Checker',
      restart: 'transient',
      state: 'up',
      queue: 0,
    })
    expect(root?.children?.[2]).toMatchObject({ kind: 'dynamic supervisor', strategy: 'one_for_one' })
  })

  it('keeps a child under its key over restarts, and counts those', async () => {
    await using world = await observed()
    await world.kernel.run(() => plant('one_for_one'))
    const at = async (path: number[]): Promise<TreeNode> => {
      let node = (await world.get<TreeSnapshot>('api/tree')).roots[0] as TreeNode
      for (const step of path) node = node.children?.[step] as TreeNode
      return node
    }
    for (const path of [[1], [2, 0]]) {
      const before = await at(path)
      world.kernel.exit(world.kernel.whereis(before.name ?? '') as Pid, 'kill')
      await world.kernel.settled()
      const after = path.length === 1 ? await at(path) : await at([2, 2])
      expect(after).toMatchObject({ id: before.id, key: before.key, state: 'up', restarts: 1 })
      expect(after.pid).not.toBe(before.pid)
    }
  })

  it('shows a child that waits for its restart, and one that does not run', async () => {
    await using world = await observed()
    await world.kernel.run(async () => {
      const waiting = checker('waiting', { backoff: { initial: 2_000, jitter: 'none' } })
      await startSupervisor(
        { children: [waiting, checker('over', { restart: 'transient' })] },
        { name: 'top', link: false },
      )
      exit(world.kernel.whereis('waiting') as Pid, 'kill')
      exit(world.kernel.whereis('over') as Pid, 'shutdown')
    })
    await world.kernel.settled()
    await world.clock.advance(500)
    const [root] = (await world.get<TreeSnapshot>('api/tree')).roots
    expect(root?.children).toMatchObject([
      { id: 'waiting', pid: null, state: 'restarting', retryIn: 1_500, restarts: 0 },
      { id: 'over', pid: null, state: 'stopped' },
    ])
  })

  it('shows the children of a supervisor that is busy starting one of them', async () => {
    await using world = await observed()
    await world.kernel.run(async () => {
      await startSupervisor({ children: [checker('first')] }, { name: 'top', link: false })
      const slow = { id: 'slow', start: () => startLink({ init: () => sleep(60_000) as never }) }
      spawn(() => startChild('top', slow))
    })
    await world.kernel.settled()
    const [root] = (await world.get<TreeSnapshot>('api/tree')).roots
    expect(root).toMatchObject({ id: 'top', busy: true, children: [{ id: 'first', state: 'up' }] })
  })

  it('is cut to the depth and the number that are asked for, and goes on from an offset', async () => {
    await using world = await observed()
    await world.kernel.run(() => plant())
    const cut = await world.get<TreeSnapshot>('api/tree?depth=1&limit=2')
    expect([cut.truncated, ...cut.roots.map(shape)]).toEqual([true, { top: ['first', 'second'] }])
    expect((await world.get<TreeSnapshot>('api/tree?depth=1')).roots.map(shape)).toEqual([
      { top: ['first', 'second', { many: [] }] },
    ])
    const rest = await world.get<TreeSnapshot>('api/tree?root=many&offset=1&limit=1')
    expect(rest.roots.map(shape)).toEqual([{ many: ['dynamic 2'] }])
    expect(rest.roots[0]).toMatchObject({ childCount: 3 })
  })
})

interface Page {
  readonly listing: number
  readonly total: number
  readonly matched: number
  readonly rows: readonly { readonly pid: string; readonly name?: string; readonly gone?: true }[]
}

const names = (page: Page): unknown[] => page.rows.map((row) => row.name ?? row.pid)

describe('the list of processes', () => {
  it('is sorted and filtered, and tells what there is', async () => {
    await using world = await observed()
    await world.kernel
      .run(async () => {
        await plant()
        for (const message of [1, 2, 3])
          send(
            spawn(() => sleep(1e6), { name: 'sleeper' }),
            message,
          )
      })
      .catch(() => {})
    const { kernel } = world
    for (const message of [1, 2]) kernel.send('sleeper', message)
    const all = await world.get<Page>('api/processes')
    expect(all.matched).toBe(all.total)
    expect(all.total).toBe(kernel.processCount)
    const workers = await world.get<Page>('api/processes?type=worker&sort=name&order=desc&limit=3')
    expect(workers.matched).toBe(5)
    expect(names(workers)).toEqual(['second', 'first', 'dynamic 3'])
    expect(names(await world.get<Page>('api/processes?q=CHECK&sort=name'))).toHaveLength(5)
    expect(names(await world.get<Page>('api/processes?q=dynamic%202'))).toEqual(['dynamic 2'])
    expect(names(await world.get<Page>('api/processes?sort=queue&order=desc&limit=1'))).toEqual(['sleeper'])
    expect(workers.rows[0]).toMatchObject({
      behaviour: 'Checker',
      type: 'worker',
      status: 'waiting',
      queue: 0,
      links: 1,
      parent: String(kernel.whereis('top')),
    })
  })

  it('keeps its order while somebody pages through it, with the places of the dead', async () => {
    await using world = await observed()
    const pids = world.kernel.run(() => Array.from({ length: 9_000 }, () => spawn(() => receive())))
    const [first, second] = await pids
    const page = await world.get<Page>('api/processes?sort=handled&limit=2')
    expect(page.rows.map(({ pid }) => pid)).toEqual([String(first), String(second)])
    world.kernel.exit(second as Pid, 'kill')
    world.kernel.send(first as Pid, 'over')
    await world.kernel.settled()
    const again = await world.get<Page>(`api/processes?sort=handled&limit=2&listing=${page.listing}`)
    expect(again).toMatchObject({ listing: page.listing, matched: 9_000 })
    expect(again.rows).toEqual([
      { pid: String(first), gone: true },
      { pid: String(second), gone: true },
    ])
    const last = await world.get<Page>(`api/processes?sort=handled&offset=8999&listing=${page.listing}`)
    expect(last.rows.map(({ pid }) => pid)).toEqual([String((await pids)[8_999])])
    const fresh = await world.get<Page>('api/processes?sort=handled&limit=2')
    expect(fresh.matched).toBe(8_998)
  })

  it('tells the messages a second from the second look on', async () => {
    await using world = await observed()
    const pid = await world.kernel.run(() => started('busy bee'))
    const rate = async (): Promise<unknown> =>
      (await world.get<{ rows: { rate: number | null }[] }>('api/processes?q=bee')).rows[0]?.rate
    expect(await rate()).toBeNull()
    for (let n = 0; n < 30; n++) world.kernel.send(pid, n)
    await world.clock.advance(2_000)
    expect(await rate()).toBe(15)
    expect(await rate()).toBe(15)
    await world.clock.advance(1_000)
    expect(await rate()).toBe(0)
  })

  it('tells who keeps the event loop, measured while somebody looks, and sorts by it', async () => {
    let spent = 0
    class SpentClock extends VirtualClock {
      override now(): number {
        return super.now() + spent
      }
    }
    await using world = await observed({}, { clock: new SpentClock() })
    const clock = world.kernel.clock as SpentClock
    const spender = {
      init: () => ({ state: 0 }),
      handleInfo: (ms: number) => {
        spent += ms
        return { state: 0 }
      },
    }
    const pid = await world.kernel.run(() => startLink(spender, undefined, { name: 'spender' }))
    const first = async () =>
      (
        await world.get<{ rows: { name?: string; time: number | null }[] }>(
          'api/processes?sort=time&order=desc',
        )
      ).rows[0]
    expect((await first())?.time).toBeNull()
    world.kernel.send(pid, 250)
    await clock.advance(750)
    expect(await first()).toMatchObject({ name: 'spender', time: 25 })
    // Ten seconds later nobody looks, and the next message is the last that is measured.
    expect(channel(KERNEL_CHANNELS.handlerStart).hasSubscribers).toBe(true)
    await clock.advance(10_001)
    world.kernel.send(pid, 1)
    await world.kernel.settled()
    expect(channel(KERNEL_CHANNELS.handlerStart).hasSubscribers).toBe(false)
  })
})

describe('one process', () => {
  it('is shown with its state, private fields too, as formatStatus has it, without secrets', async () => {
    await using world = await observed()
    await world.kernel.run(async () => {
      await plant()
      monitor('first')
      await call('first', 'a plain call').catch(() => {})
    })
    const detail = await world.get('api/processes/second')
    expect(detail).toMatchObject({
      name: 'second',
      behaviour: 'Checker',
      supervisor: { name: 'top', child: 'second', restart: 'transient', shutdown: '5000' },
      restarts: 1,
      ancestors: [{ name: 'top' }, {}],
      linked: [{ name: 'top' }],
      state: {
        value: { '#seen': { map: [['shop', { up: true }]] }, count: 0, password: '[redacted]' },
        mode: 'running',
      },
      doing: null,
      messages: [],
      trapping: false,
      mailbox: null,
    })
    const top = await world.get('api/processes/top')
    expect(top).toMatchObject({
      supervises: { kind: 'supervisor', strategy: 'rest_for_one', intensity: 10, children: 3 },
      trapping: true,
      restarts: null,
      supervisor: null,
    })
  })

  it('is shown busy when it does not answer, with what it does and for how long, and is asked once only', async () => {
    await using world = await observed()
    const { kernel, clock } = world
    const pid = await kernel.run(() => started('slow one'))
    await clock.advance(100)
    kernel.spawn(() => ref(Checker, pid).call.slow())
    await kernel.settled()
    await clock.advance(1_234)
    const asked = world.get(`api/processes/${pid.id}`)
    await until(() => processSummary(pid)?.queueLength === 1)
    await clock.advance(200)
    expect(await asked).toMatchObject({
      status: 'busy',
      state: { busy: true },
      doing: { message: 'slow()', for: 1_434 },
      messages: [{ kind: 'system', text: 'getStatus' }],
    })
    expect(await world.get(`api/processes/${pid.id}`)).toMatchObject({ state: { busy: true }, queue: 1 })
    await clock.advance(60_000)
    expect(await world.get(`api/processes/${pid.id}`)).toMatchObject({ state: { mode: 'running' } })
  })

  it('is asked for its state also while it is suspended', async () => {
    await using world = await observed()
    const pid = await world.kernel.run(async () => {
      const server = await started('held')
      await sys.suspend(server)
      cast(server, 'waits')
      return server
    })
    expect(await world.get(`api/processes/${pid.id}`)).toMatchObject({
      state: { mode: 'suspended' },
      messages: [{ kind: 'cast', text: 'waits' }],
    })
  })

  it('that is no server is not asked', async () => {
    await using world = await observed()
    const pid = await world.kernel.run(() =>
      spawn(async () => {
        setLabel({ job: 7 })
        await receive()
      }),
    )
    expect(await world.get(`api/processes/${pid.id}`)).toMatchObject({
      state: { none: true },
      type: 'script',
      label: '{"job":7}',
      queue: 0,
    })
  })

  it('has no signs in its name that a terminal obeys, or that turn the writing round', async () => {
    await using world = await observed()
    const pid = world.kernel.spawn(() => receive(), { name: '\u001b[31mred\u202etxt.exe' })
    expect(await world.get(`api/processes/${pid.id}`)).toMatchObject({
      name: '\\u001b[31mred\\u202etxt.exe',
    })
  })

  it('says what went wrong in formatStatus', async () => {
    await using world = await observed()
    const pid = await world.kernel.run(() =>
      start({
        init: () => ({ state: { secretive: true } }),
        formatStatus: () => {
          throw new Error('not for you')
        },
      }),
    )
    expect(await world.get(`api/processes/${pid.id}`)).toMatchObject({
      state: { error: 'Error: not for you' },
    })
  })
})

describe('the rest', () => {
  it('tells names, registries, timers and figures', async () => {
    await using world = await observed()
    const rooms = new UniqueRegistry<string, { seats: number }>('rooms')
    await world.kernel.run(async () => {
      await plant()
      await rooms.start()
      spawn(async () => {
        rooms.register('lobby', { seats: 4 })
        await receive()
      })
      sendAfter(
        5_000,
        spawn(() => receive(), { name: 'later' }),
        'x',
      )
      await world.kernel.settled()
    })
    expect(await world.get('api/names?q=DYN&limit=2')).toMatchObject({
      matched: 3,
      rows: [{ name: 'dynamic 1', behaviour: 'Checker' }, { name: 'dynamic 2' }],
    })
    expect(await world.get('api/registries')).toMatchObject({
      registries: [{ name: 'rooms', kind: 'registry', entries: 1 }],
    })
    expect(await world.get('api/registries/rooms')).toMatchObject({
      entries: 1,
      rows: [{ key: 'lobby', value: { seats: 4 } }],
    })
    expect(await world.get('api/timers')).toEqual({
      set: 1,
      byKind: { message: 1 },
      next: [{ dueIn: 5_000, kind: 'message', pid: expect.any(String), name: 'later' }],
    })
    expect(await world.get('api/overview')).toMatchObject({
      processes: world.kernel.processCount,
      spawned: world.kernel.spawned,
      node: process.version,
      actions: true,
      reading: 'open',
      memory: { rss: expect.any(Number) },
    })
    expect(await world.get('api/applications')).toEqual({ applications: [] })
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
