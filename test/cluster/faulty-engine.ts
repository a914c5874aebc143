import type { Engine, EngineStore, Hints } from '../../src/cluster/index.js'

type Operation = keyof EngineStore

/** A way to an engine on which things get lost: between one node and any engine. */
export class FaultyWay {
  #isCut = false
  #isSilent = false
  #isDeaf = false
  #thawed: Promise<void> | undefined
  #thaw = (): void => {}
  readonly #lost: Operation[] = []
  readonly #late: Operation[] = []
  readonly #held: (() => void)[] = []
  /** What becomes of the next messages to other nodes: how often each arrives. */
  readonly #posts: number[] = []
  /** Writes that were sent, by operation. */
  readonly counts = new Map<Operation, number>()

  /** Every request fails at once. */
  cut(): void {
    this.#isCut = true
  }

  /** No request arrives, and nobody says so. */
  silence(): void {
    this.#isSilent = true
  }

  heal(): void {
    this.#isCut = false
    this.#isSilent = false
    this.#isDeaf = false
  }

  /** No hint arrives. */
  deafen(): void {
    this.#isDeaf = true
  }

  /** The node is stopped: what it is answered waits. */
  freeze(): void {
    this.#thawed ??= new Promise((resolve) => {
      this.#thaw = resolve
    })
  }

  thaw(): void {
    this.#thawed = undefined
    this.#thaw()
  }

  /** The next such request is done, and its answer is lost. */
  loseAnswer(operation: Operation): void {
    this.#lost.push(operation)
  }

  /** The next such request is on its way until `deliver`. */
  delay(operation: Operation): void {
    this.#late.push(operation)
  }

  /** Of the next messages to other nodes, how often each arrives. */
  posts(...times: readonly number[]): void {
    this.#posts.push(...times)
  }

  /** Requests that were on their way arrive; nobody waits for their answers any more. */
  deliver(): void {
    for (const send of this.#held.splice(0)) send()
  }

  to(engine: Engine): Engine {
    return {
      name: engine.name,
      open: async (opening) => this.#over(await engine.open(opening)),
    }
  }

  #over(store: EngineStore): EngineStore {
    return new Proxy(store, {
      get: (target, name: Operation) => {
        if (name === 'watch') return (hints: Hints) => target.watch(this.#hintsOf(hints))
        if (name === 'close') return () => target.close()
        if (name === 'receive') return this.#receiving(target)
        if (name === 'post') return this.#posting(target)
        const work = target[name] as ((...given: readonly unknown[]) => Promise<unknown>) | undefined
        // A promise asks whether it has a `then`.
        if (work === undefined) return undefined
        return (...given: readonly unknown[]) => this.#pass(name, () => work.call(target, ...given))
      },
    })
  }

  #receiving(store: EngineStore): EngineStore['receive'] {
    return (inbox, longest, take) =>
      store.receive?.(inbox, longest, (bytes) => {
        const thawed = this.#thawed
        if (thawed !== undefined) void thawed.then(() => take(bytes))
        else if (!this.#isSilent) take(bytes)
      })
  }

  #posting(store: EngineStore): EngineStore['post'] {
    return (inbox, bytes) => {
      if (this.#isCut) throw new Error('the way to the engine is cut')
      if (this.#isSilent) return
      const times = this.#posts.shift() ?? 1
      for (let i = 0; i < times; i++) store.post?.(inbox, bytes)
    }
  }

  async #pass(operation: Operation, work: () => Promise<unknown>): Promise<unknown> {
    while (this.#thawed !== undefined) await this.#thawed
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1)
    if (this.#isSilent) return never()
    if (this.#isCut) throw new Error('the way to the engine is cut')
    if (taken(this.#late, operation)) {
      this.#held.push(() => void work().catch(() => {}))
      return never()
    }
    const answer = await work()
    if (taken(this.#lost, operation) || this.#isSilent) return never()
    while (this.#thawed !== undefined) await this.#thawed
    return answer
  }

  #hintsOf(hints: Hints): Hints {
    const passes = (): boolean =>
      !this.#isDeaf && !this.#isCut && !this.#isSilent && this.#thawed === undefined
    return {
      changed: (key) => passes() && hints.changed(key),
      message: (topic, text) => passes() && hints.message(topic, text),
    }
  }
}

const never = (): Promise<never> => new Promise(() => {})

function taken(list: Operation[], operation: Operation): boolean {
  const at = list.indexOf(operation)
  if (at >= 0) list.splice(at, 1)
  return at >= 0
}
