/** What nodes send each other through the engine: a header in JSON, then bytes. */
import { timingSafeEqual } from 'node:crypto'
import { rules } from '../../kernel/index.js'

/** The version of frames. One that is newer is not read: the newer node says those of the older. */
const VERSION = 1
/** Bytes of signals in one frame. */
export const PART = 131_072
/** Bytes of a header. */
const LONGEST_HEADER = 2_048
/** Bytes of a frame. */
export const LONGEST_FRAME = PART + LONGEST_HEADER

/**
 * One frame. `hello` begins a link, until both sides know each other's session; `data` has signals, or a part of them; `tick` is a sign of life that
 * says how far the sender has come; `reset` ends the link.
 */
export interface LinkFrame {
  readonly op: 'hello' | 'data' | 'tick' | 'reset'
  /** The kernel that sends it. */
  readonly from: string
  readonly creation: number
  /** The secret of the one that it goes to. */
  readonly key: string
  /** The session of the sender, and that of the receiver; 0 for one that is not known. */
  readonly mine: number
  readonly yours: number
  /** Of `data`, its own number, counted from 1; of others, that of the last `data`. */
  readonly number: number
  /** How many bytes of the other side were taken so far. */
  readonly taken: number
  /** Whether the signals go on in the next frame. */
  readonly more: boolean
  readonly payload: Uint8Array
}

const OPS: readonly unknown[] = ['hello', 'data', 'tick', 'reset']
const NEWLINE = 10
const counted = rules.wholeNumber(0)

export function bytesOf({ payload, ...header }: LinkFrame): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ v: VERSION, ...header })}\n`), payload])
}

/** The frame, from whoever can post to this inbox; undefined for what is none. */
export function frameOf(bytes: Uint8Array): LinkFrame | undefined {
  const end = bytes.subarray(0, LONGEST_HEADER).indexOf(NEWLINE)
  if (end < 0 || bytes.length > LONGEST_FRAME) return undefined
  let said: unknown
  try {
    said = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString())
  } catch {
    return undefined
  }
  if (!rules.isRecord(said) || said.v !== VERSION || !OPS.includes(said.op)) return undefined
  const { from, creation, key, mine, yours, number, taken } = said
  if (typeof from !== 'string' || typeof key !== 'string') return undefined
  if (![creation, mine, yours, number, taken].every(counted.fits)) return undefined
  return {
    ...({ op: said.op, from, creation, key, mine, yours, number, taken } as LinkFrame),
    more: said.more === true,
    payload: bytes.subarray(end + 1),
  }
}

/** Whether two secrets are the same, in a time that does not tell how much of them is. */
export function isSameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
