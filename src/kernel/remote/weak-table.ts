/** How many there may be before those that nobody has any more are looked for. */
const FEW = 64

/** Values by their keys, for as long as somebody else has them. */
export class WeakTable<K, V extends object> {
  readonly #values = new Map<K, WeakRef<V>>()
  #most = FEW

  get(key: K): V | undefined {
    return this.#values.get(key)?.deref()
  }

  set(key: K, value: V): void {
    if (this.#values.size >= this.#most) this.#sweep()
    this.#values.set(key, new WeakRef(value))
  }

  /** Each value is looked at once for every one that was added. */
  #sweep(): void {
    for (const [key, ref] of this.#values) if (ref.deref() === undefined) this.#values.delete(key)
    this.#most = Math.max(FEW, this.#values.size * 2)
  }
}
