type Callback = (...args: never[]) => unknown

/**
 * The callbacks that were passed to `ownCallback`, by the functions that it returned for them. Other code may keep those functions without
 * end. They hold this table, which releases the process and its callbacks when the process dies.
 */
export class Callbacks<P extends { readonly alive: boolean }> {
  #process: P | undefined
  #all: WeakMap<object, Callback> | undefined = new WeakMap()

  constructor(process: P) {
    this.#process = process
  }

  /** The process of the callbacks, while it lives. */
  get process(): P | undefined {
    return this.#process?.alive === true ? this.#process : undefined
  }

  keep(given: object, callback: Callback): void {
    this.#all?.set(given, callback)
  }

  of(given: object): Callback | undefined {
    return this.#all?.get(given)
  }

  drop(): void {
    this.#process = undefined
    this.#all = undefined
  }
}
