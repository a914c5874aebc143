/** The number of entries at which those whose value no other code has any more are removed. */
const FEW = 64

/** A table of values that are kept only as long as other code has them. */
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

  /** Removes the entries without a value. On average each added value costs one look. */
  #sweep(): void {
    for (const [key, ref] of this.#values) if (ref.deref() === undefined) this.#values.delete(key)
    this.#most = Math.max(FEW, this.#values.size * 2)
  }
}
