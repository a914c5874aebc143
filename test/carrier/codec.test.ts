import { createSecretKey } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { defineServer, ref, transfer } from 'heartwood'
import { StructuredCodec } from 'heartwood/carrier'
import { describe, expect, it } from 'vitest'
import {
  type Carrier,
  DownMessage,
  ExitMessage,
  HeartwoodError,
  Kernel,
  Pid,
  portable,
  Reference,
  type Terms,
} from '../../src/kernel/index.js'

const here = new Kernel({ node: 'here', creation: 1 }).withNodes()
const there = new Kernel({ node: 'there', creation: 7 }).withNodes()
const codec = new StructuredCodec()

/** What a value is in the other kernel: it was cloned on the way. */
function crossed<T>(value: T, from: Terms = here, to: Terms = there): T {
  const encoded = codec.encode(value, from, false)
  const moves = codec.takeMoves() as ArrayBuffer[]
  return codec.decode(structuredClone(encoded, { transfer: moves }), to) as T
}

const pid = (): Pid => here.kernel.spawn(() => new Promise(() => {}))

class Money {
  constructor(readonly cents: number) {}
  get euros(): number {
    return this.cents / 100
  }
}
portable(Money)

class TooPoor extends RangeError {
  constructor(
    readonly missing: Money,
    options?: ErrorOptions,
  ) {
    super(`missing ${missing.cents}`, options)
  }
}
portable(TooPoor, { name: 'bank.TooPoor' })

describe('what has no end, or seems so', () => {
  it('an array of little but holes is copied by what it has', () => {
    const holes: unknown[] = []
    holes[3_999_999_999] = { last: true }
    holes.length = 4_000_000_000
    expect(Object.entries(crossed(holes))).toEqual([['3999999999', { last: true }]])
    expect(crossed([holes, holes]).map(({ length }) => length)).toEqual([4_000_000_000, 4_000_000_000])
    expect(crossed(new Array(3)).length).toBe(3)
    expect(Object.keys(crossed(Object.assign(new Array(2), { 1: 'b', more: 'c' })))).toEqual(['1', 'more'])
  })

  it('an array in which there are none before it is looked at', () => {
    const shared = { all: [] as unknown[] }
    shared.all.length = 4_000_000_000
    const many = Array.from({ length: 1_500 }, (_, at) => ({ at }))
    expect(crossed([shared, shared, many, many.map((each) => ({ each }))])).toHaveLength(4)
  })

  it('what makes a new object each time that it is read is refused', () => {
    const deep = (): object => ({
      get parent() {
        return deep()
      },
    })
    expect(() => crossed(deep())).toThrow(
      expect.objectContaining({
        code: 'NOT_CLONEABLE',
        message: expect.stringContaining('nested deeper than 1000'),
      }),
    )
  })
})

describe('bytes to another program', () => {
  const program = new StructuredCodec({ memory: false })
  /** What messages of one frame of Node's channel are there. */
  const together = (...values: unknown[]): unknown[] => {
    const frame = serialize(values.map((value) => program.encode(value, here, false)))
    return (deserialize(frame) as unknown[]).map((encoded) => program.decode(encoded, there))
  }
  class Samples extends Float32Array {}
  const views: ArrayBufferView[] = [
    new Uint8Array([1, 2, 3]).subarray(1),
    new Float64Array([1.5, 2.5]),
    new BigInt64Array([7n]),
    new Uint8ClampedArray([255]),
    new DataView(new Uint8Array([4, 5, 6]).buffer, 1, 2),
    Buffer.from('abc'),
  ]

  it.each(
    views.map((view) => [view.constructor.name, view] as const),
  )('%s has a buffer of its own', (_, view) => {
    const [secret, copy] = together({ secret: 'of another caller' }, { view }) as [
      object,
      { view: ArrayBufferView },
    ]
    expect(secret).toEqual({ secret: 'of another caller' })
    expect(copy.view).toStrictEqual(
      view instanceof Uint8Array && !Buffer.isBuffer(view) ? view.slice() : view,
    )
    expect(copy.view.buffer.byteLength).toBe(view.byteLength)
  })

  it('of two messages are moved apart', () => {
    const [one, other] = together(new Uint8Array([1, 2]), new Uint8Array([3, 4])) as Uint8Array<ArrayBuffer>[]
    structuredClone(one, { transfer: [one?.buffer as ArrayBuffer] })
    expect(one?.byteLength).toBe(0)
    expect([...(other as Uint8Array)]).toEqual([3, 4])
  })

  it.each([program, codec])('in a class that extends a kind of them are of that kind', (each) => {
    const encoded = structuredClone(each.encode(new Samples([1.5]), here, false))
    expect(each.decode(encoded, there)).toStrictEqual(new Float32Array([1.5]))
  })
})

