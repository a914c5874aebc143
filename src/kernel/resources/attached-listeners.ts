import type { EventEmitter } from 'node:events'

type Listener = (...args: never[]) => void

/** The listeners that Heartwood adds to what is not its own, so that they can all be taken off again. */
export class AttachedListeners {
  readonly #undo: (() => void)[] = []

  on(emitter: EventEmitter, event: string, listener: Listener): void {
    emitter.on(event, listener as () => void)
    this.#undo.push(() => emitter.off(event, listener as () => void))
  }

  /** Has `undo` called with the others. */
  also(undo: () => void): void {
    this.#undo.push(undo)
  }

  off(): void {
    for (const undo of this.#undo.splice(0)) undo()
  }
}
