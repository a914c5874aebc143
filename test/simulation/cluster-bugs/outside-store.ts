/** What is outside of the nodes: a store that knows who wrote last, and sees what must not be. */
export class OutsideStore {
  readonly #greatest = new Map<string, { readonly token: number; readonly node: string }>()
  readonly #orders = new Map<number, number>()
  readonly problems: string[] = []

  /** Refuses a token that is smaller than the greatest that it has seen. */
  write(key: string, token: number, node: string): boolean {
    const before = this.#greatest.get(key)
    if (before !== undefined && token < before.token) return false
    if (before !== undefined && token === before.token && node !== before.node)
      this.problems.push(`${key}: nodes ${before.node} and ${node} have one token`)
    this.#greatest.set(key, { token, node })
    return true
  }

  /** An order that somebody gave once. */
  order(id: number): void {
    const times = (this.#orders.get(id) ?? 0) + 1
    this.#orders.set(id, times)
    if (times > 1) this.problems.push('an order was carried out twice')
  }
}