describe('data', () => {
  it.each([
    ['numbers', [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 10n ** 30n]],
    ['words', ['', 'wörter', '\u{1F332}', true, false, null, undefined]],
    ['objects', { a: { b: [{ c: 1 }] }, 'd e': undefined }],
    ['maps and sets', new Map<unknown, unknown>([[{ k: 1 }, new Set([1, [2]])]])],
    ['dates and patterns', [new Date(0), /a+/giu]],
    ['bytes', [new Uint8Array([1, 2]), new Float64Array([1.5]), new Uint8Array([9, 8, 7]).subarray(1, 2)]],
    ['bytes of Node', Buffer.from('abc')],
    ['boxes', [Object(1), Object('x'), Object(true)]],
    ['addresses', new URL('https://example.org/a?b#c')],
    ['registered symbols', [Symbol.for('x')]],
    ['a key that is a prototype elsewhere', JSON.parse('{"__proto__": {"x": 1}}')],
  ])('%s are the same there', (_, value) => {
    const copy = crossed(value)
    expect(copy).toStrictEqual(value)
    if (typeof value === 'object') expect(copy).not.toBe(value)
  })

  it('keeps cycles, and what is there twice', () => {
    const shared = { n: 1 }
    const value: Record<string, unknown> = { one: shared, two: shared, list: [] }
    value.self = value
    const copy = crossed(value)
    expect(copy.self).toBe(copy)
    expect(copy.one).toBe(copy.two)
  })

  it('is what it was when it was sent', () => {
    const value = { list: [1], bytes: new Uint8Array([1]) }
    const encoded = codec.encode(value, here, false)
    value.list.push(2)
    value.bytes[0] = 2
    expect(codec.decode(encoded, there)).toEqual({ list: [1], bytes: new Uint8Array([1]) })
  })

  it('is moved where that is asked for, and memory that is shared stays shared', () => {
    const bytes = new Uint8Array([1, 2, 3])
    const copy = crossed({ a: transfer({ part: bytes.subarray(1) }, [bytes.buffer]) }) as unknown as {
      a: { part: Uint8Array }
    }
    expect([...copy.a.part]).toEqual([2, 3])
    expect(bytes.byteLength).toBe(0)
    expect(() => codec.encode(transfer(bytes, [bytes.buffer]), here, false)).toThrow(/moved before/)
    const memory = new Int32Array(new SharedArrayBuffer(4))
    const other = crossed(memory)
    other[0] = 42
    expect(memory[0]).toBe(42)
  })
})

describe('pids and references', () => {
  it('are the same object each time, and themselves at home again', () => {
    const mine = pid()
    const theirs = crossed(mine)
    expect(theirs).toBeInstanceOf(Pid)
    expect(theirs.node).toBe('here')
    expect(crossed({ deep: [mine] }).deep[0]).toBe(theirs)
    expect(crossed(theirs, there, here)).toBe(mine)
    const ref = new Reference()
    const away = crossed(ref)
    expect(away).toBeInstanceOf(Reference)
    expect(crossed(away)).toBe(away)
    expect(crossed(away, there, here)).toBe(ref)
  })

  it('may be keys of maps and members of sets', () => {
    const mine = pid()
    const { map, set } = crossed({ map: new Map([[mine, { by: mine }]]), set: new Set([mine]) })
    const [[key, value]] = [...map] as [[Pid, { by: Pid }]]
    expect(value.by).toBe(key)
    expect(set.has(key)).toBe(true)
  })
})

describe('errors', () => {
  it('keep class, fields, cause and stack', () => {
    const error = new TooPoor(new Money(5), { cause: new TypeError('why') })
    const copy = crossed(error)
    expect(copy).toBeInstanceOf(TooPoor)
    expect(copy.message).toBe('missing 5')
    expect(copy.missing.euros).toBe(0.05)
    expect(copy.cause).toBeInstanceOf(TypeError)
    expect(copy.stack).toBe(error.stack)
    expect(Object.keys(copy)).toEqual(['missing'])
  })

  it('of a class that nobody knows are of the nearest that is known, and keep their name', () => {
    class Odd extends TooPoor {
      override name = 'Odd'
    }
    const copy = crossed(new Odd(new Money(1)))
    expect(copy).toBeInstanceOf(TooPoor)
    expect(copy.name).toBe('Odd')
    expect(crossed(new AggregateError([new Error('a')], 'all')).errors[0].message).toBe('a')
  })

  it('of Heartwood are told by their code', () => {
    const error = new HeartwoodError('CALL_TIMEOUT', 'late', { server: pid() })
    const copy = crossed(error)
    expect(HeartwoodError.is(copy, 'CALL_TIMEOUT')).toBe(true)
    expect(copy.details.server).toBeInstanceOf(Pid)
  })

  it('that are their own cause, too', () => {
    const error = new Error('loop')
    error.cause = error
    const copy = crossed(error)
    expect(copy.cause).toBe(copy)
  })
})

