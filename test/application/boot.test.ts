import {
  type ApplicationOptions,
  application,
  boot,
  type Child,
  createLogger,
  defineConfig,
  defineServer,
  exit,
  type HeartwoodError,
  isDown,
  Kernel,
  logger,
  logReporter,
  monitor,
  receive,
  ref,
  self,
  sleep,
  spawn,
  startLink,
  supervisorSpec,
  trapExit,
  unlink,
} from 'heartwood'
import type { TestKernel } from 'heartwood/testing'
import { VirtualClock } from 'heartwood/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { guard } from '../../src/application/containment/containment.js'
import { type Report, snapshot } from '../../src/kernel/index.js'
import { fails, never, tree, World } from './world.js'

let world: World
let log: string[]
let clock: VirtualClock
let kernel: TestKernel
let reports: readonly Report[]

beforeEach(() => {
  world = new World()
  ;({ log, clock, kernel, reports } = world)
})

const worker: World['worker'] = (...given) => world.worker(...given)
const started: World['boot'] = (...given) => world.boot(...given)

describe('boot', () => {
  it('starts dependencies first, whatever the order they are listed in, and says how long each took', async () => {
    const system = await started([
      { name: 'web', dependencies: ['cache', 'store'], root: tree('web', worker('http')) },
      { name: 'cache', dependencies: ['store'], root: tree('cache', worker('lru')) },
      { name: 'store', root: tree('store', worker('disk')) },
    ])
    expect(log).toEqual(['start disk', 'start lru', 'start http'])
    expect(system.applications).toMatchObject([
      { name: 'store', startedIn: 0 },
      { name: 'cache', startedIn: 0 },
      { name: 'web', startedIn: 0 },
    ])
    await system.stop()
  })

  it('stops what had started, in reverse, when one does not start, and names the culprit', async () => {
    const attempt = started([
      { name: 'store', root: tree('store', worker('disk')) },
      {
        name: 'web',
        root: tree(
          'web',
          worker('first'),
          tree('inner', worker('second'), worker('third', { start: fails('no licence') })),
        ),
      },
      { name: 'late', root: tree('late', worker('last')) },
    ])
    await expect(attempt).rejects.toMatchObject({
      code: 'BOOT_FAILED',
      message:
        'application web did not start: root › inner › third: Error: no licence. What had been started is stopped.',
      cause: expect.objectContaining({ message: 'no licence' }),
    })
    expect(log).toEqual([
      'start disk',
      'start first',
      'start second',
      'stop second',
      'stop first',
      'stop disk',
    ])
    expect(kernel.processes()).toEqual([])
  })

  it('gives up when an application that must not has ended while the next one started', async () => {
    const end = (): void => {
      const pid = kernel.whereis('disk')
      if (pid !== undefined) kernel.exit(pid, 'kill')
    }
    const attempt = started([
      { name: 'store', root: tree('store', worker('disk')) },
      { name: 'web', root: tree('web', worker('http', { start: end })) },
      { name: 'late', root: tree('late', worker('last')) },
    ])
    await expect(attempt).rejects.toMatchObject({
      code: 'BOOT_FAILED',
      message:
        'application store did not start: it was up, and ended before all others were: shutdown. ' +
        'What had been started is stopped.',
    })
    expect(log).toEqual(['start disk', 'start http', 'stop http'])
    expect(kernel.processes()).toEqual([])
  })

  it('checks the whole plan before anything is started', async () => {
    const attempt = started([
      { name: 'store', root: tree('store', worker('disk')) },
      { name: 'web', root: tree('web', worker('twin'), worker('twin')) },
    ])
    await expect(attempt).rejects.toMatchObject({
      code: 'DUPLICATE_CHILD_ID',
      details: { path: 'web › web' },
    })
    expect(log).toEqual([])
  })

  it('makes a failure of the plan itself a problem of its place', async () => {
    const root = {
      get id(): never {
        throw new Error('no id today')
      },
      start: never,
    }
    await expect(started([{ name: 'odd', root }])).rejects.toMatchObject({
      code: 'PLAN_FAILED',
      message: expect.stringContaining('odd: the plan of this part of the tree failed: Error: no id today'),
    })
  })

  it('takes a root that is a single worker, too', async () => {
    const system = await started([{ name: 'small', root: worker('only') }])
    await system.stop()
    expect(log).toEqual(['start only', 'stop only'])
  })

  it('refuses a root that did not start a process', async () => {
    await expect(
      started([{ name: 'none', root: { id: 'none', start: () => 'ignore' } }]),
    ).rejects.toMatchObject({
      code: 'BOOT_FAILED',
      message: expect.stringContaining(
        'its start function returned ignore, and no pid. Return what startLink()',
      ),
    })
  })

  it('says what a child gave in place of a pid, and whose place it wanted', async () => {
    // As JavaScript may have it.
    const nothing = { id: 'nothing', start: (() => undefined) as unknown as () => never }
    await expect(started([{ name: 'web', root: tree('web', nothing) }])).rejects.toMatchObject({
      code: 'BOOT_FAILED',
      message: expect.stringContaining('root › nothing: its start function returned undefined, and no pid.'),
    })
    const twin = { id: 'twin', start: () => startLink({ init: () => ({ state: 1 }) }, 1, { name: 'disk' }) }
    await expect(started([{ name: 'web', root: tree('web', worker('disk'), twin) }])).rejects.toMatchObject({
      code: 'BOOT_FAILED',
      message: expect.stringMatching(
        /root › twin: what it is to be is there already: <0\.\d+>\. Has another/,
      ),
    })
  })

  it('can be cancelled: the application that is starting may finish, and all is stopped in reverse', async () => {
    const cancel = new AbortController()
    let ready = (): void => {}
    const slow = (): Promise<void> => new Promise((resolve) => (ready = resolve))
    const attempt = started(
      [
        { name: 'store', root: tree('store', worker('disk')) },
        { name: 'web', root: tree('web', worker('http', { start: slow })) },
        { name: 'late', root: tree('late', worker('last')) },
      ],
      { signal: cancel.signal },
    )
    await kernel.settled()
    cancel.abort('SIGTERM')
    await kernel.settled()
    ready()
    const error = await attempt.catch((reason: HeartwoodError) => reason)
    expect(error).toMatchObject({
      code: 'BOOT_CANCELLED',
      message: expect.stringContaining('cancelled by SIGTERM at application web'),
    })
    expect(log).toEqual(['start disk', 'start http', 'stop http', 'stop disk'])
  })

  it('that is cancelled and hangs is killed when the time is over', async () => {
    const cancel = new AbortController()
    const attempt = started([{ name: 'web', root: tree('web', worker('http', { start: never })) }], {
      signal: cancel.signal,
      shutdownTimeout: 1_000,
    })
    const outcome = attempt.catch((reason: HeartwoodError) => reason.code)
    await kernel.settled()
    cancel.abort()
    await clock.advance(1_000)
    expect(await outcome).toBe('BOOT_CANCELLED')
    expect(kernel.processes()).toEqual([])
  })

  it('that is cancelled and hangs takes down in reverse what had started, within the same limit', async () => {
    const cancel = new AbortController()
    const stuck = worker('stuck', { start: never })
    const attempt = started(
      [
        { name: 'store', root: tree('store', worker('disk', { stop: () => sleep(300) })) },
        { name: 'web', root: tree('web', worker('first'), tree('inner', worker('second'), stuck)) },
      ],
      { signal: cancel.signal, shutdownTimeout: 1_000 },
    )
    const outcome = attempt.catch((reason: HeartwoodError) => reason.code)
    await kernel.settled()
    cancel.abort()
    await clock.advance(499)
    expect(log).toEqual(['start disk', 'start first', 'start second'])
    await clock.advance(501)
    expect(await outcome).toBe('BOOT_CANCELLED')
    expect(log.slice(3)).toEqual(['stop second', 'stop first', 'stop disk'])
    expect(kernel.processes()).toEqual([])
  })

  it('does not start at all when it is cancelled before', async () => {
    const attempt = started([{ name: 'web', root: tree('web', worker('http')) }], {
      signal: AbortSignal.abort('early'),
    })
    await expect(attempt).rejects.toMatchObject({ code: 'BOOT_CANCELLED' })
    expect(kernel.processes()).toEqual([])
  })

  it('gives all processes of an application its logger', async () => {
    const lines: string[] = []
    const config = defineConfig({
      applications: [
        application({ name: 'a', root: worker('w', { start: () => logger().info('from within') }) }),
      ],
      contain: false,
    })
    const destination = { write: (line: string) => void lines.push(line) }
    const system = await boot(config, { kernel, logger: createLogger({ destination }) })
    await system.stop()
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ msg: 'from within', name: 'w' }])
  })
})

