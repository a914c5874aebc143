import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  Call,
  Cast,
  exit,
  GenServer,
  type Pid,
  ref,
  send,
  sleep,
  spawn,
  startChild,
  startDynamicSupervisor,
  startLink,
  startSupervisor,
  trapExit,
} from 'heartwood'
import { type Metrics, startMetrics } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { expect, it } from 'vitest'
import type { CallRequest } from '../../src/kernel/index.js'
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
  worker.cast.crash()
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
    expect(lines(metrics, 'heartwood_process_spawned_total')).toEqual(['heartwood_process_spawned_total 6'])
    expect(lines(metrics, 'heartwood_process_exits_total')).toEqual([
      'heartwood_process_exits_total{reason="normal"} 1',
      'heartwood_process_exits_total{reason="shutdown"} 1',
      'heartwood_process_exits_total{reason="killed"} 0',
      'heartwood_process_exits_total{reason="error"} 2',
    ])
    expect(lines(metrics, 'heartwood_process_crashes_total')).toEqual([
      'heartwood_process_crashes_total{server="Worker",error_type="Error"} 2',
    ])
    expect(lines(metrics, 'heartwood_restarts_total')).toEqual([
      'heartwood_restarts_total{supervisor="top",child="worker"} 1',
    ])
    expect(lines(metrics, 'heartwood_escalations_total')).toEqual([
      'heartwood_escalations_total{supervisor="top"} 1',
    ])
    expect(lines(metrics, 'heartwood_dead_letters_total')).toEqual(['heartwood_dead_letters_total 2'])
    expect(lines(metrics, 'heartwood_message_undelivered_total')).toEqual([
      'heartwood_message_undelivered_total{destination="process"} 1',
      'heartwood_message_undelivered_total{destination="name"} 1',
      'heartwood_message_undelivered_total{destination="alias"} 0',
    ])
    expect(lines(metrics, 'heartwood_start_duration_seconds_count')).toEqual([
      'heartwood_start_duration_seconds_count{child="worker",result="ok"} 2',
    ])
    expect(lines(metrics, 'heartwood_restart_duration_seconds_count')).toEqual([
      'heartwood_restart_duration_seconds_count{supervisor="top",child="worker"} 1',
    ])
    expect(lines(metrics, 'heartwood_call_active')).toEqual(['heartwood_call_active{server="Worker"} 0'])
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
    expect(types).toHaveLength(21)
    for (const line of text.trimEnd().split('\n')) {
      if (!line.startsWith('# ')) expect(line).toMatch(sample)
    }
  }),
)

it(
  'tell names that nobody has, dynamic children and unnamed supervisors by what they are',
  inWorld(async ({ kernel }) => {
    using metrics = startMetrics({ kernel })
    for (let i = 0; i < 20; i++) {
      await ref(Worker, `worker:${i}`)
        .call.work(0)
        .catch(() => {})
      await kernel.request(`nobody:${i}`, 'x').catch(() => {})
    }
    const supervisor = await startDynamicSupervisor({ intensity: 99 })
    for (let i = 0; i < 3; i++) {
      const start = () => startLink(Worker, undefined, { name: `worker:${i}` })
      await startChild(supervisor, { id: `worker:${i}`, start })
      ref(Worker, `worker:${i}`).cast.crash()
      await kernel.settled()
    }
    expect(lines(metrics, 'heartwood_call_duration_seconds_count').slice(0, 2)).toEqual([
      'heartwood_call_duration_seconds_count{server="Worker",method="work",outcome="CALL_NOPROC"} 20',
      'heartwood_call_duration_seconds_count{server="unknown",method="",outcome="CALL_NOPROC"} 20',
    ])
    expect(lines(metrics, 'heartwood_restarts_total')).toEqual([
      'heartwood_restarts_total{supervisor="supervisor",child="Worker"} 3',
    ])
  }),
)

