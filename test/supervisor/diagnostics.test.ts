import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { exit, type Pid } from '../../src/kernel/index.js'
import {
  type RestartEvent,
  SUPERVISOR_PROGRESS,
  SUPERVISOR_REPORTS,
  SUPERVISOR_RESTARTS,
  type SupervisorEvent,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
} from '../../src/supervisor/index.js'
import { inWorld, type World } from '../kernel/world.js'
import { Nursery } from './nursery.js'

/** The events of a channel while `body` runs, of its kernel alone. */
async function eventsOf(
  world: World,
  name: string,
  body: () => Promise<unknown>,
): Promise<SupervisorEvent[]> {
  const events: SupervisorEvent[] = []
  const hear = (event: unknown): void => {
    if ((event as SupervisorEvent).kernel === world.kernel) events.push(event as SupervisorEvent)
  }
  subscribe(name, hear)
  try {
    await body()
  } finally {
    unsubscribe(name, hear)
  }
  return events
}

async function tree(world: World): Promise<void> {
  const nursery = new Nursery()
  const backoff = { initial: 100, jitter: 'none' } as const
  await startSupervisor({ children: [nursery.child('a', { backoff })] }, { name: 'top' })
  await startChild(await startDynamicSupervisor(), nursery.child('b'))
  exit(nursery.pid('a'), 'boom')
  await world.clock.advance(100)
}

describe('the diagnostics channels of supervisors', () => {
  it('have stable names', () => {
    expect([SUPERVISOR_REPORTS, SUPERVISOR_PROGRESS]).toEqual([
      'heartwood.supervisor.report',
      'heartwood.supervisor.progress',
    ])
  })

  it(
    'carry what the log gets, with the kernel it comes from',
    inWorld(async (world) => {
      const events = await eventsOf(world, SUPERVISOR_REPORTS, () => tree(world))
      expect(events.map(({ report }) => report)).toEqual(
        world.reports.filter(({ kind }) => kind === 'supervisor'),
      )
      expect(events.map(({ report }) => report.context)).toEqual(['child_terminated', 'backoff'])
      expect(events[1]?.report).toMatchObject({
        level: 'info',
        supervisor: 'top',
        delay: 100,
        retryAt: 100,
        message: 'supervisor top: child "a" is restarted in 100 ms',
      })
    }),
  )

  it(
    'tell of every child that is up',
    inWorld(async (world) => {
      const events = await eventsOf(world, SUPERVISOR_PROGRESS, () => tree(world))
      expect(events.map(({ report }) => (report.started as { id: string }).id)).toEqual(['a', 'b', 'a'])
      expect(events.map(({ report }) => report.kind)).toEqual(['progress', 'progress', 'progress'])
    }),
  )

  it('carry reports that the log has no use for, and only then are they made', async () => {
    const logged: string[] = []
    const report = Object.assign((each: { kind: string }) => void logged.push(each.kind), {
      wants: (_: string, kind: string) => kind === 'crash',
    })
    await inWorld(
      async (world) => {
        const events = await eventsOf(world, SUPERVISOR_REPORTS, () => tree(world))
        expect(events.map(({ report }) => report.context)).toEqual(['child_terminated', 'backoff'])
        expect(logged.filter((kind) => kind === 'progress')).toEqual([])
      },
      { report },
    )()
  })

  it(
    'cost nothing when nobody listens',
    inWorld(async (world) => {
      const names = [SUPERVISOR_REPORTS, SUPERVISOR_PROGRESS]
      let published = 0
      for (const name of names) channel(name).publish = () => void published++
      await tree(world)
      // What a channel does is its class's, which changes when somebody listens: it may have nothing of its own.
      for (const name of names) Reflect.deleteProperty(channel(name), 'publish')
      expect(published).toBe(0)
    }),
  )

  it(
    'carry each child that is up again, with how often it was, and none that is up for the first time',
    inWorld(async (world) => {
      const events = (await eventsOf(world, SUPERVISOR_RESTARTS, () =>
        tree(world),
      )) as unknown as RestartEvent[]
      expect(SUPERVISOR_RESTARTS).toBe('heartwood.supervisor.restart')
      expect(events.map(({ title, spec, restarts }) => [title, spec.id, restarts])).toEqual([['top', 'a', 1]])
      expect(world.kernel.isAlive(events[0]?.pid as Pid)).toBe(true)
    }),
  )
})
