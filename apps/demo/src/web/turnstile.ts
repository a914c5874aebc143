/** Lets one piece of work through at a time, and as much time in between for everything else as the work has taken. */
export class Turnstile {
  #waiting = 0
  #last: Promise<void> = Promise.resolve()

  constructor(
    private readonly most: number,
    private readonly tools: { now(): number; pause(milliseconds: number): Promise<void> },
  ) {}

  /** Resolves with what the work gives; with undefined, at once, when too many wait already. */
  async pass<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#waiting >= this.most) return undefined
    this.#waiting += 1
    const before = this.#last
    let open: () => void = () => {}
    this.#last = new Promise((resolve) => {
      open = resolve
    })
    await before
    const start = this.tools.now()
    try {
      return await work()
    } finally {
      this.#waiting -= 1
      const taken = Math.ceil(this.tools.now() - start)
      if (taken <= 1) open()
      else void this.tools.pause(taken).then(open)
    }
  }
}
