import { describe, expect, it } from 'vitest'
import { call, startLink } from '../../src/genserver/index.js'
import { exit, type Pid, receive, self, trapExit } from '../../src/kernel/index.js'
import {
  type ChildSpec,
  checkSupervisor,
  childSpec,
  countChildren,
  deleteChild,
  getChildSpec,
  restartChild,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  supervisorSpec,
  terminateChild,
  toChildSpec,
  whichChildren,
} from '../../src/supervisor/index.js'
import { codeOf, exitOf, inWorld } from '../kernel/world.js'
import { end, lineOf, Nursery } from '../supervisor/nursery.js'

describe('supervisor_SUITE: the API', () => {
  it(
    'extra_return',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const child = nursery.child('a', { plan: () => ({ info: 'extra' }) })
      const extra = (): unknown => ({ pid: nursery.pid('a'), info: 'extra' })
      const top = await startSupervisor({ children: [child] })
      expect(await whichChildren(top)).toEqual([{ id: 'a', pid: nursery.pid('a'), type: 'worker' }])
      expect(await codeOf(() => startChild(top, child))).toBe('ALREADY_STARTED')
      await terminateChild(top, 'a')
      expect(await whichChildren(top)).toEqual([{ id: 'a', pid: undefined, type: 'worker' }])
      expect(await restartChild<string>(top, 'a')).toEqual(extra())
      await terminateChild(top, 'a')
      expect(await codeOf(() => startChild(top, child))).toBe('ALREADY_PRESENT')
      await deleteChild(top, 'a')
      expect(await startChild<string>(top, child)).toEqual(extra())
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await countChildren(top)).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 })
    }),
  )

  it(
    'child_adm',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const child = nursery.child('a')
      const top = await startSupervisor({ children: [child] }, { name: 'top' })

      expect(await codeOf(() => startChild(top, child))).toBe('ALREADY_STARTED')
      expect(await codeOf(() => restartChild(top, 'a'))).toBe('RUNNING')
      expect(await codeOf(() => deleteChild(top, 'a'))).toBe('RUNNING')
      expect(await terminateChild(top, 'a')).toBeUndefined()
      expect(await terminateChild(top, 'a')).toBeUndefined()
      expect(await codeOf(() => startChild(top, child))).toBe('ALREADY_PRESENT')
      expect(await lineOf(top)).toBe('a:undefined')
      expect(await restartChild(top, 'a')).toBe(nursery.pid('a'))
      await terminateChild(top, 'a')
      expect(await deleteChild(top, 'a')).toBeUndefined()
      expect(await whichChildren(top)).toEqual([])
      for (const act of [restartChild, deleteChild, terminateChild, getChildSpec]) {
        expect(await codeOf(() => act(top, 'a'))).toBe('NOT_FOUND')
      }

      const a = await startChild(top, child)
      const b = await startChild('top', nursery.child('b', { type: 'supervisor' }))
      expect(await whichChildren('top')).toEqual([
        { id: 'b', pid: b, type: 'supervisor' },
        { id: 'a', pid: a, type: 'worker' },
      ])
      expect(await countChildren(top)).toEqual({ specs: 2, active: 2, supervisors: 1, workers: 1 })

      for (const unknown of ['nobody', await gone()]) {
        for (const act of [
          () => startChild(unknown, child),
          () => terminateChild(unknown, 'a'),
          () => restartChild(unknown, 'a'),
          () => deleteChild(unknown, 'a'),
          () => getChildSpec(unknown, 'a'),
          () => whichChildren(unknown),
          () => countChildren(unknown),
        ]) {
          expect(await codeOf(act)).toBe('CALL_NOPROC')
        }
      }
    }),
  )

  it(
    'child_adm_simple',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      expect(await whichChildren(top)).toEqual([])
      expect(await countChildren(top)).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 })
      const child = nursery.child('a')
      const [first, second] = [(await startChild(top, child)) as Pid, (await startChild(top, child)) as Pid]
      expect(await whichChildren(top)).toEqual([
        { id: undefined, pid: first, type: 'worker' },
        { id: undefined, pid: second, type: 'worker' },
      ])
      for (const act of [terminateChild, restartChild, deleteChild, getChildSpec]) {
        expect(await codeOf(() => act(top, 'a'))).toBe('DYNAMIC_SUPERVISOR')
      }
      expect(await terminateChild(top, first)).toBeUndefined()
      expect(await codeOf(() => terminateChild(top, first))).toBe('NOT_FOUND')
      expect(await codeOf(() => terminateChild(top, self()))).toBe('NOT_FOUND')
      expect((await whichChildren(top)).map(({ pid }) => pid)).toEqual([second])
      expect(await countChildren(top)).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 })
    }),
  )
})

/** The pid of a supervisor that is no more. */
async function gone(): Promise<Pid> {
  const pid = await startSupervisor({})
  exit(pid, 'shutdown')
  await receive(exitOf(pid))
  return pid
}

/** Elixir's supervisor_test has a stack; here it is the class that says how it is supervised. */
class Stack {
  readonly items: unknown[] = []

  static [childSpec](items?: unknown): ChildSpec {
    const server = {
      init: (state: unknown) => ({ state }),
      handleCall: (_: unknown, __: unknown, state: unknown) => ({ reply: state, state }),
    }
    return { id: 'Stack', start: () => startLink(server, items, { name: 'stack' }) }
  }
}

