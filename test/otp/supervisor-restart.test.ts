import { describe, expect, it } from 'vitest'
import {
  exit,
  isAlive,
  type Kernel,
  type Pid,
  receive,
  self,
  send,
  trapExit,
} from '../../src/kernel/index.js'
import {
  type ChildSpec,
  countChildren,
  deleteChild,
  type Restart,
  restartChild,
  type Strategy,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  supervisorSpec,
  terminateChild,
  whichChildren,
} from '../../src/supervisor/index.js'
import { codeOf, exitOf, inWorld } from '../kernel/world.js'
import { end, kill, lineOf, type Manner, Nursery, supervisorReports } from '../supervisor/nursery.js'

const NEVER_TOO_MANY = { intensity: 1_000_000, period: 3_600_000 }
const STRATEGIES: readonly Strategy[] = ['one_for_one', 'one_for_all', 'rest_for_one']

/** Fails at its nth start, and at every later one. */
const failsFrom =
  (first: number): NonNullable<Manner['plan']> =>
  (nth) =>
    nth >= first ? { fail: 'sorry' } : undefined

/** The reason a linked process ended with, if it has. */
async function endOf(pid: Pid): Promise<unknown> {
  return (await receive(exitOf(pid), { timeout: 0 }))?.reason
}

const ENDS = {
  normal: ['normal'],
  shutdown: ['shutdown', { shutdown: 'reason' }],
  abnormal: ['abnormal', new Error('abnormal'), { shutdown: 'three', tuple: true }],
}
const EXPECTED: Record<Restart, Record<keyof typeof ENDS, string>> = {
  permanent: { normal: 'a:up', shutdown: 'a:up', abnormal: 'a:up' },
  transient: { normal: 'a:undefined', shutdown: 'a:undefined', abnormal: 'a:up' },
  temporary: { normal: '', shutdown: '', abnormal: '' },
}

describe('supervisor_SUITE: restart types', () => {
  for (const [restart, expected] of Object.entries(EXPECTED)) {
    for (const [kind, line] of Object.entries(expected)) {
      it(
        `${restart}_${kind}`,
        inWorld(async ({ kernel }) => {
          for (const reason of ENDS[kind as keyof typeof ENDS]) {
            const nursery = new Nursery()
            const top = await startSupervisor({
              children: [nursery.child('a', { restart: restart as Restart })],
            })
            const first = nursery.pid('a')
            await end(kernel, first, reason)
            expect(await lineOf(top)).toBe(line)
            expect(nursery.starts('a')).toBe(line === 'a:up' ? 2 : 1)
            expect(isAlive(first)).toBe(false)
          }
        }),
      )
    }
  }

  it.each(['one_for_all', 'rest_for_one'] as const)('temporary_bystander: %s', (strategy) =>
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startSupervisor({
        strategy,
        children: [nursery.child('a'), nursery.child('b', { restart: 'temporary' })],
      })
      const bystander = nursery.pid('b')
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await lineOf(top)).toBe('a:up')
      expect([isAlive(bystander), nursery.starts('b')]).toEqual([false, 1])
    })())

  it(
    'do_not_save_child_specs_for_temporary_children',
    inWorld(async ({ kernel }) => {
      for (const strategy of STRATEGIES) {
        const nursery = new Nursery()
        const child = nursery.child('a', { restart: 'temporary' })
        const top = await startSupervisor({ strategy })
        const ends = [
          () => kill(kernel, nursery.pid('a')),
          () => end(kernel, nursery.pid('a'), 'normal'),
          () => end(kernel, nursery.pid('a'), 'abnormal'),
          () => terminateChild(top, 'a'),
        ]
        for (const act of ends) {
          await startChild(top, child)
          await act()
          expect(await whichChildren(top)).toEqual([])
          expect(await codeOf(() => restartChild(top, 'a'))).toBe('NOT_FOUND')
        }
      }
    }),
  )
})

/** Ends the first child once more than an intensity of 2 allows, and returns what the supervisor ended with. */
async function crashed(kernel: Kernel, nursery: Nursery, top: Pid, id: string): Promise<unknown> {
  for (let crash = 1; crash <= 3; crash++) await end(kernel, nursery.pid(id), 'boom')
  return endOf(top)
}

