import { describe, expect, it } from 'vitest'
import { exit, type Report, receive, trapExit } from '../../src/kernel/index.js'
import {
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  supervisorSpec,
} from '../../src/supervisor/index.js'
import { exitOf, inWorld } from '../kernel/world.js'
import { end, Nursery } from './nursery.js'

const ofKind = (reports: Report[], kind: string): Report[] => reports.filter((report) => report.kind === kind)

describe('the reports of a supervisor', () => {
  it(
    'tell of the supervisor, what went wrong, the reason, and the child with its spec and last pid',
    inWorld(async ({ kernel, reports }) => {
      const nursery = new Nursery()
      const boom = new Error('boom')
      const child = nursery.child('a', { restart: 'transient', shutdown: 100, args: [1] })
      const top = await startSupervisor({ children: [child] }, { name: 'top' })
      const pid = nursery.pid('a')
      await end(kernel, pid, boom)
      expect(ofKind(reports, 'supervisor')).toEqual([
        {
          level: 'error',
          kind: 'supervisor',
          message: 'supervisor top: child "a" terminated: Error: boom',
          pid: top,
          name: 'top',
          supervisor: 'top',
          context: 'child_terminated',
          reason: boom,
          // Nobody else has told of it.
          incident: expect.any(String),
          offender: {
            pid,
            id: 'a',
            restart: 'transient',
            shutdown: 100,
            type: 'worker',
            significant: false,
            start: 'start',
            args: [1],
          },
          restarts: { recent: 0, intensity: 3, period: 5_000 },
        },
      ])
    }),
  )

  it(
    'go by the pid of a supervisor without a name',
    inWorld(async ({ kernel, reports }) => {
      const nursery = new Nursery()
      const top = await startSupervisor({ children: [nursery.child('a')] })
      await end(kernel, nursery.pid('a'), 'boom')
      expect(ofKind(reports, 'supervisor')).toMatchObject([{ supervisor: top, name: undefined }])
    }),
  )

  it(
    'go by the id of a supervisor without a name that is a child itself',
    inWorld(async ({ kernel, reports }) => {
      const nursery = new Nursery()
      await startSupervisor({ children: [supervisorSpec('inner', { children: [nursery.child('a')] })] })
      await end(kernel, nursery.pid('a'), 'boom')
      expect(ofKind(reports, 'supervisor')).toMatchObject([
        { supervisor: 'inner', message: 'supervisor inner: child "a" terminated: boom' },
      ])
    }),
  )

  it(
    'have one for each thing that can go wrong',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const failing = nursery.child('a', { plan: (nth) => (nth > 1 ? { fail: 'sorry' } : undefined) })
      const stubborn = nursery.child('b', { traps: true, toldToStop: { exit: 'in a rage' } })
      const top = await startSupervisor({ intensity: 1, children: [failing, stubborn] })
      const pid = nursery.pid('a')
      await end(kernel, pid, 'boom')
      await receive(exitOf(top))
      const told = ofKind(reports, 'supervisor').map(({ context, reason, offender }) => [
        context,
        reason,
        (offender as { pid: unknown }).pid,
      ])
      expect(told).toEqual([
        ['child_terminated', 'boom', pid],
        ['start_error', 'sorry', undefined],
        ['shutdown', 'reached_max_restart_intensity', 'restarting'],
        ['shutdown_error', 'in a rage', nursery.pid('b')],
      ])
    }),
  )

  it(
    'tell of progress: at start and restart as info, for what was asked for as debug',
    inWorld(async ({ kernel, reports }) => {
      const nursery = new Nursery()
      const top = await startSupervisor({ children: [nursery.child('a')] }, { name: 'top' })
      await end(kernel, nursery.pid('a'), 'boom')
      await startChild(top, nursery.child('b'))
      await startChild(await startDynamicSupervisor(), nursery.child('c'))
      const told = ofKind(reports, 'progress').map(({ level, started }) => [
        level,
        (started as { id: string }).id,
        (started as { pid: unknown }).pid,
      ])
      expect(told).toEqual([
        ['info', 'a', expect.anything()],
        ['info', 'a', nursery.pid('a')],
        ['debug', 'b', nursery.pid('b')],
        ['debug', 'c', nursery.pid('c')],
      ])
    }),
  )

  it(
    'say nothing of orderly ends, nor of children started by request that failed',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const children = [
        nursery.child('a', { restart: 'transient' }),
        nursery.child('b', { restart: 'temporary' }),
        nursery.child('c', { traps: true }),
      ]
      const top = await startSupervisor({ children })
      await end(kernel, nursery.pid('a'), 'normal')
      await end(kernel, nursery.pid('b'), { shutdown: 'done' })
      await expect(startChild(top, nursery.child('d', { plan: { 1: { fail: 'sorry' } } }))).rejects.toThrow()
      exit(top, 'shutdown')
      await receive(exitOf(top))
      expect(ofKind(reports, 'supervisor')).toEqual([])
      expect(ofKind(reports, 'crash')).toEqual([])
    }),
  )
})
