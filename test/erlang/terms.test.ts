import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { deflateSync } from 'node:zlib'
import { formatReason } from 'heartwood'
import {
  atom,
  BitString,
  decode,
  ErlangPid,
  ErlangPort,
  ErlangReference,
  ExternalFun,
  encode,
  float,
  ImproperList,
  tuple,
} from 'heartwood/erlang'
import { describe, expect, it } from 'vitest'
import { atomCount } from '../../src/erlang/terms/atom.js'

const term = (...bytes: readonly number[]): Uint8Array => Uint8Array.of(131, ...bytes)
const refusal = (run: () => unknown): { code: string; message: string } => {
  try {
    run()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('it was not refused')
}
const compressed = (inner: Uint8Array, said = inner.length): Uint8Array =>
  term(80, said >>> 24, (said >>> 16) & 255, (said >>> 8) & 255, said & 255, ...deflateSync(inner))

describe('an atom', () => {
  it('is one object for each name', () => {
    expect(decode(encode(atom('ok')))).toBe(atom('ok'))
    expect(decode(term(100, 0, 2, 111, 107))).toBe(atom('ok'))
    expect(decode(term(115, 1, 0xfc))).toBe(atom('ü'))
    expect(decode(term(119, 2, 0xc3, 0xbc))).toBe(atom('ü'))
    expect(`${atom('ok')} ${JSON.stringify(atom('ok'))}`).toBe('ok "ok"')
  })

  it('has at most 255 characters, all of which UTF-8 can say', () => {
    expect(atom('日'.repeat(255)).name).toHaveLength(255)
    expect(atom('🚀'.repeat(255)).name).toHaveLength(510)
    expect(refusal(() => atom('x'.repeat(256)))).toMatchObject({ code: 'ATOM_INVALID' })
    expect(refusal(() => atom('\ud800'))).toMatchObject({ code: 'ATOM_INVALID' })
    expect(refusal(() => atom(7 as never)).message).toContain('got 7')
    expect(refusal(() => decode(term(118, 1, 0, ...new Uint8Array(256).fill(97)))).code).toBe('TERM_INVALID')
    expect(refusal(() => encode({ ['x'.repeat(256)]: 1 })).code).toBe('TERM_NOT_ENCODABLE')
  })

  it('is forgotten once nobody has it, so that a peer cannot fill the table', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const before = atomCount()
    for (let i = 0; i < 5_000; i++) decode(encode(atom(`made up ${i}`)))
    // A weak reference holds until the turn is over, and what is told of its end comes some turns later.
    for (let turn = 0; turn < 100 && atomCount() - before >= 1_000; turn++) {
      await new Promise(setImmediate)
      collect()
    }
    expect(atomCount() - before).toBeLessThan(1_000)
  })
})

