/**
 * A float that is a whole number, such as `1.0`; a number of JavaScript would be sent as an integer. It works as a number in
 * arithmetic and in JSON. Made by {@link float}.
 */
export class ErlangFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  valueOf(): number {
    return this.value
  }

  toString(): string {
    return String(this.value)
  }

  toJSON(): number {
    return this.value
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `float(${Object.is(this.value, -0) ? '-0' : this.value})`
  }
}

/**
 * Makes a number that is sent as a float, even if it is whole.
 *
 * @example
 * ```ts
 * import { encode, float } from 'heartwood/erlang'
 *
 * encode(2) // 2
 * encode(float(2)) // 2.0
 * ```
 */
export function float(value: number): ErlangFloat {
  return new ErlangFloat(value)
}