describe('the crash of a worker', () => {
  class Till {
    readonly #cash = { euro: 3 }
    readonly #token = 'x'
    open(): never {
      throw new Error(`no key for ${Object.keys(this.#cash)} ${this.#token.length}`)
    }
  }
  defineServer(Till, { name: 'till', casts: ['open'] })

  it.each([
    [true, { '#cash': { euro: 3 }, '#token': '[redacted]' }],
    [false, {}],
  ])('is reported with its private state: %s', async (privateFields, state) => {
    const lines: string[] = []
    const destination = { write: (line: string) => void lines.push(line) }
    const config = defineConfig({
      applications: [
        application({
          name: 'shop',
          root: supervisorSpec('shop', { children: [{ id: 'till', start: () => startLink(Till) }] }),
        }),
      ],
      privateFields,
    })
    const logger = createLogger({ destination })
    const shop = new Kernel({ clock: new VirtualClock(), report: logReporter(logger) })
    const system = await boot(config, { kernel: shop, logger })
    await shop.run(async () => {
      monitor('till')
      ref(Till).cast.open()
      await receive(isDown)
    })
    await system.stop()
    const reports = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'server')
    expect(reports).toMatchObject([{ reason: 'Error: no key for euro 1' }])
    expect(reports[0].state).toEqual(state)
    // It is hidden for no longer than the system runs.
    expect(snapshot(new Till())).toHaveProperty('#cash')
  })
})

