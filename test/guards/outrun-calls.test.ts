import { AsyncResource } from 'node:async_hooks'
import { pbkdf2 } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs'
import { setTimeout as promisedTimeout } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'

// As a module has it that was loaded before Heartwood.
const { race } = Promise

const { call, defineServer, Kernel, ref, sleep, start } = await import('heartwood')
const { TestKernel } = await import('heartwood/testing')
const { describe, expect, it } = await import('vitest')

type Callbacks = import('heartwood').Callbacks<unknown>
type Act = () => unknown

/** A server whose requests are functions, run in its handler one after the other; the reply is what the last resolves with. */
const actor: Callbacks = {
  init: () => ({ state: undefined }),
  handleCall: async (acts, _from, state) => {
    let reply: unknown
    for (const act of [acts].flat() as Act[]) reply = await act()
    return { reply, state }
  },
}

/** As `p-timeout` has it: its own `resolve` is handed to `then`, which looks as if the promise were returned. */
function limited(promise: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const abort = (): void => aborted(signal?.reason)
  let aborted: (reason: unknown) => void = () => {}
  const wrapped = new Promise((resolve, reject) => {
    aborted = reject
    signal?.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject)
    if (ms !== Number.POSITIVE_INFINITY) timer = globalThis.setTimeout(() => resolve('fallback'), ms)
  })
  return wrapped.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  })
}

const FOR_EVER = Number.POSITIVE_INFINITY
const later = (ms: number) => new Promise((resolve) => globalThis.setTimeout(resolve, ms, 'fallback'))
const elsewhere = (values: unknown[]): Promise<unknown> => runInNewContext('Promise').race(values)
const emitter = new EventEmitter()

/** The resolve function of a promise is handed to the call, and to somebody else. */
const either = (work: Promise<unknown>, other: (resolve: (value: unknown) => void) => void) =>
  new Promise((resolve, reject) => {
    other(resolve)
    work.then(resolve, reject)
  })

const bound = AsyncResource.bind(limited)
const waiters: ((value: unknown) => void)[] = []
emitter.on('go', () => {
  for (const resolve of waiters.splice(0)) resolve('go')
})

const WAYS: Readonly<Record<string, (work: Promise<unknown>) => Promise<unknown>>> = {
  'a promise under a time': (work) => limited(work, 20),
  'what an async function makes of it, under a time': (work) => limited((async () => work)(), 20),
  'what an async function makes of it, and whoever serves a list of waiters': (work) =>
    either((async () => await work)(), (resolve) => waiters.push(resolve)),
  'a promise under a signal that has a time': (work) =>
    limited(work, FOR_EVER, AbortSignal.timeout(20)).catch(() => 'aborted'),
  'a promise under a signal of somebody else': (work) => {
    const others = new AbortController()
    emitter.once('go', () => others.abort())
    return limited(work, FOR_EVER, others.signal).catch(() => 'aborted')
  },
  'a race that was kept before there was a kernel': (work) => race.call(Promise, [work, later(20)]),
  'a race of another realm': (work) => elsewhere([work, later(20)]),
  'a race of another realm with a sleep': (work) => elsewhere([work, sleep(20)]),
  'a race of another realm with a timer that gives a promise': (work) =>
    elsewhere([work, promisedTimeout(20)]),
  'a race of another realm with another call': (work) => elsewhere([work, call('slow', () => sleep(20))]),
  'an event': (work) =>
    new Promise((resolve) => {
      work.then(resolve, resolve)
      emitter.once('go', resolve)
    }),
  'a file': (work) => either(work, (resolve) => readFile(new URL(import.meta.url), resolve)),
  'a hash': (work) => either(work, (resolve) => pbkdf2('a', 'b', 20_000, 64, 'sha512', resolve)),
  'some turns of the event loop': (work) =>
    either(work, (resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve)))),
  'whoever serves a list of waiters': (work) => either(work, (resolve) => waiters.push(resolve)),
  'a timer of a function that is bound to the program': (work) => bound(work, 20),
}

/** `a` waits for `b`, which calls `a` back meanwhile. @returns what `b` is answered, or told */
async function answerOf(combine: (work: Promise<unknown>) => Promise<unknown>): Promise<unknown> {
  const [a, b] = [await start(actor), await start(actor)]
  let back: Promise<unknown> | undefined
  const callBack = () => {
    back = call(a, () => 'a is free').catch((error: { code: string }) => error.code)
    return back
  }
  await call(a, async () => combine(call(b, callBack))).catch(() => {})
  return back
}

