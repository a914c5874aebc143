import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  Call,
  Cast,
  GenServer,
  ref,
  send,
  sleep,
  spawn,
  startLink,
  startSupervisor,
  trapExit,
} from 'heartwood'
import type { CallRequest } from 'heartwood/kernel'
import { type Metrics, startMetrics } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { expect, it } from 'vitest'
import { inWorld, type World } from '../kernel/world.js'

@GenServer({ name: 'worker' })
class Worker {
  @Call() async work(ms: number): Promise<string> {
    await sleep(ms)
    return 'done'
  }
  @Cast() crash(): void {
    throw new Error('oops')
  }
}

const REFUSED = 'server="Worker",method="work",outcome="CALL_NOPROC"'

/** Calls that take 0, 3 and 200 ms; a restart; an escalation; a dead letter; a message that waits. */
async function life({ kernel, clock }: World): Promise<void> {
  trapExit(true)
  const root = { id: 'worker', start: () => startLink(Worker), restart: 'permanent' } as const
  await startSupervisor({ intensity: 1, period: 60_000, children: [root] }, { name: 'top' })
  const worker = ref(Worker)
  for (const ms of [0, 3, 200]) {
    const done = worker.call.work(ms)
    await clock.advance(ms)
    expect(await done).toBe('done')
  }
  worker.cast.crash()
  await kernel.settled()
  worker.cast.crash()
  await kernel.settled()
  await expect(worker.call.work(1)).rejects.toMatchObject({ code: 'CALL_NOPROC' })
  send(
    spawn(() => sleep(Number.POSITIVE_INFINITY)),
    'waits',
  )
  const dead = spawn(() => {})
  await kernel.settled()
  send(dead, 'hello')
}

const lines = (metrics: Metrics, name: string): string[] =>
  metrics
    .prometheusText()
    .split('\n')
    .filter((line) => line.startsWith(name))

it(
  'count what happened and read what is, as text for Prometheus',
  inWorld(async (world) => {
    using metrics = startMetrics({ kernel: world.kernel })
    await life(world)
    expect(lines(metrics, 'heartwood_processes ')).toEqual([
      `heartwood_processes ${world.kernel.processCount}`,
    ])
    expect(lines(metrics, 'heartwood_processes_spawned_total')).toEqual([
      'heartwood_processes_spawned_total 6',
    ])
    expect(lines(metrics, 'heartwood_process_exits_total')).toEqual([
      'heartwood_process_exits_total{reason="error"} 2',
      'heartwood_process_exits_total{reason="shutdown"} 1',
      'heartwood_process_exits_total{reason="normal"} 1',
    ])
    expect(lines(metrics, 'heartwood_restarts_total')).toEqual([
      'heartwood_restarts_total{supervisor="top",child="worker"} 1',
    ])
    expect(lines(metrics, 'heartwood_escalations_total')).toEqual([
      'heartwood_escalations_total{supervisor="top"} 1',
    ])
    expect(lines(metrics, 'heartwood_dead_letters_total')).toEqual(['heartwood_dead_letters_total 1'])
    expect(lines(metrics, 'heartwood_mailbox')).toEqual([
      'heartwood_mailbox_messages 2',
      'heartwood_mailbox_longest 1',
    ])
  }),
)

