/** What is being built in a scope: `injected` works there alone. */
import { currentPid, isPromise, type Pid } from '../../kernel/index.js'

export class Builds {
  /** What the code that runs now builds. */
  #now: string | undefined
  /** Who goes on with a build after a promise. */
  readonly #later = new Map<Pid | undefined, { readonly what: string; count: number }>()

  /** What the running code is part of building, if it is. */
  get current(): string | undefined {
    return this.#now ?? this.#later.get(currentPid())?.what
  }

  during<T>(what: string, build: () => T): T {
    const before = this.#now
    this.#now = what
    try {
      const built = build()
      if (isPromise(built)) this.#goesOn(what, built)
      return built
    } finally {
      this.#now = before
    }
  }

  #goesOn(what: string, built: PromiseLike<unknown>): void {
    const builder = currentPid()
    const all = this.#later.get(builder) ?? { what, count: 0 }
    all.count++
    this.#later.set(builder, all)
    const over = (): void => {
      if (--all.count === 0) this.#later.delete(builder)
    }
    built.then(over, over)
  }
}
