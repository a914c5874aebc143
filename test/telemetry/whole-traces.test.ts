/** Traces stay whole: past what a sampler drops, crashes at once, a switch at run time and an SDK that fails. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { context, type Tracer, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import {
  type Callbacks,
  call,
  cast,
  exit,
  isAlive,
  Kernel,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  start,
  startChild,
  startDynamicSupervisor,
  startLink,
  stateMachine,
  Task,
  trapExit,
} from 'heartwood'
import { type ChildStart, SUPERVISOR_STARTS } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { VirtualClock } from 'heartwood/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { crashProcess } from '../../src/kernel/index.js'

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => context.disable())

type Options = Parameters<typeof openTelemetry>[0]

interface Traced {
  readonly kernel: Kernel
  readonly clock: VirtualClock
  readonly tracer: Tracer
  readonly telemetry: Disposable
  /** Names of the spans that have ended, in the order of their ends. */
  names(): string[]
  ended(): readonly ReadableSpan[]
  /** Names of those that have begun and not ended. */
  open(): string[]
  /** Runs `fn` in a span. */
  request<T>(fn: () => T, name?: string): Promise<Awaited<T>>
  readonly reports: { kind: string; message: string; [field: string]: unknown }[]
}

interface Setup extends NonNullable<Options> {
  readonly sampler?: Sampler
  readonly processors?: readonly Partial<SpanProcessor>[]
}

/** Runs a test in a kernel with virtual time that is traced by an SDK of its own. */
function traced(body: (world: Traced) => unknown, setup: Setup = {}): () => Promise<void> {
  const { sampler, processors = [], ...options } = setup
  return async () => {
    const exporter = new InMemorySpanExporter()
    const begun: ReadableSpan[] = []
    const nothing = { onStart() {}, onEnd() {}, shutdown: async () => {}, forceFlush: async () => {} }
    const noting = { ...nothing, onStart: (span: unknown) => void begun.push(span as ReadableSpan) }
    const spanProcessors = [
      noting,
      new SimpleSpanProcessor(exporter),
      ...processors.map((each) => ({ ...nothing, ...each })),
    ]
    const provider = new BasicTracerProvider({ spanProcessors, ...(sampler ? { sampler } : {}) })
    const tracer = provider.getTracer('test')
    const clock = new VirtualClock()
    const reports: Traced['reports'] = []
    const kernel = new Kernel({ clock, report: (report) => void reports.push(report) })
    kernel.contained = true
    const request = async <T>(fn: () => T, name = 'request'): Promise<Awaited<T>> => {
      const span = tracer.startSpan(name)
      try {
        return await context.with(trace.setSpan(context.active(), span), fn)
      } finally {
        span.end()
      }
    }
    const ended = (): readonly ReadableSpan[] => exporter.getFinishedSpans()
    const names = (): string[] => ended().map(({ name }) => name)
    const open = (): string[] => begun.filter((span) => !span.ended).map(({ name }) => name)
    await kernel.run(async () => {
      trapExit(true)
      using telemetry = openTelemetry({ kernel, tracer, meter: false, ...options })
      await body({ kernel, clock, tracer, telemetry, names, ended, open, request, reports })
    })
  }
}