it(
  'have the time that calls took by server, method and outcome',
  inWorld(async (world) => {
    using metrics = startMetrics({ kernel: world.kernel })
    await life(world)
    const ok = 'server="Worker",method="work",outcome="ok"'
    const name = 'heartwood_call_duration_seconds'
    const counts = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3]
    const bounds = [
      '0.0001',
      '0.0005',
      '0.001',
      '0.005',
      '0.01',
      '0.05',
      '0.1',
      '0.5',
      '1',
      '5',
      '30',
      '+Inf',
    ]
    expect(lines(metrics, name)).toEqual([
      ...bounds.map((bound, at) => `${name}_bucket{${ok},le="${bound}"} ${counts[at]}`),
      `${name}_sum{${ok}} 0.203`,
      `${name}_count{${ok}} 3`,
      ...bounds.map((bound) => `${name}_bucket{${REFUSED},le="${bound}"} 1`),
      `${name}_sum{${REFUSED}} 0`,
      `${name}_count{${REFUSED}} 1`,
    ])
  }),
)
it(
  'are text that Prometheus reads: help and type before each metric, labels escaped',
  inWorld(async ({ kernel }) => {
    using metrics = startMetrics({ kernel })
    const name = 'a "quoted"\\\nname'
    const handle = (message: unknown): void => (message as CallRequest).reply('yes')
    await kernel.request(kernel.spawnBehaviour({ handle }, { name }), 'really?')
    const text = metrics.prometheusText()
    expect(text).toContain('server="a \\"quoted\\"\\\\\\nname"')
    expect(text.endsWith('\n')).toBe(true)
    const [metric, value] = ['[a-z_]+(_total|_seconds)?', '-?[0-9.e+-]+']
    const sample = new RegExp(`^${metric}(\\{([a-z]+="([^"\\\\\\n]|\\\\.)*",?)+\\})? ${value}$`)
    const types = text.split('\n').filter((line) => line.startsWith('# TYPE'))
    expect(types).toHaveLength(10)
    for (const line of text.trimEnd().split('\n')) {
      if (!line.startsWith('# ')) expect(line).toMatch(sample)
    }
  }),
)

it(
  'keep a bounded number of series: the rest stands together as other',
  inWorld(async ({ kernel }) => {
    using metrics = startMetrics({ kernel })
    const handle = (message: unknown): void => (message as CallRequest).reply('yes')
    for (let i = 0; i < 1_010; i++)
      await kernel.request(kernel.spawnBehaviour({ handle }, { name: `room ${i}` }), 'x')
    for (let i = 0; i < 1_010; i++) await kernel.request(`nobody ${i}`, 'x').catch(() => {})
    const counts = lines(metrics, 'heartwood_call_duration_seconds_count')
    expect(counts).toHaveLength(1_001)
    expect(counts.at(-1)).toBe(
      'heartwood_call_duration_seconds_count{server="other",method="other",outcome="other"} 1020',
    )
  }),
)

it(
  'stop when they are disposed of, and stay readable',
  inWorld(async ({ kernel }) => {
    const metrics = startMetrics({ kernel })
    metrics[Symbol.dispose]()
    spawn(() => {})
    await kernel.settled()
    expect(lines(metrics, 'heartwood_process_exits_total')).toEqual([])
  }),
)

it(
  'go to OpenTelemetry by the same names and numbers',
  inWorld(async (world) => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 })
    const provider = new MeterProvider({ readers: [reader] })
    const { kernel } = world
    const telemetry = openTelemetry({ kernel, tracer: false, meter: provider.getMeter('test') })
    await life(world)
    await provider.forceFlush()
    telemetry[Symbol.dispose]()
    const told =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? []
    const values = new Map(told.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]))
    expect([...values.keys()].sort()).toEqual([
      'heartwood.call.duration',
      'heartwood.dead_letters',
      'heartwood.escalations',
      'heartwood.mailbox.longest',
      'heartwood.mailbox.messages',
      'heartwood.process.exits',
      'heartwood.processes',
      'heartwood.processes.spawned',
      'heartwood.restarts',
    ])
    expect(values.get('heartwood.restarts')).toMatchObject([
      { attributes: { supervisor: 'top', child: 'worker' }, value: 1 },
    ])
    expect(values.get('heartwood.mailbox.messages')?.[0]?.value).toBe(2)
    expect(values.get('heartwood.call.duration')).toMatchObject([
      { attributes: { server: 'Worker', method: 'work', outcome: 'ok' }, value: { count: 3, sum: 0.203 } },
      { attributes: { outcome: 'CALL_NOPROC' }, value: { count: 1 } },
    ])
    await provider.shutdown()
  }),
)
