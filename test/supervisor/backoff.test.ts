import { describe, expect, it } from 'vitest'
import { exit, isAlive, Kernel, type Pid, receive, sleep, trapExit } from '../../src/kernel/index.js'
import {
  type ChildEntry,
  type ChildSpec,
  childSpec,
  countChildren,
  deleteChild,
  getChildSpec,
  restartChild,
  type Strategy,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  terminateChild,
  toChildSpec,
  whichChildren,
} from '../../src/supervisor/index.js'
import { type Backoff, delayOf, withDefaults } from '../../src/supervisor/restart-backoff.js'
import { codeOf, exitOf, inWorld, type World } from '../kernel/world.js'
import { end, lineOf, Nursery, supervisorReports } from './nursery.js'

/** Waits without chance: 100, 200, 400 … ms. */
const EXACT: Backoff = { initial: 100, jitter: 'none', max: 10_000, resetAfter: 5_000 }
const OFTEN = { intensity: 1_000 }

/** Asks for a restart while the supervisor is busy for 200 ms, so that the end of the wait comes behind it. */
async function hurriedWhileBusy(top: Pid, child: string | Pid): Promise<string | undefined> {
  const slow = async (): Promise<'ignore'> => {
    await sleep(200)
    return 'ignore'
  }
  const [, outcome] = await Promise.all([
    startChild(top, { id: 'slow', start: slow, restart: 'temporary' }),
    codeOf(() => restartChild(top, child)),
  ])
  return outcome
}

describe('the length of a wait', () => {
  const checked = (backoff: Backoff) => withDefaults(backoff)

  it('grows by the factor up to the cap', () => {
    const delays = (backoff: Backoff, attempts: number[]) =>
      attempts.map((attempt) => delayOf(checked({ jitter: 'none', ...backoff }), attempt, () => 0))
    expect(delays({}, [0, 1, 2, 8, 9, 100, 5_000])).toEqual([100, 200, 400, 25_600, 30_000, 30_000, 30_000])
    expect(delays({ initial: 10, factor: 1.5, max: 50 }, [0, 1, 2, 3, 4])).toEqual([10, 15, 23, 34, 50])
    expect(delays({ initial: 10, factor: 1 }, [0, 7])).toEqual([10, 10])
  })

  it('is with full jitter any time up to that', () => {
    const backoff = checked({ initial: 100 })
    expect(delayOf(backoff, 0, () => 0)).toBe(0)
    expect(delayOf(backoff, 0, () => 0.5)).toBe(50)
    expect(delayOf(backoff, 1, () => 0.999_999)).toBe(200)
    const seen = Array.from({ length: 1_000 }, (_, at) => delayOf(backoff, 0, () => at / 1_000))
    expect(new Set(seen).size).toBe(101)
  })

  it('is chance of the kernel, Math.random unless told otherwise', () => {
    expect(new Kernel().random).toBe(Math.random)
    const random = () => 0.25
    expect(new Kernel({ random }).random).toBe(random)
  })
})

describe('the backoff of a spec', () => {
  const start = (): 'ignore' => 'ignore'
  const spec = (backoff: unknown) => toChildSpec({ id: 'a', start, backoff } as ChildSpec)

  it('has its defaults filled in, and is not there unless asked for', () => {
    expect(spec({}).backoff).toEqual({
      initial: 100,
      factor: 2,
      max: 30_000,
      jitter: 'full',
      resetAfter: 60_000,
    })
    expect('backoff' in spec(undefined)).toBe(false)
    expect(
      toChildSpec([{ [childSpec]: () => ({ id: 'a', start }) }, 1, { backoff: {} }]).backoff,
    ).toBeDefined()
  })

  for (const [field, backoff, value] of [
    ['backoff', null, null],
    ['backoff', 100, 100],
    ['backoff.initial', { initial: 0 }, 0],
    ['backoff.initial', { initial: 0.5 }, 0.5],
    ['backoff.max', { initial: 100, max: 99 }, 99],
    ['backoff.max', { max: Number.POSITIVE_INFINITY }, Number.POSITIVE_INFINITY],
    ['backoff.factor', { factor: 0.5 }, 0.5],
    ['backoff.factor', { factor: Number.NaN }, Number.NaN],
    ['backoff.jitter', { jitter: 'half' }, 'half'],
    ['backoff.resetAfter', { resetAfter: -1 }, -1],
  ] as const) {
    it(`is refused with ${field} = ${String(value)}`, async () => {
      expect(() => spec(backoff)).toThrow(
        expect.objectContaining({
          code: 'INVALID_CHILD_SPEC',
          details: expect.objectContaining({ child: '"a"', field, value }),
        }),
      )
    })
  }

  it(
    'is in the spec that the supervisor gives',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startSupervisor({ children: [nursery.child('a', { backoff: EXACT })] })
      expect((await getChildSpec(top, 'a')).backoff).toMatchObject(EXACT)
    }),
  )
})

