import type { decode as Decode, encode as Encode } from 'heartwood/erlang'

/** What came of a frame: `read`, or the code of the error; `KEY_TWICE`: it was read, and is no term of a BEAM, so that it cannot be written. */
export type Outcome = 'read' | 'KEY_TWICE' | 'TERM_INVALID' | 'TERM_LIMIT'

/**
 * Reads a frame. What was read is written and read again, and must be the same.
 *
 * @throws whatever is no refusal
 */
export function judge(frame: Uint8Array, decode: typeof Decode, encode: typeof Encode): Outcome {
  let value: unknown
  try {
    value = decode(frame)
  } catch (error) {
    const { code, message, details } = error as {
      code?: unknown
      message: string
      details: { offset: number }
    }
    if ((code !== 'TERM_INVALID' && code !== 'TERM_LIMIT') || !Number.isInteger(details.offset)) throw error
    if (!message.includes(String(details.offset))) throw error
    return code
  }
  let written: Uint8Array
  try {
    written = encode(value)
  } catch (error) {
    if (error instanceof Error && error.message.includes('a map has each key once')) return 'KEY_TWICE'
    throw error
  }
  const again = encode(decode(written))
  if (!Buffer.from(written).equals(again)) throw new Error('it is another term once it is read again')
  return 'read'
}
