/** What is counted once, what is counted as something else, and what is told of that cannot be counted right. */
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { defineServer, exit, Kernel, type Pid, send, sleep, spawn, startLink, trapExit } from 'heartwood'
import { type Metrics, startMetrics } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { describe, expect, it, onTestFinished } from 'vitest'
import { defaultKernel, setDefaultKernel } from '../../src/kernel/index.js'
import { inWorld, type World } from '../kernel/world.js'

const lines = (metrics: Metrics, of: string): string[] =>
  metrics
    .prometheusText()
    .split('\n')
    .filter((line) => line.startsWith(of) && !line.includes('_bucket') && !line.includes('_sum'))

const crashes = (metrics: Metrics): string[] =>
  lines(metrics, 'heartwood_process_crashes_total').map((line) => line.replace(/^[^{]*/, ''))

class Shop {
  init(trapping = false): void {
    trapExit(trapping)
  }
  async browse(): Promise<void> {
    await sleep(60_000)
  }
  async spill(): Promise<void> {
    await sleep(10)
    throw new RangeError('spilt')
  }
  fall(): never {
    throw new TypeError('fell')
  }
  employ(): void {
    spawn(() => sleep(60_000), { link: true })
  }
}
defineServer(Shop, {
  name: 'shop',
  calls: ['browse', 'spill', 'fall', 'employ'],
  concurrent: ['browse', 'spill'],
})

describe('a crash is counted once', () => {
  it(
    'whoever dies of it: concurrent calls, and linked processes',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      using metrics = startMetrics({ kernel })
      const shop = await startLink(Shop)
      const calls = [shop.call.browse(), shop.call.browse(), shop.call.employ(), shop.call.fall()]
      await Promise.allSettled(calls)
      await kernel.settled()
      expect(crashes(metrics)).toEqual(['{server="Shop",error_type="TypeError"} 1'])
      expect(lines(metrics, 'heartwood_process_exits_total{reason="error"}')).toEqual([
        'heartwood_process_exits_total{reason="error"} 4',
      ])
    }),
  )

  it.each([false, true])('for its server, where a concurrent call threw; traps exits: %s', (trapping) =>
    inWorld(async ({ kernel, clock, reports }) => {
      trapExit(true)
      using metrics = startMetrics({ kernel })
      const shop = await startLink(Shop, trapping)
      const spilt = shop.call.spill().catch(() => {})
      await clock.advance(10)
      await spilt
      await kernel.settled()
      expect(crashes(metrics)).toEqual(['{server="Shop",error_type="RangeError"} 1'])
      expect(new Set(reports.map(({ incident }) => incident).filter(Boolean)).size).toBe(1)
    })())

  it(
    'where another ends a process by an error',
    inWorld(async ({ kernel }) => {
      using metrics = startMetrics({ kernel })
      exit(
        spawn(() => sleep(60_000)),
        'E_DOWN',
      )
      await kernel.settled()
      expect(crashes(metrics)).toEqual(['{server="process",error_type="E_DOWN"} 1'])
    }),
  )
})

class OrderError extends Error {}
class Named extends Error {
  override name = 'OutOfStock'
}
class Hostile extends Error {
  override get name(): string {
    throw new Error('no')
  }
}

it.each([
  ['its class, where it has the name of the language alone', new OrderError('no'), 'OrderError'],
  ['the name that it gives itself', new Named('no'), 'OutOfStock'],
  ['that of the language, where it is one', new RangeError('no'), 'RangeError'],
  ['nothing that throws', new Hostile('no'), 'Error'],
])('the type of an error is %s', (_, error, type) =>
  inWorld(async ({ kernel }) => {
    using metrics = startMetrics({ kernel })
    spawn(() => {
      throw error
    })
    await kernel.settled()
    expect(crashes(metrics)).toEqual([`{server="process",error_type="${type}"} 1`])
  })())

class Finder {
  async work(ms: number): Promise<void> {
    await sleep(ms)
  }
  find(): void {}
  async search(): Promise<void> {
    await sleep(100)
  }
}
defineServer(Finder, {
  name: 'finder',
  calls: ['work', 'find', 'search'],
  concurrent: [{ method: 'search', limit: 1 }],
  skipAbandoned: ['find', 'search'],
})

