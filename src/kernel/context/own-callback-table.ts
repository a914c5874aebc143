type Callback = (...args: never[]) => unknown

/**
 * What `ownCallback` was handed, by the functions that it gave for it. Those may be kept by others for ever: they hold this, which
 * lets go of the process and of its callbacks when it dies.
 */
export class Callbacks<P extends { readonly alive: boolean }> {
  #process: P | undefined
  #all: WeakMap<object, Callback> | undefined = new WeakMap()

  constructor(process: P) {
    this.#process = process
  }

  /** Whose they are, while it lives. */
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
