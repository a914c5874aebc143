interface Asked<In, Out> {
  readonly what: In
  readonly resolve: (answer: Out) => void
  readonly reject: (reason: unknown) => void
}

/** Statements that are on their way at once; what is asked for meanwhile goes together with the next. */
const AT_ONCE = 2
/** In one statement. */
const MOST = 1_000

/**
 * Asks for many things in one statement: all that is asked for in one moment, and what comes while others are on their way. A key is in a statement but once; the
 * next of it goes with a later one.
 */
export class Grouped<In, Out> {
  readonly #keyOf: (what: In) => string
  readonly #ask: (all: readonly In[]) => Promise<ReadonlyMap<string, Out>>
  readonly #none: Out
  #waiting: Asked<In, Out>[] = []
  #running = 0
  #isDue = false

  /**
   * @param ask one statement; what it says nothing about is answered with `none`
   */
  constructor(
    keyOf: (what: In) => string,
    ask: (all: readonly In[]) => Promise<ReadonlyMap<string, Out>>,
    none: Out,
  ) {
    this.#keyOf = keyOf
    this.#ask = ask
    this.#none = none
  }

  ask(what: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ what, resolve, reject })
      if (this.#isDue) return
      this.#isDue = true
      // Behind all that asks at this moment.
      queueMicrotask(() => {
        this.#isDue = false
        this.#go()
      })
    })
  }

  #go(): void {
    while (this.#running < AT_ONCE && this.#waiting.length > 0) void this.#send(this.#taken())
  }

  #taken(): Map<string, Asked<In, Out>> {
    const taken = new Map<string, Asked<In, Out>>()
    const left: Asked<In, Out>[] = []
    for (const asked of this.#waiting) {
      const key = this.#keyOf(asked.what)
      if (taken.size < MOST && !taken.has(key)) taken.set(key, asked)
      else left.push(asked)
    }
    this.#waiting = left
    return taken
  }

  async #send(all: ReadonlyMap<string, Asked<In, Out>>): Promise<void> {
    this.#running++
    try {
      const answers = await this.#ask([...all.values()].map(({ what }) => what))
      for (const [key, { resolve }] of all) resolve(answers.get(key) ?? this.#none)
    } catch (error) {
      for (const { reject } of all.values()) reject(error)
    } finally {
      this.#running--
      this.#go()
    }
  }
}
