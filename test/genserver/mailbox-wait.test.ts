import { describe, expect, it } from 'vitest'
import {
  Agent,
  type Callbacks,
  call,
  cast,
  defineServer,
  getState,
  receiveResponse,
  resume,
  sendRequest,
  start,
  stop,
  suspend,
} from '../../src/genserver/index.js'
import {
  exit,
  type HeartwoodError,
  type Pid,
  processInfo,
  self,
  send,
  sendNosuspend,
  sleep,
  spawn,
} from '../../src/kernel/index.js'
import { exitReason, failure, world } from './world.js'

const collecting: Callbacks<unknown[]> = {
  init: () => ({ state: [] }),
  handleCall: (request, _from, seen) => ({ reply: request, state: [...seen, request] }),
  handleCast: (request, seen) => ({ state: [...seen, request] }),
  handleInfo: (message, seen) => ({ state: [...seen, message] }),
}

/** A server that takes nothing from its mailbox, which is full. */
async function full(limit = 1): Promise<Pid> {
  const pid = await start(collecting, undefined, { mailbox: { limit, policy: 'wait' } })
  await suspend(pid)
  for (let n = 0; n < limit; n++) send(pid, 'full')
  return pid
}
const mailboxOf = (pid: Pid) => processInfo(pid, 'mailbox')
const seenBy = async (pid: Pid) => ((await getState(pid)) as unknown[]).filter((it) => it !== 'full')
const awaitedCast = async (pid: Pid, request: unknown) => {
  await cast(pid, request)
  return 'sent'
}

