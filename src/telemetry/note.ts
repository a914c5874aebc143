/**
 * Something noted of objects that are made for one event, one message or one span. It stands on the object itself: an entry
 * of a `WeakMap` costs several times that, once for itself and once for the collector.
 */
export class Note<V> {
  readonly #key = Symbol('heartwood.note')

  of(noted: object): V | undefined {
    return (noted as { [key: symbol]: V | undefined })[this.#key]
  }

  set(noted: object, value: V | undefined): void {
    ;(noted as { [key: symbol]: V | undefined })[this.#key] = value
  }
}
