import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { call, defineServer, getState, ref, start, startLink, stop } from '../../src/genserver/index.js'
import { type Pid, self, sleep } from '../../src/kernel/index.js'
import { failure, world } from './world.js'

class Counter {
  #count = 0
  init(start = 0): void {
    this.#count = start
  }
  add(by: number): number {
    this.#count += by
    return this.#count
  }
  async slow(ms: number): Promise<string> {
    await sleep(ms)
    return 'done'
  }
  reset(): void {
    this.#count = 0
  }
  share(list: number[]): boolean {
    return Object.isFrozen(list)
  }
  helper(): void {}
  get size(): number {
    return this.#count
  }
}
defineServer(Counter, { name: 'counter', calls: ['add', 'slow', 'share'], casts: ['reset'] })

describe('ref', () => {
  it('finds a server by its declared name, another name, a pid, or another ref', () =>
    world(async () => {
      const started = await start(Counter)
      await start(Counter, 10, { name: 'other' })
      expect(await ref(Counter).call.add(1)).toBe(1)
      expect(await ref(Counter, 'other').call.add(1)).toBe(11)
      expect(await ref(Counter, started.target).call.add(1)).toBe(2)
      expect(await ref(Counter, ref(Counter)).call.add(1)).toBe(3)
    }))

  it('by name follows the name from one process to the next; by pid it does not', () =>
    world(async () => {
      const byPid = await start(Counter, 5)
      const byName = ref(Counter)
      expect(byName.pid).toBe(byPid.pid)
      await stop(byName)
      expect(byName.pid).toBeUndefined()
      expect(await failure(byName.call.add(1))).toMatchObject({ code: 'CALL_NOPROC' })
      const next = await start(Counter, 5)
      expect(byName.pid).toBe(next.pid)
      expect(await byName.call.add(1)).toBe(6)
      expect(await failure(byPid.call.add(1))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('asks what knows an address for it at every use', () =>
    world(async () => {
      const at: { target: Pid | string } = { target: 'nobody' }
      const counter = ref(Counter, at)
      expect(await failure(counter.call.add(1))).toMatchObject({ code: 'CALL_NOPROC' })
      at.target = (await start(Counter, 1)).target
      expect(await counter.call.add(1)).toBe(2)
      expect(counter.pid).toBe(at.target)
      expect(counter.name).toBeUndefined()
      at.target = (await start(Counter, 5, { name: 'other' })).target
      expect(await counter.call.add(1)).toBe(6)
      counter.cast.reset()
      expect(await ref(Counter, 'other').call.add(1)).toBe(1)
    }))

  it('finds a server under a name that something else keeps', () =>
    world(async () => {
      class Kept {
        hello(): string {
          return 'kept'
        }
      }
      let owner: Pid | undefined
      const name = {
        whereis: () => owner,
        register: () => {
          owner = self()
        },
        get target(): Pid | string {
          return owner ?? 'kept elsewhere'
        },
      }
      defineServer(Kept, { name, calls: ['hello'] })
      expect(await failure(ref(Kept).call.hello())).toMatchObject({ code: 'CALL_NOPROC' })
      const { pid } = await start(Kept)
      expect(owner).toBe(pid)
      expect(await ref(Kept).call.hello()).toBe('kept')
      expect(await failure(start(Kept))).toMatchObject({ code: 'ALREADY_STARTED', details: { pid } })
    }))

  it('is a server reference for every function that takes one', () =>
    world(async () => {
      await startLink(Counter)
      expect(await getState(ref(Counter))).toBeInstanceOf(Counter)
      await stop(ref(Counter))
    }))

  it('needs a table, and a name or a target', () =>
    world(async () => {
      class Nameless {}
      expect(await failure(() => ref(Nameless))).toMatchObject({ code: 'CLASS_UNDEFINED' })
      defineServer(Nameless, {})
      expect(await failure(() => ref(Nameless))).toMatchObject({
        code: 'CLASS_UNNAMED',
        details: { class: 'Nameless' },
      })
    }))

  it('prints as what it means', () =>
    world(async () => {
      const started = await start(Counter)
      expect(String(ref(Counter))).toBe('Counter(counter)')
      expect(String(started)).toBe(`Counter(${started.pid})`)
      expect(ref(Counter).name).toBe('counter')
    }))
})

describe('call', () => {
  it('takes a time-out and a signal for one call', () =>
    world(async (kernel) => {
      const counter = await start(Counter)
      const late = failure(counter.with({ timeout: 50 }).call.slow(100))
      const standard = counter.call.slow(0)
      const controller = new AbortController()
      const aborted = failure(
        counter.with({ timeout: 1_000 }).with({ signal: controller.signal }).call.slow(1),
      )
      controller.abort()
      await kernel.clock.advance(100)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT', details: { timeout: 50, request: 'slow' } })
      expect(await aborted).toMatchObject({ code: 'CALL_ABORTED' })
      expect(await standard).toBe('done')
    }))

  it('shares nothing that either side could change', () =>
    world(async () => {
      const counter = await start(Counter)
      expect(await counter.call.share([1])).toBe(true)
    }))

  it('is the same client each time', () =>
    world(async () => {
      const counter = ref(Counter)
      expect(counter.call).toBe(counter.call)
      expect(counter.cast).toBe(counter.cast)
    }))
})

describe('cast', () => {
  it('returns nothing, and never fails for want of a server', () =>
    world(async () => {
      expect(ref(Counter).cast.reset()).toBeUndefined()
      const counter = await start(Counter, 5)
      expect(counter.cast.reset()).toBeUndefined()
      expect(await counter.call.add(0)).toBe(0)
    }))
})

describe('a wrong name', () => {
  const wrong: [string, () => unknown, object][] = [
    [
      'a cast that is called',
      () => anyCall().reset(),
      { code: 'NOT_CALLABLE', text: 'it is a cast. Use ref.cast.reset(…)' },
    ],
    [
      'a call that is cast',
      () => anyCast().add(1),
      { code: 'NOT_CASTABLE', text: 'it is a call. Use ref.call.add(…)' },
    ],
    [
      'a cast that is sent as a request',
      () => (ref(Counter).request as unknown as Loose).reset(),
      { code: 'NOT_CALLABLE', text: 'it is a cast' },
    ],
    ['a helper', () => anyCall().helper(), { code: 'NOT_CALLABLE', text: 'not in the handler table' }],
    ['a getter', () => anyCall().size(), { code: 'NOT_CALLABLE', text: 'it is a property, not a method' }],
    [
      'a callback of the engine',
      () => anyCall().init(),
      { code: 'NOT_CALLABLE', text: 'callback of the engine' },
    ],
    [
      'a name the class does not have',
      () => anyCall().ad(1),
      { code: 'NOT_CALLABLE', text: 'Its calls are: add, slow, share' },
    ],
    [
      'such a name that is cast',
      () => anyCast().rest(),
      { code: 'NOT_CASTABLE', text: 'Its casts are: reset' },
    ],
  ]
  it.each(wrong)('%s throws what it is and what to do', (_, act, {
    code,
    text,
  }: { code?: string; text?: string }) =>
    world(async () => {
      const error = await failure(act)
      expect(error.code).toBe(code)
      expect(error.message).toContain(text)
    }))

  it('rejects a call, as all that goes wrong with one does', () =>
    world(async () => {
      const codes = [anyCall().reset(), anyCall().ad(1)].map((call) =>
        (call as Promise<unknown>).catch((error: { code: string }) => error.code),
      )
      expect(await Promise.all(codes)).toEqual(['NOT_CALLABLE', 'NOT_CALLABLE'])
    }))

  it('is no harm to what looks at any object', () =>
    world(async () => {
      const { call: client } = ref(Counter)
      expect(await Promise.resolve(client)).toBe(client)
      expect(inspect(client)).toContain('Generated')
      expect(JSON.stringify({ client })).toBe('{"client":{}}')
      expect(String(client)).toBe('[object Object]')
      expect('add' in client).toBe(true)
    }))
})

it('a class is no server reference: its ref is', () =>
  world(async () => {
    expect(await failure(call(Counter as never, 'x'))).toMatchObject({ code: 'SERVER_REF_INVALID' })
  }))

type Loose = Record<string, (...args: unknown[]) => unknown> & {
  reset(): unknown
  add(by: number): unknown
  helper(): unknown
  size(): unknown
  init(): unknown
  ad(by: number): unknown
  rest(): unknown
}
const anyCall = () => ref(Counter).call as unknown as Loose
const anyCast = () => ref(Counter).cast as unknown as Loose
