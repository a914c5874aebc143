/** The proof that a side has the cookie, without sending it: the MD5 of the cookie and a number that the other side chose. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export function newChallenge(): number {
  return randomBytes(4).readUInt32BE()
}

/** 16 bytes. */
export function digestOf(cookie: string, challenge: number): Buffer {
  return createHash('md5').update(`${cookie}${challenge}`, 'latin1').digest()
}

/** Compares two digests in constant time. */
export function isDigest(given: Uint8Array, cookie: string, challenge: number): boolean {
  const expected = digestOf(cookie, challenge)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