describe('the stop', () => {
  it('is the exact reverse of the start, and may be asked for more than once', async () => {
    const system = await started([
      { name: 'store', root: tree('store', worker('disk'), worker('index')) },
      { name: 'web', root: tree('web', worker('http'), tree('pool', worker('a'), worker('b'))) },
    ])
    const starts = [...log]
    log.length = 0
    const ends = await Promise.all([system.stop(), system.stop('again')])
    expect(log).toEqual(starts.reverse().map((line) => line.replace('start', 'stop')))
    expect(ends[0]).toEqual({ cause: 'stopped', reason: 'shutdown', stragglers: [] })
    expect(ends[1]).toBe(ends[0])
    expect(await system.stop()).toBe(ends[0])
    expect(kernel.processes()).toEqual([])
  })

  it('kills a child that does not stop within its own limit, and goes on', async () => {
    const system = await started([
      {
        name: 'a',
        root: tree('a', worker('good'), { ...worker('bad', { stop: never }), shutdown: 200 } as Child),
      },
    ])
    const end = system.stop()
    await clock.advance(199)
    expect(log).not.toContain('stop good')
    await clock.advance(1)
    expect((await end).stragglers).toEqual([])
    expect(log).toEqual(['start good', 'start bad', 'stop good'])
    expect(reports.find(({ context }) => context === 'shutdown_error')).toMatchObject({ reason: 'killed' })
  })

  it('kills all that is left when the total time is over, names it, and still stops the rest', async () => {
    const forEver = { ...worker('stuck', { stop: never }), shutdown: Number.POSITIVE_INFINITY } as Child
    const system = await started(
      [
        { name: 'store', root: tree('store', worker('disk')) },
        { name: 'web', root: tree('web', worker('http'), forEver) },
      ],
      { shutdownTimeout: 3_000 },
    )
    const end = system.stop()
    await clock.advance(2_999)
    expect(kernel.processes().length).toBeGreaterThan(0)
    await clock.advance(1)
    const { cause, stragglers } = await end
    expect(cause).toBe('stopped')
    expect(stragglers.join()).toMatch(/stuck <0\.\d+>/)
    expect(kernel.processes()).toEqual([])
    expect(
      reports.some(({ message }) => message.startsWith('application web is not stopped after 3000 ms')),
    ).toBe(true)
  })

  it('runs the hooks around the stop of the tree, past those that fail or hang', async () => {
    const hooks = (name: string, prepStop?: () => unknown): Partial<ApplicationOptions> => ({
      prepStop: async () => {
        log.push(`prepStop ${name}`)
        await prepStop?.()
      },
      stop: () => {
        log.push(`stopped ${name}`)
      },
    })
    const system = await started([
      { name: 'store', root: tree('store', worker('disk')), ...hooks('store', fails('broken')) },
      { name: 'web', root: tree('web', worker('http')), ...hooks('web', never) },
    ])
    log.length = 0
    const end = system.stop()
    await clock.advance(5_000)
    await end
    expect(log).toEqual([
      'prepStop web',
      'stop http',
      'stopped web',
      'prepStop store',
      'stop disk',
      'stopped store',
    ])
    expect(
      reports
        .filter(({ hook }) => hook === 'prepStop')
        .map(({ application, reason }) => [application, String(reason)]),
    ).toEqual([
      ['web', 'it is not through after 5000 ms'],
      ['store', 'Error: broken'],
    ])
  })

  it('gives each hook the time that its application allows', async () => {
    const system = await started([
      { name: 'web', root: tree('web', worker('http')), prepStop: never, stop: never, hookTimeout: 70 },
    ])
    const end = system.stop()
    await clock.advance(69)
    expect(log).not.toContain('stop http')
    await clock.advance(71)
    await end
    expect(reports.filter(({ hook }) => hook).map(({ hook, reason }) => [hook, reason])).toEqual([
      ['prepStop', 'it is not through after 70 ms'],
      ['stop', 'it is not through after 70 ms'],
    ])
  })

  it('goes on when a hook leaves a failure behind that nobody awaits, or ends itself', async () => {
    const system = await started([
      {
        name: 'web',
        root: tree('web', worker('http')),
        prepStop: () => {
          setImmediate(() => kernel.contain(new Error('left behind')))
          return never()
        },
        stop: () => exit('enough'),
      },
    ])
    await system.stop()
    expect(log).toEqual(['start http', 'stop http'])
    expect(
      reports.filter(({ hook }) => hook !== undefined).map(({ hook, reason }) => [hook, String(reason)]),
    ).toEqual([
      ['prepStop', 'Error: left behind'],
      ['stop', 'enough'],
    ])
  })

  it('waits for load balancers first, with everything still at work, if there is a drainDelay', async () => {
    const system = await started([{ name: 'web', root: tree('web', worker('http')) }], { drainDelay: 2_000 })
    const end = system.stop()
    await clock.advance(1_999)
    expect(log).toEqual(['start http'])
    await clock.advance(1)
    expect(await end).toMatchObject({ cause: 'stopped', stragglers: [] })
    expect(log).toEqual(['start http', 'stop http'])
  })

  it('takes the drainDelay from the time there is for stopping', async () => {
    const forEver = { ...worker('stuck', { stop: never }), shutdown: Number.POSITIVE_INFINITY } as Child
    const system = await started([{ name: 'web', root: tree('web', forEver) }], {
      drainDelay: 2_000,
      shutdownTimeout: 3_000,
    })
    const end = system.stop()
    await clock.advance(2_999)
    expect(kernel.processes().length).toBeGreaterThan(0)
    await clock.advance(1)
    expect((await end).stragglers.join()).toMatch(/stuck/)
  })

  it('ends a tree that unlinked itself from its application', async () => {
    const root = {
      id: 'loose',
      start: async () => {
        const above = self()
        return spawn(async () => {
          trapExit(true)
          unlink(above)
          await receive()
          log.push('told to stop')
        })
      },
    }
    const system = await started([{ name: 'a', root }])
    await system.stop()
    expect(log).toEqual(['told to stop'])
  })
})