/** Three calls of a method whose callers give up while the server is busy. */
async function abandon({ clock }: World, method: 'find' | 'search'): Promise<void> {
  const finder = await startLink(Finder)
  const busy = method === 'find' ? finder.call.work(50) : finder.call.search()
  await clock.advance(1)
  const giveUp = new AbortController()
  const given = [1, 2, 3].map(() =>
    finder
      .with({ signal: giveUp.signal })
      .call[method]()
      .catch(() => {}),
  )
  await clock.advance(1)
  giveUp.abort()
  await Promise.all(given)
  await clock.advance(100)
  await busy
}

describe('a call that is left out since nobody waits for it', () => {
  it(
    'is counted so, and as no handler',
    inWorld(async (world) => {
      using metrics = startMetrics({ kernel: world.kernel })
      await abandon(world, 'find')
      expect(lines(metrics, 'heartwood_message_discarded_total')).toEqual([
        'heartwood_message_discarded_total{server="Finder",cause="abandoned"} 3',
      ])
      expect(lines(metrics, 'heartwood_handler_duration_seconds_count')).toEqual([
        'heartwood_handler_duration_seconds_count{server="Finder",kind="call",outcome="ok"} 1',
      ])
    }),
  )

  it(
    'also where it waited for its turn beside the server',
    inWorld(async (world) => {
      using metrics = startMetrics({ kernel: world.kernel })
      await abandon(world, 'search')
      expect(lines(metrics, 'heartwood_handler_duration_seconds_count')).toEqual([
        'heartwood_handler_duration_seconds_count{server="Finder",kind="call",outcome="ok"} 1',
      ])
    }),
  )

  it(
    'has no span of a handler',
    inWorld(async (world) => {
      const exporter = new InMemorySpanExporter()
      const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
      onTestFinished(() => context.disable())
      const tracer = provider.getTracer('test')
      using _ = openTelemetry({ kernel: world.kernel, tracer, meter: false, roots: true })
      await abandon(world, 'find')
      const names = exporter.getFinishedSpans().map(({ name }) => name)
      expect(names.filter((name) => name === 'call Finder.find')).toHaveLength(3)
      expect(names).not.toContain('handle Finder.find')
    }),
  )
})

class Slow {
  async take(): Promise<void> {
    await sleep(10)
  }
}
defineServer(Slow, { casts: ['take'], calls: [] })

describe('a message that a full mailbox has no room for', () => {
  it.each([
    ['reject', 28],
    ['drop_oldest', 28],
    ['wait', 28],
  ] as const)('is counted by the policy %s', (policy, count) =>
    inWorld(async ({ kernel, clock }) => {
      using metrics = startMetrics({ kernel })
      const slow = await startLink(Slow, undefined, { mailbox: { limit: 1, policy } })
      slow.cast.take()
      await clock.advance(1)
      for (let n = 0; n < count + 1; n++) slow.cast.take()
      await clock.advance(100)
      expect(lines(metrics, 'heartwood_message_discarded_total')).toEqual([
        `heartwood_message_discarded_total{server="Slow",cause="${policy}"} ${count}`,
      ])
    })())

  it(
    'and that waits for room is not counted',
    inWorld(async ({ kernel, clock }) => {
      using metrics = startMetrics({ kernel })
      const slow = await startLink(Slow, undefined, { mailbox: { limit: 1, policy: 'wait' } })
      const casts = Array.from({ length: 5 }, async () => slow.cast.take())
      await clock.advance(100)
      await Promise.all(casts)
      expect(lines(metrics, 'heartwood_message_discarded_total')).toEqual([])
    }),
  )

  it(
    'also one that was sent, and not awaited',
    inWorld(async ({ kernel, clock }) => {
      using metrics = startMetrics({ kernel })
      const slow = await startLink(Slow, undefined, { mailbox: { limit: 1, policy: 'wait' } })
      slow.cast.take()
      await clock.advance(1)
      slow.cast.take()
      expect(() => send(slow.pid as Pid, 'no room')).toThrow(/MAILBOX_FULL|mailbox/)
      await clock.advance(50)
      expect(lines(metrics, 'heartwood_message_discarded_total')).toEqual([
        'heartwood_message_discarded_total{server="Slow",cause="wait"} 1',
      ])
    }),
  )
})

