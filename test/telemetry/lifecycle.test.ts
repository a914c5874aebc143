/** Spans for boot, the start of a child and the end of a server, where they are asked for. */
import { context, type Span, SpanStatusCode } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import {
  application,
  boot,
  createLogger,
  defineServer,
  Kernel,
  logReporter,
  ref,
  startLink,
  supervisorSpec,
  trapExit,
} from 'heartwood'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { VirtualClock } from 'heartwood/testing'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

const exporter = new InMemorySpanExporter()
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('t')

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => context.disable())
afterEach(() => exporter.reset())

class Store {
  write(): string {
    return 'written'
  }
  fail(): void {
    throw new Error('no disk')
  }
}
defineServer(Store, { name: 'store', calls: ['write', 'fail'] })

class Orders {
  init(): void {
    trapExit(true)
  }
  async terminate(): Promise<void> {
    await ref(Store).call.write()
    throw new RangeError('not flushed')
  }
}
defineServer(Orders, { name: 'orders' })

const logger = createLogger({ level: 'silent' })
const root = supervisorSpec('root', {
  children: [
    { id: 'Store', start: () => startLink(Store) },
    { id: 'Orders', start: () => startLink(Orders) },
  ],
})

async function booted() {
  const kernel = new Kernel({ clock: new VirtualClock(), report: logReporter(logger) })
  return boot({ applications: [application({ name: 'shop', root })] }, { kernel, logger })
}

/** Each span by its name and those above it. */
function paths(): string[] {
  const all = exporter.getFinishedSpans()
  const path = (span: ReadableSpan): string => {
    const above = all.find((each) => each.spanContext().spanId === span.parentSpanContext?.spanId)
    return above === undefined ? span.name : `${path(above)} > ${span.name}`
  }
  return all.map(path)
}

const named = (name: string): ReadableSpan | undefined =>
  exporter.getFinishedSpans().find((span) => span.name === name)

it('a boot is one trace, with the start of each part and its time', async () => {
  using _ = openTelemetry({ tracer, meter: false, lifecycle: true })
  const system = await booted()
  expect(paths()).toEqual([
    'boot',
    'boot > start shop',
    'boot > start shop > start root',
    'boot > start shop > start root > start Store',
    'boot > start shop > start root > start Orders',
  ])
  expect(named('start shop')?.attributes).toEqual({ 'heartwood.application': 'shop' })
  expect(named('start Store')?.attributes).toEqual({ 'heartwood.child': 'Store' })
  await system.stop()
})

it('a boot that fails says where', async () => {
  using _ = openTelemetry({ tracer, meter: false, lifecycle: true })
  const start = (): never => {
    throw new Error('no port')
  }
  const bad = supervisorSpec('root', { children: [{ id: 'web', start }] })
  const kernel = new Kernel({ clock: new VirtualClock(), report: logReporter(logger) })
  await boot({ applications: [application({ name: 'shop', root: bad })] }, { kernel, logger }).catch(() => {})
  expect(named('start web')?.status).toMatchObject({
    code: SpanStatusCode.ERROR,
    message: expect.stringContaining('no port'),
  })
})

it('a restart is below the handler of the supervisor that restarts', async () => {
  using _ = openTelemetry({ tracer, meter: false, lifecycle: true })
  const system = await booted()
  exporter.reset()
  await system.kernel.run(() =>
    tracer.startActiveSpan('request', async (span: Span) => {
      await ref(Store)
        .call.fail()
        .catch(() => {})
      span.end()
    }),
  )
  await system.kernel.settled()
  expect(paths()).toContainEqual(
    expect.stringMatching(/^request > call Store.fail > handle Store.fail > handle root > start Store$/),
  )
  expect(named('start Store')?.attributes['heartwood.start.result']).toBe('ok')
  await system.stop()
})

it('what terminate does is below its span, and its failure on it', async () => {
  using _ = openTelemetry({ tracer, meter: false, lifecycle: true })
  const system = await booted()
  exporter.reset()
  await system.stop()
  expect(paths()).toContainEqual(
    expect.stringMatching(
      /terminate root > handle Orders > terminate Orders > call Store.write > handle Store.write$/,
    ),
  )
  expect(named('terminate Orders')?.status.code).toBe(SpanStatusCode.ERROR)
  expect(named('terminate Orders')?.attributes).toMatchObject({
    'error.type': 'RangeError',
    'heartwood.exit.reason': 'shutdown',
  })
})

it('there is none where they are not asked for', async () => {
  using _ = openTelemetry({ tracer, meter: false })
  const system = await booted()
  await system.stop()
  expect(paths()).toEqual([])
})
