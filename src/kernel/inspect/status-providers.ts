/** What is asked of a status provider: entries that have a text in their name, a page of them. */
export interface StatusQuery {
  readonly text: string
  readonly offset: number
  readonly limit: number
}

/** Shows what something is like at this moment, as JSON. It costs nothing before somebody asks. */
export type StatusProvider = (query: StatusQuery) => Promise<object>

/** What parts above the kernel show of themselves to observers, which need not know them. */
export class StatusProviders {
  readonly #all = new Map<string, Set<StatusProvider>>()

  /** @returns what takes it away */
  add(kind: string, provider: StatusProvider): () => void {
    const ofKind = this.#all.get(kind) ?? new Set()
    this.#all.set(kind, ofKind.add(provider))
    return () => {
      ofKind.delete(provider)
    }
  }

  of(kind: string): readonly StatusProvider[] {
    return [...(this.#all.get(kind) ?? [])]
  }
}
