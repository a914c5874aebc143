/** What is asked of a sight: entries that have a text in their name, a page of them. */
export interface SightQuery {
  readonly text: string
  readonly offset: number
  readonly limit: number
}

/** Shows what something is like at this moment, as JSON. It costs nothing before somebody asks. */
export type Sight = (query: SightQuery) => Promise<object>

/** What parts above the kernel show of themselves to observers, which need not know them. */
export class Sights {
  readonly #all = new Map<string, Set<Sight>>()

  /** @returns what takes it away */
  add(kind: string, sight: Sight): () => void {
    const sights = this.#all.get(kind) ?? new Set()
    this.#all.set(kind, sights.add(sight))
    return () => {
      sights.delete(sight)
    }
  }

  of(kind: string): readonly Sight[] {
    return [...(this.#all.get(kind) ?? [])]
  }
}