describe('a static supervisor', () => {
  /** A supervisor of one child that crashes when told, with waits that have no chance in them. */
  async function keeping(nursery: Nursery, manner: Partial<ChildSpec> & { plan?: never } = {}, rest = {}) {
    const child = nursery.child('a', { backoff: EXACT, ...manner })
    return startSupervisor({ ...OFTEN, children: [child], ...rest })
  }
  const entryOf = async (top: Pid, id = 'a'): Promise<ChildEntry | undefined> =>
    (await whichChildren(top)).find((entry) => entry.id === id)

  it(
    'waits longer before each restart in a row, and shows it',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const top = await keeping(nursery)
      for (const [nth, delay] of [100, 200, 400, 800].entries()) {
        await end(kernel, nursery.pid('a'), 'boom')
        const now = clock.now()
        expect(await entryOf(top)).toEqual({
          id: 'a',
          pid: 'restarting',
          type: 'worker',
          delay,
          retryAt: now + delay,
        })
        expect(await countChildren(top)).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 1 })
        await clock.advance(delay - 1)
        expect(nursery.starts('a')).toBe(nth + 1)
        await clock.advance(1)
        expect(await entryOf(top)).toEqual({ id: 'a', pid: nursery.pid('a'), type: 'worker' })
      }
    }),
  )

  it(
    'begins with the first wait again after a healthy time',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const top = await keeping(nursery)
      const crashAfter = async (uptime: number): Promise<number | undefined> => {
        await clock.advance(uptime)
        await end(kernel, nursery.pid('a'), 'boom')
        const delay = (await entryOf(top))?.delay
        await clock.advance(delay ?? 0)
        return delay
      }
      expect(await crashAfter(0)).toBe(100)
      expect(await crashAfter(4_999)).toBe(200)
      expect(await crashAfter(5_000)).toBe(100)
      expect(await crashAfter(0)).toBe(200)
    }),
  )

  it(
    'takes chance from the kernel',
    inWorld(
      async ({ kernel }) => {
        const nursery = new Nursery()
        const top = await keeping(nursery, { backoff: { initial: 1_000 } })
        await end(kernel, nursery.pid('a'), 'boom')
        expect((await entryOf(top))?.delay).toBe(250)
      },
      { random: () => 0.25 },
    ),
  )

  it(
    'waits again when a restart fails, and counts every attempt',
    inWorld(async ({ kernel, clock, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const plan = (nth: number) => (nth > 1 ? { fail: 'sorry' } : undefined)
      const child = nursery.child('a', { backoff: EXACT, plan })
      const top = await startSupervisor({ intensity: 2, period: 60_000, children: [child] })
      await end(kernel, nursery.pid('a'), 'boom')
      await clock.advance(100)
      expect(nursery.starts('a')).toBe(2)
      expect(await entryOf(top)).toMatchObject({ pid: 'restarting', delay: 200 })
      await clock.advance(200)
      // The third restart within the period is one too many.
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(nursery.starts('a')).toBe(3)
      expect(supervisorReports(reports)).toEqual([
        'child_terminated a boom',
        'backoff a undefined',
        'start_error a sorry',
        'backoff a undefined',
        'start_error a sorry',
        'shutdown a reached_max_restart_intensity',
      ])
    }),
  )

  it(
    'has more restarts in it than one without: the period passes meanwhile',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const backoff = { ...EXACT, initial: 3_000 }
      const top = await keeping(nursery, { backoff }, { intensity: 2, period: 5_000 })
      for (let crash = 0; crash < 20; crash++) {
        await end(kernel, nursery.pid('a'), 'boom')
        await clock.advance(10_000)
      }
      expect(isAlive(top)).toBe(true)
      expect(nursery.starts('a')).toBe(21)
    }),
  )

  it(
    'cuts the wait short on restartChild, which is no further restart',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const top = await keeping(nursery, {}, { intensity: 1 })
      await end(kernel, nursery.pid('a'), 'boom')
      const pid = await restartChild(top, 'a')
      expect(pid).toBe(nursery.pid('a'))
      expect(nursery.starts('a')).toBe(2)
      await clock.advance(10_000)
      expect(nursery.starts('a')).toBe(2)
      expect(await lineOf(top)).toBe('a:up')
    }),
  )

  it(
    'gives what the start function gave when the wait is cut short, and goes on waiting when it fails',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const plan = { 2: { fail: 'sorry' }, 3: { info: 'third' }, 4: 'ignore' } as const
      const child = nursery.child('a', { backoff: EXACT, plan })
      const top = await startSupervisor({ ...OFTEN, children: [child] })
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await codeOf(() => restartChild(top, 'a'))).toBe('START_CHILD_FAILED')
      expect(await entryOf(top)).toMatchObject({ pid: 'restarting', delay: 200 })
      expect(await restartChild(top, 'a')).toEqual({ pid: nursery.pid('a'), info: 'third' })
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await restartChild(top, 'a')).toBeUndefined()
      await clock.advance(10_000)
      expect(await lineOf(top)).toBe('a:undefined')
    }),
  )

  it(
    'gives a waiting child up on terminateChild; delete and start are for another day',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const top = await keeping(nursery)
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await codeOf(() => deleteChild(top, 'a'))).toBe('RESTARTING')
      expect(await codeOf(() => startChild(top, nursery.child('a')))).toBe('ALREADY_PRESENT')
      await terminateChild(top, 'a')
      expect(await lineOf(top)).toBe('a:undefined')
      expect(kernel.timers.size).toBe(0)
      await clock.advance(10_000)
      expect(nursery.starts('a')).toBe(1)
      await deleteChild(top, 'a')
      expect(await lineOf(top)).toBe('')
    }),
  )

  it(
    'is not kept from stopping by a wait',
    inWorld(async ({ kernel, clock }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await keeping(nursery)
      await end(kernel, nursery.pid('a'), 'boom')
      const before = clock.now()
      exit(top, 'shutdown')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(clock.now()).toBe(before)
      await clock.advance(10_000)
      expect(nursery.starts('a')).toBe(1)
    }),
  )

  it(
    'takes no order to restart that comes from an earlier wait',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const child = nursery.child('a', { backoff: EXACT, plan: { 2: { fail: 'sorry' } } })
      const top = await startSupervisor({ ...OFTEN, children: [child] })
      await end(kernel, nursery.pid('a'), 'boom')
      const outcome = hurriedWhileBusy(top, 'a')
      await clock.advance(200)
      expect(await outcome).toBe('START_CHILD_FAILED')
      expect(nursery.starts('a')).toBe(2)
      expect((await entryOf(top))?.delay).toBe(200)
    }),
  )

  it(
    'takes time spent waiting and failing for no health',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const plan = (nth: number) => (nth > 1 ? { fail: 'sorry' } : undefined)
      const backoff = { ...EXACT, resetAfter: 250 }
      const top = await startSupervisor({ ...OFTEN, children: [nursery.child('a', { backoff, plan })] })
      await end(kernel, nursery.pid('a'), 'boom')
      for (const delay of [100, 200, 400, 800]) {
        expect((await entryOf(top))?.delay).toBe(delay)
        await clock.advance(delay)
      }
    }),
  )

  for (const [strategy, during, log] of [
    ['one_for_one', 'a:up b:restarting c:up', ['start b#2']],
    ['rest_for_one', 'a:up b:restarting c:undefined', ['start b#2', 'start c#2']],
    ['one_for_all', 'a:undefined b:restarting c:undefined', ['start a#2', 'start b#2', 'start c#2']],
  ] as const) {
    it(
      `stops at once those that ${strategy} restarts together, and starts them in order when the wait is over`,
      inWorld(async ({ kernel, clock }) => {
        const nursery = new Nursery()
        const top = await trio(nursery, strategy)
        nursery.taken()
        await end(kernel, nursery.pid('b'), 'boom')
        expect(await lineOf(top)).toBe(during)
        const stopped = nursery.taken()
        expect(stopped).toEqual(
          ['c', 'a'].filter((id) => during.includes(`${id}:undefined`)).map((id) => `stop ${id}#1 shutdown`),
        )
        await clock.advance(100)
        expect(nursery.taken()).toEqual(log)
        expect(await lineOf(top)).toBe('a:up b:up c:up')
      }),
    )
  }

  const trio = (nursery: Nursery, strategy: Strategy, more: Partial<ChildSpec> = {}) =>
    startSupervisor({
      ...OFTEN,
      strategy,
      children: [
        nursery.child('a', { traps: true }),
        nursery.child('b', { traps: true, backoff: EXACT, ...more }),
        nursery.child('c', { traps: true }),
      ],
    })

  it(
    'restarts a waiting child together with a sibling whose restart is due now',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const top = await trio(nursery, 'rest_for_one')
      await end(kernel, nursery.pid('b'), 'boom')
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await lineOf(top)).toBe('a:up b:up c:up')
      await clock.advance(10_000)
      expect(nursery.starts('b')).toBe(2)
    }),
  )

  it(
    'counts a waiting significant child as running',
    inWorld(async ({ kernel, clock }) => {
      trapExit(true)
      const nursery = new Nursery()
      const manner = { restart: 'transient', significant: true } as const
      const top = await startSupervisor({
        autoShutdown: 'all_significant',
        children: [nursery.child('a', { ...manner, backoff: EXACT }), nursery.child('b', manner)],
      })
      await end(kernel, nursery.pid('a'), 'boom')
      await end(kernel, nursery.pid('b'), 'normal')
      expect(isAlive(top)).toBe(true)
      await clock.advance(100)
      await end(kernel, nursery.pid('a'), 'normal')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
    }),
  )
})

