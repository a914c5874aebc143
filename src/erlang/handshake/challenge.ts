/** Both sides show that they have the cookie without saying it: the MD5 of it and a number that the other made up. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export function newChallenge(): number {
  return randomBytes(4).readUInt32BE()
}

/** 16 bytes. */
export function digestOf(cookie: string, challenge: number): Buffer {
  return createHash('md5').update(`${cookie}${challenge}`, 'latin1').digest()
}

/** Takes the same time wherever they differ. */
export function isDigest(given: Uint8Array, cookie: string, challenge: number): boolean {
  const expected = digestOf(cookie, challenge)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
