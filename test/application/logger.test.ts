/** Whose logger `logger()` is, where no process of the application runs any more, or none of it ever did. */
import { AsyncResource } from 'node:async_hooks'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import {
  application,
  boot,
  currentPid,
  defineConfig,
  defineServer,
  exit,
  logger,
  type Pid,
  type Report,
  ref,
  supervisorSpec,
} from 'heartwood'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Kernel, processSummary } from '../../src/kernel/index.js'

type Line = Readonly<Record<string, unknown>>

/** Runs code as the worker that made it, also when that is dead. */
let asWorker: <T>(act: () => T) => T

class Worker {
  init(): void {
    asWorker = AsyncResource.bind(<T>(act: () => T): T => act())
  }
  fail(): never {
    throw new Error('a bad day')
  }
}
defineServer(Worker, { name: 'worker', calls: ['fail'] })

async function running(): Promise<{
  system: { stop(): Promise<unknown> }
  kernel: Kernel
  lines: Line[]
  reports: Report[]
}> {
  const lines: Line[] = []
  const reports: Report[] = []
  const kernel = new Kernel({ report: (it) => void reports.push(it) })
  const root = supervisorSpec('root', { children: [supervisorSpec('inner', { children: [Worker] })] })
  const system = await boot(
    defineConfig({
      applications: [application({ name: 'shop', root })],
      log: { destination: { write: (line: string) => void lines.push(JSON.parse(line)) } },
    }),
    { kernel },
  )
  onTestFinished(async () => void (await system.stop()))
  return { system, kernel, lines, reports }
}

/** What is told of code that did what it could not, and of an SDK that failed. */
const faults = (reports: readonly Report[]) =>
  reports.filter(({ kind }) => kind === 'stray' || kind === 'telemetry')

describe('logger() in left-over code of a dead process', () => {
  it.each([
    ['that is restarted', (worker: Pid) => worker],
    ['whose supervisor is dead, too', (worker: Pid) => processSummary(worker)?.parent as Pid],
  ])('%s is the one it had, and its line has the pid of the dead', async (_, whom) => {
    const { kernel, lines, reports } = await running()
    const dead = kernel.whereis('worker') as Pid
    const late = asWorker
    kernel.run(() => exit(whom(dead), 'kill'))
    await kernel.settled()
    late(() => logger().warn('what a catch says'))
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'what a catch says', pid: String(dead) }),
    )
    expect(faults(reports)).toEqual([])
  })

  it('of a system that is over is the one it had', async () => {
    const { system, kernel, lines } = await running()
    const late = asWorker
    await system.stop()
    await kernel.settled()
    late(() => logger().warn('after the end'))
    expect(lines.at(-1)).toMatchObject({ msg: 'after the end' })
  })
})

it("in a span processor it is the application's, also for the call of one who crashed, and no span is lost", async () => {
  const { kernel, lines, reports } = await running()
  const exporter = new InMemorySpanExporter()
  const endedBy = new Set<unknown>()
  const onEnd = ({ name }: { readonly name: string }): void => {
    endedBy.add(String(currentPid()))
    logger().info(`ended ${name}`)
  }
  const logs = { onStart() {}, onEnd, forceFlush: async () => {}, shutdown: async () => {} }
  const provider = new BasicTracerProvider({ spanProcessors: [logs, new SimpleSpanProcessor(exporter)] })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  onTestFinished(() => {
    trace.disable()
    context.disable()
  })
  using _ = openTelemetry({ tracer: provider.getTracer('test'), meter: false, roots: true, kernel })
  const worker = kernel.whereis('worker')
  await kernel.run(() => Promise.allSettled([1, 2, 3].map(() => ref(Worker).call.fail())))
  await kernel.settled()
  const spans = exporter.getFinishedSpans().filter(({ name }) => name === 'call Worker.fail')
  expect(spans).toHaveLength(3)
  expect(lines.filter(({ msg }) => msg === 'ended call Worker.fail')).toHaveLength(3)
  expect(endedBy).not.toContain(String(worker))
  expect(faults(reports)).toEqual([])
})
