/** Lets so many works go at once; others wait for their turn before they begin, and before any time-out of theirs does. */
export class ConcurrencyLimit {
  #free: number
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>()

  constructor(count: number) {
    this.#free = count
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.add(resolve))
    try {
      return await work()
    } finally {
      const [next] = this.#waiting
      if (next === undefined) this.#free++
      else {
        this.#waiting.delete(next)
        next()
      }
    }
  }
}
