import { describe, expect, it } from 'vitest'
import { cast } from '../../src/genserver/index.js'
import {
  type ExitReason,
  exit,
  isAlive,
  isDown,
  monitor,
  type Pid,
  processInfo,
  receive,
  send,
  spawnLink,
  trapExit,
} from '../../src/kernel/index.js'
import {
  type ChildSpec,
  checkDynamicSupervisor,
  childSpec,
  countChildren,
  type DynamicSupervisorOptions,
  dynamicSupervisorSpec,
  type Restart,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  terminateChild,
  toChildSpec,
  whichChildren,
} from '../../src/supervisor/index.js'
import { codeOf, exitOf, expectNoMessage, inWorld, type World } from '../kernel/world.js'
import { end, kill, type Manner, Nursery, supervisorReports } from '../supervisor/nursery.js'

const OFTEN = { intensity: 100_000 }

/** The details of the Heartwood error that `promise` rejects with. */
async function refusal(promise: Promise<unknown>): Promise<{ code: string; [detail: string]: unknown }> {
  try {
    await promise
  } catch (error) {
    const { code, details } = error as { code: string; details: object }
    return { code, ...details }
  }
  throw new Error('it did not reject')
}

async function pids(supervisor: Pid): Promise<unknown[]> {
  return (await whichChildren(supervisor)).map(({ pid }) => pid)
}

describe('Elixir dynamic_supervisor_test', () => {
  it(
    'can be supervised directly',
    inWorld(async () => {
      const top = await startSupervisor({ children: [dynamicSupervisorSpec('dynamic', {}, { name: 'dyn' })] })
      expect(await countChildren(top)).toEqual({ specs: 1, active: 1, supervisors: 1, workers: 0 })
      const nursery = new Nursery()
      expect(await startChild('dyn', nursery.child('a'))).toBe(nursery.pid('a'))
    }),
  )

  it('use/2: generates child_spec/1', () => {
    expect(toChildSpec(dynamicSupervisorSpec('dyn'))).toMatchObject({
      id: 'dyn',
      type: 'supervisor',
      restart: 'permanent',
      shutdown: Number.POSITIVE_INFINITY,
    })
    expect(
      toChildSpec(dynamicSupervisorSpec('dyn', {}, { id: 'other', restart: 'transient' })),
    ).toMatchObject({
      id: 'other',
      restart: 'transient',
    })
  })

  it('init/1: set default options', () => {
    expect(checkDynamicSupervisor({})).toEqual({
      intensity: 3,
      period: 5_000,
      maxChildren: Number.POSITIVE_INFINITY,
      extraArguments: [],
      onStart: undefined,
      onStop: undefined,
    })
  })

  it(
    'start_link/3: with non-ok init',
    inWorld(async () => {
      trapExit(true)
      const wrong: [string, unknown][] = [
        ['strategy', 'unknown'],
        ['intensity', -1],
        ['period', 0],
        ['maxChildren', -1],
        ['extraArguments', -1],
      ]
      for (const [field, value] of wrong) {
        const options = { [field]: value } as DynamicSupervisorOptions
        expect(await refusal(startDynamicSupervisor(options))).toMatchObject({
          code: 'INVALID_SUPERVISOR_OPTION',
          field,
          value,
        })
        expect(await codeOf(() => startDynamicSupervisor(() => options))).toBe('START_FAILED')
      }
      expect(await codeOf(() => startDynamicSupervisor(() => 'ignore'))).toBe('START_IGNORED')
      const unknown = () => 'unknown' as DynamicSupervisorOptions
      expect(await codeOf(() => startDynamicSupervisor(unknown))).toBe('START_FAILED')
      await expectNoMessage()
    }),
  )

  it(
    'start_link/3: with registered process',
    inWorld(async ({ kernel }) => {
      const top = await startDynamicSupervisor({}, { name: 'dyn' })
      expect(kernel.whereis('dyn')).toBe(top)
      expect(processInfo(top, 'links')).toHaveLength(1)
      expect(processInfo(top, 'trapExit')).toBe(true)
    }),
  )
})

