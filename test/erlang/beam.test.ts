import fc from 'fast-check'
import {
  atom,
  BitString,
  decode,
  ErlangFun,
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
import { hasErlang, runErlang } from './erlang.js'
import { RandomFrames } from './random-frames.js'
import { value } from './values.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (text: string): Buffer => Buffer.from(text, 'hex')

/** Whether two terms in bytes are one. */
const SAME = `
  begin [One, Two] = string:split(Line, " "),
  try {binary_to_term(Bin(One)), binary_to_term(Bin(Two))} of {T, T} -> "same"; {_, _} -> "other"
  catch error:badarg -> "refused" end end`

/** What is a term of Erlang, and the value that stands for it. */
const PAIRS: readonly (readonly [string, unknown])[] = [
  ['ok', atom('ok')],
  ["''", atom('')],
  ["'größe'", atom('größe')],
  ["'日本'", atom('日本')],
  ['list_to_atom(lists:duplicate(255, $x))', atom('x'.repeat(255))],
  ['list_to_atom(lists:duplicate(255, 26085))', atom('日'.repeat(255))],
  ['true', true],
  ['false', false],
  ['nil', null],
  ['undefined', undefined],
  ['0', 0],
  ['255', 255],
  ['256', 256],
  ['-1', -1],
  ['2147483647', 2 ** 31 - 1],
  ['-2147483648', -(2 ** 31)],
  ['2147483648', 2 ** 31],
  ['-2147483649', -(2 ** 31) - 1],
  ['1795235475165', 1795235475165],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['-9007199254740991', Number.MIN_SAFE_INTEGER],
  ['9007199254740992', 9007199254740992n],
  ['18446744073709551615', 18446744073709551615n],
  ['-18446744073709551616', -18446744073709551616n],
  ['1 bsl 2040', 1n << 2040n],
  ['-(1 bsl 5000) + 1', -(1n << 5000n) + 1n],
  ['1.5', 1.5],
  ['1.0', float(1)],
  ['-0.0', float(-0)],
  ['1.0e300', 1e300],
  ['{}', tuple()],
  ['{ok, 1, [a]}', tuple(atom('ok'), 1, [atom('a')])],
  ['list_to_tuple(lists:seq(1, 300))', tuple(...Array.from({ length: 300 }, (_, at) => at + 1))],
  ['[]', []],
  ['"charlist"', [...Buffer.from('charlist')]],
  ['[1, 256]', [1, 256]],
  ['lists:duplicate(70000, 7)', Array.from({ length: 70_000 }, () => 7)],
  ['[a, b | c]', new ImproperList([atom('a'), atom('b')], atom('c'))],
  ['[1, 2 | 3]', new ImproperList([1, 2], 3)],
  ['<<>>', ''],
  ['<<"text">>', 'text'],
  ['<<"größe 日本"/utf8>>', 'größe 日本'],
  ['<<239, 187, 191, 97>>', '\ufeffa'],
  ['<<239, 191, 189>>', '\ufffd'],
  ['<<255, 0, 1>>', Uint8Array.of(255, 0, 1)],
  ['<<5:3>>', new BitString(Uint8Array.of(0b1010_0000), 3)],
  ['<<1, 1:1>>', new BitString(Uint8Array.of(1, 0b1000_0000), 1)],
  ['#{}', {}],
  ['#{a => 1, b => [2]}', { a: 1, b: [2] }],
  ["#{'__proto__' => 1}", JSON.parse('{ "__proto__": 1 }')],
  ['#{<<"a">> => 1}', new Map([['a', 1]])],
  [
    '#{a => 1, 2 => b}',
    new Map<unknown, unknown>([
      [2, atom('b')],
      [atom('a'), 1],
    ]),
  ],
  [
    'maps:from_list([{X, X} || X <- lists:seq(1, 100)])',
    new Map(Array.from({ length: 100 }, (_, at) => [at + 1, at + 1])),
  ],
  ['fun lists:map/2', new ExternalFun('lists', 'map', 2)],
]

describe.skipIf(!hasErlang)('the same terms', () => {
  // A line is the term in Erlang, and ours in bytes; the answer is Erlang's bytes, plain and compressed, and whether ours are it.
  const program = `
    begin [Text, Ours] = string:split(Line, "@@"), Term = Value(Text),
    [Hex(term_to_binary(Term)), " ", Hex(term_to_binary(Term, [compressed])), " ",
     Hex(term_to_binary(Term, [{minor_version, 1}])), " ", atom_to_list(binary_to_term(Bin(Ours)) =:= Term)] end`
  const answers = hasErlang
    ? runErlang(
        program,
        PAIRS.map(([text, ours]) => `${Buffer.from(text).toString('latin1')}@@${hex(encode(ours))}`),
      )
    : []

  PAIRS.forEach(([text, ours], at) => {
    it(`${text.length > 40 ? `${text.slice(0, 40)}…` : text}: from Erlang, compressed, as older nodes write it, and back`, () => {
      const [plain = '', compressed = '', old = '', isSame] = answers[at]?.split(' ') ?? []
      expect(decode(bytesOf(plain))).toEqual(ours)
      expect(decode(bytesOf(compressed))).toEqual(ours)
      expect(decode(bytesOf(old))).toEqual(ours)
      expect(isSame).toBe('true')
    })
  })
})

describe.skipIf(!hasErlang)('what a node hands out', () => {
  it('is read, and sent back is the same to it', () => {
    const program = `
      begin Terms = [self(), make_ref(), hd(erlang:ports()), fun(X) -> {X, Line} end, fun erlang:send/2],
      [[Hex(term_to_binary(T)), " "] || T <- Terms] end`
    const [line = ''] = runErlang(program, ['x'])
    const values = line
      .trim()
      .split(' ')
      .map((text) => decode(bytesOf(text)))
    expect(values.map((each) => (each as object).constructor)).toEqual([
      ErlangPid,
      ErlangReference,
      ErlangPort,
      ErlangFun,
      ExternalFun,
    ])
    expect(values[0]).toMatchObject({ node: 'nonode@nohost', serial: 0, creation: 0 })
    expect(values[3]).toMatchObject({ module: 'erl_eval', arity: 1 })
    const pairs = line
      .trim()
      .split(' ')
      .map((text, at) => `${text} ${hex(encode(values[at]))}`)
    expect(runErlang(SAME, pairs)).toEqual(values.map(() => 'same'))
  })
})

describe.skipIf(!hasErlang)('random terms', () => {
  it('of ours are what Erlang reads of them', () => {
    const values = fc.sample(value, { numRuns: 200, seed: 1 })
    const program = `
      begin Term = try binary_to_term(Bin(Line)) catch error:badarg -> {refused, Line} end, [Hex(term_to_binary(Term)), " ", Hex(term_to_binary(Term, [compressed]))] end`
    const answers = runErlang(
      program,
      values.map((each) => hex(encode(each))),
    )
    values.forEach((each, at) => {
      for (const text of answers[at]?.split(' ') ?? []) expect(decode(bytesOf(text))).toEqual(each)
    })
    expect(answers).toHaveLength(values.length)
  })

  it('of Erlang are what it reads of ours again', () => {
    const frames = new RandomFrames(5)
    const terms = Array.from({ length: 300 }, () => frames.term())
    const answers = runErlang(
      SAME,
      terms.map((term) => `${hex(term)} ${hex(encode(decode(term)))}`),
    )
    expect(answers.filter((answer) => answer === 'other')).toEqual([])
    expect(answers.filter((answer) => answer === 'same').length).toBeGreaterThan(150)
  })
})
