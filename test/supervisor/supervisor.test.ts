import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { call, cast, startLink, stop } from '../../src/genserver/index.js'
import {
  exit,
  get,
  type HandlerEvent,
  isAlive,
  isDown,
  KERNEL_CHANNELS,
  link,
  monitor,
  own,
  type Pid,
  put,
  receive,
  self,
  send,
  sleep,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import {
  countChildren,
  restartChild,
  type Strategy,
  startChild,
  startSupervisor,
  supervisorSpec,
  terminateChild,
  whichChildren,
} from '../../src/supervisor/index.js'
import { codeOf, exitOf, expectNoMessage, inWorld, Puppet } from '../kernel/world.js'
import { end, kill, lineOf, Nursery, supervisorReports } from './nursery.js'

const OFTEN = { intensity: 100, period: 3_600_000 }

/** How a process ended, or will. */
async function endOf(pid: Pid): Promise<unknown> {
  monitor(pid)
  return (await receive(isDown)).reason
}

/** Links the current process to a child that was spawned elsewhere. */
function linked(pid: Pid): Pid {
  link(pid)
  return pid
}

describe('a supervisor that starts', () => {
  it(
    'stops the earlier children in reverse when the nth does not start, and names it in its reason',
    inWorld(async ({ reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const children = [
        nursery.child('a', { traps: true }),
        nursery.child('b', { traps: true }),
        nursery.child('c', { plan: { 1: { fail: 'sorry' } } }),
        nursery.child('d'),
      ]
      const started = startSupervisor({ children }, { name: 'top' })
      const reason = { shutdown: { failedToStartChild: 'c', reason: 'sorry' } }
      await expect(started).rejects.toMatchObject({ code: 'START_FAILED', details: { reason } })
      expect(nursery.taken()).toEqual([
        ...['start a#1', 'start b#1', 'start c#1'],
        ...['stop b#1 shutdown', 'stop a#1 shutdown'],
      ])
      expect(supervisorReports(reports)).toEqual(['start_error c sorry'])
      expect(isAlive(await startSupervisor({}, { name: 'top' }))).toBe(true)
      await expectNoMessage()
    }),
  )

  it(
    'takes a parent that does not trap exits with it when it fails',
    inWorld(async () => {
      const children = [new Nursery().child('a', { plan: { 1: { fail: 'sorry' } } })]
      const parent = spawn(() => startSupervisor({ children }))
      expect(await endOf(parent)).toEqual({ shutdown: { failedToStartChild: 'a', reason: 'sorry' } })
    }),
  )

  it(
    'names the child of a supervisor below it that failed',
    inWorld(async () => {
      trapExit(true)
      const children = [new Nursery().child('leaf', { plan: { 1: { fail: 'sorry' } } })]
      const started = startSupervisor({ children: [supervisorSpec('inner', { children })] })
      const inner = { shutdown: { failedToStartChild: 'leaf', reason: 'sorry' } }
      const reason = { shutdown: { failedToStartChild: 'inner', reason: inner } }
      await expect(started).rejects.toMatchObject({ details: { reason } })
    }),
  )

  it(
    'runs start functions as itself, and waits for those that take their time',
    inWorld(async ({ kernel, clock }) => {
      const seen: Pid[] = []
      const start = async (): Promise<'ignore'> => {
        await sleep(1_000)
        seen.push(self())
        return 'ignore'
      }
      const starting = startSupervisor({ children: [{ id: 'slow', start }] })
      await kernel.settled()
      expect(seen).toEqual([])
      await clock.advance(1_000)
      expect(seen).toEqual([await starting])
    }),
  )

  it(
    'has children that are GenServers',
    inWorld(async ({ kernel }) => {
      const counter = {
        init: () => ({ state: 0 }),
        handleCall: (by: unknown, _from: unknown, count: number) => ({
          reply: count + Number(by),
          state: count + Number(by),
        }),
      }
      const start = (): Promise<Pid> => startLink(counter, undefined, { name: 'counter' })
      await startSupervisor({ children: [{ id: 'counter', start }] })
      expect(await call('counter', 2)).toBe(2)
      expect(await call('counter', 2)).toBe(4)
      await kill(kernel, kernel.whereis('counter') as Pid)
      expect(await call('counter', 2)).toBe(2)
    }),
  )

  it(
    'takes a GenServer that answers ignore for a child that does',
    inWorld(async () => {
      const start = (): Promise<Pid> => startLink({ init: () => 'ignore' as const })
      expect(await lineOf(await startSupervisor({ children: [{ id: 'a', start }] }))).toBe('a:undefined')
    }),
  )

  it(
    'gives the reason of a GenServer that failed, without its wrapping',
    inWorld(async ({ clock }) => {
      const top = await startSupervisor({})
      const start = (): Promise<Pid> => startLink({ init: () => ({ stop: 'no disk' }) })
      const slow = (): Promise<Pid> =>
        startLink({ init: () => sleep(10) as never }, undefined, { timeout: 5 })
      const refused = (reason: unknown) => ({
        code: 'START_CHILD_FAILED',
        details: { reason },
        cause: reason,
      })
      await expect(startChild(top, { id: 'a', start })).rejects.toMatchObject(refused('no disk'))
      const late = expect(startChild(top, { id: 'a', start: slow })).rejects.toMatchObject(refused('timeout'))
      await clock.advance(5)
      await late
    }),
  )

  it(
    'can be unlinked from who starts it',
    inWorld(async ({ kernel }) => {
      const parent = new Puppet()
      const top = await parent.does(kernel, () => startSupervisor({}, { link: false }))
      await kill(kernel, parent.pid)
      expect(isAlive(top)).toBe(true)
      await stop(top)
    }),
  )

  it(
    'can have a name that is kept elsewhere',
    inWorld(async () => {
      let owner: Pid | undefined
      const name = {
        whereis: () => owner,
        register: () => {
          owner = self()
        },
      }
      const top = await startSupervisor({}, { name })
      expect(owner).toBe(top)
      expect(await codeOf(() => startSupervisor({}, { name }))).toBe('ALREADY_STARTED')
    }),
  )

  it(
    'computes its options anew at each start when they are a function',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      let generation = 0
      const inner = supervisorSpec('inner', async () => {
        generation++
        put('generation', generation)
        return { children: [nursery.child(`g${generation}`)] }
      })
      const top = await startSupervisor({ children: [inner] })
      expect(nursery.taken()).toEqual(['start g1#1'])
      const [entry] = await whichChildren(top)
      await kill(kernel, entry?.pid as Pid)
      expect(nursery.taken()).toEqual(['start g2#1'])
    }),
  )
})

