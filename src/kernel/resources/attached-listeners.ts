import type { EventEmitter } from 'node:events'

type Listener = (...args: never[]) => void

/** The listeners that Heartwood adds to objects of other code, so that all of them can be removed. */
export class AttachedListeners {
  readonly #undo: (() => void)[] = []

  on(emitter: EventEmitter, event: string, listener: Listener): void {
    emitter.on(event, listener as () => void)
    this.#undo.push(() => emitter.off(event, listener as () => void))
  }

  /** Adds a function that is called when the listeners are removed. */
  also(undo: () => void): void {
    this.#undo.push(undo)
  }

  off(): void {
    for (const undo of this.#undo.splice(0)) undo()
  }
}
