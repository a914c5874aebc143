import { type InspectOptions, inspect } from 'node:util'

const SHORT: InspectOptions = {
  depth: 2,
  maxArrayLength: 10,
  maxStringLength: 100,
  breakLength: Number.POSITIVE_INFINITY,
}

/** An Erlang tuple. It supports destructuring like an array: `const [tag, value] = answer`. Made by {@link tuple}. */
export class Tuple<T extends readonly unknown[] = readonly unknown[]> {
  readonly elements: T

  constructor(elements: T) {
    this.elements = elements
  }

  get length(): number {
    return this.elements.length
  }

  [Symbol.iterator](): IterableIterator<T[number]> {
    return this.elements[Symbol.iterator]()
  }

  /** Returns an array: in JSON a tuple is an array. */
  toJSON(): T {
    return this.elements
  }

  /** Returns its first elements, for messages and logs. */
  toString(): string {
    return inspect(this, SHORT)
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth: number, options: InspectOptions): string {
    if (depth < 0) return '[Tuple]'
    const most = options.maxArrayLength ?? Number.POSITIVE_INFINITY
    const shown = this.elements.slice(0, most)
    const items = shown.map((each) => inspect(each, { ...options, depth: depth - 1 }))
    return `tuple(${[...items, ...(shown.length < this.elements.length ? ['…'] : [])].join(', ')})`
  }
}

/**
 * Makes a tuple of elements.
 *
 * @example
 * ```ts
 * import { atom, encode, tuple } from 'heartwood/erlang'
 *
 * encode(tuple(atom('add'), 2)) // {add, 2}
 * ```
 */
export function tuple<const T extends readonly unknown[]>(...elements: T): Tuple<T> {
  return new Tuple(elements)
}

/** A list whose tail is not a list: `[a, b | tail]`. `GenServer.call` sends one, as the alias of its reply. */
export class ImproperList {
  readonly items: readonly unknown[]
  readonly tail: unknown

  constructor(items: readonly unknown[], tail: unknown) {
    this.items = items
    this.tail = tail
  }
}