describe('a mailbox whose senders wait', () => {
  it('slows calls, requests and awaited casts, and takes them in as there is room, in their order', () =>
    world(async () => {
      const pid = await full(2)
      const outcomes: unknown[] = []
      const note = (it: unknown): number => outcomes.push(it)
      const waiting = [
        call(pid, 1).then(note),
        awaitedCast(pid, 2).then(note),
        receiveResponse(sendRequest(pid, 3)).then(note),
        call(pid, 4).then(note),
      ]
      await sleep(0)
      expect(mailboxOf(pid)).toEqual({ limit: 2, policy: 'wait', rejected: 0, dropped: 0, waiting: 4 })
      expect(processInfo(pid, 'messageQueueLength')).toBe(2)
      await resume(pid)
      await Promise.all(waiting)
      expect(await seenBy(pid)).toEqual([1, 2, 3, 4])
      expect(outcomes).toHaveLength(4)
      expect(outcomes).toEqual(expect.arrayContaining([1, 'sent', { reply: 3 }, 4]))
      expect(mailboxOf(pid)).toMatchObject({ rejected: 0, waiting: 0 })
    }))

  it('refuses what cannot wait: a send, a cast that nobody awaits', () =>
    world(async () => {
      const pid = await full()
      expect(await failure(() => send(pid, 1))).toMatchObject({ code: 'MAILBOX_FULL' })
      expect(sendNosuspend(pid, 2)).toBe(false)
      expect(cast(pid, 3)).not.toBeUndefined()
      await sleep(0)
      expect(mailboxOf(pid)).toMatchObject({ rejected: 3, waiting: 0 })
      await resume(pid)
      expect(await seenBy(pid)).toEqual([])
      expect(await cast(pid, 4)).toBeUndefined()
      expect(await seenBy(pid)).toEqual([4])
    }))

  it('tells a cast that is awaited too late that it was refused', () =>
    world(async () => {
      const pid = await full()
      const late = cast(pid, 1)
      await sleep(0)
      expect(await failure(async () => late)).toMatchObject({
        code: 'MAILBOX_FULL',
        details: { server: pid, request: '1' },
      })
    }))

  it('keeps the order of a sender that waits for several at once', () =>
    world(async () => {
      const pid = await full()
      const all = Promise.all([cast(pid, 1), call(pid, 2), cast(pid, 3), awaitedCast(pid, 4), call(pid, 5)])
      await sleep(0)
      await resume(pid)
      await all
      expect(await seenBy(pid)).toEqual([1, 2, 3, 4, 5])
    }))

  it('counts the time-out of a call from its start, and handles none that was given up in the line', () =>
    world(async (kernel) => {
      const pid = await full()
      const controller = new AbortController()
      const inTime = call(pid, 'in time', 200)
      const late = failure(call(pid, 'late', 100))
      const aborted = failure(
        kernel.request(pid, 'aborted', { signal: controller.signal }) as Promise<unknown>,
      )
      const request = sendRequest(pid, 'abandoned')
      const abandoned = receiveResponse(request, 50)
      await kernel.clock.advance(50)
      controller.abort()
      expect(await abandoned).toBe('timeout')
      expect(await aborted).toMatchObject({ code: 'CALL_ABORTED' })
      await kernel.clock.advance(50)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT', details: { timeout: 100 } })
      expect(mailboxOf(pid)).toMatchObject({ waiting: 1 })
      await resume(pid)
      expect(await inTime).toBe('in time')
      expect(await seenBy(pid)).toEqual(['in time'])
      expect(kernel.timers.size).toBe(0)
    }))

  it('forgets those that die in the line', () =>
    world(async () => {
      const pid = await full()
      const callers = [
        spawn(() => call(pid, 'a call')),
        spawn(() => awaitedCast(pid, 'a cast')),
        spawn(async () => {
          sendRequest(pid, 'a request')
          await sleep(Number.POSITIVE_INFINITY)
        }),
      ]
      await sleep(0)
      expect(mailboxOf(pid)).toMatchObject({ waiting: 3 })
      for (const caller of callers) exit(caller, 'kill')
      expect(mailboxOf(pid)).toMatchObject({ waiting: 0 })
      await resume(pid)
      expect(await seenBy(pid)).toEqual([])
      expect(processInfo(pid, 'monitoredBy')).toEqual([])
    }))

  it('tells those in the line when its process dies', () =>
    world(async (kernel) => {
      const pid = await full()
      const failures = [failure(call(pid, 1)), failure(awaitedCast(pid, 2)), failure(call(pid, 3))]
      cast(pid, 'nobody awaits it')
      const answer = receiveResponse(sendRequest(pid, 4))
      exit(pid, 'kill')
      for (const error of await Promise.all(failures)) {
        expect(error).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason: 'killed' } })
      }
      expect(await answer).toMatchObject({ error: { code: 'CALL_SERVER_EXITED' } })
      await sleep(0)
      expect(kernel.reports).toEqual([])
    }))

  it('has no process wait for itself in its handler; beside it, it may', () =>
    world(async (kernel) => {
      const outcomes: unknown[] = []
      const try_ = async (request: unknown) => {
        outcomes.push(await awaitedCast(self(), request).catch((error: { code: string }) => error.code))
      }
      const pid = await start(
        {
          ...collecting,
          handleCall: async (request, _from, seen) => {
            send(self(), 'full')
            await try_(request)
            return { reply: 'done', state: seen }
          },
          init: () => {
            void sleep(1).then(() => {
              send(self(), 'full')
              return try_('beside')
            })
            return { state: [] }
          },
        } satisfies Callbacks<unknown[]>,
        undefined,
        { mailbox: { limit: 1, policy: 'wait' } },
      )
      expect(await call(pid, 'in the handler')).toBe('done')
      expect(outcomes).toEqual(['MAILBOX_FULL'])
      await kernel.clock.advance(1)
      expect(outcomes).toEqual(['MAILBOX_FULL', 'sent'])
      expect(await seenBy(pid)).toEqual(['beside'])
    }))

  it('finds calls that wait for each other, also in the line', () =>
    world(async (kernel) => {
      const calling = (other: string): Callbacks<undefined> => ({
        init: () => ({ state: undefined }),
        handleCall: async (request, _from, state) => {
          sendNosuspend(self(), 'full')
          return { reply: await call(other, request), state }
        },
        handleInfo: (_, state) => ({ state }),
      })
      const mailbox = { limit: 1, policy: 'wait' } as const
      const a = await start(calling('b'), undefined, { name: 'a', mailbox })
      await start(calling('a'), undefined, { name: 'b', mailbox })
      expect(await failure(call(a, 'round'))).toMatchObject({ code: 'CALL_SERVER_EXITED' })
      expect(kernel.reports[0]).toMatchObject({ reason: { code: 'CALL_CYCLE' } })
    }))

  it('lets in what is asked for, and orders, past those in the line', () =>
    world(async () => {
      const pid = await full()
      const waiting = call(pid, 'waits')
      expect(await getState(pid)).toEqual([])
      await stop(pid)
      expect(await failure(waiting)).toMatchObject({ code: 'CALL_SERVER_EXITED' })
    }))

  it('is meant by the casts of a ref and of an agent, too', () =>
    world(async () => {
      class Slow {
        seen: number[] = []
        put(n: number): void {
          this.seen.push(n)
        }
        async nap(): Promise<void> {
          await sleep(1)
        }
      }
      defineServer(Slow, { casts: ['put', 'nap'], mailbox: { limit: 1, policy: 'wait' } })
      const slow = await start(Slow)
      const agent = await Agent.start(() => 0, { mailbox: { limit: 1, policy: 'wait' } })
      await Promise.all(
        Array.from({ length: 20 }, async (_, n) => {
          await slow.cast.put(n)
          await agent.cast((sum) => sum + 1)
        }),
      )
      expect(((await getState(slow)) as Slow).seen).toHaveLength(20)
      expect(await agent.get((sum) => sum)).toBe(20)
    }))

  it('does not keep those in memory that gave up', () =>
    world(async (kernel) => {
      const pid = await full()
      const failures = Array.from({ length: 500 }, (_, n) => failure(call(pid, n, n)))
      await kernel.clock.advance(500)
      await Promise.all(failures)
      const reason = exitReason(pid)
      expect(mailboxOf(pid)).toMatchObject({ waiting: 0 })
      exit(pid, 'kill')
      await reason
    }))

  describe('casts that wait for each other', () => {
    const limited = { mailbox: { limit: 1, policy: 'wait' } } as const
    /** Handles a cast by casting to the next so often that its mailbox is full; a call by calling it. */
    const passing = (name: string, next: string, told: unknown[]): Callbacks<number> => ({
      init: () => ({ state: 0 }),
      handleCast: async (times, state) => {
        for (let n = 0; n < Number(times); n++) {
          try {
            await cast(next, 0)
          } catch (error) {
            const { code, details } = error as HeartwoodError
            told.push([name, code, details])
          }
        }
        return { state: state + 1 }
      },
      handleCall: async (_request, _from, state) => ({ reply: await call(next, 'on'), state }),
    })
    const awaitedCast = async (to: string, request: unknown): Promise<void> => {
      await cast(to, request)
    }
    const handled = async (name: string) => (await getState(name)) as number

    it.each([2, 3, 4])('are told the circle, and all go on (%i servers)', (size) =>
      world(async (kernel) => {
        const told: unknown[] = []
        const names = Array.from({ length: size }, (_, n) => `s${n}`)
        for (const [n, name] of names.entries()) {
          await start(passing(name, names[(n + 1) % size] as string, told), undefined, { ...limited, name })
        }
        for (const name of names) cast(name, 4)
        await kernel.settled()
        await kernel.settled()
        expect(told.length).toBeGreaterThan(0)
        for (const each of told)
          expect(each).toMatchObject([expect.anything(), 'CALL_CYCLE', { reason: 'deadlock' }])
        for (const name of names) expect(await handled(name)).toBeGreaterThan(1)
        expect(kernel.reports).toEqual([])
        expect(kernel.timers.size).toBe(0)
      }))

    it('are told a circle that a call is part of', () =>
      world(async (kernel) => {
        const told: unknown[] = []
        await start(passing('a', 'b', told), undefined, { ...limited, name: 'a' })
        await start(
          {
            ...passing('b', 'a', told),
            handleCall: async (_request, _from, state) => {
              // The first fills the mailbox of its caller.
              for (let n = 0; n < 2; n++) {
                try {
                  await cast('a', 0)
                } catch (error) {
                  told.push((error as HeartwoodError).code)
                }
              }
              return { reply: 'answered', state }
            },
          },
          undefined,
          { name: 'b' },
        )
        expect(await call('a', 'begin')).toBe('answered')
        expect(told).toEqual(['CALL_CYCLE'])
        expect(kernel.reports).toEqual([])
      }))

    /** How a handler goes on when its cast is taken in, or when somebody else of whom nobody tells has it go on. */
    const others: (() => void)[] = []
    const either = (hand: (go: () => void, fail: (error: unknown) => void) => void): Promise<void> =>
      new Promise((resolve, reject) => {
        others.push(resolve)
        hand(resolve, reject)
      })
    type Casting = (put: () => unknown) => unknown
    const uncertain: Readonly<Record<string, Casting>> = {
      'a helper that returns it': (put) => (async () => put())(),
      'a helper that awaits it': (put) => (async () => await put())(),
      'what a helper returned, and a list of waiters': (put) =>
        either((go, fail) => (async () => put())().then(go, fail)),
      'its promise, and a list of waiters': (put) =>
        either((go, fail) => Promise.resolve(put()).then(go, fail)),
      'what comes of its promise, and a list of waiters': (put) =>
        either((go, fail) => {
          const derived = Promise.resolve(put()).then((it) => it)
          derived.then(go, fail)
        }),
      'a promise that is resolved with it, and a list of waiters': (put) =>
        either((go, fail) => new Promise((resolve) => resolve(put())).then(go, fail)),
      'one of several': (put) => Promise.all([put()]),
    }
    const certain: Readonly<Record<string, Casting>> = {
      itself: (put) => put(),
      'its promise': (put) => Promise.resolve(put()),
      'what comes of its promise': (put) => Promise.resolve(put()).finally(() => {}),
    }
    /** Two servers that fill each other's mailbox, and wait for room with what `casting` makes of a cast. */
    const circleOf = async (casting: Casting, told: unknown[]): Promise<void> => {
      for (const [name, next] of [
        ['a', 'b'],
        ['b', 'a'],
      ] as const) {
        const put = () => cast(next, 0)
        const refused = ({ code }: HeartwoodError) => void told.push(code)
        const callbacks: Callbacks<number> = {
          init: () => ({ state: 0 }),
          handleCast: async (times, state) => {
            for (let n = 0; n < Number(times); n++) {
              try {
                await casting(put)
              } catch (error) {
                refused(error as HeartwoodError)
              }
            }
            return { state }
          },
        }
        await start(callbacks, undefined, { ...limited, name })
      }
      for (const name of ['a', 'b']) cast(name, 4)
    }

    it.each(Object.entries(certain))('are told at once where a handler awaits %s', (_, casting) =>
      world(async (kernel) => {
        const told: unknown[] = []
        await circleOf(casting, told)
        await kernel.settled()
        expect(told).toContain('CALL_CYCLE')
      }))

    it.each(Object.entries(uncertain))('are not told before 5,000 ms where it awaits %s', (_, casting) =>
      world(async (kernel) => {
        const told: unknown[] = []
        await circleOf(casting, told)
        await kernel.clock.advance(4_999)
        expect(told).toEqual([])
        for (let n = 0; n < 20; n++) {
          for (const go of others.splice(0)) go()
          await kernel.clock.advance(10_000)
        }
      }))

    it('are left alone while one of them can go on', () =>
      world(async (kernel) => {
        const told: unknown[] = []
        for (const [name, next] of [
          ['a', 'b'],
          ['b', 'a'],
        ] as const) {
          const callbacks = passing(name, next, told)
          await start(
            {
              ...callbacks,
              handleCast: async (times, state) => {
                // Gives up by itself.
                for (let n = 0; n < Number(times); n++) await Promise.race([awaitedCast(next, 0), sleep(10)])
                return { state: state + 1 }
              },
            },
            undefined,
            { ...limited, name },
          )
        }
        cast('a', 3)
        cast('b', 3)
        await kernel.clock.advance(100)
        expect(told).toEqual([])
        expect(await handled('a')).toBeGreaterThan(1)
        expect(kernel.reports).toEqual([])
      }))
  })
})