describe('the end of an application by itself', () => {
  const crash = (name: string): void => {
    const pid = kernel.whereis(name)
    if (pid !== undefined) kernel.exit(pid, 'kill')
  }
  const pair = (type: ApplicationOptions['type']): ApplicationOptions[] => [
    { name: 'store', root: tree('store', worker('disk')) },
    {
      name: 'web',
      type,
      root: tree('web', worker('http')),
      stop: (reason) => void log.push(`stopped web: ${reason}`),
    },
  ]

  it.each(['permanent', 'transient'] as const)('stops everything when it is %s', async (type) => {
    const system = await started(pair(type))
    crash('http')
    expect(await system.ended).toEqual({
      cause: 'crashed',
      application: 'web',
      reason: 'shutdown',
      stragglers: [],
    })
    expect(log).toEqual(['start disk', 'start http', 'stopped web: shutdown', 'stop disk'])
    expect(kernel.processes()).toEqual([])
  })

  it('is only reported when it is temporary', async () => {
    const system = await started(pair('temporary'))
    crash('http')
    await kernel.settled()
    expect(system.applications.map(({ name }) => name)).toEqual(['store'])
    expect(reports.at(-1)).toMatchObject({
      level: 'warn',
      kind: 'application',
      message: 'application web ended: shutdown',
    })
    await system.stop()
  })

  it('for the reason normal leaves the others running when it is transient, and not when it is permanent', async () => {
    const done: Child = {
      id: 'job',
      start: () =>
        startLink(
          { init: () => ({ state: 0, timeout: 10 }), handleInfo: (_, state) => ({ stop: 'normal', state }) },
          undefined,
        ),
    }
    const store = { name: 'store', root: tree('store', worker('disk')) }
    const transient = await started([store, { name: 'job', type: 'transient', root: done }])
    await clock.advance(10)
    expect(transient.applications.map(({ name }) => name)).toEqual(['store'])
    await transient.stop()
    const permanent = await started([store, { name: 'job', root: done }])
    await clock.advance(10)
    expect(await permanent.ended).toMatchObject({ cause: 'crashed', application: 'job', reason: 'normal' })
  })

  // otp_16504 of OTP's application_SUITE.
  it('by a kill of its master waits for its tree and runs the stop hook all the same', async () => {
    const system = await started([
      { name: 'store', root: tree('store', worker('disk')) },
      {
        name: 'web',
        type: 'temporary',
        root: tree('web', worker('http', { stop: () => sleep(200) })),
        stop: (reason) => void log.push(`stopped web: ${reason}`),
      },
    ])
    const web = system.applications.find(({ name }) => name === 'web')
    if (web !== undefined) kernel.exit(web.pid, 'kill')
    await clock.advance(199)
    expect(log).not.toContain('stopped web: killed')
    await clock.advance(1)
    expect(log.slice(2)).toEqual(['stop http', 'stopped web: killed'])
    await system.stop()
    expect(log.at(-1)).toBe('stop disk')
    expect(kernel.processes()).toEqual([])
  })

  it('by a kill of its master leaves nothing behind that does not stop', async () => {
    const stuck = { ...worker('http', { stop: never }), shutdown: Number.POSITIVE_INFINITY } as Child
    const system = await started([{ name: 'web', root: tree('web', stuck) }], { shutdownTimeout: 1_000 })
    const [web] = system.applications
    if (web !== undefined) kernel.exit(web.pid, 'kill')
    await clock.advance(1_000)
    expect(await system.ended).toMatchObject({ cause: 'crashed', reason: 'killed' })
    expect(kernel.processes()).toEqual([])
  })

  it('is told apart from the death of the controller itself', async () => {
    const system = await started(pair('permanent'))
    const [controller] = kernel.processes()
    if (controller !== undefined) kernel.exit(controller, 'kill')
    const end = await system.ended
    expect(end).toMatchObject({ cause: 'crashed', reason: { code: 'PROCESS_EXITED' } })
    expect(end).not.toHaveProperty('application')
  })
})

it('is refused where failures cannot be contained, as in Bun: `npm run toolchains` tries the real one', () => {
  const begin = (): never => {
    throw new Error('node:v8 promiseHooks.onInit is not yet implemented in Bun.')
  }
  const says =
    /^this runtime does not report failures.*onInit is not yet implemented.*Set contain: false in defineConfig/
  expect(() => guard(begin)).toThrow(
    expect.objectContaining({ code: 'CONTAIN_UNSUPPORTED', message: expect.stringMatching(says) }),
  )
})
