import { AsyncResource } from 'node:async_hooks'
import {
  application,
  boot,
  child,
  createLogger,
  defineConfig,
  GenServer,
  HEALTH,
  Health,
  type HealthReport,
  type HeartwoodError,
  health,
  inject,
  logger,
  ref,
  StateMachine,
  Supervisor,
  type SystemHealth,
  sleep,
} from 'heartwood'
import { beforeEach, describe, expect, it } from 'vitest'
import { SystemClock } from '../../src/kernel/index.js'
import { fails, never, tree, World } from './world.js'

let world: World
beforeEach(() => {
  world = new World()
})

const well: HealthReport = { live: { ok: true, reasons: [] }, ready: { ok: true, reasons: [] } }
const notReady = (...reasons: unknown[]) => ({ live: well.live, ready: { ok: false, reasons } })

describe('the health of a system', () => {
  it('is well while everything runs', async () => {
    const system = await world.boot([{ name: 'web', root: tree('web', world.worker('http')) }])
    expect(await health(system)).toEqual(well)
    expect(await system.health.read()).toEqual(well)
    await system.stop()
  })

  it('tells where the start stands, to whoever asks from inside', async () => {
    let ask: () => Promise<HealthReport> = never
    const watch = (): void => {
      ask = AsyncResource.bind(() => health())
    }
    const booting = world.boot([
      { name: 'store', root: tree('store', world.worker('watcher', { start: watch })) },
      {
        name: 'web',
        root: tree('web', tree('pool', world.worker('db', { start: () => sleep(500) }))),
        startPhases: [{ phase: 'warm-up' }],
        startPhase: () => sleep(100),
      },
      { name: 'late', root: tree('late', world.worker('last', { start: () => sleep(10) })) },
    ])
    await world.clock.advance(300)
    const late = 'application late is not started yet'
    expect(await ask()).toEqual(notReady('application web is starting: web › pool › db (300 ms)', late))
    await world.clock.advance(250)
    expect(await ask()).toEqual(notReady('application web is in phase warm-up (50 ms)', late))
    await world.clock.advance(50)
    expect(await ask()).toEqual(notReady('application late is starting: late › last (0 ms)'))
    await world.clock.advance(10)
    const system = await booting
    expect(await ask()).toEqual(well)
    await system.stop()
  })

  it('is not ready from the order to stop on, and not live after the end', async () => {
    const system = await world.boot(
      [{ name: 'web', root: tree('web', world.worker('http', { stop: () => sleep(100) })) }],
      { drainDelay: 500 },
    )
    const end = system.stop()
    await world.kernel.settled()
    expect(await health(system)).toEqual(notReady('the system is stopping'))
    await world.clock.advance(550)
    expect(await health(system)).toEqual(notReady('the system is stopping'))
    await world.clock.advance(50)
    await end
    const ended = { ok: false, reasons: ['the system has ended'] }
    expect(await health(system)).toEqual({ live: ended, ready: ended })
  })

  it('is not ready while a root has no restart left', async () => {
    const { kernel } = world
    @Supervisor({ name: 'top', intensity: 2, period: 5_000, children: () => [world.worker('shaky')] })
    class Top {}
    const system = await world.boot([{ name: 'web', root: Top }])
    const crash = async (): Promise<void> => {
      const pid = kernel.whereis('shaky')
      if (pid !== undefined) kernel.exit(pid, 'kill')
      await kernel.settled()
    }
    await crash()
    expect(await health(system)).toEqual(well)
    await crash()
    expect(await health(system)).toEqual(
      notReady('the root top of application web has no restart left: 2 of 2 restarts in 5000 ms'),
    )
    await world.clock.advance(7_000)
    expect(await health(system)).toEqual(well)
    await system.stop()
  })

  it('is not ready just after the event loop was blocked', async () => {
    const config = defineConfig({
      applications: [application({ name: 'web', root: tree('web', world.worker('http')) })],
      blockingLimit: 20,
      contain: false,
    })
    const clock = new SystemClock()
    const before = clock.now()
    const system = await boot(config, { logger: createLogger({ level: 'silent' }) })
    const begin = clock.now()
    while (clock.now() - begin < 80);
    const { live, ready } = await health(system)
    expect(live.ok).toBe(true)
    expect(ready.reasons).toEqual([expect.stringMatching(/^the event loop was blocked for \d+ ms$/)])
    // It is measured from the start of the watchdog on, and not from that of the program.
    const [told] = /\d+/.exec(ready.reasons[0] as string) ?? []
    expect(Number(told)).toBeLessThanOrEqual(Math.ceil(clock.now() - before))
    await system.stop()
  })

  it('is unknown outside any system', async () => {
    await expect(health()).rejects.toMatchObject({
      code: 'HEALTH_NO_SYSTEM',
      message: expect.stringContaining('health() needs the running system'),
    })
    expect(() => health.check('x', () => true)).toThrow('health.check()')
  })
})