describe('Elixir dynamic_supervisor_test: start_child/2', () => {
  it(
    'supports new child spec as tuple, and as map',
    inWorld(async () => {
      const nursery = new Nursery()
      const source = { [childSpec]: (id?: unknown) => nursery.child(String(id)) }
      const top = await startDynamicSupervisor()
      expect(await startChild(top, [source, 'tuple'])).toBe(nursery.pid('tuple'))
      expect(await startChild(top, nursery.child('map'))).toBe(nursery.pid('map'))
    }),
  )

  it(
    'supports extra arguments; restarting a child with extra_arguments successfully restarts child',
    inWorld(async ({ kernel }) => {
      const given: unknown[][] = []
      const start = (...args: unknown[]): Pid => {
        given.push(args)
        return spawnLink(() => receive())
      }
      const top = await startDynamicSupervisor({ extraArguments: ['extra', 1] })
      const pid = (await startChild(top, { id: 'a', start, args: ['own', 2] })) as Pid
      await kill(kernel, pid)
      expect(given).toEqual([
        ['extra', 1, 'own', 2],
        ['extra', 1, 'own', 2],
      ])
      expect(await countChildren(top)).toMatchObject({ active: 1 })
    }),
  )

  it(
    'with invalid child spec: validated in the caller, before any message is sent',
    inWorld(async () => {
      const valid = new Nursery().child('a')
      for (const wrong of [{}, { ...valid, start: 1 }, { ...valid, restart: 'x' }, { ...valid, type: 'x' }]) {
        expect(await codeOf(() => startChild('nobody', wrong as ChildSpec))).toBe('INVALID_CHILD_SPEC')
      }
    }),
  )

  it(
    'with different returns',
    inWorld(async () => {
      const top = await startDynamicSupervisor()
      const nursery = new Nursery()
      const child = (id: string, first: NonNullable<Manner['plan']>): ChildSpec =>
        nursery.child(id, { plan: first })
      expect(await startChild(top, nursery.child('ok2'))).toBe(nursery.pid('ok2'))
      expect(await startChild<string>(top, child('ok3', { 1: { info: 'extra' } }))).toEqual({
        pid: nursery.pid('ok3'),
        info: 'extra',
      })
      expect(await startChild(top, child('ignore', { 1: 'ignore' }))).toBeUndefined()
      expect(await refusal(startChild(top, child('error', { 1: { fail: 'found' } })))).toMatchObject({
        code: 'START_CHILD_FAILED',
        reason: 'found',
      })
      expect(await refusal(startChild(top, child('unknown', { 1: 'garbage' })))).toMatchObject({
        code: 'START_CHILD_FAILED',
        reason: { badReturnValue: 42 },
      })
      expect(await countChildren(top)).toMatchObject({ specs: 2 })
    }),
  )

  it(
    'with throw/error/exit',
    inWorld(async () => {
      const top = await startDynamicSupervisor()
      const boom = new Error('boom')
      const failing = (fail: () => never): ChildSpec => ({ id: 'a', start: fail })
      const thrown = failing(() => {
        throw 'instruction'
      })
      const error = failing(() => {
        throw boom
      })
      const exited = failing(() => exit('instruction'))
      const normal = failing(() => {
        throw 'normal'
      })
      expect(await refusal(startChild(top, thrown))).toMatchObject({ reason: 'instruction' })
      expect(await refusal(startChild(top, error))).toMatchObject({ reason: boom })
      expect(await refusal(startChild(top, exited))).toMatchObject({ reason: 'instruction' })
      expect(await refusal(startChild(top, normal))).toMatchObject({ reason: { nocatch: 'normal' } })
      expect(await refusal(startChild(top, { id: 'a', start: () => Promise.reject(boom) }))).toMatchObject({
        reason: boom,
      })
      expect(isAlive(top)).toBe(true)
    }),
  )

  it(
    'with max_children',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const none = await startDynamicSupervisor({ maxChildren: 0 })
      expect(await codeOf(() => startChild(none, nursery.child('a')))).toBe('MAX_CHILDREN')
      const one = await startDynamicSupervisor({ maxChildren: 1 })
      await startChild(one, nursery.child('a', { restart: 'temporary' }))
      expect(await refusal(startChild(one, nursery.child('b')))).toMatchObject({
        code: 'MAX_CHILDREN',
        maxChildren: 1,
      })
      await end(kernel, nursery.pid('a'), 'normal')
      expect(await startChild(one, nursery.child('b'))).toBe(nursery.pid('b'))
    }),
  )

  const REASONS = ['normal', 'shutdown', { shutdown: 'signal' }, 'whatever', 'kill'] as const
  const EXPECTED: Record<Restart, readonly boolean[]> = {
    temporary: [false, false, false, false, false],
    transient: [false, false, false, true, true],
    permanent: [true, true, true, true, true],
  }
  const TITLES: Record<Restart, string> = {
    temporary: 'temporary child is not restarted regardless of reason',
    transient: 'transient child is restarted unless normal/shutdown/{shutdown, _}',
    permanent: 'permanent child is restarted regardless of reason',
  }
  for (const restart of ['temporary', 'transient', 'permanent'] as const) {
    it(
      TITLES[restart],
      inWorld(async ({ kernel }) => {
        for (const [at, reason] of REASONS.entries()) {
          const nursery = new Nursery()
          const top = await startDynamicSupervisor(OFTEN)
          await startChild(top, nursery.child('a', { restart }))
          const act = reason === 'kill' ? kill : end
          await act(kernel, nursery.pid('a'), reason)
          expect(nursery.starts('a')).toBe(EXPECTED[restart][at] ? 2 : 1)
          expect(await pids(top)).toEqual(EXPECTED[restart][at] ? [nursery.pid('a')] : [])
        }
      }),
    )
  }

  it(
    'child is restarted with different values',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(OFTEN)
      const plans: [string, NonNullable<Manner['plan']>, number][] = [
        ['ok2', {}, 2],
        ['ok3', { 2: { info: 'extra' } }, 2],
        ['ignore', { 2: 'ignore' }, 2],
        ['error', { 2: { fail: 'found' } }, 3],
        ['unknown', { 2: 'garbage' }, 3],
      ]
      for (const [id, plan, starts] of plans) {
        await startChild(top, nursery.child(id, { plan }))
        await end(kernel, nursery.pid(id), 'boom')
        expect([id, nursery.starts(id)]).toEqual([id, starts])
      }
      expect(await countChildren(top)).toEqual({ specs: 4, active: 4, supervisors: 0, workers: 4 })
    }),
  )

  it(
    'restarting on init children counted in max_children; restarting on exit children counted in max_children',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ ...OFTEN, maxChildren: 1 })
      const waiting = nursery.child('a', { plan: (nth) => (nth > 1 ? { fail: 'error' } : undefined) })
      const pid = (await startChild(top, waiting)) as Pid
      exit(pid, 'kill')
      while (nursery.starts('a') < 3) await countChildren(top)
      expect(await codeOf(() => startChild(top, nursery.child('b')))).toBe('MAX_CHILDREN')
      await terminateChild(top, pid)
      await startChild(top, nursery.child('c'))
      exit(nursery.pid('c'), 'kill')
      while (nursery.starts('c') < 2) await countChildren(top)
      expect(await codeOf(() => startChild(top, nursery.child('b')))).toBe('MAX_CHILDREN')
    }),
  )

  it(
    'child is restarted when trying again',
    inWorld(async ({ kernel, reports }) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ intensity: 2 })
      await startChild(top, nursery.child('a', { plan: { 2: { fail: 'try again' } } }))
      await end(kernel, nursery.pid('a'), 'boom')
      expect(nursery.starts('a')).toBe(3)
      expect(await pids(top)).toEqual([nursery.pid('a')])
      expect(supervisorReports(reports)).toEqual(['child_terminated a boom', 'start_error a try again'])
    }),
  )

  it(
    'child triggers maximum restarts',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ intensity: 1 })
      await startChild(top, nursery.child('a'))
      await end(kernel, nursery.pid('a'), 'boom')
      await end(kernel, nursery.pid('a'), 'boom')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(supervisorReports(reports).at(-1)).toBe('shutdown a reached_max_restart_intensity')
    }),
  )

  it(
    'child triggers maximum intensity when trying again',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ intensity: 10 })
      await startChild(top, nursery.child('a', { plan: (nth) => (nth > 1 ? { fail: 'x' } : undefined) }))
      await end(kernel, nursery.pid('a'), 'boom')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(nursery.starts('a')).toBe(11)
    }),
  )

  it(
    'with valid shutdown, with invalid valid shutdown',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      for (const shutdown of [0, 1]) {
        expect(await startChild(top, nursery.child('a', { shutdown }))).toBe(nursery.pid('a'))
      }
      expect(await refusal(startChild(top, nursery.child('a', { shutdown: -1 })))).toMatchObject({
        code: 'INVALID_CHILD_SPEC',
        field: 'shutdown',
        value: -1,
      })
    }),
  )
})

