import { describe, expect, it } from 'vitest'
import { type Callbacks, call, cast, getState, sendRequest, start, stop } from '../../src/genserver/index.js'
import { type Pid, self, sleep, spawn } from '../../src/kernel/index.js'
import { failure, world } from './world.js'

/** A server whose requests are functions, run in its handler; the reply is what they resolve with. */
const actor: Callbacks<unknown> = {
  init: () => ({ state: undefined }),
  handleCall: async (act, _from, state) => ({ reply: await (act as () => unknown)(), state }),
  handleCast: (act) => ({ state: (act as () => unknown)() }),
}
const named = (name: string) => start(actor, undefined, { name })
const asking = (server: Pid | string, act: () => unknown) => () => call(server, act)
const quick = { init: () => ({ state: 0 }), handleCall: () => ({ reply: 'quick', state: 0 }) }

describe('a circle of calls', () => {
  it('is refused where it closes, and named', () =>
    world(async () => {
      await named('a')
      await named('b')
      const error = (await call(
        'a',
        asking(
          'b',
          asking('a', () => 'never'),
        ),
      ).catch(rootOf)) as Error
      expect(error).toMatchObject({
        code: 'CALL_CYCLE',
        details: { server: 'a', cycle: 'a → b → a', reason: 'deadlock' },
      })
      expect(error.message).toContain('a → b → a')
    }))

  it('of any length, with pids where there are no names, leaves no stack', () =>
    world(async () => {
      const pids = await Promise.all(Array.from({ length: 500 }, () => start(actor)))
      const last = pids.at(-1) as Pid
      const chain = pids.reduceRight<() => unknown>(
        (act, pid) => asking(pid, act),
        asking(pids[0] as Pid, () => 0),
      )
      const root = (await (chain() as Promise<unknown>).catch(rootOf)) as {
        code: string
        details: { cycle: string }
      }
      expect(root.code).toBe('CALL_CYCLE')
      expect(root.details.cycle.startsWith(`${pids[0]} → ${pids[1]}`)).toBe(true)
      expect(root.details.cycle.endsWith(`${last} → ${pids[0]}`)).toBe(true)
      expect(root.details.cycle.split(' → ')).toHaveLength(501)
    }))

  it('is seen also when the requests crossed, and after other waits of the handlers', () =>
    world(async (kernel) => {
      await named('a')
      await named('b')
      const cross = (other: string, ms: number) => async () => {
        await sleep(ms)
        return call(other, () => 'fine')
      }
      const [one, two] = [call('a', cross('b', 1)), call('b', cross('a', 2))].map((it) =>
        it.catch((e: unknown) => e),
      )
      await kernel.clock.advance(10)
      const failures = [await one, await two].map(rootOf) as { code: string; details: object }[]
      expect(failures.filter(({ code }) => code === 'CALL_CYCLE')).toMatchObject([
        { details: { cycle: 'a → b → a' } },
        { details: { cycle: 'a → b → a' } },
      ])
    }))

  it('is seen from a plain handler that returns its promise, and from an init', () =>
    world(async () => {
      const plain: Callbacks<0> = {
        init: () => ({ state: 0 }),
        handleCall: (act, _from, state) =>
          (act as () => Promise<unknown>)().then((reply) => ({ reply, state })),
      }
      await start(plain, undefined, { name: 'p' })
      await start(plain, undefined, { name: 'q' })
      expect(
        rootOf(
          await call(
            'p',
            asking(
              'q',
              asking('p', () => 0),
            ),
          ).catch(rootOf),
        ),
      ).toMatchObject({
        code: 'CALL_CYCLE',
      })
      const starting: Callbacks<0> = {
        init: async () => {
          await sleep(0)
          await call(
            'q2',
            asking('starting', () => 0),
          )
          return { state: 0 }
        },
      }
      await start(plain, undefined, { name: 'q2' })
      const error = await failure(start(starting, undefined, { name: 'starting' }))
      expect(rootOf(error.cause)).toMatchObject({
        code: 'CALL_CYCLE',
        details: { cycle: 'starting → q2 → starting' },
      })
    }))

  it('among several calls at once is found by the one that closes it', () =>
    world(async () => {
      for (const name of ['a', 'b', 'c']) await named(name)
      await start(quick, undefined, { name: 'quick' })
      const fan = () =>
        Promise.all([
          call('quick', 0),
          call(
            'b',
            asking('quick', () => 0),
          ),
          call(
            'c',
            asking('a', () => 0),
          ),
        ])
      expect(rootOf(await call('a', fan).catch(rootOf))).toMatchObject({
        code: 'CALL_CYCLE',
        details: { cycle: 'a → c → a' },
      })
    }))

  it('is none when nothing waits any more', () =>
    world(async () => {
      for (const name of ['a', 'b']) await named(name)
      // A request that is answered by a message holds nobody up.
      const back = () => String(sendRequest('a', () => 0)).slice(0, 4)
      expect(await call('a', asking('b', back))).toBe('#Ref')
      expect(await call('a', async () => [await call('b', () => 1), await call('b', () => 2)])).toEqual([
        1, 2,
      ])
      let answer: Promise<unknown> | undefined
      await call('a', () => {
        answer = call('b', async () => `${await call('a', () => 'a is free')}`)
        answer.catch(() => {})
        return 'goes on'
      })
      expect(await answer).toBe('a is free')
    }))

  it('is seen again in a server that made no call for long, from its second call on', () =>
    world(async (kernel) => {
      for (const name of ['a', 'b']) await named(name)
      for (let n = 0; n < 100; n++) await call('a', () => n)
      const later = (act: () => unknown) => async () => {
        await sleep(1)
        return act()
      }
      const tried = async () => {
        const outcome = call(
          'a',
          later(() =>
            call(
              'b',
              asking('a', () => 0),
              100,
            ).catch(rootOf),
          ),
        )
        await kernel.clock.advance(200)
        return outcome
      }
      // Its handlers have no context of their own any more, and the first call brings that back.
      expect(await tried()).toMatchObject({ code: 'CALL_TIMEOUT' })
      await kernel.clock.advance(10_000)
      await getState('b').catch(() => named('b'))
      expect(await tried()).toMatchObject({ code: 'CALL_CYCLE' })
    }))

  it('is none for code of the process that is not its handler’s', () =>
    world(async (kernel) => {
      for (const name of ['a', 'b']) await named(name)
      let callback: (() => Promise<unknown>) | undefined
      let request: ((answer: unknown) => void) | undefined
      // As a web server that an earlier message started: its callbacks run in the process, but not in its handler.
      cast('a', () => {
        const requests = new Promise((resolve) => {
          request = resolve
        })
        callback = () =>
          requests.then(() =>
            call(
              'b',
              asking('a', () => 'answered'),
            ),
          )
        answers = callback()
      })
      let answers: Promise<unknown> | undefined
      await getState('a')
      const busy = call('a', () => sleep(100))
      await kernel.settled()
      request?.('a request comes in')
      await kernel.clock.advance(100)
      await busy
      expect(await answers).toBe('answered')
    }))

  it('to oneself is none for such code either, though the server is busy', () =>
    world(async (kernel) => {
      await named('a')
      let request: ((answer: unknown) => void) | undefined
      let answers: Promise<unknown> | undefined
      cast('a', () => {
        answers = new Promise((resolve) => {
          request = resolve
        }).then(() => call('a', () => 'answered'))
      })
      await getState('a')
      const busy = call('a', () => sleep(100))
      await kernel.settled()
      request?.('x')
      await kernel.clock.advance(100)
      await busy
      expect(await answers).toBe('answered')
      expect(await call('a', () => call('a', () => 0)).catch(rootOf)).toMatchObject({ code: 'CALL_SELF' })
    }))

  it('is none for scripts and for code outside, which serve nobody', () =>
    world(async (kernel) => {
      await named('a')
      const outcome = new Promise((resolve) => {
        spawn(() => {
          const script = self()
          return call('a', () => call(script, 'x', 10)).catch((error: unknown) => resolve(rootOf(error)))
        })
      })
      await kernel.settled()
      await kernel.clock.advance(10)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT' })
    }))

  it('is one with a stop as well', () =>
    world(async () => {
      const ending: Callbacks<number> = { ...quick, terminate: () => call('a', () => 0).then(() => {}) }
      await named('a')
      const pid = await start(ending, undefined, { name: 'ending' })
      const error = await call('a', () => stop(pid)).catch(rootOf)
      expect(rootOf(error)).toMatchObject({ code: 'CALL_CYCLE', details: { cycle: 'a → ending → a' } })
    }))
})

/** What is behind a chain of servers that crashed of each other. */
function rootOf(error: unknown): unknown {
  let at = error
  while (at instanceof Error && at.cause !== undefined) at = at.cause
  return at
}