describe('supervisor_SUITE: strategies and escalation', () => {
  const intensity = { intensity: 2, period: 3_600_000 }

  it(
    'multiple_restarts',
    inWorld(async ({ kernel, clock }) => {
      const nursery = new Nursery()
      const top = await startSupervisor({ intensity: 1, period: 1_000, children: [nursery.child('a')] })
      for (let crash = 0; crash < 5; crash++) {
        await kill(kernel, nursery.pid('a'))
        await clock.advance(2_100)
      }
      expect(nursery.starts('a')).toBe(6)
      expect(isAlive(top)).toBe(true)
    }),
  )

  it(
    'one_for_one',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const children = [nursery.child('a'), nursery.child('b')]
      const top = await startSupervisor({ ...intensity, children })
      const before = nursery.pid('b')
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await lineOf(top)).toBe('a:up b:up')
      expect([nursery.pid('b') === before, nursery.starts('a')]).toEqual([true, 2])
      await end(kernel, nursery.pid('b'), 'boom')
      expect(await endOf(top)).toBeUndefined()
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await endOf(top)).toBe('shutdown')
      expect([nursery.isAlive('a'), nursery.isAlive('b')]).toEqual([false, false])
    }),
  )

  it.each(STRATEGIES)('%s_escalation', (strategy) =>
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const children = [
        nursery.child('a', { plan: failsFrom(2), traps: true }),
        nursery.child('b', { traps: true }),
      ]
      const top = await startSupervisor({ ...intensity, strategy, children })
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await endOf(top)).toBe('shutdown')
      expect(nursery.isAlive('b')).toBe(false)
      expect(nursery.starts('a')).toBe(3)
      expect(supervisorReports(reports)).toEqual([
        'child_terminated a boom',
        'start_error a sorry',
        'start_error a sorry',
        'shutdown a reached_max_restart_intensity',
      ])
    })())

  it(
    'one_for_all',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const children = ['a', 'b', 'c'].map((id) => nursery.child(id, { traps: true }))
      const top = await startSupervisor({ ...intensity, strategy: 'one_for_all', children })
      nursery.taken()
      await end(kernel, nursery.pid('b'), 'boom')
      expect(nursery.taken()).toEqual([
        'stop c#1 shutdown',
        'stop a#1 shutdown',
        'start a#2',
        'start b#2',
        'start c#2',
      ])
      expect(await crashed(kernel, nursery, top, 'a')).toBe('shutdown')
    }),
  )

  it(
    'one_for_all_other_child_fails_restart',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const children = [
        nursery.child('a', { traps: true }),
        nursery.child('b', { traps: true, plan: { 2: { fail: 'sorry' } } }),
        nursery.child('c', { traps: true }),
      ]
      const top = await startSupervisor({ ...intensity, strategy: 'one_for_all', children })
      nursery.taken()
      await end(kernel, nursery.pid('a'), 'boom')
      expect(nursery.taken()).toEqual([
        'stop c#1 shutdown',
        'stop b#1 shutdown',
        'start a#2',
        'start b#2',
        // The whole round again: what had been restarted is stopped first.
        'stop a#2 shutdown',
        'start a#3',
        'start b#3',
        'start c#2',
      ])
      expect(await lineOf(top)).toBe('a:up b:up c:up')
    }),
  )

  it(
    'rest_for_one',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const children = ['a', 'b', 'c'].map((id) => nursery.child(id, { traps: true }))
      const top = await startSupervisor({ ...intensity, strategy: 'rest_for_one', children })
      nursery.taken()
      await end(kernel, nursery.pid('b'), 'boom')
      expect(nursery.taken()).toEqual(['stop c#1 shutdown', 'start b#2', 'start c#2'])
      await end(kernel, nursery.pid('c'), 'boom')
      expect(nursery.taken()).toEqual(['start c#3'])
      expect(await crashed(kernel, nursery, top, 'b')).toBe('shutdown')
    }),
  )

  it(
    'rest_for_one_other_child_fails_restart',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const children = [
        nursery.child('a', { traps: true }),
        nursery.child('b', { traps: true, plan: { 2: { fail: 'sorry' } } }),
        nursery.child('c', { traps: true }),
      ]
      const top = await startSupervisor({ ...intensity, strategy: 'rest_for_one', children })
      nursery.taken()
      await end(kernel, nursery.pid('a'), 'boom')
      expect(nursery.taken()).toEqual([
        'stop c#1 shutdown',
        'stop b#1 shutdown',
        'start a#2',
        'start b#2',
        // From the one that failed on: a, restarted already, stays.
        'start b#3',
        'start c#2',
      ])
      expect(await lineOf(top)).toBe('a:up b:up c:up')
    }),
  )

  it(
    'simple_one_for_one',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(intensity)
      await startChild(top, nursery.child('a'))
      const b = await startChild(top, nursery.child('b'))
      await end(kernel, nursery.pid('a'), 'boom')
      expect((await whichChildren(top)).map(({ pid }) => pid)).toEqual([b, nursery.pid('a')])
      await end(kernel, nursery.pid('b'), 'boom')
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await endOf(top)).toBe('shutdown')
      expect([nursery.isAlive('a'), nursery.isAlive('b')]).toEqual([false, false])
    }),
  )

  it(
    'simple_one_for_one_restart_ignore',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(intensity)
      await startChild(top, nursery.child('a', { plan: { 2: 'ignore' } }))
      await end(kernel, nursery.pid('a'), 'boom')
      expect(nursery.starts('a')).toBe(2)
      expect(await whichChildren(top)).toEqual([])
      expect(isAlive(top)).toBe(true)
    }),
  )

  it(
    'simple_one_for_one_shutdown',
    inWorld(async ({ clock }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(intensity)
      const slow = (ms: number): Manner => ({ traps: true, toldToStop: 'hang', shutdown: ms })
      for (const ms of [500, 1_000, 300, 1_000]) await startChild(top, nursery.child(`${ms}`, slow(ms)))
      exit(top, 'shutdown')
      // All at once: the slowest decides, not the sum.
      await clock.advance(999)
      expect(isAlive(top)).toBe(true)
      await clock.advance(1)
      expect(await endOf(top)).toBe('shutdown')
    }),
  )

  it(
    'simple_one_for_one_extra',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(intensity)
      const child = nursery.child('a', { plan: () => ({ info: 'extra' }) })
      expect(await startChild<string>(top, child)).toEqual({ pid: nursery.pid('a'), info: 'extra' })
      await end(kernel, nursery.pid('a'), 'boom')
      expect(nursery.starts('a')).toBe(2)
      expect((await whichChildren(top)).map(({ pid }) => pid)).toEqual([nursery.pid('a')])
    }),
  )

  it(
    'simple_one_for_one_escalation',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(intensity)
      await startChild(top, nursery.child('a', { plan: failsFrom(2) }))
      await startChild(top, nursery.child('b'))
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await endOf(top)).toBe('shutdown')
      expect(nursery.isAlive('b')).toBe(false)
    }),
  )

  it(
    'order_of_children',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const ids = ['a', 'b', 'c', 'd', 'e']
      const children = ids.map((id) => nursery.child(id, { traps: true }))
      const top = await startSupervisor({ ...intensity, strategy: 'rest_for_one', children })
      await end(kernel, nursery.pid('c'), 'boom')
      exit(top, 'shutdown')
      await kernel.settled()
      expect(nursery.taken()).toEqual([
        ...['start a#1', 'start b#1', 'start c#1', 'start d#1', 'start e#1'],
        ...['stop e#1 shutdown', 'stop d#1 shutdown', 'start c#2', 'start d#2', 'start e#2'],
        ...['e#2', 'd#2', 'c#2', 'b#1', 'a#1'].map((name) => `stop ${name} shutdown`),
      ])
    }),
  )
})