/** Starts children, stops their supervisor and lets `ms` pass; returns how each ended, and what was reported. */
async function terminated(
  { kernel, clock, reports }: World,
  manners: Record<string, Manner>,
  ms = 0,
): Promise<{ ends: Record<string, ExitReason>; reported: string[] }> {
  trapExit(true)
  const nursery = new Nursery()
  const top = await startDynamicSupervisor()
  const ids = Object.keys(manners)
  for (const id of ids) await startChild(top, nursery.child(id, manners[id] as Manner))
  const refs = new Map(ids.map((id) => [monitor(nursery.pid(id)), id]))
  exit(top, 'shutdown')
  await kernel.settled()
  await clock.advance(ms)
  expect((await receive(exitOf(top))).reason).toBe('shutdown')
  const ends: Record<string, ExitReason> = {}
  for (const _ of ids) {
    const down = await receive(isDown)
    ends[refs.get(down.ref) as string] = down.reason
  }
  return { ends, reported: supervisorReports(reports) }
}

describe('Elixir dynamic_supervisor_test: terminate/2', () => {
  const slow = { traps: true, toldToStop: 'hang' } as const
  const obeying = { traps: true } as const
  const abnormal = { traps: true, toldToStop: { exit: 'oops' } } as const

  it(
    'terminates children with brutal kill',
    inWorld(async (world) => {
      const manner = { ...obeying, shutdown: 'brutal_kill' } as const
      const { ends, reported } = await terminated(world, { a: manner, b: manner, c: manner })
      expect(ends).toEqual({ a: 'killed', b: 'killed', c: 'killed' })
      expect(reported).toEqual([])
    }),
  )

  it(
    'terminates children with infinity shutdown',
    inWorld(async (world) => {
      const manner = { ...obeying, shutdown: Number.POSITIVE_INFINITY }
      const { ends, reported } = await terminated(world, { a: manner, b: manner, c: manner })
      expect(ends).toEqual({ a: 'shutdown', b: 'shutdown', c: 'shutdown' })
      expect(reported).toEqual([])
    }),
  )

  it(
    'terminates children with infinity shutdown and abnormal reason',
    inWorld(async (world) => {
      const manner = { ...abnormal, shutdown: Number.POSITIVE_INFINITY }
      const { ends, reported } = await terminated(world, { a: manner, b: manner })
      expect(ends).toEqual({ a: 'oops', b: 'oops' })
      expect(reported).toEqual(['shutdown_error a oops', 'shutdown_error b oops'])
    }),
  )

  it(
    'terminates children with integer shutdown',
    inWorld(async (world) => {
      const manner = { ...obeying, shutdown: 1_000 }
      const { ends, reported } = await terminated(world, { a: manner, b: manner })
      expect(ends).toEqual({ a: 'shutdown', b: 'shutdown' })
      expect(reported).toEqual([])
    }),
  )

  it(
    'terminates children with integer shutdown and abnormal reason',
    inWorld(async (world) => {
      const { ends, reported } = await terminated(world, { a: { ...abnormal, shutdown: 1_000 } })
      expect(ends).toEqual({ a: 'oops' })
      expect(reported).toEqual(['shutdown_error a oops'])
    }),
  )

  it(
    'terminates children with expired integer shutdown',
    inWorld(async (world) => {
      const manners = {
        a: { ...slow, shutdown: 1 },
        b: { ...obeying, shutdown: 1 },
        c: { ...slow, shutdown: 1 },
      }
      const { ends, reported } = await terminated(world, manners, 1)
      expect(ends).toEqual({ a: 'killed', b: 'shutdown', c: 'killed' })
      expect(reported).toEqual(['shutdown_error a killed', 'shutdown_error c killed'])
    }),
  )

  it(
    'terminates children with permanent restart and normal reason',
    inWorld(async (world) => {
      const normal = { traps: true, toldToStop: { exit: 'normal' }, shutdown: 1_000 }
      const manners = { a: normal, b: { ...normal, restart: 'transient' as const } }
      const { ends, reported } = await terminated(world, manners)
      expect(ends).toEqual({ a: 'normal', b: 'normal' })
      expect(reported).toEqual(['shutdown_error a normal'])
    }),
  )

  it(
    'terminates with mixed children',
    inWorld(async (world) => {
      const manners: Record<string, Manner> = {
        a: { ...obeying, shutdown: Number.POSITIVE_INFINITY },
        b: { ...obeying, shutdown: 'brutal_kill' },
        c: { ...slow, shutdown: 10 },
        d: { ...abnormal, shutdown: 1_000 },
        e: { ...slow, shutdown: 1 },
      }
      const { ends, reported } = await terminated(world, manners, 10)
      expect(ends).toEqual({ a: 'shutdown', b: 'killed', c: 'killed', d: 'oops', e: 'killed' })
      expect(reported).toEqual([
        'shutdown_error d oops',
        'shutdown_error e killed',
        'shutdown_error c killed',
      ])
    }),
  )
})