describe('objects', () => {
  it('of portable classes are what they were', () => {
    const copy = crossed([
      new Money(100),
      new ExitMessage(pid(), 'why'),
      new DownMessage('DOWN', new Reference(), pid(), 1),
    ])
    expect(copy[0]).toBeInstanceOf(Money)
    expect(copy[1]).toBeInstanceOf(ExitMessage)
    expect(copy[2]).toBeInstanceOf(DownMessage)
  })

  it('may be made by a function, of fields that are whole', () => {
    class Account {
      readonly #owner: Pid
      constructor(owner: Pid) {
        this.#owner = owner
      }
      get owner(): Pid {
        return this.#owner
      }
    }
    portable(Account, {
      fields: ({ owner }) => ({ owner }),
      make: ({ owner }: Account) => new Account(owner),
    })
    const mine = pid()
    const copy = crossed({ account: new Account(mine), owner: mine })
    expect(copy.account.owner).toBe(copy.owner)
  })

  it('have a name of their own', () => {
    const Other = class Money {}
    expect(() => portable(Other)).toThrow(/a name that no other class has/)
  })

  class Unknown {}
  it.each([
    ['a function', () => ({ args: [{ stream: () => {} }] }), 'message.args[0].stream is a function'],
    ['a symbol', () => [Symbol('s')], 'message[0] is a symbol'],
    ['a promise', () => ({ p: Promise.resolve() }), 'message.p is a promise'],
    ['a key that is a symbol', () => ({ [Symbol('k')]: 1 }), 'message[Symbol(k)] is a symbol'],
    [
      'an object',
      () => new Map([['x', { it: new Unknown() }]]),
      'message.get("x").it is an object of class Unknown',
    ],
    ['a member', () => new Set([new Unknown()]), 'is an object of class Unknown'],
    [
      'a field of an error',
      () => Object.assign(new Error('e'), { socket: new Unknown() }),
      'message.socket is an object of class Unknown',
    ],
    ['the whole', () => new Unknown(), 'message is an object of class Unknown'],
  ])('%s that cannot cross is named', (_, make, words) => {
    expect(() => codec.encode(make(), here, false)).toThrow(words)
    expect(() => codec.encode(make(), here, false)).toThrow(
      expect.objectContaining({ code: 'NOT_CLONEABLE' }),
    )
  })

  it('of reasons become text where they cannot cross', () => {
    const reason = Object.assign(new Error('e'), { socket: new Unknown() })
    const copy = codec.decode(codec.encode(reason, here, true), there) as Error & { socket: string }
    expect(copy.message).toBe('e')
    expect(copy.socket).toMatch(/Unknown/)
  })
})

it('a codec is what a carrier needs of one', () => {
  const asked: Pick<Carrier, 'encode' | 'decode'> = codec
  expect(asked).toBe(codec)
})

/** Objects in each other. */
function nested(levels: number): object {
  let at: object = {}
  for (let level = 1; level < levels; level++) at = { at }
  return at
}

const refusal = (value: unknown, using = codec): unknown => {
  try {
    using.encode(value, here, false)
    return undefined
  } catch (error) {
    return error
  }
}

