import { context, createContextKey, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import {
  Call,
  type Callbacks,
  Cast,
  call,
  exit,
  GenServer,
  Info,
  type Pid,
  ref,
  self,
  send,
  sendAfter,
  sendRequest,
  sleep,
  start,
  startLink,
  startSupervisor,
  stateMachine,
  Task,
  trapExit,
  whereis,
} from 'heartwood'
import { type OpenTelemetryOptions, openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { crashProcess } from '../../src/kernel/index.js'
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
  @Call() never(): Promise<void> {
    return new Promise(() => {})
  }
  @Info('loop') onLoop(): void {
    if (this.seen.push('loop') < 40) send(self(), 'loop')
  }
  @Info('tick') onTick(): void {
    this.seen.push(context.active().getValue(TENANT), trace.getActiveSpan() !== undefined)
  }
}

@GenServer({ name: 'counter' })
class Counter {
  @Call() async add(): Promise<string> {
    return ref(Ledger).call.total()
  }
  @Call({ concurrent: true }) async slow(): Promise<void> {
    await sleep(50)
  }
  @Call() stray(): void {}
  @Info('poll') async onPoll(): Promise<void> {
    await ref(Ledger).call.total()
  }
  @Call() fail(): never {
    throw new RangeError('too far')
  }
}

/** Runs the body of a test in a world that is traced. */
function traced(body: (world: World) => unknown, options: OpenTelemetryOptions = {}): () => Promise<void> {
  return inWorld(async (world) => {
    trapExit(true)
    const telemetry = openTelemetry({ kernel: world.kernel, tracer, meter: false, ...options })
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
    expect(named('call Ledger.total').kind).toBe(SpanKind.INTERNAL)
    expect(named('handle Ledger.total')).toMatchObject({
      kind: SpanKind.INTERNAL,
      attributes: {
        'heartwood.behaviour': 'Ledger',
        'heartwood.name': 'ledger',
        'heartwood.message.kind': 'call',
        'heartwood.method': 'total',
      },
      status: { code: SpanStatusCode.UNSET },
    })
    expect(String(named('handle Ledger.total').attributes['heartwood.process'])).toMatch(/^<0\.\d+>$/)
  }),
)

it(
  'a cast is handled below its sender, with a link to it and the rest of its context',
  traced(async ({ kernel }) => {
    await startLink(Ledger)
    await inSpan('request', () => ref(Ledger).cast.note())
    await kernel.settled()
    const [request, handle] = [named('request'), named('handle Ledger.note')]
    expect(pathOf(handle)).toEqual(['handle Ledger.note', 'request'])
    expect(handle.links.map((link) => link.context.spanId)).toEqual([request.spanContext().spanId])
    expect(handle.kind).toBe(SpanKind.INTERNAL)
    expect(await ref(Ledger).call.noted()).toEqual(['acme', true])
  }),
)

it(
  'a cast is handled in a trace of its own that links to the sender, where that is asked for',
  traced(
    async ({ kernel }) => {
      await startLink(Ledger)
      await inSpan('request', () => ref(Ledger).cast.note())
      await kernel.settled()
      const [request, handle] = [named('request'), named('handle Ledger.note')]
      expect(handle.parentSpanContext).toBeUndefined()
      expect(handle.spanContext().traceId).not.toBe(request.spanContext().traceId)
      expect(handle.links.map((link) => link.context.spanId)).toEqual([request.spanContext().spanId])
    },
    { messages: 'link' },
  ),
)

it(
  'a server that goes on sending to itself makes traces of a bounded length, each linked to the one before',
  traced(async ({ kernel }) => {
    await startLink(Ledger)
    await inSpan('request', () => send('ledger', 'loop'))
    await kernel.settled()
    const loops = spans().filter(({ name }) => name === 'handle Ledger')
    expect(loops).toHaveLength(40)
    const traces = loops.map((span) => span.spanContext().traceId)
    const lengths = [...new Set(traces)].map((id) => traces.filter((each) => each === id).length)
    expect(lengths).toEqual([16, 17, 7])
    const senders = [named('request'), ...loops.slice(0, -1)].map((span) => span.spanContext().spanId)
    expect(loops.map(({ links }) => links[0]?.context.spanId)).toEqual(senders)
  }),
)

it(
  'a timer has the context of whoever set it, and its handler a trace of its own that links there',
  traced(async ({ clock }) => {
    await inSpan('boot', () => startLink(Ledger))
    await inSpan('request', () => sendAfter(100, 'ledger', 'tick'))
    await clock.advance(100)
    const [request, handle] = [named('request'), named('handle Ledger')]
    expect(handle.parentSpanContext).toBeUndefined()
    expect(handle.links.map((link) => link.context.spanId)).toEqual([request.spanContext().spanId])
    expect(await ref(Ledger).call.noted()).toEqual(['acme', true])
  }),
)

it(
  'what a process does outside any span begins no trace',
  traced(async ({ clock }) => {
    await inSpan('boot', async () => {
      await startLink(Ledger)
      await startLink(Counter)
    })
    exporter.reset()
    sendAfter(100, 'counter', 'poll')
    await clock.advance(100)
    expect(spans()).toEqual([])
  }),
)

it(
  'a request that the sampler drops has no span at all, and its context still travels',
  traced(async ({ kernel }) => {
    await startLink(Ledger)
    await startLink(Counter)
    const unsampled = new BasicTracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('off')
    const dropped = trace.setSpan(context.active().setValue(TENANT, 'acme'), unsampled.startSpan('request'))
    const total = await context.with(dropped, async () => {
      ref(Ledger).cast.note()
      return ref(Counter).call.add()
    })
    await kernel.settled()
    expect(total).toBe('total for acme')
    expect(spans()).toEqual([])
  }),
)

it(
  'an event that a machine postpones is handled below its sender, in a span of its own',
  traced(async ({ kernel }) => {
    const door = stateMachine<string, undefined, undefined>({
      init: () => ({ state: 'closed', data: undefined }),
      states: {
        closed: (event) => (event.type === 'call' ? { actions: 'postpone' } : { nextState: 'open' }),
        open: (event) => {
          tracer.startSpan('work').end()
          if (event.type !== 'call') return 'keep_state'
          return { actions: { reply: context.active().getValue(TENANT), to: event.from } }
        },
      },
    })
    await startLink(door, undefined, { name: 'door' })
    const answer = inSpan('ann', () => call('door', 'enter'))
    await kernel.settled()
    send('door', 'open!')
    expect(await answer).toBe('acme')
    expect(pathOf(named('work'))).toEqual(['work', 'handle door', 'call door', 'ann'])
    expect(spans().filter(({ name }) => name === 'handle door')).toHaveLength(2)
  }),
)

it(
  'the span of a concurrent call ends with its answer, and that of a handler with its process, whoever ended it',
  traced(async ({ clock, kernel }) => {
    await startLink(Counter)
    const slow = inSpan('request', () => ref(Counter).call.slow())
    await kernel.settled()
    expect(spans()).toEqual([])
    await clock.advance(50)
    await slow
    expect(pathOf(named('handle Counter.slow'))).toEqual([
      'handle Counter.slow',
      'call Counter.slow',
      'request',
    ])
    for (const reason of ['kill', 'shutdown']) {
      exporter.reset()
      const never = await start(Ledger)
      const answer = inSpan('request', () => never.call.never()).catch(() => {})
      await kernel.settled()
      exit(never.pid as Pid, reason)
      await answer
      const { status, attributes } = named('handle Ledger.never')
      const [code, kind] =
        reason === 'kill' ? [SpanStatusCode.ERROR, 'killed'] : [SpanStatusCode.UNSET, 'shutdown']
      expect([status.code, attributes['heartwood.exit.reason']]).toEqual([code, kind])
      expect(attributes['error.type']).toBe(reason === 'kill' ? 'killed' : undefined)
    }
  }),
)

it(
  'the functions of a stream of tasks work below whoever reads it, and the stream has no spans',
  traced(async () => {
    await inSpan('request', async () => {
      const work = async (n: number): Promise<void> => tracer.startSpan(`job ${n}`).end()
      await Task.asyncStream([1, 2, 3], work).toArray()
    })
    expect(pathOf(named('job 2'))).toEqual(['job 2', 'request'])
    expect(
      spans()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['job 1', 'job 2', 'job 3', 'request'])
  }),
)

it(
  'a restart is below the handler that crashed and links to it; what no handler has thrown has a span of its own',
  traced(async ({ kernel }) => {
    const child = { id: 'counter', start: () => startLink(Counter), restart: 'permanent' } as const
    await startSupervisor({ children: [child] }, { name: 'top' })
    await inSpan('request', () => ref(Counter).call.fail()).catch(() => {})
    await kernel.settled()
    const [handle, restart] = [named('handle Counter.fail'), named('handle top')]
    expect(pathOf(restart)).toEqual(['handle top', 'handle Counter.fail', 'call Counter.fail', 'request'])
    expect(restart.links.map((link) => link.context.spanId)).toEqual([handle.spanContext().spanId])
    exporter.reset()
    await inSpan('later', () => ref(Counter).call.stray())
    const pid = whereis('counter') as Pid
    await inSpan('timer', () => crashProcess(pid, new RangeError('in a timer')))
    await kernel.settled()
    expect(named('crash Counter')).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'in a timer' },
      attributes: { 'error.type': 'RangeError', 'heartwood.behaviour': 'Counter' },
    })
    expect(pathOf(named('crash Counter'))).toEqual(['crash Counter', 'timer'])
  }),
)

it(
  'begins a trace at messages from outside any span where roots are asked for',
  traced(
    async ({ clock }) => {
      await startLink(Ledger)
      sendAfter(100, 'ledger', 'tick')
      await clock.advance(100)
      expect(spans().map(({ name, links }) => [name, links.length])).toEqual([['handle Ledger', 0]])
    },
    { roots: true },
  ),
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
    expect(named('call Ledger.total').status.code).toBe(SpanStatusCode.ERROR)
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
