/** Random values that have a term. */
import fc from 'fast-check'
import {
  atom,
  BitString,
  ErlangPid,
  ErlangPort,
  ErlangReference,
  ExternalFun,
  float,
  ImproperList,
  tuple,
} from 'heartwood/erlang'

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const node = fc.constantFrom('shop@10.0.0.5', 'a@b', 'größe@host')
const name = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => text.length < 200)
/** Those that are values of JavaScript are not atoms here. */
const OURS = ['true', 'false', 'nil', 'undefined']
const bytes = fc.uint8Array({ maxLength: 12 })

const leaf = fc.oneof(
  fc.constantFrom(true, false, null, undefined),
  fc.integer(),
  fc.maxSafeInteger(),
  fc
    .bigInt()
    .map((value) =>
      BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value,
    ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  fc.maxSafeInteger().map(float),
  fc.constant(float(-0)),
  fc.string({ unit: 'grapheme' }),
  name.filter((text) => !OURS.includes(text)).map(atom),
  // With a byte that no UTF-8 has, or it would come back as a text.
  bytes.map((some) => Uint8Array.of(...some, 255)),
  fc
    .tuple(bytes, fc.integer({ min: 1, max: 7 }), fc.nat(127))
    .map(([some, bits, last]) => new BitString(Uint8Array.of(...some, (last << (8 - bits)) & 255), bits)),
  fc
    .record({ node, id: word, serial: word, creation: word })
    .map((of) => new ErlangPid(of.node, of.id, of.serial, of.creation)),
  fc.tuple(node, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), word).map((of) => new ErlangPort(...of)),
  fc
    .tuple(node, word, fc.array(word, { minLength: 1, maxLength: 5 }))
    .map((of) => new ErlangReference(...of)),
  fc.tuple(name, name, fc.nat(255)).map((of) => new ExternalFun(...of)),
)

export const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value')),
    fc.array(fc.nat(255)),
    fc.array(tie('value'), { maxLength: 5 }).map((elements) => tuple(...elements)),
    fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.integer()), tie('value')), { minLength: 1, maxLength: 5 })
      .map((entries) => new Map(entries)),
    fc
      .tuple(fc.array(tie('value'), { minLength: 1, maxLength: 4 }), leaf)
      .map(([items, tail]) => new ImproperList(items, tail)),
  ),
}))