describe('what begins a trace of its own', () => {
  /** Keeps the first trace and then every second one, by the order in which they begin. */
  const half = (): Sampler => {
    let roots = 0
    const root = {
      shouldSample: () => ({
        decision: roots++ % 2 === 0 ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
      }),
      toString: () => 'half',
    }
    return new ParentBasedSampler({ root })
  }
  let left = 0
  const busy: Callbacks<number, undefined> = {
    init: () => ({ state: 0 }),
    handleCast: (how, state) => {
      if (--left > 0) cast(self(), how)
      return { state }
    },
    handleInfo: (_, state) => {
      if (--left > 0) sendAfter(1, self(), 'tick')
      return { state }
    },
  }

  it(
    'is sampled anew at each timer, also past one that was dropped',
    traced(
      async ({ clock, request, names }) => {
        const pid = await start(busy, undefined)
        left = 40
        await request(() => send(pid, 'tick'))
        for (let ms = 0; ms < 50; ms++) await clock.advance(1)
        expect(left).toBe(0)
        // The first tick is in the request; of the 39 timers each second one is kept.
        expect(names().filter((name) => name.startsWith('handle'))).toHaveLength(1 + 19)
      },
      { sampler: half() },
    ),
  )

  it(
    'is sampled anew at every 17th message of a chain, also past one that was dropped',
    traced(
      async ({ kernel, request, names }) => {
        const pid = await start(busy, undefined)
        left = 16 + 17 * 4
        await request(() => cast(pid, 'on'))
        await kernel.settled()
        expect(left).toBe(0)
        expect(names().filter((name) => name.startsWith('handle'))).toHaveLength(16 + 2 * 17)
      },
      { sampler: half() },
    ),
  )

  it(
    'is sampled anew at each cast where messages are linked, also below a request that was dropped',
    traced(
      async ({ kernel, request, names }) => {
        const pid = await start(busy, undefined)
        await request(() => {})
        left = 1
        await request(() => cast(pid, 'on'))
        await kernel.settled()
        expect(names()).toEqual(['request', 'handle GenServer'])
      },
      { sampler: half(), messages: 'link' },
    ),
  )

  const clockwork = stateMachine<string, undefined, undefined>({
    init: () => ({ state: 'on', data: undefined }),
    states: { on: () => (--left > 0 ? { actions: { stateTimeout: 1 } } : 'keep_state') },
  })

  it(
    'is what the time-outs of a state machine bring',
    traced(
      async ({ clock, request, names }) => {
        const pid = await start(clockwork, undefined)
        left = 40
        await request(() => send(pid, 'go'))
        for (let ms = 0; ms < 50; ms++) await clock.advance(1)
        expect(left).toBe(0)
        expect(names().filter((name) => name.startsWith('handle'))).toHaveLength(1 + 19)
      },
      { sampler: half() },
    ),
  )
})

describe('a call that its caller has given up', () => {
  it(
    'is handled below its span all the same, and so is what comes of it',
    traced(async ({ clock, request, ended }) => {
      const second = await start<number, undefined>(
        { init: () => ({ state: 0 }), handleCast: (_, state) => ({ state }) },
        undefined,
      )
      const busy: Callbacks<number, undefined> = {
        init: () => ({ state: 0 }),
        handleCall: async (ms, _, state) => {
          if (ms === 0) cast(second, 'on')
          else await sleep(ms as number)
          return { reply: ms, state }
        },
      }
      const pid = await start(busy, undefined)
      const patient = call(pid, 100)
      await request(async () => {
        const impatient = expect(call(pid, 0, 20)).rejects.toMatchObject({ code: 'CALL_TIMEOUT' })
        await clock.advance(20)
        await impatient
      })
      await clock.advance(80)
      await patient
      const { traceId } =
        ended()
          .find(({ name }) => name === 'request')
          ?.spanContext() ?? {}
      const ofRequest = ended().filter((span) => span.spanContext().traceId === traceId)
      expect(ofRequest.map(({ name }) => name)).toEqual([
        'call GenServer',
        'request',
        'handle GenServer',
        'handle GenServer',
      ])
    }),
  )
})