it(
  'keep a bounded number of series: those used least recently stand together, are told of, and come back',
  inWorld(async ({ kernel }) => {
    using metrics = startMetrics({ kernel, handlers: false })
    const handle = (message: unknown): void => (message as CallRequest).reply('yes')
    const rooms: Pid[] = []
    for (let i = 0; i < 1_010; i++) {
      rooms.push(kernel.spawnBehaviour({ handle }, { name: `room ${i}` }))
      await kernel.request(rooms[i] as Pid, 'x')
    }
    const name = 'heartwood_call_duration_seconds_count'
    const counts = (): string[] => lines(metrics, name)
    expect(counts()).toHaveLength(911)
    expect(counts().at(-1)).toBe(`${name}{server="other",method="other",outcome="ok"} 100`)
    expect(lines(metrics, 'heartwood_series_dropped_total')).toContain(
      'heartwood_series_dropped_total{metric="heartwood_call_duration_seconds"} 100',
    )
    await kernel.request(rooms[0] as Pid, 'x')
    expect(counts()).toContain(`${name}{server="room 0",method="",outcome="ok"} 1`)
    // What was even when it made room leaves nothing.
    expect(lines(metrics, 'heartwood_call_active{server="other"}')).toEqual([
      'heartwood_call_active{server="other"} 0',
    ])
  }),
)

it(
  'have calls that go on counted where they were put together, until each has its answer',
  inWorld(async ({ kernel }) => {
    using metrics = startMetrics({ kernel, handlers: false })
    const open: CallRequest[] = []
    const rooms = Array.from({ length: 1_010 }, (_, i) =>
      kernel.spawnBehaviour(
        { handle: (message) => void open.push(message as CallRequest) },
        { name: `room ${i}` },
      ),
    )
    const answers = rooms.map((room) => kernel.request(room, 'x'))
    await kernel.settled()
    expect(lines(metrics, 'heartwood_call_active{server="other"}')).toEqual([
      'heartwood_call_active{server="other"} 100',
    ])
    for (const call of open) call.reply('yes')
    await Promise.all(answers)
    const active = lines(metrics, 'heartwood_call_active{')
    expect(active.filter((line) => !line.endsWith(' 0'))).toEqual([])
    expect(active).toHaveLength(911)
  }),
)

it(
  'have a 0 for each supervisor that may give up, and for each child that may be restarted, whenever measuring begins',
  inWorld(async ({ kernel }) => {
    const root = { id: 'worker', start: () => startLink(Worker) }
    await startSupervisor({ children: [root] }, { name: 'before' })
    using metrics = startMetrics({ kernel })
    await startSupervisor(
      { children: [{ ...root, id: 'other', start: () => startLink(Worker, undefined, { name: 'two' }) }] },
      { name: 'after' },
    )
    expect(lines(metrics, 'heartwood_escalations_total')).toEqual([
      'heartwood_escalations_total{supervisor="before"} 0',
      'heartwood_escalations_total{supervisor="after"} 0',
    ])
    expect(lines(metrics, 'heartwood_restarts_total')).toEqual([
      'heartwood_restarts_total{supervisor="before",child="worker"} 0',
      'heartwood_restarts_total{supervisor="after",child="other"} 0',
    ])
  }),
)

it(
  'have no secret and no number of something for the type of an error',
  inWorld(async ({ kernel }) => {
    using metrics = startMetrics({ kernel })
    for (const reason of ['ghp_abcdefghijklmnopqrst0123456789', 'user_4711', 'E_DOWN'])
      spawn(() => exit(reason))
    await kernel.settled()
    expect(lines(metrics, 'heartwood_process_crashes_total')).toEqual([
      'heartwood_process_crashes_total{server="process",error_type="_OTHER"} 2',
      'heartwood_process_crashes_total{server="process",error_type="E_DOWN"} 1',
    ])
  }),
)

