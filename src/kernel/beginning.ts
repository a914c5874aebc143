/**
 * The beginning of a value's JSON, at the price of the beginning: what messages show of a state or a message that may
 * be of any size.
 *
 * @param length characters
 * @throws what `JSON.stringify` would on the way: for a cycle, a bigint, a getter that throws
 */
export function beginningOf(value: unknown, length: number): string | undefined {
  return JSON.stringify(new Beginning(length).of(value))?.slice(0, length)
}

class Beginning {
  /** Each value is one character of JSON, at the least. */
  #left: number
  readonly #above: object[] = []

  constructor(private readonly length: number) {
    this.#left = length
  }

  of(value: unknown): unknown {
    this.#left--
    if (typeof value === 'string') return value.slice(0, this.length)
    if (typeof value !== 'object' || value === null) return value
    // As long as its content, when it is asked for it.
    if (ArrayBuffer.isView(value) && value.byteLength > this.length) return this.#start(value)
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON === 'function') return this.of(toJSON.call(value))
    if (this.#above.includes(value)) throw new TypeError('a cycle')
    this.#above.push(value)
    const copy = Array.isArray(value) ? this.#list(value) : this.#record(value)
    this.#above.pop()
    return copy
  }

  #start(view: ArrayBufferView): unknown {
    const bytes = Array.from(new Uint8Array(view.buffer, view.byteOffset, this.length))
    return view instanceof Buffer
      ? { type: 'Buffer', data: bytes }
      : `${view.constructor.name} of ${view.byteLength} bytes`
  }

  #list(values: readonly unknown[]): unknown[] {
    const copy: unknown[] = []
    for (let at = 0; at < values.length && this.#left > 0; at++) copy.push(this.of(values[at]))
    return copy
  }

  #record(value: object): object {
    const entries: [string, unknown][] = []
    for (const key of Object.keys(value)) {
      if (this.#left <= 0) break
      entries.push([key.slice(0, this.length), this.of((value as Record<string, unknown>)[key])])
    }
    return Object.fromEntries(entries)
  }
}