describe('what the engine would refuse when it is sent', () => {
  it('may be 1,000 objects deep, and what is at the bottom arrives as what it is', () => {
    let deep: unknown = [pid()]
    for (let level = 1; level < 999; level++) deep = [deep]
    let at = crossed(deep as object)
    while (Array.isArray(at)) at = at[0]
    expect(at).toBeInstanceOf(Pid)
    expect(refusal([deep])).toMatchObject({
      code: 'NOT_CLONEABLE',
      details: { what: 'nested deeper than 1000 objects' },
    })
  })

  it('may have any number of objects twice', () => {
    const rows = Array.from({ length: 1_500 }, (_, id) => ({ id }))
    const [once, again] = crossed([rows, [...rows]])
    expect(again).toEqual(once)
    expect(again?.[1_499]).toBe(once?.[1_499])
  })

  it('is refused here: what is nested too deeply, also by references across', () => {
    const all: { next?: object }[] = []
    for (let at = 0; at < 2_000; at++) all.unshift({ next: all[0] as object })
    for (const deep of [nested(5_000), { all }]) {
      expect(refusal(deep)).toMatchObject({
        code: 'NOT_CLONEABLE',
        message: expect.stringContaining('message is nested deeper than 1000 objects'),
      })
      expect(codec.encode(deep, here, true)).toEqual([expect.stringContaining('nested deeper')])
    }
  })

  it('and what is larger than the engine has room for', () => {
    const text = 'x'.repeat(1_048_576)
    expect(refusal(new Array(513).fill(text))).toMatchObject({
      code: 'NOT_CLONEABLE',
      message: expect.stringContaining('message is larger than 536870912 bytes'),
    })
  })

  it('and what was moved before, or cannot be', () => {
    const { port1, port2 } = new MessageChannel()
    const buffer = new ArrayBuffer(8)
    const view = new Uint8Array(buffer)
    codec.encode(transfer([port1, buffer], [port1, buffer]), here, false)
    expect(codec.takeMoves()).toHaveLength(2)
    expect(buffer.byteLength).toBe(0)
    for (const again of [transfer(port1, [port1]), transfer(buffer, [buffer]), [buffer], view])
      expect(refusal(again)).toMatchObject({ code: 'NOT_CLONEABLE' })
    port2.close()
  })

  it('and a port for another program, for which a buffer is copied', () => {
    const program = new StructuredCodec({ memory: false })
    const { port1 } = new MessageChannel()
    expect(refusal(transfer(port1, [port1]), program)).toMatchObject({
      message: expect.stringContaining('message is a message port'),
    })
    const buffer = new ArrayBuffer(8)
    program.encode(transfer(buffer, [buffer]), here, false)
    expect([buffer.byteLength, program.takeMoves()]).toEqual([8, []])
    port1.close()
  })

  it('moves nothing then', () => {
    const buffer = new ArrayBuffer(8)
    expect(refusal(transfer({ buffer, done() {} }, [buffer]))).toMatchObject({ code: 'NOT_CLONEABLE' })
    expect(codec.takeMoves()).toEqual([])
    const dry = new StructuredCodec({ moving: false })
    expect(refusal(transfer(buffer, [buffer]), dry)).toBeUndefined()
    expect(buffer.byteLength).toBe(8)
  })
})

describe('what cannot be read', () => {
  const getter = Object.defineProperty({}, 'secret', {
    enumerable: true,
    get() {
      throw new Error('not now')
    },
  })
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()

  it('is refused with its path', () => {
    expect(refusal({ list: [getter] })).toMatchObject({
      code: 'NOT_CLONEABLE',
      message: expect.stringMatching(/message\.list\[0\]\.secret is not readable \(.*not now/),
    })
    expect(refusal({ draft: proxy })).toMatchObject({ code: 'NOT_CLONEABLE' })
    expect(refusal(proxy)).toMatchObject({ code: 'NOT_CLONEABLE' })
  })

  it('is told as text in a reason, beside what can be read', () => {
    const error = Object.assign(new Error('draft'), { draft: proxy, code: 7 })
    Object.defineProperty(error, 'response', Object.getOwnPropertyDescriptor(getter, 'secret') as object)
    const told = codec.decode(structuredClone(codec.encode(error, here, true)), there)
    expect(told).toMatchObject({ message: 'draft', code: 7, response: expect.stringContaining('not now') })
    expect(codec.encode(proxy, here, true)).toEqual([expect.stringContaining('cannot be read')])
  })
})

describe('an error whose class says what it is', () => {
  it('keeps its name, message and code', () => {
    const told = crossed(new DOMException('hello', 'TimeoutError'))
    expect(told).toMatchObject({ name: 'TimeoutError', message: 'hello', code: 23 })
    class Computed extends RangeError {
      override get message(): string {
        return 'computed'
      }
    }
    const computed = crossed(new Computed())
    expect([computed.message, computed instanceof RangeError]).toEqual(['computed', true])
  })
})

class Shop {
  open(): void {}
}
defineServer(Shop, { casts: ['open'] })

it.each<[string, () => unknown, string]>([
  ['a Blob', () => new Blob([]), 'its bytes'],
  ['a stream', () => new ReadableStream(), 'its pieces'],
  ['a signal', () => new AbortController().signal, 'a cast when it aborts'],
  ['a generator', () => (function* () {})(), 'a list of its values'],
  ['a key', () => createSecretKey(Buffer.alloc(8)), 'export()'],
  ['headers', () => new Headers(), 'its entries'],
  ['a ref', () => ref(Shop, 'shop'), 'its pid'],
  ['an own class that is called like a built-in one', () => new (class Headers {})(), 'portable(Headers)'],
])('says what to send in place of %s', (_, make, advice) => {
  const encode = () => new StructuredCodec().encode({ in: make() }, new Kernel().withNodes(), false)
  expect(encode).toThrow(expect.objectContaining({ message: expect.stringContaining(advice) }))
})