const ADDRESS = 'postgres://shop:hunter2@h/shop'
const SHOWN_ADDRESS = 'postgres://shop:[redacted]@h/shop'

describe('a check', () => {
  /** The health of a system with one check. */
  async function checked(fn: () => unknown, options?: object): Promise<HealthReport> {
    const worker = world.worker('w', { start: () => void health.check('disk', fn, options) })
    const system = await world.boot([{ name: 'web', root: tree('web', worker) }], { contain: true })
    const reading = health(system)
    await world.clock.advance(1_000)
    const report = await reading
    await system.stop()
    return report
  }

  it.each([
    ['returns nothing', () => undefined, undefined],
    ['returns true', async () => true, undefined],
    ['returns an object', () => ({ rows: 1 }), undefined],
    ['returns false', () => false, 'disk: it says no'],
    ['returns a reason', async () => 'full', 'disk: full'],
    [
      'returns a reason with secrets in it',
      () => `${ADDRESS} is down, token=abcdef123456`,
      `disk: ${SHOWN_ADDRESS} is down, token=[redacted]`,
    ],
    [
      'throws one',
      fails(`${ADDRESS} is down, token=abcdef123456`),
      `disk: Error: ${SHOWN_ADDRESS} is down, token=[redacted]`,
    ],
    [
      'returns more than anybody reads',
      () => 'x'.repeat(100_000),
      `disk: ${'x'.repeat(2_000)}… (98000 more characters)`,
    ],
    ['throws', fails('broken'), 'disk: Error: broken'],
    ['rejects', () => Promise.reject(new Error('broken')), 'disk: Error: broken'],
    ['hangs', never, 'disk: no answer within 1000 ms'],
    [
      'leaves a failure behind',
      () => {
        queueMicrotask(() => world.kernel.contain(new Error('left behind')))
        return never()
      },
      'disk: Error: left behind',
    ],
  ])('that %s', async (_, fn, reason) => {
    expect(await checked(fn)).toEqual(reason === undefined ? well : notReady(reason))
  })

  it('has a name without secrets, too', async () => {
    const worker = world.worker('w', { start: () => void health.check(ADDRESS, () => false) })
    const system = await world.boot([{ name: 'web', root: tree('web', worker) }])
    expect(await health(system)).toEqual(notReady(`${SHOWN_ADDRESS}: it says no`))
    await system.stop()
  })

  it('has the time it says', async () => {
    expect(await checked(() => sleep(70), { timeout: 60 })).toEqual(notReady('disk: no answer within 60 ms'))
  })

  it('of kind live makes the system not live, and so not ready', async () => {
    const bad = { ok: false, reasons: ['disk: full'] }
    expect(await checked(() => 'full', { kind: 'live' })).toEqual({ live: bad, ready: bad })
  })

  it('goes with its worker, is replaced by its name, and can be taken back', async () => {
    const disposables: Disposable[] = []
    const adding = (id: string, name: string) =>
      world.worker(id, { start: () => void disposables.push(health.check(name, () => `of ${id}`)) })
    const system = await world.boot([
      { name: 'one', type: 'temporary', root: adding('a', 'x') },
      { name: 'two', root: tree('two', adding('b', 'y'), adding('c', 'y')) },
    ])
    const outside = system.health.check('z', () => 'from outside')
    const [b, c] = [world.kernel.whereis('b'), world.kernel.whereis('c')]
    const both = `y: 2 of 2 fail: ${b} of b; ${c} of c`
    expect((await health(system)).ready.reasons).toEqual(['x: of a', both, 'z: from outside'])
    outside[Symbol.dispose]()
    disposables[1]?.[Symbol.dispose]()
    expect((await health(system)).ready.reasons).toEqual(['x: of a', 'y: of c'])
    const pid = world.kernel.whereis('a')
    if (pid !== undefined) world.kernel.exit(pid, 'kill')
    await world.kernel.settled()
    disposables[2]?.[Symbol.dispose]()
    expect(await health(system)).toEqual(well)
    await system.stop()
  })

  it('is each its own for workers of one class; those that fail are named, the first of them', async () => {
    @GenServer()
    class Db {
      #name = ''
      init(name: string): void {
        this.#name = name
      }
      @Health() connected(): boolean | string {
        return this.#name.startsWith('replica') || `${this.#name} has no connection`
      }
    }
    const names = ['primary', 'replica 1', 'replica 2']
    const pool = (all: readonly string[]) => tree('pool', ...all.map((name) => child(Db, name, { id: name })))
    const system = await world.boot([{ name: 'web', root: pool(names) }])
    const [reason] = (await health(system)).ready.reasons
    expect(reason).toMatch(/^Db: 1 of 3 fail: <0\.\d+> primary has no connection$/)
    await system.stop()
    world = new World()
    const sick = await world.boot([{ name: 'web', root: pool(['a', 'b', 'c', 'd', 'e', 'replica']) }])
    const [summary] = (await health(sick)).ready.reasons
    expect(summary).toMatch(/^Db: 5 of 6 fail: <\S+> a has [^;]+; <\S+> b [^;]+; <\S+> c [^;]+; and 2 more$/)
    await sick.stop()
  })

  it('is not asked again until it has answered, and says since when it has not', async () => {
    let asked = 0
    let answer: (said: string) => void = () => {}
    const slow = (): Promise<string> => {
      asked++
      return new Promise((resolve) => {
        answer = resolve
      })
    }
    const worker = world.worker('w', { start: () => void health.check('disk', slow, { timeout: 100 }) })
    const system = await world.boot([{ name: 'web', root: tree('web', worker) }])
    const read = async (): Promise<unknown> => {
      const reading = health(system)
      await world.clock.advance(100)
      return reading
    }
    expect(await read()).toEqual(notReady('disk: no answer within 100 ms'))
    expect(await read()).toEqual(notReady('disk: no answer for 200 ms, where 100 are allowed'))
    const [one, two] = [health(system), health(system)]
    await world.kernel.settled()
    answer('full')
    expect([await one, await two]).toEqual([notReady('disk: full'), notReady('disk: full')])
    expect(asked).toBe(1)
    const last = health(system)
    await world.kernel.settled()
    expect(asked).toBe(2)
    await system.stop()
    // Nobody asks for a worker that is gone.
    expect((await last).ready.reasons).toContain('disk: its worker ended: shutdown')
    await world.kernel.settled()
    expect(world.kernel.processes()).toEqual([])
  })

  it('does not pile up with workers that come and go', async () => {
    const system = await world.boot([{ name: 'web', root: tree('web', world.worker('http')) }])
    await world.kernel.run(async () => {
      for (let nth = 0; nth < 300; nth++) {
        await world.kernel.run(() => void system.health.check(`nth ${nth}`, () => 'never asked'))
      }
    })
    expect(await health(system)).toEqual(well)
    await system.stop()
  })

  it('has the logger of the system', async () => {
    const seen: unknown[] = []
    await checked(() => void seen.push(logger().level))
    expect(seen).toEqual(['silent'])
  })

  it.each([
    ['', () => true, {}, 'its name must be a non-empty string'],
    ['x', 7, {}, 'check must be a function, but is 7'],
    ['x', () => true, { timeout: 0 }, 'timeout must be milliseconds from 1'],
    ['x', () => true, { kind: 'maybe' }, "kind must be 'ready' or 'live', but is \"maybe\""],
    ['x', () => true, { timeout: -1000 / 3 }, 'timeout must be milliseconds from 1'],
    ['x', () => true, { timeot: 5 }, 'timeot is not known (did you mean "timeout"?)'],
  ])('%j, %s, %j is refused', async (name, fn, options, message) => {
    const system = await world.boot([{ name: 'web', root: tree('web', world.worker('http')) }])
    const add = (): unknown => system.health.check(name, fn as () => unknown, options as object)
    expect(add).toThrow(message)
    expect(add).toThrow(expect.objectContaining({ code: 'HEALTH_CHECK_INVALID' }) as HeartwoodError)
    await system.stop()
  })
})