describe('a supervisor whose child ended', () => {
  it.each([
    'one_for_all',
    'rest_for_one',
  ] as const)('starts siblings again that were not running, and drops temporary ones: %s', (strategy) =>
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const top = await startSupervisor({
        ...OFTEN,
        strategy,
        children: [
          nursery.child('a'),
          nursery.child('ended', { restart: 'transient' }),
          nursery.child('terminated'),
          nursery.child('ignored', { plan: { 1: 'ignore' } }),
          nursery.child('temporary', { restart: 'temporary' }),
          nursery.child('never', { plan: () => 'ignore' }),
        ],
      })
      await end(kernel, nursery.pid('ended'), 'normal')
      await terminateChild(top, 'terminated')
      nursery.taken()
      await end(kernel, nursery.pid('a'), 'boom')
      expect(await lineOf(top)).toBe('a:up ended:up terminated:up ignored:up never:undefined')
      expect(nursery.taken()).toEqual([
        ...['start a#2', 'start ended#2', 'start terminated#2', 'start ignored#2', 'start never#2 ignore'],
      ])
    })())

  it(
    'counts once when a sibling that it stops had crashed at the same time, and reports its real reason',
    inWorld(async ({ kernel, reports }) => {
      const nursery = new Nursery()
      const ids = ['a', 'b', 'c']
      const top = await startSupervisor({
        intensity: 1,
        strategy: 'one_for_all',
        children: ids.map((id) => nursery.child(id)),
      })
      for (const id of ids) exit(nursery.pid(id), `${id} broke`)
      await kernel.settled()
      expect(await lineOf(top)).toBe('a:up b:up c:up')
      expect(ids.map((id) => nursery.starts(id))).toEqual([2, 2, 2])
      expect(supervisorReports(reports)).toEqual([
        'child_terminated a a broke',
        'shutdown_error c c broke',
        'shutdown_error b b broke',
      ])
    }),
  )

  it(
    'has it up again in the turn in which it hears of the end, when its init does not wait',
    inWorld(async ({ kernel }) => {
      const server = { init: () => ({ state: 0 }) }
      const children = ['a', 'b', 'c'].map((id) => ({
        id,
        start: () => startLink(server, undefined, { name: id }),
      }))
      const top = await startSupervisor({ strategy: 'rest_for_one', children })
      const before = await whichChildren(top)
      const turns: unknown[] = []
      const look = (event: unknown): void => {
        const { pid, run } = event as HandlerEvent
        if (pid !== top) return
        Object.assign(event as object, {
          run: () => {
            const result = run()
            turns.push(
              result,
              kernel.whereis('a'),
              kernel.whereis('b') !== undefined,
              kernel.whereis('c') !== undefined,
            )
            return result
          },
        })
      }
      subscribe(KERNEL_CHANNELS.handlerStart, look)
      exit(before[1]?.pid as Pid, 'boom')
      await kernel.settled()
      unsubscribe(KERNEL_CHANNELS.handlerStart, look)
      expect(turns).toEqual([undefined, before[2]?.pid, true, true])
      const after = await whichChildren(top)
      expect(after.map(({ pid }, at) => pid === before[at]?.pid)).toEqual([false, false, true])
    }),
  )

  it(
    'puts another attempt at a failed restart behind what is queued',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const fails = { plan: (nth: number) => (nth === 2 ? { fail: 'sorry' } : undefined) }
      const top = await startSupervisor({
        ...OFTEN,
        children: [nursery.child('a', fails), nursery.child('b')],
      })
      // Both are dead before the supervisor hears of either.
      exit(nursery.pid('a'), 'boom')
      exit(nursery.pid('b'), 'boom')
      await kernel.settled()
      expect(nursery.taken().slice(2)).toEqual(['start a#2', 'start b#2', 'start a#3'])
      expect(await lineOf(top)).toBe('a:up b:up')
    }),
  )

  it(
    'counts neither children started by request nor siblings restarted in a round',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const ids = ['a', 'b', 'c']
      const children = ids.map((id) => nursery.child(id))
      const top = await startSupervisor({ intensity: 2, strategy: 'one_for_all', children })
      await end(kernel, nursery.pid('a'), 'boom')
      for (let round = 0; round < 5; round++) {
        await terminateChild(top, 'b')
        await restartChild(top, 'b')
      }
      await end(kernel, nursery.pid('c'), 'boom')
      expect(await lineOf(top)).toBe('a:up b:up c:up')
    }),
  )

  it(
    'gives up with shutdown, which a transient supervisor is not restarted for and a permanent one is',
    inWorld(async ({ kernel }) => {
      for (const [restart, line] of [
        ['transient', 'inner:undefined'],
        ['permanent', 'inner:up'],
      ] as const) {
        const nursery = new Nursery()
        const inner = supervisorSpec('inner', { intensity: 0, children: [nursery.child('a')] }, { restart })
        const top = await startSupervisor({ children: [inner] })
        await end(kernel, nursery.pid('a'), 'boom')
        expect(await lineOf(top)).toBe(line)
      }
    }),
  )

  it(
    'stops the rest in reverse when it gives up, and reports the child that was one too many',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const children = ['a', 'b', 'c'].map((id) => nursery.child(id, { traps: true }))
      const top = await startSupervisor({ intensity: 0, children })
      nursery.taken()
      await end(kernel, nursery.pid('b'), 'boom')
      expect((await receive(exitOf(top))).reason).toBe('shutdown')
      expect(nursery.taken()).toEqual(['stop c#1 shutdown', 'stop a#1 shutdown'])
      expect(supervisorReports(reports)).toEqual([
        'child_terminated b boom',
        'shutdown b reached_max_restart_intensity',
      ])
    }),
  )

  it(
    'takes a significant child that waits for its restart for one that runs',
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const significant = { restart: 'transient', significant: true } as const
      const top = await startSupervisor({
        autoShutdown: 'all_significant',
        children: [
          nursery.child('a', { ...significant, plan: { 2: { fail: 'sorry' } } }),
          nursery.child('b', significant),
        ],
      })
      exit(nursery.pid('a'), 'boom')
      exit(nursery.pid('b'), 'shutdown')
      await kernel.settled()
      expect(await lineOf(top)).toBe('a:up b:undefined')
    }),
  )

  it(
    'does not believe an exit signal that a living child sent by hand',
    inWorld(async ({ kernel, reports }) => {
      const nursery = new Nursery()
      const top = await startSupervisor({ children: [nursery.child('a')] })
      const child = new Puppet()
      const impostor = await startChild(top, { id: 'p', start: () => linked(child.pid) })
      await child.does(kernel, () => exit(top, 'boom'))
      await kernel.settled()
      expect(await countChildren(top)).toMatchObject({ active: 2 })
      expect(isAlive(impostor as Pid)).toBe(true)
      expect(supervisorReports(reports)).toEqual([])
    }),
  )

  it.each<Strategy>([
    'one_for_one',
    'one_for_all',
    'rest_for_one',
  ])('has the old incarnation out of the way before the new one starts: %s', (strategy) =>
    inWorld(async ({ kernel }) => {
      const log: string[] = []
      const start = (name: string) => (): Pid => {
        log.push(`start ${name}`)
        const pid = spawn(async () => {
          own({
            [Symbol.asyncDispose]: async () => {
              log.push(`closing ${name}`)
              await kernel.settled()
              log.push(`closed ${name}`)
            },
          })
          await receive((_: unknown): boolean => false)
        })
        link(pid)
        return pid
      }
      const children = ['a', 'b'].map((id) => ({ id, start: start(id) }))
      const top = await startSupervisor({ strategy, children })
      await kernel.settled()
      log.length = 0
      const [, a] = await whichChildren(top)
      exit(a?.pid as Pid, 'kill')
      while (log.filter((line) => line.startsWith('start')).length < (strategy === 'one_for_one' ? 1 : 2)) {
        await kernel.settled()
      }
      const round =
        strategy === 'one_for_one'
          ? ['closing a', 'closed a', 'start a']
          : ['closing a', 'closed a', 'closing b', 'closed b', 'start a', 'start b']
      expect(log).toEqual(round)
    })())
})

