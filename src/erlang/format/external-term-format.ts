/** The External Term Format: what Erlang's `term_to_binary` writes, and what travels between nodes. */
import { types } from 'node:util'
import { inflateSync } from 'node:zlib'
import { isRevoked, type Rules, rules } from '../../kernel/index.js'
import { erlangError } from '../errors.js'
import { FORM_RULES, type FormOptions, formsOf, textForms } from './forms.js'
import { checkTermOptions, type DecodeLimits, LIMIT_RULES, SIZE, type TermLimits } from './limits.js'
import * as tag from './tags.js'
import { TermReader } from './term-reader.js'
import { TermWriter } from './term-writer.js'

/** The options of {@link decode}: the form of values, and limits. */
export interface DecodeOptions extends DecodeLimits, FormOptions {}

export interface EncodeOptions extends TermLimits {
  /** Called with a value that has no term, such as an instance of a class. Its result is sent instead. */
  readonly replace?: (value: unknown) => unknown
}

const { atoms: _atoms, ...WRITER_LIMITS } = LIMIT_RULES
const ENCODE_RULES: Rules = { ...WRITER_LIMITS, replace: rules.action }
const DECODE_RULES: Rules = {
  ...LIMIT_RULES,
  ...FORM_RULES,
}
const NO_LIMITS: DecodeLimits = {}

/**
 * Returns the value of a term.
 *
 * @param bytes the whole output of `term_to_binary`, also compressed
 * @param options the form of binaries, floats and maps; limits on size, depth and new atoms
 * @returns the value by the table in the guide "Erlang's terms"
 * @throws TERM_INVALID for bytes that are no term, and for a term of one node alone (LOCAL_EXT); it names the byte
 * @throws TERM_LIMIT for a term beyond a limit
 * @throws TERM_OPTION_INVALID
 *
 * OTP: `binary_to_term/2`.
 *
 * @example
 * ```ts
 * import { decode } from 'heartwood/erlang'
 *
 * const [tag, name] = decode(Uint8Array.of(131, 104, 2, 119, 2, 111, 107, 109, 0, 0, 0, 3, 97, 110, 110)) as Iterable<unknown>
 * console.log(String(tag), name) // ok ann
 * ```
 */
export function decode(bytes: Uint8Array, options?: DecodeOptions): unknown {
  if (!types.isUint8Array(bytes))
    throw erlangError('TERM_INVALID', { offset: 0, place: '0', problem: 'decode takes a Uint8Array' })
  if (options !== undefined) checkTermOptions('decode', options, DECODE_RULES)
  const limits = options ?? NO_LIMITS
  const forms = options === undefined ? textForms : formsOf(options)
  const reader = new TermReader(bytes, limits, { at: 1, forms })
  if (bytes[0] !== tag.VERSION)
    reader.invalid(
      bytes.length === 0
        ? 'there is nothing'
        : `it begins with ${bytes[0]}, and a term begins with ${tag.VERSION}`,
      0,
    )
  if (bytes[1] !== tag.COMPRESSED) return wholeTerm(reader)
  const inflated = inflate(bytes, limits, reader)
  return wholeTerm(new TermReader(inflated, limits, { forms, within: ' of what it is inflated to' }))
}

function wholeTerm(reader: TermReader): unknown {
  const value = reader.term()
  if (!reader.isAtEnd) reader.invalid('the term is over, but more bytes follow')
  return value
}

/** Inflates a term. The size that the peer states limits what is inflated, and the limit of the option limits that size. */
function inflate(bytes: Uint8Array, { size = SIZE }: DecodeLimits, reader: TermReader): Uint8Array {
  if (bytes.length < 6) reader.invalid('the size of a compressed term is missing', bytes.length)
  const said = new DataView(bytes.buffer, bytes.byteOffset).getUint32(2)
  if (said > size)
    throw erlangError('TERM_LIMIT', {
      offset: 2,
      place: '2',
      limit: 'size',
      problem: `it would be inflated to ${said} bytes and not at most ${size}`,
    })
  let inflated: Uint8Array
  try {
    inflated = inflateSync(bytes.subarray(6), { maxOutputLength: Math.max(1, said) })
  } catch (cause) {
    const problem = `the compressed term is broken, or larger than the ${said} bytes it says`
    throw erlangError('TERM_INVALID', { offset: 6, place: '6', problem }, { cause })
  }
  if (inflated.length === said) return inflated
  return reader.invalid(`a compressed term of ${inflated.length} bytes says that it has ${said}`, 2)
}

/**
 * Returns the bytes of a value, as a term.
 *
 * @param value a value of the table in the guide "Erlang's terms"; a string is a binary, an atom is {@link atom}
 * @param options limits; what to send for values that have no term
 * @throws TERM_NOT_ENCODABLE for a value that has no term, is nested too deep or is too large; it names the place in the value
 * @throws TERM_OPTION_INVALID
 *
 * OTP: `term_to_binary/1`.
 *
 * @example
 * ```ts
 * import { atom, encode, tuple } from 'heartwood/erlang'
 *
 * console.log(encode(tuple(atom('ok'), 'ann')).length) // 15
 * ```
 */
export function encode(value: unknown, options?: EncodeOptions): Uint8Array {
  if (options !== undefined) checkTermOptions('encode', options, ENCODE_RULES)
  if (isRevoked(value)) {
    const problem = 'a proxy that was revoked has no term'
    throw erlangError('TERM_NOT_ENCODABLE', { place: 'the value', problem, value })
  }
  const writer = new TermWriter(options ?? NO_LIMITS)
  writer.byte(tag.VERSION)
  writer.term(value)
  return writer.written
}