describe('a dynamic supervisor', () => {
  async function crashed({ kernel }: World, top: Pid, nursery: Nursery, plan = {}): Promise<Pid> {
    const pid = (await startChild(top, nursery.child('a', { backoff: EXACT, plan }))) as Pid
    await end(kernel, pid, 'boom')
    return pid
  }

  it(
    'waits, shows it with the last pid, and counts the child',
    inWorld(async (world) => {
      const { clock } = world
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ maxChildren: 1 })
      const lastPid = await crashed(world, top, nursery)
      const retryAt = clock.now() + 100
      expect(await whichChildren(top)).toEqual([
        { id: undefined, pid: 'restarting', type: 'worker', delay: 100, retryAt, lastPid },
      ])
      expect(await countChildren(top)).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 1 })
      expect(await codeOf(() => startChild(top, nursery.child('b')))).toBe('MAX_CHILDREN')
      await clock.advance(99)
      expect(nursery.starts('a')).toBe(1)
      await clock.advance(1)
      expect(await whichChildren(top)).toEqual([{ id: undefined, pid: nursery.pid('a'), type: 'worker' }])
    }),
  )

  it(
    'keeps the row of waits over restarts and failed ones, and counts them all',
    inWorld(async (world) => {
      trapExit(true)
      const { kernel, clock } = world
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ intensity: 3, period: 60_000 })
      await crashed(world, top, nursery, { 2: { fail: 'sorry' } })
      const delay = async () => (await whichChildren(top))[0]?.delay
      expect(await delay()).toBe(100)
      await clock.advance(100)
      expect(await delay()).toBe(200)
      await clock.advance(200)
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await delay()).toBe(400)
      await clock.advance(400)
      await end(kernel, nursery.pid('a'), 'boom')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
    }),
  )

  it(
    'begins with the first wait again after a healthy time, and takes no order of an earlier one',
    inWorld(async (world) => {
      const { kernel, clock } = world
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(OFTEN)
      const delay = async () => (await whichChildren(top))[0]?.delay
      await crashed(world, top, nursery, { 3: { fail: 'sorry' } })
      await clock.advance(100)
      await clock.advance(5_000)
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await delay()).toBe(100)
      const outcome = hurriedWhileBusy(top, nursery.pid('a'))
      await clock.advance(200)
      expect(await outcome).toBe('START_CHILD_FAILED')
      expect(nursery.starts('a')).toBe(3)
      expect(await delay()).toBe(200)
    }),
  )

  it(
    'refuses to hurry a child without a wait whose next attempt is due anyway',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(OFTEN)
      const pid = (await startChild(top, nursery.child('a', { plan: { 2: { fail: 'sorry' } } }))) as Pid
      exit(pid, 'boom')
      expect(await codeOf(() => restartChild(top, pid))).toBe('RESTARTING')
      await kernel.settled()
      expect(nursery.starts('a')).toBe(3)
    }),
  )

  it(
    'restarts a waiting child by its last pid, and only that',
    inWorld(async (world) => {
      const { clock } = world
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(OFTEN)
      const last = await crashed(world, top, nursery, { 2: { fail: 'sorry' } })
      expect(await codeOf(() => restartChild(top, last))).toBe('START_CHILD_FAILED')
      const pid = (await restartChild(top, last)) as Pid
      expect(pid).toBe(nursery.pid('a'))
      await clock.advance(10_000)
      expect(nursery.starts('a')).toBe(3)
      expect(await codeOf(() => restartChild(top, pid))).toBe('RUNNING')
      expect(await codeOf(() => restartChild(top, last))).toBe('NOT_FOUND')
      expect(await codeOf(() => restartChild(top, 'a'))).toBe('DYNAMIC_SUPERVISOR')
    }),
  )

  it(
    'gives a waiting child up on terminateChild',
    inWorld(async (world) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      await terminateChild(top, await crashed(world, top, nursery))
      expect(world.kernel.timers.size).toBe(0)
      await world.clock.advance(10_000)
      expect(nursery.starts('a')).toBe(1)
      expect(await whichChildren(top)).toEqual([])
    }),
  )

  it(
    'is not kept from stopping by a wait, nor from serving others',
    inWorld(async (world) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      await crashed(world, top, nursery)
      expect(await startChild(top, nursery.child('b', { traps: true }))).toBe(nursery.pid('b'))
      exit(top, 'shutdown')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(nursery.taken()).toEqual(['start a#1', 'start b#1', 'stop b#1 shutdown'])
      await world.clock.advance(10_000)
      expect(nursery.starts('a')).toBe(1)
    }),
  )
})
