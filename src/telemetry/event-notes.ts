/** Keys that nobody uses at the moment, by what is noted. */
const free = new Map<string, symbol[]>()

/**
 * Something noted of objects that are made for one event or one message. It stands on the object itself: an entry of a `WeakMap`
 * costs several times that, once for itself and once for the collector. Who begins anew has the key of who ended, so that
 * these objects keep their shapes.
 */
export class Note<V> implements Disposable {
  readonly #key: symbol
  #over = false

  constructor(private readonly what: string) {
    this.#key = free.get(what)?.pop() ?? Symbol(`heartwood.${what}`)
  }

  of(noted: object): V | undefined {
    return (noted as { [key: symbol]: V | undefined })[this.#key]
  }

  set(noted: object, value: V | undefined): void {
    ;(noted as { [key: symbol]: V | undefined })[this.#key] = value
  }

  [Symbol.dispose](): void {
    if (this.#over) return
    this.#over = true
    const keys = free.get(this.what) ?? []
    free.set(this.what, keys)
    keys.push(this.#key)
  }
}
