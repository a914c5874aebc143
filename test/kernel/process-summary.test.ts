import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import {
  behaviourOf,
  type CallRequest,
  exit,
  figure,
  link,
  monitor,
  own,
  type Pid,
  pendingTimers,
  processDetail,
  processSummary,
  REPORTS,
  type ReportEvent,
  receive,
  register,
  self,
  send,
  sendAfter,
  setLabel,
  sleep,
  spawn,
} from '../../src/kernel/index.js'
import { idle, inWorld } from './world.js'

describe('processSummary', () => {
  it(
    'counts what was taken from the mailbox, and what waits there',
    inWorld(async ({ kernel }) => {
      const pid = spawn(async () => {
        await receive(2)
        await idle()
      })
      for (const message of [1, 2, 3]) send(pid, message)
      await kernel.settled()
      expect(processSummary(pid)).toMatchObject({
        queueLength: 2,
        handled: 1,
        script: true,
        status: 'waiting',
      })
      expect([figure(pid, 'queueLength'), figure(pid, 'handled'), figure(pid, 'id')]).toEqual([2, 1, pid.id])
    }),
  )

  it(
    'tells what a process is doing, and for how long once the kernel is observed',
    inWorld(async ({ kernel, clock }) => {
      const behaviour = { handle: () => sleep(60_000) }
      const pid = kernel.spawnBehaviour(behaviour, { name: 'slow', label: 'a label' })
      expect(behaviourOf(pid)).toBe(behaviour)
      await kernel.settled()
      expect(processSummary(pid)?.status).toBe('waiting')
      await clock.advance(10)
      send(pid, 'unobserved')
      await clock.advance(1_000)
      expect(processSummary(pid)).toMatchObject({
        status: 'busy',
        busyFor: undefined,
        name: 'slow',
        label: 'a label',
      })
      kernel.observers++
      send(pid, 'observed')
      await clock.advance(59_000 + 250)
      expect(processSummary(pid)).toMatchObject({ status: 'busy', busyFor: 250, handled: 2 })
      exit(pid, 'kill')
      expect([processSummary(pid), behaviourOf(pid), figure(pid, 'handled')]).toEqual([
        undefined,
        undefined,
        0,
      ])
    }),
  )

  it(
    'shows from near the first of each list',
    inWorld(async ({ kernel }) => {
      const friends = [spawn(idle), spawn(idle), spawn(idle)]
      class Pool {
        close(): void {}
      }
      const pid = spawn(async () => {
        setLabel('near')
        for (const friend of friends) link(friend)
        for (const friend of friends) monitor(friend)
        own(new Pool())
        sendAfter(5_000, self(), 'later')
        await idle()
      })
      for (const message of [1, 2, 3]) send(pid, message)
      monitor(pid)
      await kernel.settled()
      const near = processDetail(pid, 2)
      expect(near?.links).toEqual(friends.slice(0, 2))
      expect(near?.monitors).toHaveLength(2)
      expect(near).toMatchObject({
        monitoredBy: [self()],
        messages: [1, 2],
        owned: ['Pool'],
        timers: 1,
        trapExit: false,
        mailbox: undefined,
      })
      expect(processSummary(pid)).toMatchObject({ links: 3, owned: 1, parent: self() })
      exit(pid, 'kill')
      expect(processDetail(pid, 2)).toBeUndefined()
    }),
  )

  it(
    'finds a process by its id, the living only',
    inWorld(async ({ kernel }) => {
      const [first, second, third] = [spawn(idle), spawn(idle), spawn(idle)] as [Pid, Pid, Pid]
      exit(second, 'kill')
      expect([first, second, third].map(({ id }) => kernel.find(id))).toEqual([first, undefined, third])
      expect([kernel.find(0), kernel.find(1_000_000), kernel.spawned - third.id]).toEqual([
        undefined,
        undefined,
        0,
      ])
    }),
  )
})

describe('pendingTimers', () => {
  it(
    'tells what is set, whom it concerns, and what is due next',
    inWorld(async ({ kernel }) => {
      const server = kernel.spawnBehaviour({ handle: (_: unknown | CallRequest) => undefined })
      const sleeper = spawn(() => sleep(700))
      const caller = spawn(() => kernel.request(server, 'x', { timeout: 900 }).catch(() => {}))
      sendAfter(500, sleeper, 'a')
      sendAfter(800, 'somebody', 'b')
      await kernel.settled()
      const { set, byKind, next } = pendingTimers(kernel, 3)
      expect({ set, byKind }).toEqual({ set: 4, byKind: { message: 2, receive: 1, call: 1 } })
      expect(next).toEqual([
        { dueIn: 500, kind: 'message', concerns: sleeper },
        { dueIn: 700, kind: 'receive', concerns: sleeper },
        { dueIn: 800, kind: 'message', concerns: 'somebody' },
      ])
      expect(pendingTimers(kernel, 9).next[3]).toEqual({ dueIn: 900, kind: 'call', concerns: caller })
    }),
  )
})

describe('the channel of reports', () => {
  it(
    'carries every report while somebody listens',
    inWorld(async ({ kernel, reports }) => {
      register('watcher', self())
      const heard: ReportEvent[] = []
      const listen = (event: unknown): void => {
        heard.push(event as ReportEvent)
      }
      subscribe(REPORTS, listen)
      const pid = spawn(() => {
        throw new Error('one')
      })
      monitor(pid)
      await receive()
      unsubscribe(REPORTS, listen)
      spawn(() => {
        throw new Error('two')
      })
      await kernel.settled()
      expect(heard).toEqual([{ kernel, report: reports[0] }])
      expect([reports.length, heard[0]?.report.pid]).toEqual([2, pid])
    }),
  )
})