describe('a supervisor of very many that stops', () => {
  it(
    'lets others have their turns in between',
    inWorld(async ({ kernel }) => {
      const size = 5_000
      const child = { start: () => startLink({ init: () => ({ state: 0 }) }) }
      const children = Array.from({ length: size }, (_, at) => ({ ...child, id: String(at) }))
      const before = kernel.processCount
      const top = await startSupervisor({ children })
      const seen: number[] = []
      spawn(async () => {
        while (isAlive(top)) {
          seen.push(kernel.processCount - before)
          await sleep(0)
        }
      })
      await stop(top)
      const between = seen.filter((alive) => alive > 100 && alive < size - 100)
      expect(between.length).toBeGreaterThan(5)
    }),
  )
})

describe('what reaches a supervisor', () => {
  it.each([
    'normal',
    'shutdown',
    { shutdown: 'x' },
    'boom',
  ])('the exit of its parent, %j: it stops in good order, for that reason', (reason) =>
    inWorld(async ({ kernel }) => {
      const nursery = new Nursery()
      const parent = new Puppet()
      const children = ['a', 'b'].map((id) => nursery.child(id, { traps: true }))
      const top = await parent.does(kernel, () => startSupervisor({ children }))
      nursery.taken()
      const ended = endOf(top)
      await parent.does(kernel, () => exit(reason))
      expect(await ended).toEqual(reason)
      expect(nursery.taken()).toEqual(['stop b#1 shutdown', 'stop a#1 shutdown'])
    })())

  it.each(['normal', 'shutdown', 'boom'])('the exit signal %j of its parent', (reason) =>
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startSupervisor({ children: [nursery.child('a', { traps: true })] })
      nursery.taken()
      exit(top, reason)
      expect((await receive(exitOf(top))).reason).toBe(reason)
      expect(nursery.taken()).toEqual(['stop a#1 shutdown'])
    })())

  it(
    'the exits of strangers: ignored, without a word',
    inWorld(async ({ kernel, reports }) => {
      const top = await startSupervisor({ children: [new Nursery().child('a')] })
      const stranger = new Puppet()
      await stranger.does(kernel, () => exit(top, 'boom'))
      await stranger.does(kernel, () => link(top))
      await kill(kernel, stranger.pid)
      expect(await lineOf(top)).toBe('a:up')
      expect(supervisorReports(reports)).toEqual([])
    }),
  )

  it(
    'any other message: reported and ignored',
    inWorld(async ({ kernel, reports }) => {
      const top = await startSupervisor({}, { name: 'top' })
      send(top, { hello: 'there' })
      await kernel.settled()
      expect(isAlive(top)).toBe(true)
      expect(reports).toMatchObject([
        { level: 'error', kind: 'supervisor', context: 'unexpected_message', received: { hello: 'there' } },
      ])
    }),
  )

  it(
    'a call or cast that is not for supervisors: it crashes, and stops its children',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      for (const ask of [(top: Pid) => call(top, 'hello'), (top: Pid) => cast(top, 'hello')]) {
        const nursery = new Nursery()
        const top = await startSupervisor({ children: [nursery.child('a', { traps: true })] })
        nursery.taken()
        const answer = ask(top)
        if (answer !== undefined) await expect(answer).rejects.toMatchObject({ code: 'CALL_SERVER_EXITED' })
        await kernel.settled()
        expect((await receive(exitOf(top))).reason).toMatchObject({ code: 'UNKNOWN_REQUEST' })
        expect(nursery.taken()).toEqual(['stop a#1 shutdown'])
      }
    }),
  )

  it(
    'stop: its children are stopped, and it ends normal',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startSupervisor({ children: [nursery.child('a', { traps: true })] })
      const ended = endOf(top)
      await stop(top)
      expect(await ended).toBe('normal')
      expect(nursery.taken()).toEqual(['start a#1', 'stop a#1 shutdown'])
    }),
  )

  it(
    'kill: its children get killed over the link, and one that ignores it survives',
    inWorld(async ({ kernel }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startSupervisor({
        children: [
          nursery.child('a'),
          nursery.child('b', { traps: true }),
          nursery.child('c', { traps: true, toldToStop: 'hang' }),
        ],
      })
      nursery.taken()
      await kill(kernel, top)
      expect((await receive(exitOf(top))).reason).toBe('killed')
      expect(nursery.taken()).toEqual(['stop b#1 killed', 'stop c#1 killed'])
      expect(['a', 'b', 'c'].map((id) => nursery.isAlive(id))).toEqual([false, false, true])
    }),
  )

  it(
    'kill while it waits for a child to start: nothing more is started',
    inWorld(async ({ kernel, clock, reports }) => {
      const nursery = new Nursery()
      let supervisor: Pid | undefined
      const slow = async (): Promise<'ignore'> => {
        supervisor = self()
        await sleep(1_000)
        return 'ignore'
      }
      const starting = codeOf(() =>
        startSupervisor({ children: [{ id: 'slow', start: slow }, nursery.child('a')] }, { link: false }),
      )
      await kernel.settled()
      await kill(kernel, supervisor as unknown as Pid)
      await clock.advance(2_000)
      expect(await starting).toBe('START_FAILED')
      expect([...nursery.taken(), ...supervisorReports(reports)]).toEqual([])
    }),
  )
})