describe('openTelemetry() twice', () => {
  const warnings = ({ reports }: World) =>
    reports
      .filter(({ kind, level }) => kind === 'telemetry' && level === 'warn')
      .map(({ message }) => message)

  /** A tracer, and how many spans of calls it has made. */
  function counting() {
    const exporter = new InMemorySpanExporter()
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    const calls = (): number =>
      exporter.getFinishedSpans().filter(({ name }) => name.startsWith('call')).length
    return { tracer: provider.getTracer('counting'), calls }
  }

  it(
    'for the same adds nothing, and is in force until each is disposed of',
    inWorld(async (world) => {
      const { kernel } = world
      const { tracer, calls } = counting()
      const shop = await startLink(Shop)
      const first = openTelemetry({ kernel, tracer, meter: false, roots: true })
      const second = openTelemetry({ kernel, tracer, meter: false })
      await shop.call.employ()
      expect(calls()).toBe(1)
      first[Symbol.dispose]()
      first[Symbol.dispose]()
      await shop.call.employ()
      expect(calls()).toBe(2)
      second[Symbol.dispose]()
      await shop.call.employ()
      expect(calls()).toBe(2)
      expect(warnings(world)).toEqual([])
    }),
  )

  it(
    'for one kernel, where it is in force for all, adds nothing',
    inWorld(async (world) => {
      const { tracer, calls } = counting()
      const shop = await startLink(Shop)
      using _all = openTelemetry({ tracer, meter: false, roots: true })
      using _one = openTelemetry({ kernel: world.kernel, tracer, meter: false, roots: true })
      await shop.call.employ()
      expect(calls()).toBe(1)
      expect(warnings(world)).toEqual([])
    }),
  )

  it(
    'with another option is in the log: the first stays',
    inWorld(async (world) => {
      const { kernel } = world
      const { tracer } = counting()
      using _first = openTelemetry({ kernel, tracer, buckets: [1, 2] })
      using _second = openTelemetry({ kernel, tracer, roots: true, messages: 'child', buckets: [1, 2] })
      using _third = openTelemetry({ kernel, tracer: false, buckets: [1, 3], handlers: false })
      expect(warnings(world)).toEqual([
        expect.stringMatching(/in force already for the spans .* with another `roots`, which stays/),
        expect.stringMatching(
          /in force already for the metrics .* with another `handlers`, `buckets`, which/,
        ),
      ])
    }),
  )

  it(
    'for all kernels, where it is in force for one, is in the log',
    inWorld(async (world) => {
      const reports: string[] = []
      const before = defaultKernel()
      setDefaultKernel(new Kernel({ report: ({ message }) => void reports.push(message) }))
      onTestFinished(() => setDefaultKernel(before))
      using _one = openTelemetry({ kernel: world.kernel, tracer: false })
      using _all = openTelemetry({ tracer: false })
      expect(reports).toEqual([expect.stringMatching(/whose metrics are told twice/)])
    }),
  )

  it(
    'for another SDK, other parts, or after the first was disposed of, is one more',
    inWorld(async (world) => {
      const { kernel } = world
      openTelemetry({ kernel, buckets: [1] })[Symbol.dispose]()
      using _spans = openTelemetry({ kernel, meter: false })
      using _numbers = openTelemetry({ kernel, tracer: false })
      const [one, other] = [counting(), counting()]
      using _one = openTelemetry({ kernel, tracer: one.tracer, meter: false, roots: true })
      using _other = openTelemetry({ kernel, tracer: other.tracer, meter: false, roots: true })
      await (await startLink(Shop)).call.employ()
      expect([one.calls(), other.calls()]).toEqual([1, 1])
      expect(warnings(world)).toEqual([])
    }),
  )
})
