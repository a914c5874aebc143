import { describe, expect, it } from 'vitest'
import {
  ancestors,
  type Behaviour,
  exit,
  HeartwoodError,
  type InitOutcome,
  isAlive,
  Kernel,
  monitor,
  own,
  type Pid,
  parentPid,
  processInfo,
  receive,
  register,
  type StartOptions,
  self,
  send,
  sleep,
  spawn,
  spawnMonitor,
  trapExit,
  whereis,
} from '../../src/kernel/index.js'
import { codeOf, downOf, expectNoMessage, idle, inWorld } from './world.js'

const starting = (start: () => InitOutcome | Promise<InitOutcome>): Behaviour => ({ start, handle() {} })

/** What became of a start: the pid, 'ignore', or the failure's code and reason. */
async function outcomeOf(
  kernel: Kernel,
  start: Behaviour['start'],
  options: StartOptions = {},
): Promise<unknown> {
  try {
    const started = await kernel.startBehaviour({ start: start as () => InitOutcome, handle() {} }, options)
    return started === 'ignore' ? started : started.pid
  } catch (error) {
    if (!HeartwoodError.is(error)) throw error
    return [error.code, error.details.reason]
  }
}

/** Starts from a process of its own, and tells how that process ended and what it saw. */
async function startFrom(
  kernel: Kernel,
  trapping: boolean,
  start: Behaviour['start'],
): Promise<{ reason: unknown; outcome: unknown; messages: unknown }> {
  let outcome: unknown
  let messages: unknown
  const { ref } = spawnMonitor(async () => {
    trapExit(trapping)
    outcome = await outcomeOf(kernel, start, { link: true })
    await kernel.settled()
    messages = processInfo(self(), 'messages')
  })
  const { reason } = await receive(downOf(ref))
  // Of a process that died of the start, this is what its left-over code meets.
  await kernel.settled()
  return { reason, outcome, messages }
}

describe('startBehaviour, of an init that does not wait', () => {
  it(
    'is done inside the call when nothing else is ready; else the process waits for its turn',
    inWorld(async ({ kernel }) => {
      const log: string[] = []
      const logged = (what: string): Behaviour =>
        starting(() => {
          log.push(what)
          return undefined
        })
      await kernel.settled()
      const first = kernel.startBehaviour(logged('at once'))
      log.push('|')
      spawn(() => log.push('spawned before'))
      const second = kernel.startBehaviour(logged('in its turn'))
      log.push('|')
      await Promise.all([first, second])
      expect(log).toEqual(['at once', '|', '|', 'spawned before', 'in its turn'])
    }),
  )

  it('starves neither timers nor I/O, however many follow each other', async () => {
    const kernel = new Kernel({ report: () => {} })
    const STARTS = 200_000
    let turns = 0
    let done = false
    const count = (): void => {
      turns++
      if (!done) setImmediate(count)
    }
    await kernel.run(async () => {
      setImmediate(count)
      for (let at = 0; at < STARTS; at++) await kernel.startBehaviour(starting(() => ({ ignore: true })))
    })
    done = true
    // A slice is 2 ms, in which not even a fast machine starts ten thousand.
    expect(turns).toBeGreaterThan(STARTS / 10_000)
  })

  it(
    'needs no stack where each starts the next',
    inWorld(async ({ kernel }) => {
      let depth = 0
      const deeper = (): Behaviour =>
        starting(() => {
          if (++depth < 20_000) void kernel.startBehaviour(deeper())
          return undefined
        })
      await kernel.startBehaviour(deeper())
      await kernel.settled()
      expect(depth).toBe(20_000)
    }),
  )
})