describe('@Health', () => {
  it('asks the worker as a call: what it says, throws, or hangs at is the reason', async () => {
    let state: unknown = true
    @GenServer({ name: 'db' })
    class Database {
      @Health({ timeout: 300 }) async connected(): Promise<unknown> {
        if (state === 'hang') return never()
        if (state instanceof Error) throw state
        return state
      }
    }
    const system = await world.boot([{ name: 'web', root: tree('web', Database) }])
    const pid = world.kernel.whereis('db')
    expect(await health(system)).toEqual(well)
    state = 'no connection'
    expect(await health(system)).toEqual(notReady('db: no connection'))
    state = new Error('lost')
    expect(await health(system)).toEqual(notReady('db: Error: lost'))
    expect(world.kernel.whereis('db')).toBe(pid)
    state = 'hang'
    const reading = health(system)
    await world.clock.advance(300)
    expect(await reading).toEqual(notReady('db: no answer within 300 ms'))
    const end = system.stop()
    await world.clock.advance(5_000)
    await end
  })

  it('counts those of the base class, and names several by their methods', async () => {
    @GenServer()
    abstract class Base {
      @Health() base(): string {
        return 'of the base'
      }
      @Health() both(): string {
        return 'overridden'
      }
    }
    @GenServer({ name: 'heir' })
    class Heir extends Base {
      @Health() override both(): string {
        return 'of the heir'
      }
      @Health({ name: 'beyond help', kind: 'live' }) own(): boolean {
        return false
      }
    }
    const system = await world.boot([{ name: 'web', root: tree('web', Heir) }])
    const { live, ready } = await health(system)
    expect(live.reasons).toEqual(['beyond help: it says no'])
    expect(ready.reasons).toEqual([...live.reasons, 'heir.both: of the heir', 'heir.base: of the base'])
    await system.stop()
  })

  it('tells of a worker that waits for its restart', async () => {
    @GenServer({ name: 'db', backoff: { initial: 4_000, max: 4_000, jitter: 'none' } })
    class Database {
      @Health() connected(): boolean {
        return true
      }
    }
    @Supervisor({ name: 'top', children: [Database] })
    class Top {}
    const system = await world.boot([{ name: 'web', root: Top }])
    const pid = world.kernel.whereis('db')
    if (pid !== undefined) world.kernel.exit(pid, 'kill')
    await world.clock.advance(1_000)
    expect(await health(system)).toEqual(notReady('db: it crashed and is restarted in 3000 ms'))
    await world.clock.advance(3_000)
    expect(await health(system)).toEqual(well)
    await system.stop()
  })

  it('does nothing for a worker that belongs to no system', async () => {
    @GenServer({ name: 'alone' })
    class Alone {
      @Health() fine(): boolean {
        return true
      }
    }
    await world.kernel.run(async () => {
      const { start } = await import('heartwood')
      await start(Alone)
      expect(ref(Alone).pid).toBeDefined()
    })
  })

  it('can have the health injected', async () => {
    const found: unknown[] = []
    @GenServer()
    class Asking {
      constructor(@inject(HEALTH) systemHealth: SystemHealth) {
        found.push(systemHealth)
      }
    }
    const system = await world.boot([{ name: 'web', root: Asking }])
    expect(found).toEqual([system.health])
    await system.stop()
  })

  it('is refused on a state machine, with what to do instead', () => {
    class Door {
      state = 'open'
      fine(): boolean {
        return true
      }
    }
    Health()(Door.prototype, 'fine', {})
    expect(() => StateMachine()(Door)).toThrow(/Door\.fine: @Health is for servers\. In a state machine/)
  })
})
