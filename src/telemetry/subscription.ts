import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Kernel } from '../kernel/index.js'

/** What every event of Heartwood's channels has. */
interface KernelEvent {
  readonly kernel: Kernel
}

/** Hears channels by their names until disposed of; with a kernel given, its events alone. */
export class Subscription implements Disposable {
  readonly #kernel: Kernel | undefined
  readonly #listeners: (() => void)[] = []

  constructor(kernel: Kernel | undefined) {
    this.#kernel = kernel
  }

  /** A `hear` that throws is told of and taken off: see `guardedChannel`. */
  on<E extends KernelEvent>(name: string, hear: (event: E) => void): this {
    const listener = (message: unknown): void => {
      const event = message as E
      if (this.#kernel === undefined || event.kernel === this.#kernel) hear(event)
    }
    subscribe(name, listener)
    this.#listeners.push(() => unsubscribe(name, listener))
    return this
  }

  [Symbol.dispose](): void {
    for (const forget of this.#listeners.splice(0)) forget()
  }
}
