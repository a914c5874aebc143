import { inspect, isDeepStrictEqual } from 'node:util'

/** What the programs here expect did not come true. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected'
}

export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Unexpected(`expected ${inspect(expected)}, but it is ${inspect(actual)}`)
  }
}
