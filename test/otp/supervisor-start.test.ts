import { describe, expect, it } from 'vitest'
import { start } from '../../src/genserver/index.js'
import {
  type ExitReason,
  exit,
  isAlive,
  isExit,
  type Pid,
  parentPid,
  receive,
  self,
  send,
  spawnLink,
  trapExit,
  unlink,
} from '../../src/kernel/index.js'
import {
  type Child,
  type ChildSpec,
  checkChildSpecs,
  countChildren,
  getChildSpec,
  restartChild,
  type SupervisorOptions,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  supervisorSpec,
  whichChildren,
} from '../../src/supervisor/index.js'
import { codeOf, exitOf, expectNoMessage, inWorld } from '../kernel/world.js'
import { end, lineOf, Nursery, supervisorReports } from '../supervisor/nursery.js'

/** Tells a supervisor to stop, as its parent, and returns the reason it ends with. */
async function stopped(supervisor: Pid, reason: ExitReason = 'shutdown'): Promise<ExitReason> {
  exit(supervisor, reason)
  return (await receive(exitOf(supervisor))).reason
}

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

describe('supervisor_SUITE: start', () => {
  it(
    'sup_start_normal',
    inWorld(async () => {
      trapExit(true)
      const top = await startSupervisor({})
      expect(await whichChildren(top)).toEqual([])
      expect(await stopped(top)).toBe('shutdown')
    }),
  )

  it(
    'sup_start_ignore_init',
    inWorld(async () => {
      trapExit(true)
      expect(await codeOf(() => startSupervisor(() => 'ignore'))).toBe('START_IGNORED')
      await expectNoMessage()
    }),
  )

  it(
    'sup_start_ignore_child',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startSupervisor({})
      expect(await startChild(top, nursery.child('a', { plan: { 1: 'ignore' } }))).toBeUndefined()
      expect(await startChild(top, nursery.child('b'))).toBe(nursery.pid('b'))
      expect(await whichChildren(top)).toEqual([
        { id: 'b', pid: nursery.pid('b'), type: 'worker' },
        { id: 'a', pid: undefined, type: 'worker' },
      ])
      expect(await countChildren(top)).toEqual({ specs: 2, active: 1, supervisors: 0, workers: 2 })
    }),
  )

  it(
    'sup_start_ignore_temporary_child',
    inWorld(async () => {
      const nursery = new Nursery()
      const children = [
        nursery.child('a', { restart: 'temporary', plan: { 1: 'ignore' } }),
        nursery.child('b'),
      ]
      const top = await startSupervisor({ children })
      expect(await lineOf(top)).toBe('b:up')
      expect(await countChildren(top)).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 })
    }),
  )

  it(
    'sup_start_ignore_temporary_child_start_child',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startSupervisor({})
      const a = nursery.child('a', { restart: 'temporary', plan: { 1: 'ignore' } })
      expect(await startChild(top, a)).toBeUndefined()
      await startChild(top, nursery.child('b', { restart: 'temporary' }))
      expect(await lineOf(top)).toBe('b:up')
    }),
  )

  it.each(['temporary', 'permanent'] as const)('sup_start_ignore_%s_child_start_child_simple', (restart) =>
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      expect(await startChild(top, nursery.child('a', { restart, plan: { 1: 'ignore' } }))).toBeUndefined()
      const pid = await startChild(top, nursery.child('b', { restart }))
      expect(await whichChildren(top)).toEqual([{ id: undefined, pid, type: 'worker' }])
      expect(await countChildren(top)).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 })
      expect(await stopped(top)).toBe('shutdown')
    })())

  it(
    'sup_start_error_return',
    inWorld(async () => {
      trapExit(true)
      const init = (): SupervisorOptions => 'garbage' as SupervisorOptions
      const { code, reason } = await refusal(startSupervisor(init))
      expect(code).toBe('START_FAILED')
      expect(reason).toMatchObject({ code: 'INVALID_SUPERVISOR_OPTION', details: { value: 'garbage' } })
      await expectNoMessage()
    }),
  )

  it(
    'sup_start_fail',
    inWorld(async () => {
      trapExit(true)
      const boom = new Error('boom')
      const started = startSupervisor(() => {
        throw boom
      })
      expect(await refusal(started)).toMatchObject({ code: 'START_FAILED', reason: boom })
      await expectNoMessage()
    }),
  )

  it(
    'sup_start_restart_child_returns_error',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const child = nursery.child('a', { restart: 'transient', plan: { 2: { fail: 'sorry' } } })
      const top = await startSupervisor({ children: [child] })
      await end(kernel, nursery.pid('a'), 'normal')
      expect(await refusal(restartChild(top, 'a'))).toMatchObject({
        code: 'START_CHILD_FAILED',
        reason: 'sorry',
      })
      expect(await lineOf(top)).toBe('a:undefined')
    }),
  )

  it(
    'sup_start_child_returns_error',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startSupervisor({})
      const child = nursery.child('a', { plan: { 1: { fail: 'sorry' } } })
      const error = await refusal(startChild(top, child))
      expect(error).toMatchObject({
        code: 'START_CHILD_FAILED',
        child: 'a',
        reason: 'sorry',
        spec: { id: 'a' },
      })
      expect(await whichChildren(top)).toEqual([])
    }),
  )

  it(
    'sup_start_child_returns_error_simple',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      const error = await refusal(startChild(top, nursery.child('a', { plan: { 1: { fail: 'sorry' } } })))
      expect(error).toMatchObject({ code: 'START_CHILD_FAILED', reason: 'sorry' })
      expect(error).not.toHaveProperty('spec')
      expect(await whichChildren(top)).toEqual([])
    }),
  )

  it(
    'sup_start_map',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startSupervisor({
        children: [
          nursery.child('a'),
          nursery.child('b', { type: 'supervisor' }),
          nursery.child('c', { restart: 'temporary', shutdown: 'brutal_kill' }),
        ],
      })
      const defaults = { args: [], restart: 'permanent', significant: false }
      expect(await getChildSpec(top, 'a')).toMatchObject({ ...defaults, type: 'worker', shutdown: 5_000 })
      expect(await getChildSpec(top, 'b')).toMatchObject({
        ...defaults,
        type: 'supervisor',
        shutdown: Number.POSITIVE_INFINITY,
      })
      expect(await getChildSpec(top, nursery.pid('c'))).toMatchObject({
        id: 'c',
        restart: 'temporary',
        shutdown: 'brutal_kill',
      })
      expect((await refusal(getChildSpec(top, 'd'))).code).toBe('NOT_FOUND')
    }),
  )

  it(
    'sup_start_map_simple',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      const pid = (await startChild(top, nursery.child('a', { restart: 'transient' }))) as Pid
      expect(await getChildSpec(top, pid)).toMatchObject({ id: 'a', restart: 'transient', shutdown: 5_000 })
      expect((await refusal(getChildSpec(top, self()))).code).toBe('NOT_FOUND')
      expect((await refusal(getChildSpec(top, 'a'))).code).toBe('DYNAMIC_SUPERVISOR')
    }),
  )

  it(
    'sup_start_map_faulty_specs',
    inWorld(async ({ kernel }) => {
      const spec = new Nursery().child('a')
      for (const faulty of [{ start: spec.start }, { id: 'a' }, 'a', undefined]) {
        const options = { children: [faulty as Child] }
        expect((await refusal(startSupervisor(options))).code).toBe('INVALID_CHILD_SPEC')
      }
      expect(kernel.processes()).toEqual([self()])
      // OTP takes fields that it does not know; a misspelt one would be one of them.
      const unknown = { children: [{ ...spec, unknown: 'field' } as ChildSpec] }
      expect((await refusal(startSupervisor(unknown))).code).toBe('INVALID_CHILD_SPEC')
    }),
  )

  it(
    'child_specs, child_specs_map',
    inWorld(async () => {
      const top = await startSupervisor({})
      const spec = new Nursery().child('a')
      const faulty: [string, unknown][] = [
        ['id', undefined],
        ['start', { module: 'a' }],
        ['restart', 'prmanent'],
        ['shutdown', -10],
        ['type', 'wrker'],
        ['significant', 'true'],
        // Significant: not for a permanent child, nor where autoShutdown is 'never'.
        ['significant', true],
      ]
      for (const [field, value] of faulty) {
        const child = { ...spec, [field]: value } as ChildSpec
        expect(await refusal(startChild(top, child))).toMatchObject({
          code: 'INVALID_CHILD_SPEC',
          field,
          value,
        })
        expect(await codeOf(() => checkChildSpecs([child]))).toBe('INVALID_CHILD_SPEC')
      }
      const significant: ChildSpec = { ...spec, restart: 'transient', significant: true }
      expect(await codeOf(() => startChild(top, significant))).toBe('INVALID_CHILD_SPEC')
      expect(await codeOf(() => checkChildSpecs([significant]))).toBeUndefined()
      expect(await codeOf(() => checkChildSpecs([spec, spec]))).toBe('DUPLICATE_CHILD_ID')
      expect(await codeOf(() => startSupervisor({ children: [spec, spec] }))).toBe('DUPLICATE_CHILD_ID')
      expect(await whichChildren(top)).toEqual([])
    }),
  )

  it(
    'sup_flags',
    inWorld(async () => {
      trapExit(true)
      const faulty: [string, unknown][] = [
        ['strategy', 'none_for_one'],
        ['intensity', -1],
        ['intensity', 'infinity'],
        ['period', 0],
        ['period', -1],
        ['autoShutdown', 'some_significant'],
      ]
      for (const [field, value] of faulty) {
        const options = { [field]: value } as SupervisorOptions
        const expected = { code: 'INVALID_SUPERVISOR_OPTION', field, value }
        expect(await refusal(startSupervisor(options))).toMatchObject(expected)
        // Found only inside, it is the reason of a failed start.
        const { code, reason } = await refusal(startSupervisor(() => options))
        expect(code).toBe('START_FAILED')
        expect(reason).toMatchObject({ code: 'INVALID_SUPERVISOR_OPTION', details: { field, value } })
      }
      await expectNoMessage()
      // OTP takes flags that it does not know; a misspelt one would be one of them.
      const unknown = { strategy: 'one_for_one', unknown: 'flag' } as SupervisorOptions
      expect((await refusal(startSupervisor(unknown))).code).toBe('INVALID_SUPERVISOR_OPTION')
    }),
  )

  it(
    'already_started_outside_supervisor',
    inWorld(async () => {
      const server = { init: () => ({ state: 0 }) }
      const outside = await start(server, undefined, { name: 'taken' })
      const child: ChildSpec = { id: 'a', start: () => start(server, undefined, { name: 'taken' }) }
      for (const top of [await startSupervisor({}), await startDynamicSupervisor()]) {
        const error = await refusal(startChild(top, child))
        expect(error).toMatchObject({ code: 'ALREADY_STARTED', pid: outside })
        expect(await whichChildren(top)).toEqual([])
      }
    }),
  )
})

