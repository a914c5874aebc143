import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Kernel } from '../kernel/index.js'

/** The field that all events of Heartwood's channels have. */
interface KernelEvent {
  readonly kernel: Kernel
}

/** Subscribes to channels by name until it is disposed of. With a kernel, it passes on only the events of that kernel. */
export class Subscription implements Disposable {
  readonly #kernel: Kernel | undefined
  readonly #listeners: (() => void)[] = []

  constructor(kernel: Kernel | undefined) {
    this.#kernel = kernel
  }

  /** Subscribes to a channel. A listener that throws is reported and removed: see `guardedChannel`. */
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