describe('Elixir supervisor_test', () => {
  it('generates child_spec/1', () => {
    expect(toChildSpec(supervisorSpec('top', {}))).toMatchObject({
      id: 'top',
      type: 'supervisor',
      restart: 'permanent',
      shutdown: Number.POSITIVE_INFINITY,
    })
    expect(toChildSpec(supervisorSpec('top', {}, { restart: 'temporary', shutdown: 100 }))).toMatchObject({
      restart: 'temporary',
      shutdown: 100,
    })
  })

  it('child_spec/2', () => {
    expect(toChildSpec(Stack).id).toBe('Stack')
    expect(toChildSpec([Stack, ['hello']], { id: 'other', restart: 'transient' })).toMatchObject({
      id: 'other',
      restart: 'transient',
    })
    expect(toChildSpec({ id: 'map', start: () => 'ignore' }, { shutdown: 1 })).toMatchObject({
      id: 'map',
      shutdown: 1,
    })
    expect(() => toChildSpec({} as ChildSpec)).toThrow(/id must be/)
  })

  it('init/2', () => {
    const { strategy, intensity, period, children } = checkSupervisor({ children: [Stack] })
    expect({ strategy, intensity, period }).toEqual({ strategy: 'one_for_one', intensity: 3, period: 5_000 })
    expect(children.map(({ id }) => id)).toEqual(['Stack'])
    expect(checkSupervisor({ strategy: 'one_for_all', intensity: 1, period: 1_000 })).toMatchObject({
      strategy: 'one_for_all',
      intensity: 1,
      period: 1_000,
    })
  })

  it(
    'start_link/3 with local',
    inWorld(async ({ kernel }) => {
      const top = await startSupervisor({}, { name: 'my_sup' })
      expect(kernel.whereis('my_sup')).toBe(top)
      expect(await codeOf(() => startSupervisor({}, { name: 'my_sup' }))).toBe('ALREADY_STARTED')
    }),
  )

  it(
    'start_link/2',
    inWorld(async ({ kernel }) => {
      await startSupervisor({ children: [[Stack, ['hello']]] })
      expect(await call('stack', 'all')).toEqual(['hello'])
      exit(kernel.whereis('stack') as Pid, 'kill')
      await kernel.settled()
      expect(await call('stack', 'all')).toEqual(['hello'])
      expect(await codeOf(() => startSupervisor({}, { name: '' }))).toBe('NAME_INVALID')
      expect(await codeOf(() => startSupervisor({ children: [{} as ChildSpec] }))).toBe('INVALID_CHILD_SPEC')
    }),
  )

  it(
    'start_link/3',
    inWorld(async () => {
      const items = ['from', 'init']
      await startSupervisor(() => ({ strategy: 'one_for_one', children: [[Stack, items]] }), {
        name: 'module',
      })
      expect(await call('stack', 'all')).toEqual(items)
      expect(await countChildren('module')).toMatchObject({ active: 1 })
    }),
  )

  it(
    'start_child/2: supports new child spec as tuple, and as map',
    inWorld(async ({ kernel }) => {
      const top = await startSupervisor({})
      const stack = await startChild(top, [Stack, ['hello']])
      expect(stack).toBe(kernel.whereis('stack'))
      const nursery = new Nursery()
      expect(await startChild(top, nursery.child('map'))).toBe(nursery.pid('map'))
      expect(await lineOf(top)).toBe('Stack:up map:up')
    }),
  )

  it(
    'start_child/2: with invalid child spec',
    inWorld(async () => {
      const top = await startSupervisor({})
      const valid = new Nursery().child('a')
      for (const wrong of [
        {},
        { ...valid, id: 0 },
        { ...valid, start: [] },
        { ...valid, restart: 'x' },
        { ...valid, shutdown: -1 },
      ]) {
        expect(await codeOf(() => startChild(top, wrong as ChildSpec))).toBe('INVALID_CHILD_SPEC')
      }
      expect(await whichChildren(top)).toEqual([])
    }),
  )

  it(
    'start_child/2: with valid child spec',
    inWorld(async () => {
      const top = await startSupervisor({})
      const nursery = new Nursery()
      for (const shutdown of [0, 5]) {
        await startChild(top, nursery.child(`a${shutdown}`, { shutdown }))
      }
      expect(await lineOf(top)).toBe('a0:up a5:up')
    }),
  )

  it(
    'child life cycle',
    inWorld(async () => {
      const top = await startSupervisor({})
      const pid = await startChild(top, Stack)
      expect(await whichChildren(top)).toEqual([{ id: 'Stack', pid, type: 'worker' }])
      expect(await countChildren(top)).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 })
      expect(await codeOf(() => startChild(top, Stack))).toBe('ALREADY_STARTED')
      await terminateChild(top, 'Stack')
      expect(await codeOf(() => startChild(top, Stack))).toBe('ALREADY_PRESENT')
      expect(await restartChild(top, 'Stack')).not.toBe(pid)
      await terminateChild(top, 'Stack')
      await deleteChild(top, 'Stack')
      expect(await codeOf(() => restartChild(top, 'Stack'))).toBe('NOT_FOUND')
    }),
  )
})
