import type { TestKernel } from 'heartwood/testing'
import { describe, expect, it, vi } from 'vitest'
import {
  Agent,
  type Callbacks,
  call,
  cast,
  defineMachine,
  defineServer,
  type From,
  from,
  getState,
  type MachineEvent,
  multiCall,
  type NoReply,
  noReply,
  ref,
  reply,
  sendRequest,
  start,
  startLink,
  stateMachine,
  stop,
} from '../../src/genserver/index.js'
import { mayKeepFrom } from '../../src/genserver/messages/from.js'
import { MethodCall } from '../../src/genserver/messages/server-message.js'
import {
  exit,
  type HeartwoodError,
  type Pid,
  receive,
  self,
  send,
  shared,
  sleep,
  spawn,
} from '../../src/kernel/index.js'
import { Mailbox } from '../../src/kernel/mail/mailbox.js'
import { startChild, startSupervisor, whichChildren } from '../../src/supervisor/index.js'
import { failure, world } from './world.js'

/** A server whose requests are functions, run in its handler one after the other; the reply is what the last resolves with. */
const actor: Callbacks<unknown> = {
  init: () => ({ state: undefined }),
  handleCall: async (acts, _from, state) => {
    let reply: unknown
    for (const act of [acts].flat() as (() => unknown)[]) reply = await act()
    return { reply, state }
  },
  handleCast: (act) => ({ state: (act as () => unknown)() }),
}
const named = (name: string) => start(actor, undefined, { name })
const asking = (server: Pid | string, act: () => unknown) => () => call(server, act)
type Handler = (ask: () => Promise<unknown>) => unknown

