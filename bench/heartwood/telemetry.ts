/** What is watched costs: a call with spans of ours and with the same made by hand, by the same tracers, in one run. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { context, type Tracer, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { currentKernel, startLink } from 'heartwood'
import { carryStores } from 'heartwood/kernel'
import { startMetrics } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { cost, mark, type Sample } from '../harness/sample.js'
import { Cell, pidOf, stopAll } from './servers.js'

/** Each is measured so often by turns, and the best counts, in processor time. */
const TRIES = 4

const ATTRIBUTES = { a: '1', b: '2', c: '3', d: '4' }

export async function work(size: number): Promise<Sample> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const cell = await startLink(Cell, 0)
  const call = (): Promise<number> => cell.call.add(1)
  const store = new AsyncLocalStorage<string>()
  const on = new BasicTracerProvider().getTracer('bench')
  const off = new BasicTracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('bench')
  const noop = trace.getTracer('bench')
  const kernel = currentKernel()
  const ours = (tracer: Tracer): Mode => ({
    watch: () => openTelemetry({ tracer, meter: false }),
    run: (each) => inSpan(tracer, each),
    call,
  })
  const byHand = (tracer: Tracer): Mode => ({
    run: (each) => inSpan(tracer, each),
    call: () => twoSpans(tracer, call),
  })
  // First what a program without spans has: what has called many kinds of subscribers is slower with each.
  const measuredAlone: Record<string, Mode> = {
    off: { call },
    metrics: { watch: () => startMetrics(), call },
    'metrics of calls': { watch: () => startMetrics({ handlers: false }), call },
    carry: { watch: () => carryStores(kernel, [store]), run: (each) => store.run('x', each), call },
  }
  const traced: Record<string, Mode> = {
    sampled: ours(on),
    'sampled, by hand': byHand(on),
    unsampled: ours(off),
    'unsampled, by hand': byHand(off),
    'no SDK': ours(noop),
    'no SDK, by hand': byHand(noop),
  }
  const best: Record<string, number> = {}
  const each = Math.ceil(size / TRIES)
  for (const modes of [measuredAlone, traced]) {
    for (let i = 0; i < TRIES; i++) {
      for (const [name, mode] of Object.entries(modes)) {
        best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, await measured(name, mode, each))
      }
    }
  }
  context.disable()
  stopAll([pidOf(cell)])
  const worst = ['sampled', 'unsampled', 'no SDK'].map(
    (name) => of(best, name) / of(best, `${name}, by hand`),
  )
  return { counted: size, value: Math.max(...worst), extra: best }
}

interface Mode {
  /** What watches meanwhile. */
  readonly watch?: () => Disposable
  /** Around all of it. */
  readonly run?: (each: () => Promise<void>) => Promise<void>
  readonly call: () => Promise<unknown>
}

async function measured(
  name: string,
  { watch, run = (all) => all(), call }: Mode,
  times: number,
): Promise<number> {
  const watching = watch?.()
  let spent = 0
  await run(async () => {
    const start = mark(name)
    for (let i = 0; i < times; i++) await call()
    spent = cost(start, times).cpu
  })
  watching?.[Symbol.dispose]()
  return spent
}

const of = (best: Record<string, number>, name: string): number => best[name] as number

function inSpan(tracer: Tracer, each: () => Promise<void>): Promise<void> {
  return tracer.startActiveSpan('request', async (span) => {
    await each()
    span.end()
  })
}

/** What ours makes of a call: a span for it and one for its handler, with as many attributes. */
async function twoSpans(tracer: Tracer, call: () => Promise<unknown>): Promise<void> {
  const asked = tracer.startSpan('call Cell.add', { attributes: ATTRIBUTES }, context.active())
  const below = trace.setSpan(context.active(), asked)
  const handled = tracer.startSpan('handle Cell.add', { attributes: ATTRIBUTES }, below)
  await context.with(trace.setSpan(below, handled), call)
  handled.end()
  asked.end()
}
