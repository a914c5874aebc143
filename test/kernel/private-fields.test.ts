import { Session } from 'node:inspector'
import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hidePrivateFields, redactAlso, SystemClock, snapshot, VirtualClock } from '../../src/kernel/index.js'
import { Allowance } from '../../src/kernel/show/rate-allowance.js'
import { HOSTILE } from './hostile-values.js'

/** A value that is held in a private field. */
class Holder<T> {
  readonly #held: T

  constructor(held: T) {
    this.#held = held
  }

  get held(): T {
    return this.#held
  }
}

describe('private fields in a snapshot', () => {
  // How many are read must not depend on how fast the machine is.
  let spent = 0
  beforeAll(() => {
    vi.spyOn(process, 'cpuUsage').mockImplementation((before) => ({
      user: before === undefined ? 0 : spent,
      system: 0,
    }))
  })
  afterAll(() => void vi.restoreAllMocks())

  it('are shown with a # in front, before public ones, those of a base class first', () => {
    class Base {
      readonly #count = 'of the base'
      readonly name = 'x'
      said(): string {
        return this.#count
      }
    }
    class Counter extends Base {
      readonly #count = 3
      #none: undefined
      readonly #odd = { zero: -0, nan: Number.NaN, big: 10n }
      readonly #nan = Number.NaN
      readonly #big = 10n
      get #twice(): number {
        return this.#count * 2
      }
      #add(): number {
        return this.#count + Number(this.#big)
      }
      sum(): unknown {
        return [this.#twice, this.#add(), this.#none, this.#odd, this.#nan]
      }
    }
    const shown = snapshot(new Counter())
    expect(shown).toEqual({
      '#count': 'of the base',
      '#count (2)': 3,
      '#none': undefined,
      '#odd': { zero: -0, nan: 'NaN', big: '10n' },
      '#nan': 'NaN',
      '#big': '10n',
      name: 'x',
    })
    expect(Object.keys(shown as object).at(-1)).toBe('name')
  })

  it('are shown of what a private field holds, within the depth and the number that are shown', () => {
    const nested = new Holder([new Holder(new Map([['a', new Holder(1)]]))])
    expect(snapshot(nested)).toEqual({ '#held': [{ '#held': { map: [['a', { '#held': 1 }]] } }] })
    expect(snapshot(nested, { depth: 2 })).toEqual({ '#held': ['[object]'] })
    expect(snapshot(nested, { privates: 1 })).toEqual({ '#held': [{}] })
    expect(snapshot(nested, { privates: 0 })).toEqual({})
    const cycle: Holder<unknown[]> = new Holder([])
    cycle.held.push(cycle)
    expect(snapshot(cycle)).toEqual({ '#held': ['[circular]'] })
  })

  it('hold secrets by the same rules', () => {
    class Client {
      readonly #password = 'hunter2'
      readonly #apiKey = 'k-1'
      readonly #tokenCount = 512
      readonly #iban = 'DE00'
      readonly #user = { email: 'ada@example.org' }
      readonly #name = 'authorization'
      readonly #value = 'opensesame'
      readonly #url = 'redis://u:hunter2@host'
      all(): unknown[] {
        return [
          this.#password,
          this.#apiKey,
          this.#tokenCount,
          this.#iban,
          this.#user,
          this.#name,
          this.#value,
          this.#url,
        ]
      }
    }
    redactAlso(['iban', 'user.email'])
    const hidden = '[redacted]'
    expect(snapshot(new Client())).toEqual({
      '#password': hidden,
      '#apiKey': hidden,
      '#tokenCount': 512,
      '#iban': hidden,
      '#user': { email: hidden },
      '#name': 'authorization',
      '#value': hidden,
      '#url': `redis://u:${hidden}@host`,
    })
  })

  it('are kept by a class that says itself how it is shown', () => {
    class ByJson extends Holder<string> {
      toJSON(): string {
        return 'hidden'
      }
    }
    class ByInspect extends Holder<string> {
      [inspect.custom](): string {
        return 'hidden'
      }
    }
    expect(snapshot([new ByJson('x'), new ByInspect('x')])).toEqual([{}, {}])
  })

  it('are not read where that is dear, which is said', () => {
    const wide = Object.assign(
      new Holder(1),
      Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`k${at}`, at])),
    )
    const long = Object.assign(new Holder(1), { text: 'x'.repeat(200_000) })
    const unlisted = new Holder(1)
    for (let at = 0; at < 200; at++) Object.defineProperty(unlisted, `k${at}`, { value: at })
    for (const value of [wide, long, unlisted]) {
      expect(snapshot(value)).toMatchObject({
        '#…': 'private fields are not shown: it has too much beside them',
      })
      expect(snapshot(value)).not.toHaveProperty('#held')
    }
  })

  it('of lists, maps, bytes and proxies are no part of them', () => {
    class List extends Array<number> {
      readonly #x = 1
      x(): number {
        return this.#x
      }
    }
    class Table extends Map {
      readonly #x = 1
      x(): number {
        return this.#x
      }
    }
    class Bytes extends Uint8Array {
      readonly #x = 1
      x(): number {
        return this.#x
      }
    }
    const proxy = new Proxy(new Holder(1), {})
    expect(snapshot([new List(), new Table(), new Bytes(2), proxy])).toEqual([
      [],
      { map: [] },
      '[Bytes of 2 bytes]',
      {},
    ])
  })

  it.each(Object.entries(HOSTILE))('may hold %s', (_, make) => {
    const shown = snapshot(new Holder(make())) as { '#held'?: unknown }
    expect(JSON.stringify(shown)).toBeTypeOf('string')
    expect(shown).toHaveProperty('#held')
  })

  it('run no code of the object, and none that waits for the turn to end', async () => {
    const told: string[] = []
    const trap = (): null => {
      told.push('trap')
      return null
    }
    class Loud {
      readonly #inner = {
        get now(): number {
          told.push('getter')
          return 1
        },
      }
      readonly #trapped = new Proxy({}, { getPrototypeOf: trap })
      get read(): unknown {
        told.push('accessor')
        return [this.#inner, this.#trapped]
      }
    }
    queueMicrotask(() => told.push('microtask'))
    process.nextTick(() => told.push('tick'))
    snapshot(new Loud())
    // That a proxy is asked for its class is no matter of private fields.
    expect(told.filter((what) => what !== 'trap')).toEqual([])
    await Promise.resolve()
  })

  it('are those of another realm, too', () => {
    const made = runInNewContext(
      'class Other { #state = { a: 1 }; get() { return this.#state } }; new Other()',
    )
    expect(snapshot(made)).toEqual({ '#state': { a: 1 } })
  })

  it('hold nothing that was looked at', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const refs: WeakRef<object>[] = []
    const look = (): void => {
      const held = { large: 'x' }
      const holder = new Holder(held)
      expect(snapshot(holder)).toEqual({ '#held': { large: 'x' } })
      refs.push(new WeakRef(held), new WeakRef(holder))
    }
    look()
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect(refs.map((ref) => ref.deref())).toEqual([undefined, undefined])
  })

  it('leave no session open, to which Node would hand all that is logged', () => {
    const connect = vi.spyOn(Session.prototype, 'connect')
    const disconnect = vi.spyOn(Session.prototype, 'disconnect')
    snapshot([new Holder(1), new Holder(2)])
    expect([connect, disconnect].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
    expect(Reflect.ownKeys(Session).filter((key) => typeof key === 'symbol')).toEqual([])
  })

  it('are left out, which is said, once reading them has taken too much time', () => {
    const late = 'private fields are not shown: too many objects were looked at just now'
    const clock = vi.spyOn(SystemClock.prototype, 'now')
    const now = SystemClock.prototype.now.call(new SystemClock()) + 60_000
    // By the machine's clock a read takes as long as by that of the processor.
    clock
      .mockReturnValueOnce(now)
      .mockReturnValueOnce(now)
      .mockReturnValue(now + 100)
    spent = 100_000
    expect(snapshot(new Holder(1))).toEqual({ '#held': 1 })
    spent = 0
    expect(snapshot(new Holder(1))).toEqual({ '#…': late })
    clock.mockReturnValue(now + 900)
    expect(snapshot(new Holder(1))).toEqual({ '#…': late })
    clock.mockReturnValue(now + 1_100)
    expect(snapshot(new Holder(1))).toEqual({ '#held': 1 })
    clock.mockRestore()
  })

  it('are hidden from the program for as long as somebody wants that', () => {
    const first = hidePrivateFields()
    const second = hidePrivateFields()
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    expect(snapshot(new Holder(1))).toEqual({})
    second[Symbol.dispose]()
    expect(snapshot(new Holder(1))).toEqual({ '#held': 1 })
  })
})

describe('an allowance', () => {
  it('fills with time, up to what a second brings', async () => {
    const clock = new VirtualClock()
    const allowance = new Allowance(clock, 10)
    const taken = (): number => {
      let count = 0
      while (allowance.take()) count++
      return count
    }
    expect(taken()).toBe(10)
    await clock.advance(100)
    expect(taken()).toBe(1)
    await clock.advance(60_000)
    expect(taken()).toBe(10)
    allowance.owe(15)
    await clock.advance(1_000)
    expect(taken()).toBe(0)
    await clock.advance(1_000)
    expect(taken()).toBe(5)
  })
})
