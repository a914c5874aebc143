/** Integers as the format has them: their bytes from the lowest on. */

/** Returns a number if it is exact, otherwise a bigint. */
export function wholeNumberOf(
  bytes: Buffer,
  start: number,
  length: number,
  isNegative: boolean,
): number | bigint {
  if (length <= 6) {
    const value = length === 0 ? 0 : bytes.readUIntLE(start, length)
    return isNegative && value !== 0 ? -value : value
  }
  const magnitude =
    length === 8
      ? bytes.readBigUInt64LE(start)
      : BigInt(
          `0x${Buffer.from(bytes.subarray(start, start + length))
            .reverse()
            .toString('hex')}`,
        )
  const value = isNegative ? -magnitude : magnitude
  const exact = Number(value)
  return Number.isSafeInteger(exact) ? exact : value
}

/** Returns the bytes of a magnitude, the lowest first. */
export function bytesOf(magnitude: bigint): Uint8Array {
  const hex = magnitude.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').reverse()
}

/** Whether all of them are from 0 to 255. */
export function areBytes(items: readonly unknown[]): items is readonly number[] {
  for (let i = 0; i < items.length; i++) {
    const item = items[i]
    if (typeof item !== 'number' || (item & 255) !== item) return false
  }
  return true
}