describe('a crash that no handler has thrown', () => {
  it(
    'has a span below what it came from, however many processes crash at once',
    traced(async ({ kernel, request, ended, names }) => {
      const idle: Callbacks<number, undefined> = { init: () => ({ state: 0 }) }
      const pids = await Promise.all(['a', 'b', 'c'].map((name) => start(idle, undefined, { name })))
      await Promise.all(
        pids.map((pid, index) => request(() => crashProcess(pid, new Error('lost')), `request ${index}`)),
      )
      await kernel.settled()
      const crashes = ended().filter(({ name }) => name.startsWith('crash'))
      expect(crashes.map(({ name }) => name).sort()).toEqual(['crash a', 'crash b', 'crash c'])
      expect(new Set(crashes.map((span) => span.spanContext().traceId)).size).toBe(3)
      expect(names()).toHaveLength(6)
    }),
  )

  it.each(['returns', 'throws'])('has one where it is a task of a handler that %s', async (what) =>
    traced(async ({ clock, kernel, request, ended }) => {
      const server: Callbacks<number, undefined> = {
        init: () => ({ state: 0 }),
        handleCast: (_, state) => {
          Task.start(async () => {
            await sleep(30)
            throw new Error('of the task')
          })
          if (what === 'throws') throw new Error('of the handler')
          return { state }
        },
      }
      const pid = await start(server, undefined)
      await request(() => cast(pid, 'go'))
      await clock.advance(30)
      await kernel.settled()
      const failed = ended().map(({ status }) => status.message)
      expect(failed).toContain('of the task')
      expect(failed.includes('of the handler')).toBe(what === 'throws')
    })())

  it(
    'has none of its own where a handler of its process ends with it',
    traced(async ({ kernel, request, ended }) => {
      const waits: Callbacks<number, undefined> = {
        init: () => ({ state: 0 }),
        handleCast: () => {
          queueMicrotask(() => crashProcess(self(), new Error('lost')))
          return new Promise(() => {})
        },
      }
      const pid = await start(waits, undefined)
      await request(() => cast(pid, 'go'))
      await kernel.settled()
      expect(ended().map(({ name, status }) => [name, status.message])).toEqual([
        ['request', undefined],
        ['handle GenServer', 'lost'],
      ])
    }),
  )
})

const slow: Callbacks<number, undefined> = {
  init: () => ({ state: 0 }),
  handleCall: async (_request, _from, state) => {
    await sleep(50)
    return { reply: 1, state }
  },
}

/** Its init takes half a second. */
const slowly: Callbacks<number, undefined> = {
  init: async () => {
    await sleep(500)
    return { state: 0 }
  },
}

describe('what its process does not live to end', () => {
  it.each([
    ['takes its time', () => startLink(slowly)],
    ['never settles', () => new Promise<never>(() => {})],
  ])('is the start of a child that %s, whose supervisor is killed', async (_, startIt) => {
    const run = traced(
      async ({ kernel, request, ended, open }) => {
        const rooms = await startDynamicSupervisor({})
        const outcomes: unknown[] = []
        const hear = (event: unknown): void => void outcomes.push((event as ChildStart).outcome)
        subscribe(SUPERVISOR_STARTS, hear)
        onTestFinished(() => void unsubscribe(SUPERVISOR_STARTS, hear))
        const asked = request(() => startChild(rooms, { id: 'slow', start: startIt })).catch(() => {})
        await kernel.settled()
        exit(rooms, 'kill')
        await asked
        await kernel.settled()
        expect(open()).toEqual([])
        const span = ended().find(({ name }) => name === 'start slow')
        expect(span?.attributes).toMatchObject({ 'error.type': 'killed', 'heartwood.start.result': 'error' })
        expect(outcomes).toEqual([undefined, { failed: 'killed' }])
      },
      { lifecycle: true },
    )
    await run()
  })

  it(
    'is a terminate that is killed',
    traced(
      async ({ kernel, request, ended, open }) => {
        const hangs: Callbacks<number, undefined> = {
          init: () => ({ state: 0 }),
          handleCast: (_, state) => ({ stop: 'normal', state }),
          terminate: () => new Promise(() => {}),
        }
        const pid = await start(hangs, undefined)
        await request(() => cast(pid, 'stop'))
        await kernel.settled()
        exit(pid, 'kill')
        await kernel.settled()
        expect(open()).toEqual([])
        const span = ended().find(({ name }) => name === 'terminate GenServer')
        expect(span?.attributes['error.type']).toBe('killed')
      },
      { lifecycle: true },
    ),
  )

  it(
    'is the call of a caller that is killed',
    traced(async ({ kernel, request, open, names }) => {
      const pid = await start(slow, undefined)
      const asks: Callbacks<number, undefined> = {
        init: () => ({ state: 0 }),
        handleCast: async (_, state) => {
          await call(pid, 'x')
          return { state }
        },
      }
      const asking = await start(asks, undefined, { name: 'asks' })
      const script = await request(() => {
        cast(asking, 'go')
        return spawn(() => call(pid, 'x'))
      })
      await kernel.settled()
      for (const caller of [asking, script]) exit(caller, 'kill')
      await kernel.settled()
      expect(open().filter((name) => name !== 'handle GenServer')).toEqual([])
      expect(names()).toContain('call GenServer')
    }),
  )
})

