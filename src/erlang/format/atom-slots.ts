/**
 * A cache of the atoms that were read last, by their bytes. Most messages contain the same few atoms, and finding one here makes no string.
 * A slot keeps its atom in memory; there are 512.
 */
import { isUtf8 } from 'node:buffer'
import { Atom, atom, knownAtom, LONGEST_ATOM } from '../terms/atom.js'

const SLOTS = 512
const slots: ({ readonly bytes: Uint8Array; readonly atom: Atom } | undefined)[] = new Array(SLOTS).fill(
  undefined,
)

/** Returns the atom with these bytes, if it was read lately. */
export function recentAtom(bytes: Uint8Array, start: number, length: number): Atom | undefined {
  const slot = slots[slotOf(bytes, start, length)]
  if (slot === undefined || slot.bytes.length !== length) return undefined
  for (let at = 0; at < length; at++) if (slot.bytes[at] !== bytes[start + at]) return undefined
  return slot.atom
}

/**
 * Returns the atom with these bytes, or what is wrong with them.
 *
 * @param latin1 as nodes before OTP 26 may write them
 * @param maker says whether it may be an atom that the program does not know yet
 */
export function atomOfBytes(
  bytes: Buffer,
  start: number,
  length: number,
  latin1: boolean,
  maker: { mayMakeAtom(): boolean },
): Atom | string {
  const name = bytes.toString(latin1 ? 'latin1' : 'utf8', start, start + length)
  if (!latin1 && name.includes('\ufffd') && !isUtf8(bytes.subarray(start, start + length)))
    return 'an atom is no UTF-8'
  if (name.length > LONGEST_ATOM && [...name].length > LONGEST_ATOM)
    return 'an atom has more than 255 characters'
  const known = knownAtom(name)
  if (known === undefined && !maker.mayMakeAtom()) return ''
  const found = known ?? atom(name)
  if (!latin1 || length === name.length) remember(bytes, start, length, latin1, found)
  return found
}

function remember(bytes: Buffer, start: number, length: number, latin1: boolean, found: Atom): void {
  // A name with different bytes in Latin-1 and UTF-8 is not cached: a slot does not know the encoding.
  for (let at = start; latin1 && at < start + length; at++) if ((bytes[at] as number) > 127) return
  const copy = Uint8Array.prototype.slice.call(bytes, start, start + length)
  slots[slotOf(bytes, start, length)] = { bytes: copy, atom: found }
}

function slotOf(bytes: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0
  const first = bytes[start] as number
  const middle = bytes[start + (length >> 1)] as number
  const last = bytes[start + length - 1] as number
  return (length * 131 + first * 31 + middle * 17 + last * 7) % SLOTS
}
