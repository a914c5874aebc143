/** What the tools are for: a fault is found from them, in few calls, by what they answer and nothing else. */
import {
  application,
  boot,
  type Callbacks,
  type ChildSpec,
  call,
  createLogger,
  defineConfig,
  defineSettings,
  Kernel,
  type Pid,
  processInfo,
  type Report,
  type RunningSystem,
  self,
  sendAfter,
  sleep,
  startLink,
  supervisorSpec,
} from 'heartwood'
import { VirtualClock } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { observerApplication } from '../../src/observer/index.js'
import { type Agent, agentAt } from './world.js'

const MINUTE = 60_000

/** Asks for the rates once a minute; a call that is late ends it. */
const importer = {
  init() {
    sendAfter(MINUTE, self(), 'import')
    return { state: 0 }
  },
  async handleInfo(_message: unknown, imports: number) {
    await call('rates', 'latest')
    sendAfter(MINUTE, self(), 'import')
    return { state: imports + 1 }
  },
}
/** The dependency: it answers after eight seconds, where a call has five. */
const rates = {
  init: () => ({ state: 'https://rates.example/v1' }),
  async handleCall(_request: unknown, _from: unknown, state: string) {
    await sleep(8_000)
    return { reply: 1.08, state }
  },
}
const idle = { init: () => ({ state: 0 }) }
const child = <State>(id: string, callbacks: Callbacks<State>): ChildSpec => ({
  id,
  start: () => startLink(callbacks, undefined, { name: id }),
})

interface Planted extends AsyncDisposable {
  readonly system: RunningSystem
  readonly clock: VirtualClock
  readonly agent: Agent
  /** Resolves when a message waits for the process of that name. */
  untilAsked(name: string): Promise<void>
}

async function planted(): Promise<Planted> {
  const reports: Report[] = []
  const clock = new VirtualClock()
  const kernel = new Kernel({ clock, report: (report) => reports.push(report) })
  const crowd = Array.from({ length: 200 }, (_, at) => child(`session-${at}`, idle))
  const root = supervisorSpec('shop', {
    children: [child('rates', rates), child('importer', importer), ...crowd],
  })
  const settings = defineSettings({
    schema: z.object({ rates: z.object({ url: z.string(), apiKey: z.string() }) }),
    values: { rates: { url: 'https://rates.example/v1', apiKey: 'sk_live_0123456789abcdef' } },
  })
  const config = defineConfig({
    settings,
    applications: () => [observerApplication({ port: 0 }), application({ name: 'shop', root })],
    contain: false,
    blockingLimit: Number.POSITIVE_INFINITY,
  })
  const system = await boot(config, { kernel, logger: createLogger({ level: 'silent' }) })
  const isUp = (): string | undefined =>
    /http:\S+/.exec(reports.find(({ kind }) => kind === 'observer')?.message ?? '')?.[0]
  while (isUp() === undefined) await turn()
  const agent = await agentAt(isUp() ?? '')
  return {
    system,
    clock,
    agent,
    async untilAsked(name) {
      const pid = kernel.whereis(name) as Pid
      while (processInfo(pid, 'messageQueueLength') === 0) await turn()
    },
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]()
      await system.stop()
    },
  }
}

const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve))

describe('a worker that is restarted every minute, because what it depends on is slow', () => {
  it('is found in six calls: who, how often, over what, and whom it waited for', async () => {
    await using world = await planted()
    // Ten crashes, and three seconds into the eleventh call.
    for (let seconds = 0; seconds < 11 * 65 - 2; seconds++) await world.clock.advance(1_000)
    const { agent } = world

    // 1. Is anything wrong?
    const { json: health } = await agent.use('health')
    expect(health).toMatchObject({ live: { ok: true }, last_hour: { crashes: 10, restarts: 10 } })

    // 2. Who crashes, how often, over what?
    const { json: crashes } = await agent.use('crashes')
    const [worst = {}] = crashes.rows
    expect(crashes.rows).toHaveLength(1)
    expect(worst).toMatchObject({
      who: 'shop › importer',
      count: 10,
      every_s: 65,
      code: 'CALL_TIMEOUT',
      docs: 'heartwood/docs/errors.md#CALL_TIMEOUT',
    })

    // 3. What was it about, whole?
    const { json: event } = await agent.use('timeline', { event: worst.event })
    const server = /call of \S+ to (\S+) got no reply within 5000 ms/.exec(String(event.reason))?.[1]
    expect(event).toMatchObject({ supervisor: 'shop', child: 'importer' })
    expect(server).toBe('rates')

    // 4. How is the one that did not answer?
    const asked = agent.use('process', { process: server })
    await world.untilAsked('rates')
    // It does not answer for its state: it is given 200 ms.
    await world.clock.advance(200)
    const { json: dependency } = await asked
    expect(dependency).toMatchObject({
      status: 'busy',
      doing: { message: expect.stringContaining('latest'), for: 3_200 },
      supervisor: { child: 'rates', restart: 'permanent' },
      restarts: 0,
    })

    // 5. Does it hang, or is it slow? It handled the calls before this one.
    expect(Number(dependency.handled)).toBeGreaterThanOrEqual(10)
    const { json: waiting } = await agent.use('processes', { status: 'busy' })
    expect(waiting.rows.map(({ name }) => name).sort()).toContain('importer')

    // 6. What is it configured with?
    const { json: config, text } = await agent.use('config', { q: 'rates.' })
    expect(config).toMatchObject({
      total: 2,
      rows: [{ key: 'rates.url', value: 'https://rates.example/v1' }, { key: 'rates.apiKey' }],
    })
    expect(text).not.toContain('sk_live')
    expect(agent.calls).toBe(6)
  })
})