describe('supervisor_SUITE: a child that keeps failing to restart', () => {
  /** Crashes the child without waiting for the end of what follows: there is none. */
  async function crash(nursery: Nursery, id: string): Promise<void> {
    exit(nursery.pid(id), 'kill')
    while (nursery.starts(id) < 5) await countChildren('top')
  }

  it(
    'hanging_restart_loop',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const child = nursery.child('a', { plan: failsFrom(2) })
      const top = await startSupervisor({ ...NEVER_TOO_MANY, children: [child] }, { name: 'top' })
      await crash(nursery, 'a')
      expect(await codeOf(() => startChild(top, child))).toBe('ALREADY_PRESENT')
      expect(await codeOf(() => restartChild(top, 'a'))).toBe('RESTARTING')
      expect(await codeOf(() => deleteChild(top, 'a'))).toBe('RESTARTING')
      expect(await lineOf(top)).toBe('a:restarting')
      expect(await countChildren(top)).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 1 })
      await terminateChild(top, 'a')
      expect(await lineOf(top)).toBe('a:undefined')
      const starts = nursery.starts('a')
      await countChildren(top)
      expect(nursery.starts('a')).toBe(starts)
    }),
  )

  it(
    'hanging_restart_loop: an order to shut down overtakes it',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const children = [nursery.child('a', { plan: failsFrom(2) })]
      const top = await startSupervisor({ ...NEVER_TOO_MANY, children }, { name: 'top' })
      await crash(nursery, 'a')
      exit(top, 'shutdown')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
    }),
  )

  it(
    'hanging_restart_loop_rest_for_one',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const children = [
        nursery.child('a'),
        nursery.child('b', { plan: failsFrom(2) }),
        nursery.child('c'),
        nursery.child('d', { restart: 'temporary' }),
      ]
      const options = { ...NEVER_TOO_MANY, strategy: 'rest_for_one', children } as const
      const top = await startSupervisor(options, { name: 'top' })
      await crash(nursery, 'b')
      expect(await lineOf(top)).toBe('a:up b:restarting c:undefined')
      expect(await countChildren(top)).toEqual({ specs: 3, active: 1, supervisors: 0, workers: 3 })
      expect(await codeOf(() => restartChild(top, 'b'))).toBe('RESTARTING')
      await terminateChild(top, 'b')
      expect(await lineOf(top)).toBe('a:up b:undefined c:undefined')
      expect(await restartChild(top, 'c')).toBe(nursery.pid('c'))
      exit(top, 'shutdown')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
    }),
  )

  it(
    'hanging_restart_loop_simple',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(NEVER_TOO_MANY, { name: 'top' })
      const a = (await startChild(top, nursery.child('a', { plan: failsFrom(2) }))) as Pid
      const b = (await startChild(top, nursery.child('b'))) as Pid
      await crash(nursery, 'a')
      expect((await whichChildren(top)).map(({ pid }) => pid)).toEqual(['restarting', b])
      expect(await countChildren(top)).toEqual({ specs: 2, active: 1, supervisors: 0, workers: 2 })
      expect(await codeOf(() => restartChild(top, 'a'))).toBe('DYNAMIC_SUPERVISOR')
      await terminateChild(top, a)
      expect((await whichChildren(top)).map(({ pid }) => pid)).toEqual([b])
      exit(top, 'shutdown')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
    }),
  )

  it(
    'count_restarting_children',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor(NEVER_TOO_MANY, { name: 'top' })
      for (const id of ['a', 'b', 'c']) await startChild(top, nursery.child(id, { plan: failsFrom(2) }))
      expect(await countChildren(top)).toEqual({ specs: 3, active: 3, supervisors: 0, workers: 3 })
      await crash(nursery, 'a')
      expect(await countChildren(top)).toEqual({ specs: 3, active: 2, supervisors: 0, workers: 3 })
      await crash(nursery, 'b')
      expect(await countChildren(top)).toEqual({ specs: 3, active: 1, supervisors: 0, workers: 3 })
      exit(top, 'shutdown')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
    }),
  )
})