it(
  'have the time of handlers and in the mailbox by what handles, and the age of what waits',
  inWorld(async ({ kernel, clock }) => {
    using metrics = startMetrics({ kernel })
    const worker = await startLink(Worker)
    const first = worker.call.work(2_000)
    const second = worker.call.work(0)
    await clock.advance(500)
    expect(lines(metrics, 'heartwood_queue_length{server="Worker"}')).toEqual([
      'heartwood_queue_length{server="Worker"} 1',
    ])
    expect(lines(metrics, 'heartwood_queue_age_seconds{server="Worker"}')).toEqual([
      'heartwood_queue_age_seconds{server="Worker"} 0.5',
    ])
    expect(lines(metrics, 'heartwood_call_active')).toEqual(['heartwood_call_active{server="Worker"} 2'])
    await clock.advance(1_500)
    await Promise.all([first, second])
    send('worker', 'nobody handles this')
    await kernel.settled()
    expect(lines(metrics, 'heartwood_queue_wait_seconds_sum')).toEqual([
      'heartwood_queue_wait_seconds_sum{server="Worker"} 2',
    ])
    expect(lines(metrics, 'heartwood_handler_duration_seconds_count')).toEqual([
      'heartwood_handler_duration_seconds_count{server="Worker",kind="call",outcome="ok"} 2',
      'heartwood_handler_duration_seconds_count{server="Worker",kind="info",outcome="ok"} 1',
    ])
  }),
)

it(
  'have the bounds that are asked for, and no others',
  inWorld(async ({ kernel }) => {
    using metrics = startMetrics({ kernel, buckets: [0.01, 1] })
    const worker = await startLink(Worker)
    await worker.call.work(0)
    expect(
      lines(metrics, 'heartwood_call_duration_seconds_bucket').map((line) => /le="([^"]*)"/.exec(line)?.[1]),
    ).toEqual(['0.01', '1', '+Inf'])
    for (const buckets of [[1, 0.5], [0], ['1'], 3] as never[]) {
      expect(() => startMetrics({ kernel, buckets })).toThrow('buckets')
    }
  }),
)

it(
  'stop when they are disposed of, and stay readable',
  inWorld(async ({ kernel }) => {
    const metrics = startMetrics({ kernel })
    metrics[Symbol.dispose]()
    spawn(() => {})
    await kernel.settled()
    expect(lines(metrics, 'heartwood_process_exits_total{reason="normal"}')).toEqual([
      'heartwood_process_exits_total{reason="normal"} 0',
    ])
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
      'heartwood.call.active',
      'heartwood.call.duration',
      'heartwood.dead_letters',
      'heartwood.escalations',
      'heartwood.event_loop.blocked',
      'heartwood.handler.duration',
      'heartwood.mailbox.longest',
      'heartwood.mailbox.messages',
      'heartwood.message.undelivered',
      'heartwood.process.crashes',
      'heartwood.process.exits',
      'heartwood.process.spawned',
      'heartwood.processes',
      'heartwood.queue.age',
      'heartwood.queue.length',
      'heartwood.queue.wait',
      'heartwood.restart.duration',
      'heartwood.restarts',
      'heartwood.start.duration',
    ])
    const units = new Map(told.map(({ descriptor: { name, unit } }) => [name, unit]))
    expect([units.get('heartwood.processes'), units.get('heartwood.queue.wait')]).toEqual(['{process}', 's'])
    expect(values.get('heartwood.restarts')).toMatchObject([
      { attributes: { 'heartwood.supervisor': 'top', 'heartwood.child': 'worker' }, value: 1 },
    ])
    expect(values.get('heartwood.mailbox.messages')?.[0]?.value).toBe(2)
    const calls = values.get('heartwood.call.duration')
    expect(calls).toMatchObject([
      {
        attributes: { 'heartwood.behaviour': 'Worker', 'heartwood.method': 'work' },
        value: {
          count: 3,
          sum: 0.203,
          buckets: { boundaries: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30] },
        },
      },
      { attributes: { 'error.type': 'CALL_NOPROC' }, value: { count: 1 } },
    ])
    expect(calls?.[0]?.attributes).not.toHaveProperty('error.type')
    await provider.shutdown()
  }),
)