describe('what is decoded', () => {
  it('has bytes where they are asked for, but keys that are texts', () => {
    const value = tuple('text', new Map([['key', 'value']]))
    const [text, map] = decode(encode(value), { binaries: 'bytes' }) as Iterable<unknown>
    expect(text).toEqual(new Uint8Array(Buffer.from('text')))
    expect(map).toEqual(new Map([['key', new Uint8Array(Buffer.from('value'))]]))
  })

  it('has bytes of its own', () => {
    const bytes = Buffer.from(encode(Uint8Array.of(255, 1)))
    const value = decode(bytes) as Uint8Array
    bytes.fill(0)
    expect(value).toEqual(Uint8Array.of(255, 1))
    expect(value.buffer.byteLength).toBe(2)
  })

  it('has numbers, maps and identifiers in other forms where they are asked for', () => {
    expect(decode(encode(float(2)), { floats: 'number' })).toBe(2)
    expect(decode(encode({ a: true }), { maps: 'map' })).toEqual(new Map([[atom('a'), true]]))
    const pid = new ErlangPid('a@b', 1, 2, 3)
    expect(decode(encode([pid, 'text']), { revive: String })).toEqual(['<a@b.1.2>', 'text'])
  })

  it('is one list, in however many parts it comes', () => {
    expect(decode(term(108, 0, 0, 0, 1, 97, 1, 108, 0, 0, 0, 1, 97, 2, 107, 0, 1, 3))).toEqual([1, 2, 3])
    const parts = [131]
    for (let i = 0; i < 100_000; i++) parts.push(108, 0, 0, 0, 1, 97, 7)
    expect(decode(Uint8Array.from([...parts, 106]))).toHaveLength(100_000)
  })

  it('changes no prototype', () => {
    const value = decode(
      encode(JSON.parse('{ "__proto__": { "isAdmin": true }, "constructor": 1 }')),
    ) as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect((value as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
  })

  it('has the forms of nodes before OTP 26', () => {
    const node = [100, 0, 1, 97]
    expect(decode(term(103, ...node, 0, 0, 0, 1, 0, 0, 0, 2, 3))).toEqual(new ErlangPid('a', 1, 2, 3))
    expect(decode(term(114, 0, 1, ...node, 2, 0, 0, 0, 9))).toEqual(new ErlangReference('a', 2, [9]))
    expect(decode(term(101, ...node, 0, 0, 0, 9, 2))).toEqual(new ErlangReference('a', 2, [9]))
    expect(decode(term(102, ...node, 0, 0, 0, 9, 2))).toMatchObject({ id: 9n, creation: 2 })
    const text = [...Buffer.from('1.50000000000000000000e+00'), 0, 0, 0, 0, 0]
    expect(decode(term(99, ...text))).toBe(1.5)
    expect(refusal(() => decode(term(99, ...text.fill(120)))).code).toBe('TERM_INVALID')
  })
})

describe('bytes that are no term', () => {
  it.each([
    ['nothing', [], 0],
    ['another version', [130, 97, 1], 0],
    ['a term of one node alone', [131, 121, 0, 0, 0, 0, 0, 0, 0, 0, 97, 1], 1],
    ['no known kind', [131, 117], 1],
    ['a binary that ends early', [131, 109, 0, 0, 0, 9, 1], 6],
    ['a tuple of more than there is', [131, 105, 255, 255, 255, 255, 97], 6],
    ['a list of more than there is', [131, 108, 255, 255, 255, 255, 97], 6],
    ['a map of more than there is', [131, 116, 127, 255, 255, 255, 97], 6],
    ['an atom that is no UTF-8', [131, 119, 1, 255], 3],
    ['an atom of a cache that is not there', [131, 82, 0], 2],
    ['a float that is no number', [131, 70, 127, 248, 0, 0, 0, 0, 0, 0], 2],
    ['an integer with a wrong sign', [131, 110, 1, 2, 1], 3],
    ['a bit string of nine bits', [131, 77, 0, 0, 0, 1, 9, 1], 6],
    ['a reference of six words', [131, 90, 0, 6, 119, 1, 97], 2],
    ['a pid whose node is no atom', [131, 88, 97, 1], 2],
    ['two terms', [131, 97, 1, 97, 2], 3],
    ['a compressed term without a size', [131, 80, 0], 3],
    ['a compressed term that is none', [131, 80, 0, 0, 0, 9, 1, 2], 6],
  ])('are refused at the byte that is wrong: %s', (_, bytes, at) => {
    const { code, message } = refusal(() => decode(Uint8Array.from(bytes)))
    expect([code, message]).toEqual(['TERM_INVALID', expect.stringContaining(`at byte ${at}:`)])
  })

  it('are refused where they are no bytes', () => {
    expect(refusal(() => decode('text' as never)).code).toBe('TERM_INVALID')
  })
})

describe('a compressed term', () => {
  it('is inflated to what it says, and to no more', () => {
    const inner = encode('x'.repeat(1_000)).subarray(1)
    expect(decode(compressed(inner))).toBe('x'.repeat(1_000))
    expect(refusal(() => decode(compressed(inner, 999))).code).toBe('TERM_INVALID')
    expect(refusal(() => decode(compressed(inner, 1_001))).code).toBe('TERM_INVALID')
    expect(refusal(() => decode(compressed(term(80, 0, 0, 0, 1).subarray(1)))).message).toContain('inflated')
  })

  it('is refused before it is inflated beyond the limit', () => {
    const bomb = compressed(encode('x'.repeat(1_000_000)).subarray(1))
    expect(bomb.length).toBeLessThan(2_000)
    expect(refusal(() => decode(bomb, { size: 10_000 })).code).toBe('TERM_LIMIT')
    expect(refusal(() => decode(compressed(Uint8Array.of(106), 2 ** 32 - 1))).code).toBe('TERM_LIMIT')
  })
})

describe('the limits', () => {
  it('are of size, depth and new atoms', () => {
    const deep = (levels: number): Uint8Array =>
      Uint8Array.from([131, ...Array.from({ length: levels }, () => [104, 1]).flat(), 106])
    expect(decode(deep(255))).toBeDefined()
    expect(refusal(() => decode(deep(256))).code).toBe('TERM_LIMIT')
    expect(refusal(() => decode(deep(3), { depth: 3 })).message).toContain('Raise the limit "depth"')
    expect(refusal(() => decode(encode('text'), { size: 5 })).code).toBe('TERM_LIMIT')
    const names = encode(Array.from({ length: 20 }, (_, at) => ({ [`never seen ${at}`]: 1 })))
    expect(refusal(() => decode(names, { atoms: 19 })).code).toBe('TERM_LIMIT')
    expect(decode(names, { atoms: 20 })).toHaveLength(20)
  })

  it('hold on both sides', () => {
    let deep: unknown = []
    for (let i = 0; i < 300; i++) deep = [deep]
    expect(refusal(() => encode(deep)).message).toContain('deeper than 256 levels')
    expect(refusal(() => encode('x'.repeat(1_000), { size: 500 })).message).toContain('more than 500 bytes')
    const circle: { self?: unknown } = {}
    circle.self = circle
    expect(refusal(() => encode(circle)).message).toContain('or in itself')
    expect(refusal(() => encode(new Array(1e9), { size: 1_000_000 })).code).toBe('TERM_NOT_ENCODABLE')
  })

  it('are checked themselves', () => {
    expect(refusal(() => decode(term(106), { depht: 1 } as never)).message).toContain('did you mean "depth"?')
    expect(refusal(() => encode(1, { depth: 1e9 })).code).toBe('TERM_OPTION_INVALID')
    expect(refusal(() => encode(1, { atoms: 1 } as never)).code).toBe('TERM_OPTION_INVALID')
  })

  it('keep integers to those of a BEAM', () => {
    const digits = (1n << 4_194_304n) - 1n
    expect(decode(encode(digits))).toBe(digits)
    expect(refusal(() => encode(digits + 1n)).code).toBe('TERM_NOT_ENCODABLE')
    const length = 524_289
    const bytes = Uint8Array.from([131, 111, 0, 8, 0, 1, 0, ...new Uint8Array(length).fill(1)])
    expect(refusal(() => decode(bytes)).code).toBe('TERM_LIMIT')
  })
})

describe('what has no term', () => {
  it.each<[unknown, string]>([
    [
      { a: [1, { when: new Date(0) }] },
      'value.a[1].when cannot be sent as an Erlang term: an object of class Date',
    ],
    [[Number.NaN], 'value[0]'],
    [Number.POSITIVE_INFINITY, 'the value'],
    [tuple(1, () => 2), 'value.elements[1]'],
    [new Map([['a b', new Set()]]), 'value.get("a b")'],
    [{ 'a b': Symbol('s') }, 'value["a b"]'],
    [
      new ImproperList([1], new (class Money {})()),
      'value.tail cannot be sent as an Erlang term: an object of class Money',
    ],
    ['\udc00', 'half of a surrogate pair'],
    [new ErlangPid('a', -1, 0, 0), 'not of 32 bits'],
    [new ErlangReference('a', 0, []), '1 to 5 words'],
    [new BitString(Uint8Array.of(1), 9), 'a bit string'],
    [new ErlangPid(7 as never, 0, 0, 0), 'the name of an atom'],
    [new ErlangPort('a', 7 as never, 0), '64 bits'],
    [new ExternalFun('m', 'f', 256), 'from 0 to 255'],
    [new BitString([1] as never, 1), 'a bit string'],
    [new Float64Array(1), 'Float64Array'],
  ])('is refused with its place: %s', (value, text) => {
    const { code, message } = refusal(() => encode(value))
    expect(code).toBe('TERM_NOT_ENCODABLE')
    expect(message).toContain(text)
  })

  it('may be replaced', () => {
    const replace = (value: unknown): unknown => (value instanceof Date ? value.getTime() : undefined)
    expect(decode(encode([new Date(7)], { replace }))).toEqual([7])
    expect(refusal(() => encode([new Set()], { replace })).code).toBe('TERM_NOT_ENCODABLE')
  })

  it('is noticed when it changes while it is read', () => {
    const map = new Map<string, unknown>()
    map.set('a', {
      get grows() {
        map.set(`${map.size}`, 1)
        return 1
      },
    })
    expect(refusal(() => encode(map)).message).toContain('changed while it was read')
  })
})

describe('numbers', () => {
  it('are integers where JavaScript has them exactly, floats elsewhere', () => {
    expect(decode(encode(-0))).toBe(0)
    expect(encode(2 ** 53)[1]).toBe(70)
    expect(decode(encode(5n))).toBe(5)
    expect(Number(float(2)) + 1).toBe(3)
    expect(JSON.stringify([float(2), tuple(1, 'a')])).toBe('[2,[1,"a"]]')
  })

  it('is shown in messages and logs as it is written', () => {
    const told = formatReason(tuple(atom('add'), tuple(atom('a'), [tuple(1, float(2))]), 'x'.repeat(1_000)))
    expect(told).toMatch(/^tuple\(atom\("add"\), tuple\(atom\("a"\), \[/)
    expect(told.length).toBeLessThan(300)
    expect(String(tuple(...new Array<number>(1_000).fill(1)))).toBe(`tuple(${'1, '.repeat(10)}…)`)
  })
})