describe('supervisor_SUITE: significant children', () => {
  const KINDS = ['any_significant', 'all_significant'] as const

  for (const restart of ['temporary', 'transient'] as const) {
    it(
      `nonsignificant_${restart}`,
      inWorld(async ({ kernel }) => {
        for (const autoShutdown of KINDS) {
          const nursery = new Nursery()
          const children = ['a', 'b', 'c'].map((id) => nursery.child(id, { restart }))
          const top = await startSupervisor({ autoShutdown, children })
          await end(kernel, nursery.pid('a'), 'normal')
          await end(kernel, nursery.pid('b'), { shutdown: 'x' })
          await end(kernel, nursery.pid('c'), 'boom')
          expect(isAlive(top)).toBe(true)
        }
      }),
    )
  }

  it(
    'significant_temporary',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const significant = (id: string): ChildSpec =>
        nursery.child(id, { restart: 'temporary', significant: true })
      for (const reason of ['normal', 'shutdown', 'boom']) {
        const any = await startSupervisor({
          autoShutdown: 'any_significant',
          children: [significant('a'), significant('b'), nursery.child('c')],
        })
        await terminateChild(any, 'a')
        expect(isAlive(any)).toBe(true)
        await end(kernel, nursery.pid('b'), reason)
        expect(await endOf(any)).toBe('shutdown')
        expect(nursery.isAlive('c')).toBe(false)

        const all = await startSupervisor({
          autoShutdown: 'all_significant',
          children: [significant('a'), significant('b'), significant('c'), nursery.child('d')],
        })
        await end(kernel, nursery.pid('a'), reason)
        await terminateChild(all, 'b')
        expect(isAlive(all)).toBe(true)
        await end(kernel, nursery.pid('c'), reason)
        expect(await endOf(all)).toBe('shutdown')
      }
    }),
  )

  it(
    'significant_transient',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const significant = (id: string): ChildSpec =>
        nursery.child(id, { restart: 'transient', significant: true })
      for (const reason of ['normal', 'shutdown', { shutdown: 'x' }]) {
        const any = await startSupervisor({
          autoShutdown: 'any_significant',
          children: [significant('a'), significant('b')],
        })
        await end(kernel, nursery.pid('a'), 'boom')
        await terminateChild(any, 'b')
        expect(await lineOf(any)).toBe('a:up b:undefined')
        await end(kernel, nursery.pid('a'), reason)
        expect(await endOf(any)).toBe('shutdown')

        const all = await startSupervisor({
          autoShutdown: 'all_significant',
          children: [significant('a'), significant('b')],
        })
        await end(kernel, nursery.pid('a'), reason)
        await end(kernel, nursery.pid('b'), 'boom')
        expect(await lineOf(all)).toBe('a:undefined b:up')
        await end(kernel, nursery.pid('b'), reason)
        expect(await endOf(all)).toBe('shutdown')
      }
    }),
  )

  it(
    'significant_simple',
    inWorld(async () => {
      const top = await startDynamicSupervisor()
      const child = new Nursery().child('a', { restart: 'temporary', significant: true })
      expect(await codeOf(() => startChild(top, child))).toBe('INVALID_CHILD_SPEC')
    }),
  )

  it(
    'significant_bystander',
    inWorld(async ({ kernel }) => {
      for (const strategy of ['one_for_all', 'rest_for_one'] as const) {
        for (const autoShutdown of KINDS) {
          const nursery = new Nursery()
          const top = await startSupervisor({
            strategy,
            autoShutdown,
            children: [
              nursery.child('a'),
              nursery.child('b', { restart: 'temporary', significant: true }),
              nursery.child('c', { restart: 'transient', significant: true }),
            ],
          })
          await end(kernel, nursery.pid('a'), 'boom')
          expect(await lineOf(top)).toBe('a:up c:up')
        }
      }
    }),
  )

  it(
    'significant_escalation',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const inner = supervisorSpec(
        'inner',
        {
          autoShutdown: 'any_significant',
          children: [nursery.child('a', { restart: 'transient', significant: true })],
        },
        { restart: 'transient', significant: true },
      )
      const top = await startSupervisor({
        autoShutdown: 'any_significant',
        children: [inner, nursery.child('b')],
      })
      await end(kernel, nursery.pid('a'), 'normal')
      expect(await endOf(top)).toBe('shutdown')
      expect(nursery.isAlive('b')).toBe(false)
    }),
  )
})

describe('supervisor_SUITE: many children', () => {
  for (const type of ['worker', 'supervisor'] as const) {
    it(
      type === 'worker' ? 'count_children' : 'count_children_supervisor',
      inWorld(async ({ kernel }) => {
        const nursery = new Nursery()
        const top = await startDynamicSupervisor()
        const counts = (specs: number, active: number) => ({
          specs,
          active,
          supervisors: type === 'supervisor' ? specs : 0,
          workers: type === 'worker' ? specs : 0,
        })
        expect(await countChildren(top)).toEqual(counts(0, 0))
        const pids: Pid[] = []
        for (let at = 0; at < 1_000; at++) {
          pids.push((await startChild(top, nursery.child('a', { restart: 'temporary', type }))) as Pid)
        }
        expect(await countChildren(top)).toEqual(counts(1_000, 1_000))
        for (const pid of pids) exit(pid, 'kill')
        await kernel.settled()
        expect(await countChildren(top)).toEqual(counts(0, 0))
        expect(send(self(), 'done')).toBe('done')
      }),
    )
  }
})