describe('the hooks', () => {
  it(
    'onStart runs in the supervisor before its children, onStop after them',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const { log } = nursery
      const seen: unknown[] = []
      const first = nursery.child('a', { traps: true })
      const top = await startSupervisor({
        onStart: async () => {
          put('scope', 'mine')
          log.push('onStart')
        },
        onStop: () => {
          seen.push(self())
          log.push(`onStop ${String(get('scope'))}`)
        },
        children: [
          {
            ...first,
            start: () => {
              seen.push(get('scope'))
              return first.start()
            },
          },
        ],
      })
      exit(top, 'shutdown')
      await receive(exitOf(top))
      expect(log).toEqual(['onStart', 'start a#1', 'stop a#1 shutdown', 'onStop mine'])
      expect(seen).toEqual(['mine', top])
    }),
  )

  it(
    'onStart that throws is a failed start',
    inWorld(async () => {
      trapExit(true)
      const nursery = new Nursery()
      const onStart = (): never => {
        throw new Error('no scope')
      }
      await expect(startSupervisor({ onStart, children: [nursery.child('a')] })).rejects.toMatchObject({
        code: 'START_FAILED',
        details: { reason: new Error('no scope') },
      })
      expect(nursery.taken()).toEqual([])
    }),
  )

  it(
    'onStop runs when a child failed to start, and its own failure does not hide that',
    inWorld(async ({ reports }) => {
      trapExit(true)
      const onStop = (): never => {
        throw new Error('still open')
      }
      const children = [new Nursery().child('a', { plan: { 1: { fail: 'sorry' } } })]
      await expect(startSupervisor({ onStop, children })).rejects.toMatchObject({
        details: { reason: { shutdown: { failedToStartChild: 'a', reason: 'sorry' } } },
      })
      expect(supervisorReports(reports)).toEqual(['start_error a sorry', 'hook_error - still open'])
    }),
  )

  it(
    'onStop that throws at the end becomes the exit reason',
    inWorld(async () => {
      trapExit(true)
      const boom = new Error('still open')
      const onStop = (): never => {
        throw boom
      }
      const top = await startSupervisor({ onStop })
      exit(top, 'shutdown')
      expect((await receive(exitOf(top))).reason).toBe(boom)
    }),
  )
})

describe.each(['freeze', 'clone'] as const)('with messages: %s', (messages) => {
  it(
    'everything works the same',
    inWorld(
      async ({ kernel }) => {
        const nursery = new Nursery()
        const plan = (nth: number) => (nth === 2 ? { fail: 'sorry' } : undefined)
        const top = await startSupervisor({
          ...OFTEN,
          strategy: 'one_for_all',
          children: [nursery.child('a')],
        })
        await startChild(top, nursery.child('b', { plan, args: [{ deep: { value: 1 } }] }))
        await end(kernel, nursery.pid('a'), 'boom')
        expect(nursery.taken()).toEqual([
          'start a#1',
          'start b#1',
          'start a#2',
          'start b#2',
          'start a#3',
          'start b#3',
        ])
        expect(await lineOf(top)).toBe('a:up b:up')
      },
      { messages },
    ),
  )
})
