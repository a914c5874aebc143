/** The symbols that no `Note` uses at the moment, by name. */
const free = new Map<string, symbol[]>()

/**
 * A value noted on objects that are made for one event or one message. It is a property of the object itself: an entry of a `WeakMap`
 * costs several times as much, for itself and for the garbage collector. A new `Note` reuses the symbol of one that was disposed of,
 * so that the objects keep their hidden classes.
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
