import type { AsyncLocalStorage } from 'node:async_hooks'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import {
  exit,
  type HeartwoodError,
  Kernel,
  monitor,
  type Pid,
  type Ref,
  receive,
  type ServerClass,
  startIsolated,
  startLink,
  trapExit,
} from 'heartwood'
import { carryStores, defaultKernel } from 'heartwood/kernel'
import { startMetrics } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

interface Home {
  seen(): (string | undefined)[]
}
interface Traced {
  work(home?: Pid): string | undefined
  fail(): never
  wait(): Promise<never>
}

const url = new URL('./fixtures/traced.js', import.meta.url).href
const { Home, Traced, tenant } = (await import(/* @vite-ignore */ url)) as {
  Home: ServerClass<Home>
  Traced: ServerClass<Traced>
  tenant: AsyncLocalStorage<{ name: string }>
}

const exporter = new InMemorySpanExporter()
/** Called when a span of that name begins. */
const waiting = new Map<string, () => void>()
const begins: SpanProcessor = {
  onStart: ({ name }) => waiting.get(name)?.(),
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
}
const begun = (name: string) => new Promise<void>((resolve) => waiting.set(name, resolve))
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter), begins] })
const tracer = provider.getTracer('test')

beforeAll(() => {
  trace.setGlobalTracerProvider(provider)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => {
  trace.disable()
  context.disable()
})
beforeEach(() => exporter.reset())

/** With a server in a thread. */
function inKernel(body: (traced: Ref<Traced>, kernel: Kernel) => Promise<void>): Promise<void> {
  const kernel = new Kernel({ node: 'host', report: () => {} })
  return kernel.run(async () => {
    trapExit(true)
    const traced = await startIsolated(Traced, undefined, { isolate: 'thread' })
    await body(traced, kernel)
    await stop(traced, 'shutdown')
  })
}

async function stop(traced: Ref<Traced>, reason: unknown): Promise<void> {
  const ref = monitor(traced.pid as Pid)
  exit(traced.pid as Pid, reason)
  await receive({ ref })
}

/** The spans, each with what it is below. */
function family(): string[] {
  const spans = exporter.getFinishedSpans()
  const nameOf = (id: string | undefined) =>
    spans.find((span) => span.spanContext().spanId === id)?.name ?? (id === undefined ? 'nothing' : 'UNKNOWN')
  return spans
    .map(({ name, parentSpanContext }) => `${name} below ${nameOf(parentSpanContext?.spanId)}`)
    .sort()
}

it("spans of a thread are made where it was started, its own code's too, and what it sends there is below them", async () => {
  using _ = openTelemetry({ tracer, meter: false })
  await inKernel(async (traced) => {
    const home = await startLink(Home)
    await tracer.startActiveSpan('request', async (span) => {
      await traced.call.work(home.pid as Pid)
      span.end()
    })
    await home.call.seen()
  })
  expect(family().filter((line) => !line.includes('Home.seen'))).toEqual([
    'call Traced.work below request',
    'handle Home.done below handle Traced.work',
    'handle Inner.note below handle Traced.work',
    'handle Traced.work below call Traced.work',
    'parse below handle Traced.work',
    'request below nothing',
  ])
  const spans = exporter.getFinishedSpans().filter(({ name }) => !name.includes('Home.seen'))
  const traces = spans.map((span) => span.spanContext().traceId)
  expect(new Set(traces).size).toBe(1)
  const [parse] = exporter.getFinishedSpans().filter(({ name }) => name === 'parse')
  expect(parse).toMatchObject({ attributes: { bytes: 7 }, instrumentationScope: { name: 'shop' } })
})

it('telemetry that begins while the thread runs reaches it, too', () =>
  inKernel(async (traced, kernel) => {
    using _ = openTelemetry({ tracer, meter: false, kernel })
    // Whoever traces there has to be loaded before.
    while (!family().includes('parse below handle Traced.work')) await traced.call.work()
    expect(family()).toContain('handle Traced.work below call Traced.work')
  }))

it('a handler whose thread is ended ends its span, and a crash is on it', async () => {
  using _ = openTelemetry({ tracer, meter: false })
  await inKernel(async (traced) => {
    await tracer.startActiveSpan('request', async (span) => {
      const waits = begun('handle Traced.wait')
      const failed = traced.call.wait().catch((error: HeartwoodError) => error.code)
      await waits
      exit(traced.pid as Pid, 'kill')
      expect(await failed).toBe('CALL_SERVER_EXITED')
      span.end()
    })
  })
  const [handler] = exporter.getFinishedSpans().filter(({ name }) => name === 'handle Traced.wait')
  expect(handler?.attributes['error.type']).toBe('killed')
})

it('what is measured in a thread is in the numbers of the host when it has ended', async () => {
  using metrics = startMetrics()
  await inKernel(async (traced) => {
    await traced.call.work()
    await traced.call.fail().catch(() => {})
  })
  // The last news come behind the end.
  const crashed = 'heartwood_process_crashes_total{server="Traced",error_type="RangeError"} 1'
  while (!metrics.prometheusText().includes(crashed)) await defaultKernel().settled()
  const text = metrics.prometheusText()
  expect(text).toContain(
    'heartwood_handler_duration_seconds_count{server="Traced",kind="call",outcome="ok"} 1',
  )
  expect(text).toContain(
    'heartwood_handler_duration_seconds_count{server="Inner",kind="cast",outcome="ok"} 1',
  )
})

it('an end by force is counted, too, and the process that ended so, though it never told', async () => {
  using metrics = startMetrics()
  const spawned = (): number =>
    Number(/^heartwood_process_spawned_total (\d+)$/m.exec(metrics.prometheusText())?.[1])
  const before = spawned()
  await inKernel(async (traced) => {
    await stop(traced, 'kill')
  })
  expect(metrics.prometheusText()).toContain('heartwood_process_exits_total{reason="killed"} 1')
  expect(spawned()).toBeGreaterThan(before)
})

it('a copy of what a carried store holds goes there, and back', async () => {
  await inKernel(async (traced, kernel) => {
    using _ = carryStores(kernel, [tenant])
    const again = await startIsolated(Traced, undefined, { isolate: 'thread' })
    const home = await startLink(Home)
    const work = (of: Ref<Traced>) => tenant.run({ name: 'acme' }, () => of.call.work(home.pid as Pid))
    expect(await work(again)).toBe('acme')
    expect(await home.call.seen()).toEqual(['acme'])
    // It was started when nothing was carried.
    expect(await work(traced)).toBeUndefined()
    await stop(again, 'shutdown')
  })
})
