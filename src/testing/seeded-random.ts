import { testingError } from './errors.js'

/**
 * Makes a generator of numbers from 0 up to, but not including, 1. The seed decides them: they are the same on every machine (mulberry32).
 *
 * @throws TEST_OPTION_INVALID
 * @example
 * ```ts
 * const random = seeded(7)
 * const dice = 1 + Math.floor(random() * 6)
 * ```
 */
export function seeded(seed: number): () => number {
  if (typeof seed !== 'number') {
    const expected = 'a number'
    throw testingError('TEST_OPTION_INVALID', { action: 'seeded', option: 'the seed', value: seed, expected })
  }
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
