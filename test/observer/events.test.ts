import { channel } from 'node:diagnostics_channel'
import {
  type ChildSpec,
  call,
  cast,
  sendAfter,
  startChild,
  startDynamicSupervisor,
  startLink,
  startSupervisor,
  supervisorSpec,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import { KERNEL_CHANNELS, type Pid, receive, spawn } from '../../src/kernel/index.js'
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

describe('what comes of a crash', () => {
  it('has its incident: those that were stopped with it and started again, up to a supervisor that gave up', async () => {
    await using world = await observed()
    const inner = supervisorSpec('inner', {
      strategy: 'rest_for_one',
      intensity: 1,
      children: [worker('one'), worker('two')],
    })
    await world.kernel.run(() => startSupervisor({ children: [inner] }, { name: 'top', link: false }))
    const crash = async (): Promise<void> => {
      await world.kernel.run(() => cast('one', 'fly'))
      await world.kernel.settled()
    }
    const told = async () => (await world.get<Told>('api/timeline')).events.toReversed()
    await crash()
    const first = await told()
    expect(first.map(({ kind, child }) => [kind, child])).toEqual([
      ['crash', 'one'],
      ['restart', 'one'],
      ['restart', 'two'],
    ])
    expect(new Set(first.map(({ incident }) => incident))).toEqual(new Set([expect.any(String)]))
    // One too many: the supervisor gives up, and the one above it starts all of it anew.
    await crash()
    const second = (await told()).slice(first.length)
    expect(second.map(({ kind, child }) => [kind, child])).toContainEqual(['restart', 'inner'])
    const incidents = new Set(second.map(({ incident }) => incident))
    expect(incidents.size).toBe(1)
    expect(incidents).not.toEqual(new Set(first.map(({ incident }) => incident)))
  })
})

describe('what strangers try', () => {
  it('has a place of its own: refused orders push no crash out, and are a few lines in the log', async () => {
    await using world = await planted()
    await world.kernel.run(() => cast('one', 'fly'))
    await world.kernel.settled()
    for (let n = 0; n < 100; n++) await world.act('kill', { pid: 'one' }, 'not-the-token-of-the-observer')
    const { events: kept } = await world.get<Told>('api/timeline?limit=1000')
    const kinds = kept.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind !== 'refused')).toEqual(['restart', 'crash'])
    expect(kinds.filter((kind) => kind === 'refused').length).toBeLessThan(20)
    const lines = world.reports.filter(({ kind }) => kind === 'observer')
    expect(lines).toHaveLength(10)
    expect(Math.max(...lines.map((line) => JSON.stringify(line).length))).toBeLessThan(600)
    // A minute later the next one tells of those that were not told.
    await world.clock.advance(60_000)
    await world.act('kill', { pid: 'one' }, 'not-the-token-of-the-observer')
    const { message } = world.reports.filter(({ kind }) => kind === 'observer')[10] ?? {}
    expect(message).toBe('observer: 90 more orders were not followed')
  })

  it('has reports apart from crashes, too: a program that reports much forgets none', async () => {
    await using world = await planted()
    await world.kernel.run(() => cast('one', 'fly'))
    await world.kernel.settled()
    for (let n = 0; n < 5_000; n++)
      world.kernel.report({ level: 'warn', kind: 'weather', message: `rain ${n}` })
    const { events: kept } = await world.get<Told>('api/timeline?limit=1000')
    expect(kept.filter(({ kind }) => kind === 'crash')).toHaveLength(1)
    expect(kept.filter(({ kind }) => kind === 'report').length).toBeLessThanOrEqual(500)
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

  it('names who sent a cast or a message, which they themselves do not say', async () => {
    await using world = await observed()
    const quiet = {
      init: () => ({ state: 0 }),
      handleCast: () => ({ state: 0 }),
      handleInfo: () => ({ state: 0 }),
    }
    const pid = await world.kernel.run(() => startLink(quiet, undefined, { name: 'quiet' }))
    using stream = await events(world, '?trace=quiet')
    await world.act('trace', { pid: 'quiet', on: true })
    world.kernel.spawn(
      () => {
        cast('quiet', { question: 1 })
        world.kernel.send(pid, 'again')
      },
      { label: 'asker' },
    )
    await world.kernel.settled()
    world.kernel.send(pid, 'again')
    world.kernel.run(() => sendAfter(10, pid, 'tick'))
    await world.clock.advance(10)
    const told = []
    for (let n = 0; n < 4; n++) told.push(await stream.next('trace'))
    const asker = { pid: expect.stringMatching(/^<0\.\d+>$/), label: 'asker' }
    expect(told.map(({ kind, text, peer }) => [kind, text, peer])).toEqual([
      ['cast', '{"question":1}', asker],
      ['info', 'again', asker],
      ['info', 'again', { label: 'code outside any process' }],
      ['info', 'tick', { label: 'a timer' }],
    ])
    // Nobody is listened to any more when no process is traced.
    await world.act('trace', { pid: 'quiet', on: false })
    expect(channel(KERNEL_CHANNELS.delivery).hasSubscribers).toBe(false)
  })

  it('does not cut a message that somebody has to read', async () => {
    await using world = await planted()
    using stream = await events(world, '?trace=one')
    await world.act('trace', { pid: 'one', on: true })
    const question = 'why? '.repeat(100).trim()
    await world.kernel.run(() => call('one', question))
    expect(await stream.next('trace')).toMatchObject({ text: question })
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