/** A server whose handler calls one that calls it back. @returns what it answers or rejects with, and the same of the call back */
async function circleWith(handler: Handler) {
  let back: Promise<unknown> | undefined
  class Asking {
    free() {
      return 'free'
    }
  }
  Object.assign(Asking.prototype, { ask: handler })
  defineServer(Asking, { name: 'asking', calls: ['ask' as 'free', 'free'] })
  await start(Asking)
  await named('b')
  const callBack = () => {
    back = call('asking', new MethodCall('free', []))
    return back
  }
  const ask = call('asking', new MethodCall('ask', [() => call('b', callBack)]), 10_000).catch(rootOf)
  return { ask, back: () => back }
}
const isThenable = (it: Promise<unknown>) => (typeof it.then === 'function' ? it : undefined)
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

  it('of more than 1,000 is not looked for, which the time-out says', () =>
    world(async (kernel) => {
      const [first, ...others] = (await Promise.all(Array.from({ length: 1_100 }, () => start(actor)))) as [
        Pid,
        ...Pid[],
      ]
      const told: unknown[] = []
      const closing = () => call(first, () => 0, 1_000).catch((error: unknown) => void told.push(error))
      const around = others.reduceRight<() => unknown>(
        (act, pid) => () => call(pid, act, Number.POSITIVE_INFINITY),
        closing,
      )
      const whole = call(first, around, Number.POSITIVE_INFINITY)
      await kernel.settled()
      await kernel.clock.advance(1_000)
      await whole
      expect(told).toMatchObject([
        {
          code: 'CALL_TIMEOUT',
          message: expect.stringContaining('More than 1,000 handlers wait for one another'),
        },
      ])
    }))

  it('is none while a handler races its call, also by a class derived from Promise', () =>
    world(async (kernel) => {
      class Special<T> extends Promise<T> {}
      const races = [
        (values: unknown[]) => Promise.race(values),
        (values: unknown[]) => Special.race(values),
        (values: unknown[]) => Promise.race.call(Special as never, values),
      ]
      for (const race of races) {
        const [a, b] = [await start(actor), await start(actor)]
        let back: Promise<unknown> | undefined
        const ask = asking(b, () => {
          back = call(a, () => 10)
          return back
        })
        const first = call(a, () => race([ask(), sleep(100)]))
        await kernel.clock.advance(100)
        expect(await first).toBeUndefined()
        expect(await back).toBe(10)
      }
    }))

  it('is none while a handler hands the resolve function of a promise to its call, whoever else has that', () =>
    world(async (kernel) => {
      await named('a')
      await named('b')
      const waiting: ((value: string) => void)[] = []
      const answer = call('a', () => {
        const back = call(
          'b',
          asking('a', () => 'x'),
        )
        return new Promise((resolve, reject) => {
          back.then(resolve, reject)
          waiting.push(resolve)
        })
      })
      await kernel.settled()
      for (const resolve of waiting) resolve('other')
      expect(await answer).toBe('other')
    }))

  it('that nobody ends who was handed such a resolve function is named by the time-out', () =>
    world(async (kernel) => {
      await named('a')
      await named('b')
      const back = asking('a', () => 'x')
      const handing = () =>
        new Promise((resolve, reject) => {
          call('b', back).then(resolve, reject)
        })
      const outcome = call('a', handing, 10_000).catch(rootOf)
      await kernel.clock.advance(5_000)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT', details: { cycle: 'b → a → b' } })
    }))

  it.each<[string, Handler]>([
    ['awaits the call', async (ask) => await ask()],
    ['returns it', async (ask) => ask()],
    ['has asked for its `then`, and returns it', async (ask) => isThenable(ask())],
    [
      'awaits it after something else',
      async (ask) => {
        await null
        return `${await ask()}`
      },
    ],
    ['has given it a `then`, and awaits that', async (ask) => await ask().then(String)],
    ['has given it a `catch`, and returns that', async (ask) => ask().catch(Promise.reject.bind(Promise))],
    ['has given it a `finally`', async (ask) => await ask().finally(() => {})],
    ['is plain, and returns it', (ask) => ask()],
    ['is plain, and returns what its `then` gives', (ask) => ask().then(String)],
  ])('is told at once where the handler %s', (_, handler) =>
    world(async () => {
      const { ask } = await circleWith(handler)
      expect(await ask).toMatchObject({ code: 'CALL_CYCLE', details: { cycle: 'asking → b → asking' } })
    }))

  it.each<[string, Handler]>([
    ['awaits a function that awaits the call', async (ask) => await (async () => await ask())()],
    ['returns one that returns it', async (ask) => (async () => ask())()],
    ['returns what a `then` of something else gives', async (ask) => Promise.resolve().then(ask)],
    ['resolves a promise with it', async (ask) => await new Promise((resolve) => resolve(ask()))],
    ['is plain, and such a function', (ask) => (async () => await ask())()],
    [
      'takes it from a generator',
      async (ask) => {
        const asked = async function* () {
          yield ask()
        }
        for await (const answer of asked()) return answer
        return undefined
      },
    ],
  ])('is told by the time-out of a call, which names it, where the handler %s', (_, handler) =>
    world(async (kernel) => {
      const { ask } = await circleWith(handler)
      await kernel.clock.advance(5_000)
      expect(await ask).toMatchObject({
        code: 'CALL_TIMEOUT',
        message: expect.stringContaining('b → asking → b'),
      })
    }))

  const { then } = Promise.prototype
  it.each<[string, (work: () => Promise<unknown>, resolve: (value: unknown) => void) => unknown]>([
    ['the call', (ask, resolve) => ask().then(resolve)],
    ['a function that awaits the call', (ask, resolve) => (async () => await ask())().then(resolve)],
    ['a function that returns it', (ask, resolve) => (async () => ask())().then(resolve)],
    ['what its `then` gives', (ask, resolve) => ask().then(String).then(resolve)],
    [
      'what its `finally` gives',
      (ask, resolve) =>
        ask()
          .finally(() => {})
          .then(resolve),
    ],
    ['the call, with others in between', (ask, resolve) => Promise.resolve().then(ask).then(resolve)],
    [
      'a function, by the `then` of all promises',
      (ask, resolve) => then.call((async () => await ask())(), resolve),
    ],
    [
      'a function that is given a callback',
      (ask, resolve) => {
        const callback = (_: unknown, value: unknown) => resolve(value)
        void (async () => callback(undefined, await ask()))()
      },
    ],
  ])('is none while a handler waits for a promise whose resolve function it has handed to %s', (_, hand) =>
    world(async (kernel) => {
      const waiting: ((value: string) => void)[] = []
      const promiseOf = (ask: () => Promise<unknown>) =>
        new Promise((resolve) => {
          hand(ask, resolve)
          waiting.push(resolve)
        })
      for (const handler of [
        promiseOf,
        async (ask: () => Promise<unknown>) => promiseOf(ask),
        async (ask: () => Promise<unknown>) => await promiseOf(ask),
      ]) {
        const { ask, back } = await circleWith(handler)
        await kernel.settled()
        for (const resolve of waiting.splice(0)) resolve('other')
        expect(await ask).toBe('other')
        expect(await back()).toBe('free')
        await stop('asking')
        await stop('b')
      }
    }))

  it('is none while a handler waits for a thing that is shared, which may have set anything going', () =>
    world(async (kernel) => {
      await named('a')
      await named('b')
      const waiting: ((value: string) => void)[] = []
      const limiter = shared({
        within: (work: Promise<unknown>) =>
          new Promise((resolve, reject) => {
            work.then(resolve, reject)
            waiting.push(resolve)
          }),
      })
      const work = async () =>
        await call(
          'b',
          asking('a', () => 'x'),
        )
      const answer = call('a', async () => await limiter.within(work()))
      await kernel.settled()
      for (const resolve of waiting) resolve('late')
      expect(await answer).toBe('late')
    }))

  it('is looked for in each mailbox once, however many calls a handler waits for', () =>
    world(async (kernel) => {
      const [a, b] = [await start(actor), await start(actor)]
      const looks = vi.spyOn(Mailbox.prototype, 'held')
      const back = asking(a, () => 'never')
      const all = call(a, () => Promise.all(Array.from({ length: 500 }, () => call(b, back)))).catch(rootOf)
      await kernel.settled()
      expect(looks.mock.calls.length).toBeLessThan(10)
      looks.mockRestore()
      await kernel.clock.advance(5_000)
      expect(await all).toMatchObject({ code: 'CALL_TIMEOUT' })
    }))

  it('is seen also when the requests crossed, and after other waits of the handlers', () =>
    world(async (kernel) => {
      await named('a')
      await named('b')
      const cross = (other: string, ms: number) => [() => sleep(ms), () => call(other, () => 'fine')]
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

  it('among several calls at once is told by the time-out of the first of them', () =>
    world(async (kernel) => {
      for (const name of ['a', 'b', 'c']) await named(name)
      await start(quick, undefined, { name: 'quick' })
      const back = asking('a', () => 0)
      const fan = () =>
        Promise.all([
          call('quick', 0),
          call(
            'b',
            asking('quick', () => 0),
          ),
          call('c', back),
        ])
      const failed = call('a', fan, 10_000).catch(rootOf)
      await kernel.clock.advance(5_000)
      expect(await failed).toMatchObject({
        code: 'CALL_TIMEOUT',
        message: expect.stringContaining('(c → a → c)'),
        details: { server: 'c', cycle: 'c → a → c' },
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

  it('is seen also in a server that made no call for long', () =>
    world(async (kernel) => {
      for (const name of ['a', 'b']) await named(name)
      for (let n = 0; n < 100; n++) await call('a', () => n)
      const late = [
        () => sleep(1),
        asking(
          'b',
          asking('a', () => 0),
        ),
      ]
      const outcome = call('a', late).catch(rootOf)
      await kernel.clock.advance(1)
      expect(await outcome).toMatchObject({ code: 'CALL_CYCLE' })
    }))

  it('is none when a call was taken and left to others', () =>
    world(async (kernel) => {
      const deferring: Callbacks<unknown> = {
        ...actor,
        handleCall: async (act, from, state) => {
          if (act === 'later') {
            spawn(async () => {
              await sleep(50)
              reply(from, 'later')
            })
            return { state }
          }
          return { reply: await (act as () => unknown)(), state }
        },
      }
      await named('a')
      await start(deferring, undefined, { name: 'b' })
      const first = call('a', () => call('b', 'later'))
      await kernel.settled()
      const second = call(
        'b',
        asking('a', () => 'free'),
      )
      await kernel.clock.advance(50)
      expect([await first, await second]).toEqual(['later', 'free'])
    }))

  it('is none when its From was handed on, though its handler waits', () =>
    world(async (kernel) => {
      class Lending {
        async lend(): Promise<NoReply<string>> {
          const client = from()
          spawn(async () => {
            await sleep(50)
            reply(client, 'lent')
          })
          await call('a', () => 0)
          return noReply
        }
        async keep(): Promise<string> {
          return `${await call('a', () => 0)}`
        }
      }
      defineServer(Lending, { name: 'lending', calls: ['lend', 'keep'] })
      await named('a')
      const { call: ask } = await start(Lending)
      const lent = call('a', () => ask.lend())
      await kernel.clock.advance(50)
      expect(await lent).toBe('lent')
      expect(await call('a', () => ask.keep()).catch(rootOf)).toMatchObject({
        code: 'CALL_CYCLE',
        details: { cycle: 'a → lending → a' },
      })
    }))

  it('is none while a callback that a handler has hung on a promise of others is going to take the From', () =>
    world(async (kernel) => {
      const open: (() => void)[] = []
      const [one, two] = [1, 2].map(() => new Promise<void>((resolve) => open.push(resolve)))
      class Late {
        async ask(): Promise<unknown> {
          one?.then(() => reply(from(), 'early'))
          return await call('a', () => 'free')
        }
      }
      defineServer(Late, { calls: ['ask'] })
      const callbacks: Callbacks<unknown> = {
        ...actor,
        handleCall: async (_request, _from, state) => {
          two?.then(() => reply(from(), 'early'))
          return { reply: await call('a', () => 'free'), state }
        },
      }
      await named('a')
      const { call: late } = await start(Late)
      const other = await start(callbacks)
      for (const ask of [() => late.ask(), () => call(other, 'ask')]) {
        const asked = call('a', ask).catch(rootOf)
        await kernel.settled()
        open.shift()?.()
        expect(await asked).toBe('early')
      }
    }))

  it.each<[string, (work: Promise<unknown>, other: Promise<unknown>) => Promise<unknown>]>([
    ['a race', (work, other) => Promise.race([work, other])],
    ['a race of what is made of it', (work, other) => Promise.race([work.then((it) => it), other])],
    [
      'a race in another function',
      (work, other) => (async () => Promise.race([(async () => work)(), other]))(),
    ],
    ['any of them', (work, other) => Promise.any([work, other])],
    [
      'all of them, of which one fails',
      (work, other) => Promise.all([work, other.then((it) => Promise.reject(it))]).catch((it: unknown) => it),
    ],
    [
      'a promise that code settles',
      (work, other) =>
        new Promise((resolve) => {
          work.then((it) => resolve(it)).catch(() => {})
          other.then((it) => resolve(it))
        }),
    ],
    [
      'a call that is not awaited',
      (work, other) => {
        work.catch(() => {})
        return other
      },
    ],
  ])('is none where the handler can go on by something that is not of the kernel: %s', (_, combine) =>
    world(async (kernel) => {
      await named('a')
      await named('b')
      let happens: ((value: string) => void) | undefined
      const other = new Promise<string>((resolve) => {
        happens = resolve
      })
      const answers: unknown[] = []
      const back = async () => {
        answers.push(await call('a', () => 'a is free'))
      }
      const either = call('a', async () => combine(call('b', back), other))
      await kernel.clock.advance(1_000)
      happens?.('other')
      expect(await either).toBe('other')
      await kernel.settled()
      expect(answers).toEqual(['a is free'])
      expect(kernel.reports).toEqual([])
    }))

  it('is told to the call that would be given up first, if the time-outs differ', () =>
    world(async () => {
      await named('a')
      await named('b')
      const told: unknown[] = []
      const short = () => {
        const back = asking('a', () => 'a is free')
        return call('b', back, 100).catch((error: HeartwoodError) => {
          told.push(error.code, error.details.cycle)
          return 'gave up'
        })
      }
      expect(await call('a', short)).toBe('gave up')
      expect(told).toEqual(['CALL_CYCLE', 'b → a → b'])
    }))

  it('is none while a signal may end another call in it', () =>
    world(async (kernel) => {
      await named('a')
      await named('b')
      const enough = new AbortController()
      const answers: unknown[] = []
      const back = async () => {
        answers.push(await call('a', () => 'a is free', 5_000))
      }
      const first = call('a', () =>
        call('b', back, { signal: enough.signal }).catch((error: HeartwoodError) => error.code),
      )
      await kernel.clock.advance(1_000)
      enough.abort()
      expect(await first).toBe('CALL_ABORTED')
      await kernel.settled()
      expect(answers).toEqual(['a is free'])
    }))

  it('leads through a concurrent call, but not through the server beside it', () =>
    world(async (kernel) => {
      class Beside {
        async ask(name: string): Promise<string> {
          return String(await call(name, () => 0))
        }
        async idle(): Promise<string> {
          await sleep(50)
          return 'answered'
        }
        async wait(name: string): Promise<string> {
          return String(await call(name, () => 0))
        }
      }
      defineServer(Beside, {
        name: 'beside',
        calls: ['ask', 'idle', 'wait'],
        concurrent: ['idle', { method: 'ask', limit: 1 }],
      })
      await named('a')
      await named('c')
      const { call: ask } = await start(Beside)
      const first = call('a', () => ask.idle())
      await kernel.settled()
      const waits = ask.wait('a')
      await kernel.clock.advance(50)
      expect([await first, await waits]).toEqual(['answered', '0'])
      expect(await call('a', () => ask.ask('a')).catch(rootOf)).toMatchObject({
        code: 'CALL_CYCLE',
        details: { cycle: 'a → beside → a' },
      })
    }))

  it('leads through the limit of concurrent calls', () =>
    world(async () => {
      class Beside {
        async ask(name: string): Promise<unknown> {
          return ref(Beside).call.ask(name)
        }
      }
      defineServer(Beside, { name: 'beside', calls: ['ask'], concurrent: [{ method: 'ask', limit: 3 }] })
      const { call: ask } = await start(Beside)
      expect(await ask.ask('x').catch(rootOf)).toMatchObject({
        code: 'CALL_CYCLE',
        details: { cycle: 'beside → beside' },
      })
    }))

  it('is seen from terminate, and from the handleInfo of a state machine, after an await', () =>
    world(async () => {
      class Machine {
        state = 'on' as const
        async handleInfo(): Promise<void> {
          await sleep(0)
          await call(
            'a',
            asking('machine', () => 0),
          ).catch((error) => send(tester, rootOf(error)))
        }
        async terminate(): Promise<void> {
          await sleep(0)
          await call(
            'a',
            asking('machine', () => 0),
          ).catch((error) => send(tester, rootOf(error)))
        }
      }
      const tester = self()
      defineMachine(Machine, { name: 'machine', handlers: [] })
      await named('a')
      const pid = await start(Machine)
      send('machine', 'now')
      const told = { code: 'CALL_CYCLE', details: { cycle: 'machine → a → machine' } }
      expect(await receive()).toMatchObject(told)
      await named('a').catch(() => {})
      await stop(pid)
      expect(await receive()).toMatchObject(told)
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

describe('a circle that does not show, of calls without a time-out', () => {
  const forEver = Number.POSITIVE_INFINITY
  const asked = (to: string, act: () => unknown, timeout = forEver) => call(to, act, timeout)
  const circles = (kernel: TestKernel) => kernel.reports.filter(({ kind }) => kind === 'circle')
  /** Waits by a function of its own: whoever else has its promise is not known. */
  const throughAnother = (ask: () => Promise<unknown>) => async () => await ask()

  it('is named by the log once it has stood for 5,000 ms, and only once', () =>
    world(async (kernel) => {
      for (const name of ['a', 'b']) await named(name)
      const back = throughAnother(() => asked('a', () => 0))
      const outcome = asked(
        'a',
        throughAnother(() => asked('b', back)),
      ).catch(rootOf)
      await kernel.clock.advance(4_999)
      expect(circles(kernel)).toEqual([])
      await kernel.clock.advance(1)
      expect(circles(kernel)).toMatchObject([{ level: 'warn', name: 'b', cycle: 'a → b → a', waited: 5_000 }])
      await kernel.clock.advance(1_000_000)
      expect(circles(kernel)).toHaveLength(1)
      exit(kernel.whereis('a') as Pid, 'kill')
      expect(await outcome).toBe('killed')
    }))

  it('is left to the error of a call that has a time', () =>
    world(async (kernel) => {
      for (const name of ['a', 'b']) await named(name)
      const back = throughAnother(() => asked('a', () => 0, 9_000))
      const outcome = asked(
        'a',
        throughAnother(() => asked('b', back)),
      ).catch(rootOf)
      await kernel.clock.advance(9_000)
      expect(await outcome).toMatchObject({ code: 'CALL_TIMEOUT', details: { cycle: 'a → b → a' } })
      expect(circles(kernel)).toEqual([])
    }))

  it('is none for the log when it is over by then', () =>
    world(async (kernel) => {
      for (const name of ['a', 'b']) await named(name)
      const back = () => Promise.race([asked('a', () => 0), sleep(4_000)])
      await Promise.all([asked('a', () => asked('b', back)), kernel.clock.advance(10_000)])
      expect(circles(kernel)).toEqual([])
    }))

  it('is named where an init asks its own supervisor by a function of its own', () =>
    world(async (kernel) => {
      const init = async () => ({ state: await throughAnother(() => whichChildren('top'))() })
      const start = () => startLink({ init }, undefined, { name: 'child' })
      void startSupervisor({ children: [{ id: 'child', start }] }, { name: 'top', link: false }).catch(
        () => {},
      )
      await kernel.clock.advance(5_000)
      expect(circles(kernel)).toMatchObject([
        { cycle: expect.stringMatching(/^(top → child → top|child → top → child)$/) },
      ])
    }))
})

describe('an init', () => {
  const asking = (name: string): Callbacks<unknown> => ({
    init: async () => {
      await sleep(0)
      return { state: await whichChildren(name) }
    },
  })
  const child = (start: () => Promise<Pid>) => ({ id: 'child', start })
  const told = { code: 'CALL_CYCLE', details: { cycle: 'top → child → top' } }

  it('that asks its own supervisor is told so, at the first start', () =>
    world(async () => {
      const children = [child(() => startLink(asking('top'), undefined, { name: 'child' }))]
      const failed = await startSupervisor({ children }, { name: 'top', link: false }).catch(rootOf)
      expect(failed).toMatchObject({ shutdown: { reason: told } })
    }))

  it('is told also when it is added, and when it starts again after its siblings were stopped', () =>
    world(async (kernel) => {
      let asks = false
      const start = () => startLink(asks ? asking('top') : quick, undefined, { name: 'child' })
      const children = [
        child(start),
        { id: 'other', start: () => startLink(quick, undefined, { name: 'other' }) },
      ]
      const pid = await startSupervisor({ children, strategy: 'one_for_all' }, { name: 'top', link: false })
      const added = { id: 'more', start: () => startLink(asking('top'), undefined, { name: 'more' }) }
      expect(rootOf(await startChild(pid, added).catch((error: unknown) => error))).toMatchObject({
        ...told,
        details: { cycle: 'top → more → top' },
      })
      asks = true
      exit(kernel.whereis('other') as Pid, 'kill')
      await kernel.clock.advance(1)
      const cycles = kernel.reports.map(({ reason }) => (rootOf(reason) as HeartwoodError)?.details?.cycle)
      expect(cycles).toContain('top → child → top')
    }))

  it('whose start function races a call is part of no circle: it goes on by itself', () =>
    world(async (kernel) => {
      const top = await startSupervisor({ children: [] }, { name: 'top', link: false })
      await named('config')
      let children: Promise<unknown> | undefined
      const ask = () =>
        call('config', () => {
          children = whichChildren(top)
          return children
        })
      const added = startChild(
        top,
        child(async () => {
          await Promise.race([ask(), sleep(100)])
          return startLink(quick)
        }),
      )
      await kernel.clock.advance(100)
      expect(await added).toBeDefined()
      expect(await children).toHaveLength(1)
    }))

  it('whose start function awaits such a call is told so', () =>
    world(async () => {
      const top = await startSupervisor({ children: [] }, { name: 'top', link: false })
      await named('config')
      const ask = () => call('config', () => whichChildren(top))
      const added = startChild(
        top,
        child(async () => {
          await ask()
          return startLink(quick)
        }),
      )
      expect(rootOf(await added.catch((error: unknown) => error))).toMatchObject({
        code: 'CALL_CYCLE',
        details: { cycle: 'config → top → config' },
      })
    }))

  it('may ask a supervisor further up, if that is free', () =>
    world(async () => {
      const top = await startSupervisor({ children: [] }, { name: 'top', link: false })
      expect(await startLink(asking('top'))).toBeDefined()
      expect(await whichChildren(top)).toEqual([])
    }))
})

describe('whether a handleCall may hand on its From', () => {
  it.each([
    ['(request, _from, state) => ({ reply: request, state })', false],
    ['async (request, _from, state) => ({ reply: request, state })', false],
    ['request => request', false],
    ['async ({ id, of: [x] }, _from) => x', true],
    ['({ id }, _from, state) => ({ reply: id, state })', false],
    ['({ id }, from, state) => ({ state: from })', true],
    ['(request, from, state) => ({ state: [...state, from] })', true],
    ['(request, { reply }) => reply(request)', true],
    ['(request = 1, from) => from', true],
    ['(...all) => all[1]', true],
    ['function (request) { return arguments[1] }', true],
    ['function named(a, b, c) { return c }', false],
    ['({ handleCall(a, b, c) { return c } }).handleCall', false],
    ['({ async handleCall(a, b, c) { await b } }).handleCall', true],
    ['(() => {}).bind(null)', true],
  ])('%s: %s', (text, may) => {
    expect(mayKeepFrom(new Function(`return ${text}`)())).toBe(may)
  })
})

describe('a call to oneself in the `then` of a handler', () => {
  const later = () => {
    const me = self()
    return sleep(1).then(() => call(me, 'again', 100))
  }
  class Server {
    state = 'ready'
    async declared(): Promise<unknown> {
      return later()
    }
    plain(): Promise<unknown> {
      return later()
    }
  }
  class Machine extends Server {}
  defineServer(Server, { calls: ['declared', 'plain'] })
  defineMachine(Machine, {
    handlers: [
      { on: 'call', method: 'declared' },
      { on: 'call', method: 'plain' },
    ],
  })
  const answer = (isAsync: boolean) => async () => {
    const handleCall = (_: unknown, __: unknown, state: number) => later().then((reply) => ({ reply, state }))
    const pid = await start({
      init: () => ({ state: 0 }),
      handleCall: isAsync ? async (...args: [unknown, unknown, number]) => handleCall(...args) : handleCall,
    })
    return call(pid, 'x')
  }
  const handle = (isAsync: boolean) => async () => {
    const plain = (event: MachineEvent) =>
      later().then((value) => ({ actions: { reply: value, to: (event as { from: From }).from } }))
    const handleEvent = isAsync ? async (event: MachineEvent) => plain(event) : plain
    const pid = await start(stateMachine({ init: () => ({ state: 'a', data: 0 }), handleEvent }))
    return call(pid, 'x')
  }

  it.each([
    ['a class', async () => (await start(Server)).call.declared(), 'CALL_SELF'],
    ['a class-form machine', async () => (await start(Machine)).call.declared(), 'CALL_SELF'],
    ['callbacks', answer(true), 'CALL_SELF'],
    ['a machine of callbacks', handle(true), 'CALL_SELF'],
    ['a class, in a plain method', async () => (await start(Server)).call.plain(), 'CALL_TIMEOUT'],
    [
      'a class-form machine, in a plain method',
      async () => (await start(Machine)).call.plain(),
      'CALL_TIMEOUT',
    ],
    ['plain callbacks', answer(false), 'CALL_TIMEOUT'],
    ['a machine of plain callbacks', handle(false), 'CALL_TIMEOUT'],
  ])('is told where the handler is async, and ends by its time else: %s', (_, ask, code) =>
    world(async (kernel) => {
      const outcome = failure(ask())
      await kernel.clock.advance(1)
      await kernel.clock.advance(100)
      const error = rootOf(await outcome) as HeartwoodError
      expect(error).toMatchObject({ code })
      expect(error.message).toContain(code === 'CALL_SELF' ? 'called itself' : 'has called itself')
    }))

  it('has the place in its stack, whatever leads to oneself', () =>
    world(async () => {
      const me = await start(actor, undefined, { name: 'me' })
      const ways: readonly (() => Promise<unknown>)[] = [
        () => call('me', () => 0),
        () => call(me, () => 0, { timeout: 50 }),
        () => call({ name: 'me', node: 'nonode@nohost' }, () => 0),
        () => call('me', () => 0, { waitForRestart: 50 }),
        () => getState(me),
        () => stop(me),
        () => new Agent(me).get((it) => it),
        async () => (await multiCall([me], 1)).failed.map(({ error }) => error)[0],
      ]
      for (const way of ways) {
        const error = await call(me, () =>
          Promise.resolve()
            .then(way)
            .then((it) => it, rootOf),
        )
        expect(error).toMatchObject({ code: 'CALL_SELF', details: { reason: 'calling_self' } })
        expect((error as Error).stack).toContain('deadlock.test.ts')
      }
    }))
})

/** What is behind a chain of servers that crashed of each other. */
function rootOf(error: unknown): unknown {
  let at = error
  while (at instanceof Error && at.cause !== undefined) at = at.cause
  return at
}