describe('supervisor_SUITE: stop', () => {
  it(
    'sup_stop_infinity',
    inWorld(async ({ reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const forEver = { traps: true, shutdown: Number.POSITIVE_INFINITY }
      const top = await startSupervisor({
        children: [nursery.child('a', forEver), nursery.child('b', { ...forEver, type: 'supervisor' })],
      })
      nursery.taken()
      expect(await stopped(top)).toBe('shutdown')
      expect(nursery.taken()).toEqual(['stop b#1 shutdown', 'stop a#1 shutdown'])
      expect(supervisorReports(reports)).toEqual([])
    }),
  )

  it(
    'sup_stop_timeout',
    inWorld(async ({ kernel, clock, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startSupervisor({
        children: [
          nursery.child('a', { traps: true, shutdown: 1_000 }),
          nursery.child('b', { traps: true, shutdown: 1_000, toldToStop: 'hang' }),
        ],
      })
      nursery.taken()
      exit(top, 'shutdown')
      await clock.advance(999)
      expect([nursery.isAlive('a'), nursery.isAlive('b'), isAlive(top)]).toEqual([true, true, true])
      await clock.advance(1)
      await kernel.settled()
      expect([nursery.isAlive('a'), nursery.isAlive('b'), isAlive(top)]).toEqual([false, false, false])
      expect(nursery.taken()).toEqual(['stop b#1 shutdown', 'stop a#1 shutdown'])
      expect(supervisorReports(reports)).toEqual(['shutdown_error b killed'])
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
    }),
  )

  it(
    'sup_stop_timeout_dynamic',
    inWorld(async ({ clock, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      const manner = { traps: true, shutdown: 1_000, toldToStop: 'hang' } as const
      for (const id of ['a', 'b', 'c']) await startChild(top, nursery.child(id, manner))
      exit(top, 'shutdown')
      await clock.advance(999)
      expect(isAlive(top)).toBe(true)
      await clock.advance(1)
      expect(isAlive(top)).toBe(false)
      expect(supervisorReports(reports)).toEqual([
        'shutdown_error a killed',
        'shutdown_error b killed',
        'shutdown_error c killed',
      ])
    }),
  )

  it(
    'sup_stop_brutal_kill',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startSupervisor({
        children: [
          nursery.child('a', { traps: true }),
          nursery.child('b', { traps: true, shutdown: 'brutal_kill' }),
        ],
      })
      nursery.taken()
      exit(top, 'shutdown')
      await kernel.settled()
      expect([nursery.isAlive('a'), nursery.isAlive('b'), isAlive(top)]).toEqual([false, false, false])
      expect(nursery.taken()).toEqual(['stop a#1 shutdown'])
      expect(supervisorReports(reports)).toEqual([])
    }),
  )

  it(
    'sup_stop_brutal_kill_dynamic',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      const ids = Array.from({ length: 10 }, (_, at) => `c${at}`)
      const manner = { traps: true, shutdown: 'brutal_kill' } as const
      for (const id of ids) await startChild(top, nursery.child(id, manner))
      nursery.taken()
      exit(top, 'shutdown')
      await kernel.settled()
      expect(ids.filter((id) => nursery.isAlive(id))).toEqual([])
      expect([...nursery.taken(), ...supervisorReports(reports)]).toEqual([])
    }),
  )

  it.each([
    'normal',
    'shutdown',
    { shutdown: 'x' },
    'boom',
    'killed',
  ])('sup_stop_race: children exit %j by themselves meanwhile', (reason) =>
    inWorld(async ({ kernel }) => {
      trapExit(true)
      for (const shutdown of [5_000, 0, Number.POSITIVE_INFINITY, 'brutal_kill'] as const) {
        for (const restart of ['permanent', 'transient', 'temporary'] as const) {
          const nursery = new Nursery()
          const children = ['a', 'b', 'c'].map((id) => nursery.child(id, { shutdown, restart }))
          const top = await startSupervisor({ children })
          for (const id of ['c', 'a', 'b']) void end(kernel, nursery.pid(id), reason)
          expect(await stopped(top)).toBe('shutdown')
          expect(['a', 'b', 'c'].filter((id) => nursery.isAlive(id))).toEqual([])
        }
      }
    })())

  it(
    'sup_stop_non_shutdown_exit_dynamic',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      const own = { normal: 'normal', shut: { shutdown: 'x' }, other: 'other' }
      for (const restart of ['permanent', 'temporary'] as const) {
        for (const [id, reason] of Object.entries(own)) {
          const manner = { traps: true, restart, toldToStop: { exit: reason } }
          await startChild(top, nursery.child(`${restart} ${id}`, manner))
        }
      }
      exit(top, 'shutdown')
      await kernel.settled()
      expect(isAlive(top)).toBe(false)
      expect(supervisorReports(reports)).toEqual([
        'shutdown_error permanent normal normal',
        'shutdown_error permanent other other',
        'shutdown_error temporary other other',
      ])
    }),
  )

  it(
    'child_unlink',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const start = (): Pid =>
        spawnLink(async () => {
          trapExit(true)
          unlink(parentPid() as Pid)
          await receive((_: unknown): boolean => false)
        })
      const top = await startSupervisor({ children: [{ id: 'a', start, shutdown: 'brutal_kill' }] })
      await kernel.settled()
      expect(await stopped(top)).toBe('shutdown')
    }),
  )

  it(
    'tree',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const manner = { traps: true }
      const below = (id: string, ids: string[]): ChildSpec =>
        supervisorSpec(id, {
          strategy: 'one_for_all',
          intensity: 3,
          period: 1_000_000,
          children: ids.map((it) => nursery.child(it, manner)),
        })
      const top = await startSupervisor({
        strategy: 'rest_for_one',
        intensity: 1,
        period: 1_000_000,
        children: [nursery.child('w', manner), below('left', ['a', 'b']), below('right', ['c'])],
      })
      expect(nursery.taken()).toEqual(['start w#1', 'start a#1', 'start b#1', 'start c#1'])
      await end(kernel, nursery.pid('a'), 'boom')
      expect(nursery.taken()).toEqual(['stop b#1 shutdown', 'start a#2', 'start b#2'])
      // The fourth crash escalates: left is replaced, and right, which was started after it.
      for (const crash of ['boom', 'boom', 'boom']) await end(kernel, nursery.pid('b'), crash)
      expect(nursery.taken().slice(-5)).toEqual([
        'stop a#4 shutdown',
        'stop c#1 shutdown',
        'start a#5',
        'start b#5',
        'start c#2',
      ])
      expect(await countChildren(top)).toEqual({ specs: 3, active: 3, supervisors: 2, workers: 1 })
      expect(await stopped(top)).toBe('shutdown')
      expect(nursery.taken()).toEqual([
        'stop c#2 shutdown',
        'stop b#5 shutdown',
        'stop a#5 shutdown',
        'stop w#1 shutdown',
      ])
      expect(send(top, 'anyone?')).toBe('anyone?')
      expect(isExit(await receive({ timeout: 0 }))).toBe(false)
    }),
  )
})
