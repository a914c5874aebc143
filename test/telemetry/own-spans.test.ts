/** What an SDK leaves behind of spans and log records that a program makes by itself is the SDK's, and no worker's. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { type Tracer, trace } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { type Callbacks, call, currentPid, isAlive, processInfo, start } from 'heartwood'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { describe, expect, it, onTestFinished } from 'vitest'
import { inWorld } from '../kernel/world.js'

/** A server that does whatever it is asked to. */
const anything: Callbacks<undefined, undefined> = {
  init: () => ({ state: undefined }),
  handleCall: async (act, _from, state) => ({ reply: await (act as () => unknown)(), state }),
}

/** Which process runs: its label, of one that stands for a library. */
const as = (): unknown => {
  const pid = currentPid()
  return pid === undefined ? 'nobody' : processInfo(pid)?.label
}

const nothing: SpanProcessor = {
  onStart() {},
  onEnd() {},
  shutdown: async () => {},
  forceFlush: async () => {},
}

const tracerOf = (processor: Partial<SpanProcessor>): Tracer =>
  new BasicTracerProvider({ spanProcessors: [{ ...nothing, ...processor }] }).getTracer('own')

describe('a span that a handler ends by itself', () => {
  it(
    'calls processors as what stands for the SDK, with the stores of the handler',
    inWorld(async ({ kernel }) => {
      const request = new AsyncLocalStorage<string>()
      const seen: unknown[] = []
      const onEnd = ({ name }: ReadableSpan): void => {
        if (name === 'own') seen.push([as(), request.getStore()])
      }
      const tracer = tracerOf({ onEnd })
      using _ = openTelemetry({ kernel, tracer, meter: false })
      const worker = await start(anything, undefined)
      await call(worker, () => request.run('acme', () => tracer.startSpan('own').end()))
      await call(worker, () => request.run('acme', () => tracer.startActiveSpan('own', (span) => span.end())))
      expect(seen).toEqual([
        ['OpenTelemetry', 'acme'],
        ['OpenTelemetry', 'acme'],
      ])
      expect(await call(worker, () => currentPid())).toBe(worker)
    }),
  )

  it(
    'ends no worker by what an exporter does later; it is told',
    inWorld(async ({ kernel, reports }) => {
      kernel.contained = true
      const broken = new Error('refused')
      const later: (() => boolean)[] = []
      const tracer = tracerOf({
        onEnd: ({ name }) =>
          void (name === 'own' && later.push(AsyncResource.bind(() => kernel.contain(broken)))),
      })
      using _ = openTelemetry({ kernel, tracer, meter: false })
      const worker = await start(anything, undefined)
      await call(worker, () => tracer.startSpan('own').end())
      expect(later.map((fail) => fail())).toEqual([true])
      expect(isAlive(worker)).toBe(true)
      expect(reports).toMatchObject([{ kind: 'telemetry', reason: broken }])
    }),
  )

  it(
    'is exported as what stands for the SDK, where it fills a batch',
    inWorld(async ({ kernel }) => {
      const asWhom: unknown[] = []
      const exporter: SpanExporter = {
        export(_spans, done) {
          asWhom.push(as())
          done({ code: 0 })
        },
        shutdown: async () => {},
      }
      const batch = new BatchSpanProcessor(exporter, { maxExportBatchSize: 1 })
      const tracer = new BasicTracerProvider({ spanProcessors: [batch] }).getTracer('own')
      using _ = openTelemetry({ kernel, tracer, meter: false })
      const worker = await start(anything, undefined)
      await call(worker, () => tracer.startSpan('own').end())
      expect(new Set(asWhom)).toEqual(new Set(['OpenTelemetry']))
    }),
  )

  it(
    'throws nothing into it: OpenTelemetry never does',
    inWorld(async ({ kernel, reports }) => {
      const broken = new Error('full')
      const tracer = tracerOf({
        onEnd() {
          throw broken
        },
      })
      using _ = openTelemetry({ kernel, tracer, meter: false })
      const worker = await start(anything, undefined)
      expect(await call(worker, () => tracer.startSpan('own').end() ?? 'ended')).toBe('ended')
      expect(reports).toMatchObject([{ kind: 'telemetry', reason: broken }])
    }),
  )

  it.each([
    ['frozen classes', () => Object.freeze({ ...spanOfOwn(), ended: 0 })],
    ['objects that have their methods themselves', spanOfOwn],
    ['proxies that throw', () => new Proxy(spanOfOwn(), { getPrototypeOf: () => raise() })],
  ])('is left as it is where spans are %s', (_, made) =>
    inWorld(async ({ kernel }) => {
      const tracer = { startSpan: made, startActiveSpan: raise } as unknown as Tracer
      using _telemetry = openTelemetry({ kernel, tracer, meter: false })
      const worker = await start(anything, undefined)
      expect(await call(worker, () => tracer.startSpan('own').end() ?? 'ended')).toBe('ended')
    })())
})

/** Of no class. */
function spanOfOwn() {
  return {
    isRecording: () => true,
    end() {},
    spanContext: () => ({ traceId: '0', spanId: '0', traceFlags: 1 }),
    setAttribute() {},
  }
}

function raise(): never {
  throw new Error('raised')
}

describe('what a program asks the SDK for by itself', () => {
  it(
    'is done as what stands for it: a log record, and a flush',
    inWorld(async ({ kernel }) => {
      const asWhom: unknown[] = []
      const note = (): void => void asWhom.push(as())
      class Logger {
        emit = note
      }
      class LoggerProvider {
        readonly #logger = new Logger()
        getLogger(): Logger {
          return this.#logger
        }
        async forceFlush(): Promise<void> {
          note()
        }
      }
      const provider = new LoggerProvider()
      // As the API for logs does it, which is a package of its own.
      const global = globalThis as { [key: symbol]: unknown }
      const LOGS = Symbol.for('io.opentelemetry.js.api.logs')
      global[LOGS] = () => provider
      onTestFinished(() => void Reflect.deleteProperty(global, LOGS))
      using _ = openTelemetry({ kernel, tracer: false, meter: false })
      const worker = await start(anything, undefined)
      await call(worker, () => provider.getLogger().emit())
      await call(worker, () => provider.forceFlush())
      expect(asWhom).toEqual(['OpenTelemetry', 'OpenTelemetry'])
    }),
  )

  it(
    'rejects for whoever waits for it',
    inWorld(async ({ kernel }) => {
      const provider = new BasicTracerProvider({
        spanProcessors: [{ ...nothing, shutdown: async () => raise() }],
      })
      trace.setGlobalTracerProvider(provider)
      onTestFinished(() => trace.disable())
      using _ = openTelemetry({ kernel, meter: false })
      const worker = await start(anything, undefined)
      const told = await call(worker, () => provider.shutdown().catch((error: Error) => error.message))
      expect(told).toBe('raised')
    }),
  )
})