describe('startBehaviour', () => {
  it(
    'G01: the name is registered before init runs, and start returns only when init has returned',
    inWorld(async ({ kernel, clock }) => {
      const seen: unknown[] = []
      const start = kernel.startBehaviour(
        starting(async () => {
          seen.push(whereis('server') === self())
          await sleep(100)
          seen.push('ready')
          return undefined
        }),
        { name: 'server' },
      )
      let returned = false
      void start.then(() => {
        returned = true
      })
      await clock.advance(99)
      expect([seen, returned]).toEqual([[true], false])
      await clock.advance(1)
      const started = await start
      expect(seen).toEqual([true, 'ready'])
      expect(started !== 'ignore' && started.pid).toBe(whereis('server'))
    }),
  )

  it(
    'G03: { stop } without a link: START_FAILED with the reason, the name is free',
    inWorld(async ({ kernel }) => {
      const outcome = await outcomeOf(kernel, () => ({ stop: 'bad' }), { name: 'server' })
      expect(outcome).toEqual(['START_FAILED', 'bad'])
      expect(whereis('server')).toBeUndefined()
      await expectNoMessage()
    }),
  )

  it(
    'G03: { stop } with a link kills a caller that does not trap, before the start returns',
    inWorld(async ({ kernel }) => {
      expect(await startFrom(kernel, false, () => ({ stop: 'bad' }))).toEqual({
        reason: 'bad',
        outcome: ['PROCESS_DEAD', 'bad'],
        messages: undefined,
      })
      const normal = await startFrom(kernel, false, () => ({ stop: 'normal' }))
      expect(normal).toEqual({ reason: 'normal', outcome: ['START_FAILED', 'normal'], messages: [] })
    }),
  )

  it(
    'G03: { stop } with a link to a trapping caller: the failure, and no EXIT message afterwards',
    inWorld(async ({ kernel }) => {
      expect(await startFrom(kernel, true, () => ({ stop: 'bad' }))).toEqual({
        reason: 'normal',
        outcome: ['START_FAILED', 'bad'],
        messages: [],
      })
    }),
  )

  it(
    'G04: { error } ends the process normally: a linked caller survives, with the failure',
    inWorld(async ({ kernel }) => {
      for (const trapping of [false, true])
        expect(await startFrom(kernel, trapping, () => ({ error: 'bad' }))).toEqual({
          reason: 'normal',
          outcome: ['START_FAILED', 'bad'],
          messages: [],
        })
    }),
  )

  it(
    'G05: { ignore } is no failure and leaves no EXIT message',
    inWorld(async ({ kernel, reports }) => {
      for (const trapping of [false, true])
        expect(await startFrom(kernel, trapping, () => ({ ignore: true }))).toEqual({
          reason: 'normal',
          outcome: 'ignore',
          messages: [],
        })
      expect(await outcomeOf(kernel, () => ({ ignore: true }), { name: 'server', monitor: true })).toBe(
        'ignore',
      )
      expect(whereis('server')).toBeUndefined()
      await expectNoMessage()
      expect(reports).toEqual([])
    }),
  )

  it(
    'G06: what init throws is the reason; so is exit(reason), also normal',
    inWorld(async ({ kernel, reports }) => {
      const error = new Error('bad init')
      const failures: [() => undefined, unknown][] = [
        [
          () => {
            throw error
          },
          error,
        ],
        [() => exit('on purpose'), 'on purpose'],
        [() => exit('normal'), 'normal'],
        [
          () => {
            throw 'normal'
          },
          { nocatch: 'normal' },
        ],
      ]
      for (const [start, reason] of failures) {
        expect(await outcomeOf(kernel, start)).toEqual(['START_FAILED', reason])
        expect(await outcomeOf(kernel, async () => start())).toEqual(['START_FAILED', reason])
      }
      const linked = await startFrom(kernel, false, () => {
        throw error
      })
      expect([linked.reason, linked.outcome]).toEqual([error, ['PROCESS_DEAD', 'Error: bad init']])
      await expectNoMessage()
      expect(reports.filter(({ reason }) => reason === error).length).toBe(3)
    }),
  )

  it(
    'G07: an init slower than the timeout is killed; no message is left, linked or not',
    inWorld(async ({ kernel, clock }) => {
      let child: Pid | undefined
      const slow = async (): Promise<InitOutcome> => {
        child = self()
        await sleep(1_000)
        return undefined
      }
      trapExit(true)
      for (const options of [{}, { link: true }, { monitor: true }, { link: true, name: 'slow' }]) {
        const outcome = outcomeOf(kernel, slow, { ...options, timeout: 50 })
        await clock.advance(49)
        expect(isAlive(child as Pid)).toBe(true)
        await clock.advance(1)
        expect(((await outcome) as unknown[])[0]).toBe('START_TIMEOUT')
        expect(isAlive(child as Pid)).toBe(false)
        expect(whereis('slow')).toBeUndefined()
      }
      await expectNoMessage()
      expect(kernel.timers.size).toBe(0)
    }),
  )

  it(
    'G08: a name that is taken is ALREADY_STARTED with its owner, and init is not run',
    inWorld(async ({ kernel }) => {
      register('server', self())
      let ran = false
      const error = await kernel
        .startBehaviour(
          starting(() => {
            ran = true
            return undefined
          }),
          { name: 'server' },
        )
        .catch((it: unknown) => it)
      expect(HeartwoodError.is(error, 'ALREADY_STARTED') && error.details.pid).toBe(self())
      await kernel.settled()
      expect([ran, kernel.processCount]).toEqual([false, 1])
      expect(
        await codeOf(() =>
          kernel.startBehaviour(
            starting(() => undefined),
            { name: '' },
          ),
        ),
      ).toBe('NAME_INVALID')
    }),
  )

  it(
    'G09: parent and ancestors are those of the caller, nearest first, by name where there is one',
    inWorld(async ({ kernel }) => {
      register('root', self())
      const seen: unknown[] = []
      const inner: Behaviour = starting(() => {
        seen.push(parentPid(), ancestors())
        return undefined
      })
      let middle: Pid | undefined
      await kernel.startBehaviour(
        starting(async () => {
          middle = self()
          await kernel.startBehaviour(inner)
          return undefined
        }),
      )
      expect(seen).toEqual([middle, [middle, 'root']])
    }),
  )

  it(
    'G09: monitor: true gives the reference; on failure its DOWN is consumed',
    inWorld(async ({ kernel }) => {
      const started = await kernel.startBehaviour(
        starting(() => undefined),
        { monitor: true },
      )
      if (started === 'ignore') throw new Error('unexpected')
      exit(started.pid, 'over')
      expect((await receive(downOf(started.ref as NonNullable<typeof started.ref>))).reason).toBe('over')
      await outcomeOf(kernel, () => ({ stop: 'bad' }), { monitor: true })
      await outcomeOf(kernel, () => exit('bad'), { monitor: true })
      await expectNoMessage()
    }),
  )

  it(
    'G10: after a failure the name is free when the start returns, also when a resource closed slowly',
    inWorld(async ({ kernel }) => {
      const log: string[] = []
      const outcome = await outcomeOf(
        kernel,
        () => {
          own({
            async close() {
              await new Promise((resolve) => setImmediate(resolve))
              log.push('closed')
            },
          })
          return { stop: 'bad' }
        },
        { name: 'server' },
      )
      expect([outcome, log, whereis('server')]).toEqual([['START_FAILED', 'bad'], ['closed'], undefined])
    }),
  )

  it(
    'G23: ready runs after the starter was told and before any message, also those sent during init',
    inWorld(async ({ kernel }) => {
      const log: unknown[] = []
      await kernel.startBehaviour({
        async start() {
          send(self(), 'queued')
          await sleep(0)
          log.push('start')
          return undefined
        },
        async ready() {
          log.push(['ready', processInfo(self(), 'messages')])
        },
        handle(message) {
          log.push(message)
        },
      })
      await kernel.settled()
      expect(log).toEqual(['start', ['ready', ['queued']], 'queued'])
    }),
  )

  it(
    'a ready that fails is a crash of a process that is up',
    inWorld(async ({ kernel }) => {
      const started = await kernel.startBehaviour({
        ready() {
          throw new Error('not ready')
        },
        handle() {},
      })
      if (started === 'ignore') throw new Error('unexpected')
      const { reason } = await receive(downOf(monitor(started.pid)), { timeout: 0 }).then(
        (it) => it ?? { reason: 0 },
      )
      expect(reason === 'noproc' || (reason as Error).message === 'not ready').toBe(true)
    }),
  )

  it(
    'a process killed during its init: START_FAILED with killed',
    inWorld(async ({ kernel }) => {
      const outcome = outcomeOf(
        kernel,
        async () => {
          await idle()
          return undefined
        },
        { name: 'doomed' },
      )
      await kernel.settled()
      exit(whereis('doomed') as Pid, 'kill')
      expect(await outcome).toEqual(['START_FAILED', 'killed'])
    }),
  )

  it(
    'an outcome counts also when the caller is gone: a process that wanted to be ignored, or to stop, ends',
    inWorld(async ({ kernel, clock }) => {
      const made: Pid[] = []
      for (const outcome of [{ ignore: true as const }, { stop: 'bad' }, { error: 'bad' }, undefined]) {
        const caller = spawn(() =>
          kernel.startBehaviour(
            starting(async () => {
              made.push(self())
              await sleep(100)
              return outcome
            }),
            { timeout: 1_000 },
          ),
        )
        await kernel.settled()
        exit(caller, 'kill')
      }
      await clock.advance(100)
      expect(made.map((pid) => isAlive(pid))).toEqual([false, false, false, true])
      expect(kernel.timers.size).toBe(0)
    }),
  )

  it(
    'a linked caller that dies during the init takes the process with it',
    inWorld(async ({ kernel }) => {
      let child: Pid | undefined
      const caller = spawn(() =>
        kernel.startBehaviour(
          starting(async () => {
            child = self()
            await idle()
            return undefined
          }),
          { link: true },
        ),
      )
      await kernel.settled()
      exit(caller, 'gone')
      expect(isAlive(child as Pid)).toBe(false)
      spawn(() => undefined)
    }),
  )

  it(
    'refuses a wrong timeout',
    inWorld(async ({ kernel }) => {
      expect(
        await codeOf(() =>
          kernel.startBehaviour(
            starting(() => undefined),
            { timeout: -1 },
          ),
        ),
      ).toBe('BAD_TIMEOUT')
    }),
  )
})