describe('one that is disposed of', () => {
  it(
    'begins no span any more, and ends those that are open at their time',
    traced(async ({ clock, kernel, telemetry, request, names, open }) => {
      const pid = await start(slow, undefined)
      const asked = request(() => call(pid, 'x'))
      await kernel.settled()
      telemetry[Symbol.dispose]()
      expect(open()).toEqual(['request', 'call GenServer', 'handle GenServer'])
      await clock.advance(50)
      await asked
      expect(names().sort()).toEqual(['call GenServer', 'handle GenServer', 'request'])
      expect(open()).toEqual([])
      const again = request(() => call(pid, 'x'))
      await clock.advance(50)
      await again
      expect(names()).toHaveLength(4)
    }),
  )

  it(
    'leaves its open spans to itself where another begins at once',
    traced(async ({ clock, kernel, tracer, telemetry, request, names, open }) => {
      const pid = await start(slow, undefined)
      const asked = request(() => call(pid, 'x'))
      await kernel.settled()
      telemetry[Symbol.dispose]()
      using _ = openTelemetry({ kernel, tracer, meter: false })
      const next = request(() => call(pid, 'x'))
      await clock.advance(100)
      await Promise.all([asked, next])
      expect(names()).toHaveLength(6)
      expect(open()).toEqual([])
    }),
  )
})

describe('an SDK that fails', () => {
  const answers: Callbacks<number, undefined> = {
    init: () => ({ state: 0 }),
    handleCall: (_request, _from, state) => ({ reply: 1, state }),
  }
  const broken = new Error('full')
  const failing = (on: 'onStart' | 'onEnd'): Partial<SpanProcessor> => ({
    [on](span: ReadableSpan) {
      if (span.name.startsWith('call')) throw broken
    },
  })

  it.each([
    'onStart',
    'onEnd',
  ] as const)('in %s costs the spans that it fails on, is told with a count, and takes nothing off', async (on) =>
    traced(
      async ({ request, names, open, reports }) => {
        const pid = await start(answers, undefined)
        for (let n = 0; n < 10; n++) expect(await request(() => call(pid, n))).toBe(1)
        expect(names().filter((name) => name === 'handle GenServer')).toHaveLength(10)
        expect(open().filter((name) => !name.startsWith('call'))).toEqual([])
        if (on === 'onEnd') expect(open()).toEqual([])
        expect(reports).toMatchObject([
          { kind: 'telemetry', failures: 1, reason: broken },
          { kind: 'telemetry', failures: 10, reason: broken },
        ])
      },
      { processors: [failing(on)] },
    )())

  it(
    'in a sampler leaves the calls alone',
    traced(
      async ({ kernel, reports }) => {
        const pid = await start(answers, undefined)
        const outside = kernel.run(() => call(pid, 'x'))
        expect(await outside).toBe(1)
        expect(reports.map(({ kind }) => kind)).toContain('telemetry')
      },
      {
        roots: true,
        sampler: {
          shouldSample: () => {
            throw broken
          },
          toString: () => 'broken',
        },
      },
    ),
  )

  it('later, by itself, harms nobody: not the worker in whose handler it was called', async () => {
    let fail = (): void => {}
    // The span of the request is the test's own.
    const processor: Partial<SpanProcessor> = { onEnd: ({ name }) => name !== 'request' && fail() }
    await traced(
      async ({ kernel, request, reports }) => {
        const pid = await start(answers, undefined)
        const contained: boolean[] = []
        fail = () => setImmediate(() => contained.push(kernel.contain(broken)))
        for (let n = 0; n < 3; n++) expect(await request(() => call(pid, n))).toBe(1)
        await vi.waitFor(() => expect(contained.length).toBeGreaterThan(5))
        expect(contained).not.toContain(false)
        expect(isAlive(pid)).toBe(true)
        expect(reports).toMatchObject([
          {
            kind: 'telemetry',
            failures: 1,
            reason: broken,
            message: expect.stringContaining('go on by itself'),
          },
        ])
      },
      { processors: [processor] },
    )()
  })
})
