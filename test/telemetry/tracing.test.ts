import { context, createContextKey, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import {
  Call,
  type Callbacks,
  Cast,
  GenServer,
  Info,
  ref,
  self,
  send,
  sendAfter,
  sendRequest,
  startLink,
  trapExit,
} from 'heartwood'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { inWorld, type World } from '../kernel/world.js'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const tracer = provider.getTracer('test')
const TENANT = createContextKey('tenant')

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => context.disable())
afterEach(() => exporter.reset())

@GenServer({ name: 'ledger' })
class Ledger {
  seen: unknown[] = []

  @Call() async total(): Promise<string> {
    await Promise.resolve()
    return `total for ${String(context.active().getValue(TENANT))}`
  }
  @Cast() note(): void {
    this.seen.push(context.active().getValue(TENANT), trace.getActiveSpan() !== undefined)
  }
  @Call() noted(): unknown[] {
    return this.seen
  }
  @Info('loop') onLoop(): void {
    if (this.seen.push('loop') < 3) send(self(), 'loop')
  }
  @Info('tick') onTick(): void {
    this.seen.push(trace.getActiveSpan())
  }
}

@GenServer({ name: 'counter' })
class Counter {
  @Call() async add(): Promise<string> {
    return ref(Ledger).call.total()
  }
  @Call() fail(): never {
    throw new RangeError('too far')
  }
}

/** Runs the body of a test in a world that is traced. */
function traced(body: (world: World) => unknown, roots = false): () => Promise<void> {
  return inWorld(async (world) => {
    trapExit(true)
    const telemetry = openTelemetry({ kernel: world.kernel, tracer, meter: false, roots })
    try {
      await body(world)
    } finally {
      telemetry[Symbol.dispose]()
    }
  })
}

/** Runs `fn` inside a span, with a value in its context. */
async function inSpan<T>(name: string, fn: () => T): Promise<Awaited<T>> {
  const span = tracer.startSpan(name)
  try {
    return await context.with(trace.setSpan(context.active(), span).setValue(TENANT, 'acme'), fn)
  } finally {
    span.end()
  }
}

const spans = (): ReadableSpan[] => exporter.getFinishedSpans()
const named = (name: string): ReadableSpan => {
  const found = spans().find((span) => span.name === name)
  if (found === undefined) throw new Error(`no span ${name} among ${spans().map((span) => span.name)}`)
  return found
}
/** The names from a span up to the root of its trace. */
function pathOf(span: ReadableSpan): string[] {
  const parent = spans().find((each) => each.spanContext().spanId === span.parentSpanContext?.spanId)
  return parent === undefined ? [span.name] : [span.name, ...pathOf(parent)]
}

it(
  'a call is a child of what was active, its handler a child of the call, and what the handler calls a child of that',
  traced(async () => {
    await startLink(Ledger)
    await startLink(Counter)
    expect(await inSpan('request', () => ref(Counter).call.add())).toBe('total for acme')
    expect(pathOf(named('handle Ledger.total'))).toEqual([
      'handle Ledger.total',
      'call Ledger.total',
      'handle Counter.add',
      'call Counter.add',
      'request',
    ])
    expect(spans()).toHaveLength(5)
    expect(named('call Ledger.total').kind).toBe(SpanKind.CLIENT)
    expect(named('handle Ledger.total')).toMatchObject({
      kind: SpanKind.SERVER,
      attributes: { 'heartwood.message.kind': 'call', 'heartwood.method': 'total' },
      status: { code: SpanStatusCode.UNSET },
    })
    expect(String(named('handle Ledger.total').attributes['heartwood.process'])).toMatch(/^<0\.\d+>$/)
  }),
)

it(
  'a cast is handled in a trace of its own that links to the sender, with the rest of its context',
  traced(async ({ kernel }) => {
    await startLink(Ledger)
    await inSpan('request', () => ref(Ledger).cast.note())
    await kernel.settled()
    const [request, handle] = [named('request'), named('handle Ledger.note')]
    expect(handle.parentSpanContext).toBeUndefined()
    expect(handle.spanContext().traceId).not.toBe(request.spanContext().traceId)
    expect(handle.links.map((link) => link.context.spanId)).toEqual([request.spanContext().spanId])
    expect(handle.kind).toBe(SpanKind.CONSUMER)
    expect(await ref(Ledger).call.noted()).toEqual(['acme', true])
  }),
)

it(
  'a server that sends to itself makes a chain of short traces, not one endless one',
  traced(async ({ kernel }) => {
    await startLink(Ledger)
    await inSpan('request', () => send('ledger', 'loop'))
    await kernel.settled()
    const loops = spans().filter(({ name }) => name === 'handle Ledger')
    expect(loops).toHaveLength(3)
    expect(new Set(loops.map((span) => span.spanContext().traceId)).size).toBe(3)
    const senders = [named('request'), ...loops.slice(0, 2)].map((span) => span.spanContext().spanId)
    expect(loops.map(({ links }) => links[0]?.context.spanId)).toEqual(senders)
  }),
)

it(
  'a timer carries no span, whatever was active where its process was started',
  traced(async ({ clock }) => {
    await inSpan('boot', async () => {
      await startLink(Ledger)
      sendAfter(100, 'ledger', 'tick')
    })
    exporter.reset()
    await clock.advance(100)
    expect(await ref(Ledger).call.noted()).toEqual([undefined])
    expect(spans().map(({ name }) => name)).toEqual(['handle Ledger.noted', 'call Ledger.noted'])
  }),
)

it(
  'begins a trace at messages from outside any span where roots are asked for',
  traced(async ({ clock }) => {
    await startLink(Ledger)
    sendAfter(100, 'ledger', 'tick')
    await clock.advance(100)
    expect(spans().map(({ name, links }) => [name, links.length])).toEqual([['handle Ledger', 0]])
  }, true),
)

it(
  'a handler that crashes and the call that fails of it say so',
  traced(async () => {
    await startLink(Counter)
    await expect(inSpan('request', () => ref(Counter).call.fail())).rejects.toMatchObject({
      code: 'CALL_SERVER_EXITED',
    })
    const [handle, call] = [named('handle Counter.fail'), named('call Counter.fail')]
    expect(handle.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too far' })
    expect(handle.events[0]?.attributes?.['exception.type']).toBe('RangeError')
    expect(call.status.code).toBe(SpanStatusCode.ERROR)
    expect(call.status.message).toContain('too far')
  }),
)

it(
  'a call that is refused is a span that failed; requests that are answered by a message are handled as children',
  traced(async ({ kernel }) => {
    await expect(inSpan('request', () => ref(Ledger).call.total())).rejects.toMatchObject({
      code: 'CALL_NOPROC',
    })
    expect(named('call ledger.total').status.code).toBe(SpanStatusCode.ERROR)
    const callbacks: Callbacks<number, undefined> = {
      init: () => ({ state: 1 }),
      handleCall: (_request, _from, state) => ({ reply: state, state }),
    }
    const plain = await startLink(callbacks, undefined, { name: 'plain' })
    await inSpan('later', () => sendRequest(plain, 'get'))
    await kernel.settled()
    expect(pathOf(named('handle plain'))).toEqual(['handle plain', 'later'])
  }),
)

it(
  'stops when it is disposed of',
  inWorld(async ({ kernel }) => {
    await startLink(Ledger)
    const telemetry = openTelemetry({ kernel, tracer, meter: false })
    telemetry[Symbol.dispose]()
    await inSpan('request', () => ref(Ledger).call.total())
    expect(spans().map(({ name }) => name)).toEqual(['request'])
  }),
)
