import {
  type ChildSpec,
  call,
  cast,
  startChild,
  startDynamicSupervisor,
  startLink,
  startSupervisor,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import { type Pid, receive, spawn } from '../../src/kernel/index.js'
import { LagMeter } from '../../src/observer/snapshot/program-vitals.js'
import { type Observed, observed, Stream } from './world.js'

const counter = {
  init: () => ({ state: 0 }),
  handleCall: (request: unknown, _from: unknown, count: number) =>
    request === 'secret' ? { reply: { password: 'x' }, state: count } : { reply: count, state: count + 1 },
  handleCast(request: unknown): never {
    throw new Error(`cannot ${String(request)}`)
  },
}
const worker = (id: string): ChildSpec => ({ id, start: () => startLink(counter, undefined, { name: id }) })

async function planted(): Promise<Observed> {
  const world = await observed()
  await world.kernel.run(() =>
    startSupervisor({ children: [worker('one'), worker('two')] }, { name: 'top', link: false }),
  )
  return world
}

const events = (world: Observed, query = ''): Promise<Stream> =>
  Stream.open(`${world.running.url}api/events${query}`)

interface Told {
  readonly events: readonly Record<string, unknown>[]
}

describe('the stream', () => {
  it('begins with how things are', async () => {
    await using world = await planted()
    using stream = await events(world)
    expect(await stream.next('hello')).toMatchObject({ processes: 3, actions: true })
  })

  it('tells of a crash, once, whoever reported it, and of the restart', async () => {
    await using world = await planted()
    using stream = await events(world)
    await stream.next('hello')
    const before = world.kernel.whereis('one')
    await world.kernel.run(() => cast('one', 'fly'))
    await world.kernel.settled()
    const crash = await stream.next('crash', ({ supervisor }) => supervisor !== undefined)
    expect(crash).toMatchObject({
      seq: 1,
      kind: 'crash',
      level: 'error',
      pid: String(before),
      name: 'one',
      supervisor: 'top',
      child: 'one',
      reason: 'Error: cannot fly',
      report: { lastMessage: 'fly', state: 0, queueLength: 0, context: 'child_terminated' },
    })
    expect(String((crash.report as { reason: unknown }).reason)).toContain('events.test.ts')
    expect(await stream.next('restart')).toMatchObject({
      seq: 2,
      pid: String(world.kernel.whereis('one')),
      message: `one is up again as ${world.kernel.whereis('one')}, restart 1`,
    })
    const { events: kept } = await world.get<Told>('api/timeline')
    expect(kept.map(({ seq, kind }) => [seq, kind])).toEqual([
      [2, 'restart'],
      [1, 'crash'],
    ])
    expect((await world.get<Told>('api/timeline?before=2&limit=5')).events).toHaveLength(1)
  })

  it('tells of one that was killed, and of a supervisor that gave up', async () => {
    await using world = await planted()
    using stream = await events(world)
    for (let n = 0; n < 4; n++) {
      exitOf(world, 'two')
      await world.kernel.settled()
    }
    expect(await stream.next('exit')).toMatchObject({ kind: 'exit', child: 'two', reason: 'killed' })
    const gaveUp = await stream.next('report')
    expect(gaveUp).toMatchObject({ level: 'error', reason: 'reached_max_restart_intensity' })
  })

  it('tells that the tree changed, and the vitals, while somebody listens', async () => {
    await using world = await planted()
    const { kernel, clock } = world
    expect(kernel.timers.size).toBe(0)
    const stream = await events(world)
    await stream.next('hello')
    await kernel.settled()
    const [spawned, processes] = [kernel.spawned, kernel.processCount]
    for (let n = 0; n < 5; n++) kernel.spawn(() => (n < 3 ? receive() : undefined))
    await clock.advance(250)
    expect(await stream.next('tree')).toEqual({ spawned: 5, exited: 2, processes: processes + 3 })
    await clock.advance(750)
    expect(await stream.next('vitals')).toMatchObject({
      processes: processes + 3,
      spawned: spawned + 5,
      memory: { heapUsed: expect.any(Number) },
    })
    stream[Symbol.dispose]()
    await until(() => kernel.timers.size === 0)
    expect(kernel.processCount).toBe(processes + 2)
  })

  it('is ended when the observer closes', async () => {
    await using world = await planted()
    using stream = await events(world)
    await stream.next('hello')
    expect(world.kernel.observers).toBe(1)
    await world.running.close()
    await stream.ended()
    expect(world.kernel.observers).toBe(0)
  })

  it('is for so many at a time', async () => {
    await using world = await planted()
    const streams = await Promise.all(Array.from({ length: 32 }, () => events(world)))
    await expect(events(world)).rejects.toThrow(/503.*OBSERVER_TOO_MANY_STREAMS/)
    for (const stream of streams) stream[Symbol.dispose]()
    await until(() => world.kernel.timers.size === 0)
    using again = await events(world)
    expect(await again.next('hello')).toBeDefined()
  })
})

describe('a storm of crashes', () => {
  it('is kept in bounds: a thousand events, few of them with all fields', async () => {
    await using world = await observed()
    await world.kernel.run(async () => {
      await startDynamicSupervisor({}, { name: 'many', link: false })
      for (let n = 0; n < 1_500; n++) {
        const pid = (await startChild('many', { ...worker(`w${n}`), restart: 'temporary' })) as Pid
        cast(pid, 'fall')
      }
    })
    await world.kernel.settled()
    const { events: kept } = await world.get<Told>('api/timeline?limit=1000')
    expect(kept.length).toBeGreaterThanOrEqual(900)
    expect(kept.filter(({ report }) => Object.keys(report as object).length > 0).length).toBeLessThan(60)
    expect(kept[0]).toMatchObject({ kind: 'crash', reason: 'Error: cannot fall' })
  })
})

describe('a trace', () => {
  it('tells each message in and out to those that ask for it, without secrets', async () => {
    await using world = await planted()
    using stream = await events(world, '?trace=one')
    using other = await events(world)
    expect((await world.act('trace', { pid: 'one', on: true })).status).toBe(200)
    await world.kernel.run(async () => {
      spawn(async () => {
        await call('one', 'next')
        await call('one', 'secret')
      })
      await world.kernel.settled()
    })
    const first = await stream.next('trace')
    expect(first).toMatchObject({
      seq: 1,
      type: 'in',
      kind: 'call',
      text: 'next',
      pid: String(world.kernel.whereis('one')),
    })
    expect(first.peer).toMatchObject({ pid: expect.stringMatching(/^<0\.\d+>$/) })
    expect(await stream.next('trace')).toMatchObject({ type: 'out', text: '0' })
    expect(await stream.next('trace')).toMatchObject({ type: 'in', text: 'secret' })
    expect(await stream.next('trace')).toMatchObject({ type: 'out', text: '{"password":"[redacted]"}' })
    await world.act('trace', { pid: 'one', on: false })
    await world.kernel.run(() => call('one', 'unheard'))
    await world.kernel.run(() => cast('two', 'fall'))
    await other.next('crash')
    await expect(Promise.race([stream.next('trace'), stream.next('crash').then(() => 'none')])).resolves.toBe(
      'none',
    )
  })

  it('ends by itself when nobody listens', async () => {
    await using world = await planted()
    using stream = await events(world)
    await stream.next('hello')
    await world.act('trace', { pid: 'one', on: true })
    await world.clock.advance(40_000)
    const { sys } = await import('heartwood')
    // An id that is free again: the observer's function is gone, and with it the server's debugging.
    expect(await world.kernel.run(() => sys.statistics('one', 'get'))).toBe('no_statistics')
    await world.act('trace', { pid: 'one', on: false })
  })
})

function exitOf(world: Observed, name: string): void {
  world.kernel.exit(world.kernel.whereis(name) as Pid, 'kill')
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe('the lag', () => {
  it('counts a delay that Node was not measuring', () => {
    const meter = new LagMeter()
    meter.read()
    meter.late(3_000)
    expect(meter.read()?.max).toBeGreaterThanOrEqual(3_000)
    expect(meter.read()?.max).toBeLessThan(3_000)
    meter.stop()
  })
})
