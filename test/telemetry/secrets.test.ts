/** What a request carries under a name that sounds secret is in no span, no record, no report and no text of an error. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import {
  call,
  cast,
  createLogger,
  defineServer,
  exit,
  Kernel,
  logReporter,
  type Pid,
  ref,
  send,
  spawn,
  startLink,
  startSupervisor,
  Task,
  trapExit,
} from 'heartwood'
import { REPORTS, type ReportEvent } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { VirtualClock } from 'heartwood/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => context.disable())

const SECRET = 'hunter2-and-more'
const request = () => ({ op: 'login', user: 'ann', password: SECRET, nested: [{ token: SECRET }] })

class Accounts {
  login(_: object): void {
    throw new Error('no such user')
  }
  never(_: object): Promise<void> {
    return new Promise(() => {})
  }
  handleInfo(_: unknown): void {
    throw new Error('what is that')
  }
}
defineServer(Accounts, { name: 'accounts', calls: ['login', 'never'], casts: ['login'] })

const accounts = (): Promise<unknown> =>
  startSupervisor({
    children: [{ id: 'accounts', start: () => startLink(Accounts), args: [] }],
    intensity: 99,
  })

/** Each way for a request to come to grief, and what it ends with. */
const GRIEF: Record<string, (pid: Pid) => unknown> = {
  'a call to nobody': () => call('nobody', request()),
  'a call to a pid that has no use for it': (pid) => call(pid, request()),
  'a call whose handler throws': () => ref(Accounts).call.login(request()),
  'a call that is not answered in time': (pid) => call(pid, { never: request() }, { timeout: 10 }),
  'a call that its server does not survive': async (pid) => {
    const answer = ref(Accounts).call.never(request())
    exit(pid, 'kill')
    await answer
  },
  'a cast whose handler throws': () => ref(Accounts).cast.login(request()),
  'a cast to nobody': () => cast('nobody', request()),
  'a message whose handler throws': (pid) => send(pid, request()),
  'a task that throws what it was told': () => Task.start(() => Promise.reject(request())),
  'a process that exits with it': () => spawn(() => exit({ reason: request() })),
}

it.each(Object.entries(GRIEF))('%s', async (_, grieve) => {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const tracer = provider.getTracer('t')
  using telemetry = openTelemetry({ tracer, meter: false, lifecycle: true })
  const lines: string[] = []
  const logger = createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } })
  const clock = new VirtualClock()
  const kernel = new Kernel({ clock, report: logReporter(logger) })
  const messages: string[] = []
  const hear = (event: unknown): void => void messages.push((event as ReportEvent).report.message)
  subscribe(REPORTS, hear)
  await kernel.run(async () => {
    trapExit(true)
    await accounts()
    // The caller does not catch: its crash has the text of the error that it got.
    await tracer.startActiveSpan('request', async (span) => {
      Task.start(async () => {
        await grieve(kernel.whereis('accounts') as Pid)
      })
      await clock.advance(50)
      span.end()
    })
    await kernel.settled()
  })
  unsubscribe(REPORTS, hear)
  const spans = exporter
    .getFinishedSpans()
    .map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))
  expect(spans.length).toBeGreaterThan(0)
  expect(JSON.stringify({ lines, messages, spans })).not.toContain(SECRET)
  expect(telemetry).toBeDefined()
})

it('what is shown instead says so', async () => {
  const kernel = new Kernel({ report: () => {} })
  const failure = await kernel.run(() => call('nobody', request()).catch((error: unknown) => error))
  expect(String(failure)).toContain('[redacted]')
  expect(trace.getActiveSpan()).toBeUndefined()
})
