/** A request from HTTP to an outgoing call, a crash and a restart, as a backend that speaks OTLP sees it. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { context, SpanKind } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import {
  application,
  boot,
  Call,
  Cast,
  call,
  GenServer,
  ref,
  send,
  startLink,
  stateMachine,
  supervisorSpec,
  Task,
} from 'heartwood'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** A span as OTLP has it in JSON, as far as it is looked at here. */
interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly status: { readonly code: number }
  readonly links: readonly { readonly spanId: string }[]
}

const received: OtlpSpan[] = []
const receiver = createServer(async (request, response) => {
  const { resourceSpans } = JSON.parse(await textOf(request))
  received.push(...resourceSpans[0].scopeSpans[0].spans)
  response.end('{}')
})
/** Another service, that is called. */
const elsewhere = createServer((request, response) => response.end(request.headers.traceparent))

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

async function addressOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** OTLP over HTTP, as JSON. */
class Exporter implements SpanExporter {
  constructor(private readonly url: string) {}

  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans.map(otlp) }] }] })
    fetch(`${this.url}/v1/traces`, { method: 'POST', body }).then(
      () => done({ code: 0 }),
      () => done({ code: 1 }),
    )
  }
  async shutdown(): Promise<void> {}
}

function otlp(span: ReadableSpan): OtlpSpan {
  const { traceId, spanId } = span.spanContext()
  const parent = span.parentSpanContext?.spanId
  return {
    ...{ traceId, spanId, name: span.name, kind: span.kind + 1, status: { code: span.status.code } },
    links: span.links.map((link) => ({ spanId: link.context.spanId })),
    ...(parent === undefined ? undefined : { parentSpanId: parent }),
  }
}

/** Resolves when a span of that name ends. */
function ended(name: string): Promise<void> {
  return new Promise((resolve) => waiting.set(name, resolve))
}
const waiting = new Map<string, () => void>()
const told: SpanProcessor = {
  onStart() {},
  onEnd: ({ name }) => waiting.get(name)?.(),
  forceFlush: async () => {},
  shutdown: async () => {},
}

let provider: BasicTracerProvider
let partner: string
const tracer = () => provider.getTracer('the program')

beforeAll(async () => {
  provider = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new Exporter(await addressOf(receiver))), told],
  })
  partner = await addressOf(elsewhere)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(async () => {
  await provider.shutdown()
  context.disable()
  for (const server of [receiver, elsewhere]) server.close()
})

/** Asks the other service, as an instrumented client does. */
function ask(): Promise<string> {
  return tracer().startActiveSpan('GET', { kind: SpanKind.CLIENT }, async (span) => {
    const { traceId, spanId } = span.spanContext()
    const headers = { traceparent: `00-${traceId}-${spanId}-01` }
    const answer = await (await fetch(partner, { headers })).text()
    span.end()
    return answer
  })
}

/** Opens when it is told to, and lets nobody in before. */
const door = stateMachine<string, undefined, undefined>({
  init: () => ({ state: 'closed', data: undefined }),
  states: {
    closed: (event) => (event.type === 'call' ? { actions: 'postpone' } : { nextState: 'open' }),
    open: async (event) => {
      if (event.type !== 'call') return {}
      return { actions: { reply: await Task.async(ask).await(), to: event.from } }
    },
  },
})

@GenServer({ name: 'shop' })
class Shop {
  @Call() async order(): Promise<unknown> {
    const entered = await call('door', 'enter')
    ref(Printer).cast.print()
    return entered
  }
}

@GenServer({ name: 'printer' })
class Printer {
  @Cast() print(): void {
    throw new RangeError('no paper')
  }
}

/** The program's HTTP server, as an instrumented one is. */
function handle(_: IncomingMessage, response: ServerResponse): void {
  tracer().startActiveSpan('POST /orders', { kind: SpanKind.SERVER }, async (span) => {
    response.end(await ref(Shop).call.order())
    span.end()
  })
}

function pathOf(span: OtlpSpan): string[] {
  const parent = received.find(({ spanId }) => spanId === span.parentSpanId)
  return parent === undefined ? [span.name] : [span.name, ...pathOf(parent)]
}

it('a request is one tree: HTTP, worker, postponed event, task, outgoing call, crash and restart', async () => {
  using _telemetry = openTelemetry({ tracer: provider.getTracer('heartwood'), meter: false })
  const children = [
    { id: 'shop', start: () => startLink(Shop) },
    { id: 'printer', start: () => startLink(Printer) },
    { id: 'door', start: () => startLink(door, undefined, { name: 'door' }) },
  ]
  const root = supervisorSpec('root', { children })
  const config = { applications: [application({ name: 'shop', root })], log: { level: 'silent' as const } }
  const system = await boot(config, { exitOnEnd: false })
  const server = createServer(handle)
  const url = await addressOf(server)
  const [postponed, restarted] = [ended('handle door'), ended('handle root')]
  const answer = fetch(url, { method: 'POST' })
  await postponed
  send('door', 'open!')
  const header = await (await answer).text()
  await restarted
  server.close()
  await system.stop()
  await provider.forceFlush()

  const get = received.find(({ name }) => name === 'GET') as OtlpSpan
  const handled = ['handle door', 'call door', 'handle Shop.order', 'call Shop.order', 'POST /orders']
  expect(pathOf(get)).toEqual(['GET', ...handled])
  // What the other service gets goes on below the task's span.
  expect(header).toBe(`00-${get.traceId}-${get.spanId}-01`)

  const crash = received.find(({ name }) => name === 'handle Printer.print') as OtlpSpan
  const restart = received.find(({ name }) => name === 'handle root') as OtlpSpan
  expect(pathOf(restart)).toEqual(['handle root', 'handle Printer.print', ...handled.slice(2)])
  expect(restart.links).toEqual([{ spanId: crash.spanId }])
  expect([crash.status.code, restart.status.code]).toEqual([2, 0])

  const ours = received.filter(({ traceId }) => traceId === get.traceId)
  expect(ours.filter(({ kind }) => kind === SpanKind.SERVER + 1).map(({ name }) => name)).toEqual([
    'POST /orders',
  ])
  // The first time that it was handled, it was put by.
  expect(ours.filter(({ name }) => name === 'handle door')).toHaveLength(2)
})