describe('Elixir dynamic_supervisor_test: terminate_child/2', () => {
  for (const [title, shutdown, reason] of [
    ['terminates child with brutal kill', 'brutal_kill', 'killed'],
    ['terminates child with integer shutdown', 1_000, 'shutdown'],
  ] as const) {
    it(
      title,
      inWorld(async () => {
        const nursery = new Nursery()
        const top = await startDynamicSupervisor()
        const pid = (await startChild(top, nursery.child('a', { shutdown }))) as Pid
        monitor(pid)
        await terminateChild(top, pid)
        expect((await receive(isDown)).reason).toBe(reason)
        expect(await codeOf(() => terminateChild(top, pid))).toBe('NOT_FOUND')
        expect(await countChildren(top)).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 })
      }),
    )
  }

  it(
    'terminates restarting child',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(OFTEN)
      const child = nursery.child('a', { plan: (nth) => (nth > 1 ? { fail: 'error' } : undefined) })
      const pid = (await startChild(top, child)) as Pid
      exit(pid, 'kill')
      while (nursery.starts('a') < 3) await countChildren(top)
      expect(await whichChildren(top)).toEqual([{ id: undefined, pid: 'restarting', type: 'worker' }])
      await terminateChild(top, pid)
      expect(await codeOf(() => terminateChild(top, pid))).toBe('NOT_FOUND')
      expect(await whichChildren(top)).toEqual([])
    }),
  )
})

describe('DynamicSupervisor and stray messages', () => {
  it(
    'reports a cast and goes on',
    inWorld(async ({ kernel, reports }) => {
      const top = await startDynamicSupervisor()
      cast(top, 'hello')
      send(top, 'hello')
      await kernel.settled()
      expect(supervisorReports(reports)).toHaveLength(2)
      expect(isAlive(top)).toBe(true)
    }),
  )
})
