/** What takes some work to find out, found out at most once in a while however many ask. */
export class Held<T> {
  #found: Promise<T> | undefined
  #since = 0

  /** @param milliseconds for how long what was found is good enough */
  constructor(
    private readonly find: () => Promise<T>,
    private readonly milliseconds: number,
    private readonly now: () => number,
  ) {}

  get(): Promise<T> {
    const now = this.now()
    if (this.#found !== undefined && now - this.#since < this.milliseconds) return this.#found
    const found = this.find()
    this.#found = found
    this.#since = now
    // What went wrong is good for those who waited for it, and for nobody else.
    found.catch(() => {
      if (this.#found === found) this.#found = undefined
    })
    return found
  }
}