describe('a call that something else may outrun', () => {
  it.each(Object.entries(WAYS))('is part of no circle: %s', async (_, combine) => {
    await new Kernel({ report: () => {} }).run(async () => {
      await start(actor, undefined, { name: 'slow' })
      // Again and again: on a machine that is starved the first may come before anybody waits for it.
      const going = globalThis.setInterval(() => emitter.emit('go'), 20)
      try {
        expect(await answerOf(combine)).toBe('a is free')
      } finally {
        clearInterval(going)
      }
    })
  })

  it('is one of a circle where nothing is set going, or all that was is over', async () => {
    await new Kernel({ report: () => {} }).run(async () => {
      for (const before of [[], [() => limited(Promise.resolve(), 1_000), () => later(1)]]) {
        const [a, b] = [await start(actor), await start(actor)]
        let back: Promise<unknown> | undefined
        const callBack = () => {
          back = call(a, () => 'a is free')
          return back
        }
        await call(a, [...before, () => call(b, callBack)]).catch(() => {})
        expect(await back?.catch((error: { code: string }) => error.code)).toBe('CALL_CYCLE')
      }
    })
  })

  it('may be outrun by timers of a test, too', async () => {
    const kernel = new TestKernel()
    kernel.fakeTimers()
    await kernel.run(async () => {
      const answer = answerOf((work) => limited(work, 20))
      await kernel.clock.advance(20)
      expect(await answer).toBe('a is free')
    })
    await kernel.finish()
  })

  it('is in no circle that is told while nobody tells of timers, as when others fake them', async () => {
    const real = globalThis.setTimeout
    globalThis.setTimeout = ((...args: Parameters<typeof real>) => real(...args)) as typeof real
    try {
      await new Kernel({ report: () => {} }).run(async () => {
        expect(await answerOf((work) => limited(work, 20))).toBe('a is free')
      })
    } finally {
      globalThis.setTimeout = real
    }
  })
})

/** As code has it that does not trust what others may put in place of `then`. */
const then: (promise: Promise<unknown>, done: (value: unknown) => unknown) => Promise<unknown> =
  Function.prototype.call.bind(Promise.prototype.then) as never
const promiseThen = then

/** A promise that a list of waiters settles, or whoever else is given its resolve function. */
function waiter(): { readonly until: Promise<unknown>; readonly go: (value: unknown) => void } {
  let go: (value: unknown) => void = () => {}
  const until = new Promise((resolve) => {
    go = resolve
  })
  waiters.push(go)
  return { until, go }
}

const same = (value: unknown): unknown => value
/** What the calls back have come to. */
const cameBack: unknown[] = []

class Borrowing {
  async uncurried(): Promise<unknown> {
    const { until, go } = waiter()
    then(ref(Asked, 'asked').call.ask(), same).then(go)
    return await until
  }
  async twice(): Promise<unknown> {
    const { until, go } = waiter()
    promiseThen(ref(Asked, 'asked').call.ask(), same).then(same).then(go)
    return await until
  }
  async method(): Promise<unknown> {
    const { until, go } = waiter()
    Promise.prototype.then.call(ref(Asked, 'asked').call.ask(), go)
    return await until
  }
  async derived(): Promise<unknown> {
    const { until, go } = waiter()
    Promise.prototype.then.call(ref(Asked, 'asked').call.ask().then(same), same).then(go)
    return await until
  }
  async reflected(): Promise<unknown> {
    const { until, go } = waiter()
    Reflect.apply(Promise.prototype.then, ref(Asked, 'asked').call.ask(), [go])
    return await until
  }
  /** Its own `then` tells the call what comes of it, by whatever way it is called. */
  async own(): Promise<unknown> {
    const { until, go } = waiter()
    Promise.resolve(ref(Asked, 'asked').call.ask())
      .then(same)
      .finally(() => {})
      .catch(same)
      .then(go)
    return await until
  }
  async caught(): Promise<unknown> {
    const { until, go } = waiter()
    Promise.prototype.finally
      .call(Promise.prototype.catch.call(ref(Asked, 'asked').call.ask(), same), () => {})
      .then(go)
    return await until
  }
  /** Waits for its call and nothing else. */
  async plain(): Promise<unknown> {
    return await ref(Asked, 'asked').call.ask().then(same).then(same)
  }
  free(): string {
    return 'free'
  }
}
class Asked {
  async ask(): Promise<void> {
    const back = ref(Borrowing, 'borrowing').call.free()
    cameBack.push(await back.catch(({ code }: { code: string }) => code))
  }
}
const ways = ['uncurried', 'twice', 'method', 'derived', 'reflected', 'own', 'caught'] as const
defineServer(Borrowing, { name: 'borrowing', calls: [...ways, 'plain', 'free'] })
defineServer(Asked, { name: 'asked', calls: ['ask'] })

describe('a handler that gives the resolve function of a promise to what comes of its call', () => {
  const come = async (way: (typeof ways)[number] | 'plain') => {
    cameBack.length = 0
    await new Kernel({ report: () => {} }).run(async () => {
      await start(Borrowing)
      await start(Asked)
      const going = globalThis.setInterval(() => emitter.emit('go'), 20)
      try {
        await ref(Borrowing, 'borrowing').call[way]()
        // Behind what it called back.
        await ref(Asked, 'asked').call.ask()
      } finally {
        clearInterval(going)
      }
    })
    return cameBack[0]
  }

  it.each(ways)('is in no circle that is told at once: %s', async (way) => {
    expect(await come(way)).toBe('free')
  })

  it('but is in one where it waits for that alone', async () => {
    expect(await come('plain')).toBe('CALL_CYCLE')
  })
})
