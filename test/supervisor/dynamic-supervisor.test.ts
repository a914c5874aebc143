import { describe, expect, it } from 'vitest'
import { call } from '../../src/genserver/index.js'
import {
  exit,
  isAlive,
  link,
  monitor,
  type Pid,
  receive,
  spawnLink,
  trapExit,
} from '../../src/kernel/index.js'
import {
  countChildren,
  startChild,
  startDynamicSupervisor,
  terminateChild,
  whichChildren,
} from '../../src/supervisor/index.js'
import { downOf, exitOf, idle, inWorld } from '../kernel/world.js'
import { end, kill, Nursery, supervisorReports } from './nursery.js'

describe('a dynamic supervisor', () => {
  it(
    'has any number of children with one id',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      const pids: unknown[] = []
      for (let at = 0; at < 3; at++) pids.push(await startChild(top, nursery.child('room')))
      await kill(kernel, pids[1] as Pid)
      const now = (await whichChildren(top)).map(({ pid }) => pid)
      expect(now).toEqual([pids[0], pids[2], nursery.pid('room')])
    }),
  )

  it(
    'forgets a child that answers ignore at a restart',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ maxChildren: 1 })
      await startChild(top, nursery.child('a', { plan: { 2: 'ignore' } }))
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await startChild(top, nursery.child('b'))).toBe(nursery.pid('b'))
    }),
  )

  it(
    'puts another attempt behind what is queued, and keeps the child under its last pid until then',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ intensity: 10 })
      const plan = (nth: number) => (nth === 2 ? { fail: 'sorry' } : undefined)
      const a = (await startChild(top, nursery.child('a', { plan }))) as Pid
      const b = (await startChild(top, nursery.child('b'))) as Pid
      exit(a, 'boom')
      exit(b, 'boom')
      const during = await whichChildren(top)
      await kernel.settled()
      expect(during.map(({ pid }) => pid)).toEqual(['restarting', nursery.pid('b')])
      expect(nursery.taken().slice(2)).toEqual(['start a#2', 'start b#2', 'start a#3'])
    }),
  )

  it(
    'has nothing to stop of a child that waits for its restart',
    inWorld(async ({ reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ intensity: 1_000_000 })
      const plan = (nth: number) => (nth > 1 ? { fail: 'sorry' } : undefined)
      exit((await startChild(top, nursery.child('a', { plan }))) as Pid, 'boom')
      while (nursery.starts('a') < 3) await countChildren(top)
      exit(top, 'shutdown')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(supervisorReports(reports).filter((report) => report.startsWith('shutdown'))).toEqual([])
    }),
  )

  it(
    'does not restart a child twice that it hears of twice',
    inWorld(async ({ kernel, reports }) => {
      const top = await startDynamicSupervisor()
      const pids: Pid[] = []
      const start = (): Pid => {
        const last = pids.at(-1)
        // Linking to a dead process brings another EXIT of it.
        if (last !== undefined) link(last)
        if (pids.length === 1) pids.push(last as Pid)
        else {
          const pid = spawnLink(idle)
          pids.push(pid)
          return pid
        }
        throw 'sorry'
      }
      exit((await startChild(top, { id: 'a', start })) as Pid, 'boom')
      await kernel.settled()
      expect(pids).toHaveLength(3)
      expect(await countChildren(top)).toMatchObject({ specs: 1, active: 1 })
      expect(supervisorReports(reports)).toEqual(['child_terminated a boom', 'start_error a sorry'])
    }),
  )

  it(
    'gives up with shutdown, and stops the others all at once',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor({ intensity: 0 })
      for (const id of ['a', 'b', 'c']) await startChild(top, nursery.child(id, { traps: true }))
      nursery.taken()
      await end(kernel, nursery.pid('a'), 'boom')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(nursery.taken().sort()).toEqual(['stop b#1 shutdown', 'stop c#1 shutdown'])
      expect(supervisorReports(reports)).toEqual([
        'child_terminated a boom',
        'shutdown a reached_max_restart_intensity',
      ])
    }),
  )

  it(
    'ends the calls that wait for it when it stops, also those that came meanwhile',
    inWorld(async ({ clock }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startDynamicSupervisor()
      await startChild(top, nursery.child('a', { traps: true, toldToStop: 'hang', shutdown: 100 }))
      exit(top, 'shutdown')
      const asked = expect(countChildren(top)).rejects.toMatchObject({ code: 'CALL_SERVER_EXITED' })
      await clock.advance(100)
      await asked
    }),
  )

  it(
    'runs its hooks around its children',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const { log } = nursery
      const top = await startDynamicSupervisor({
        onStart: () => void log.push('onStart'),
        onStop: () => void log.push('onStop'),
      })
      await startChild(top, nursery.child('a', { traps: true }))
      exit(top, 'shutdown')
      await receive(exitOf(top))
      expect(log).toEqual(['onStart', 'start a#1', 'stop a#1 shutdown', 'onStop'])
    }),
  )

  it(
    'crashes for a call that is not for supervisors',
    inWorld(async () => {
      trapExit(true)
      const top = await startDynamicSupervisor()
      await expect(call(top, 'hello')).rejects.toMatchObject({ code: 'CALL_SERVER_EXITED' })
      expect((await receive(exitOf(top))).reason).toMatchObject({ code: 'UNKNOWN_REQUEST' })
    }),
  )

  it(
    'copes with thousands: a crash, a restart and a termination among them, and the end of all',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const top = await startDynamicSupervisor({ intensity: 1_000_000 })
      const start = (): Pid => spawnLink(idle)
      const pids: Pid[] = []
      for (let at = 0; at < 5_000; at++) pids.push((await startChild(top, { id: 'a', start })) as Pid)
      for (const pid of pids.slice(0, 1_000)) exit(pid, 'kill')
      await kernel.settled()
      for (const pid of pids.slice(1_000, 2_000)) await terminateChild(top, pid)
      expect(await countChildren(top)).toEqual({
        specs: 4_000,
        active: 4_000,
        supervisors: 0,
        workers: 4_000,
      })
      const ref = monitor(pids.at(-1) as Pid)
      exit(top, 'shutdown')
      expect((await receive(downOf(ref))).reason).toBe('shutdown')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(pids.filter(isAlive)).toEqual([])
    }),
  )
})
