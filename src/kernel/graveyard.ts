import { currentProcess } from './context.js'
import type { Process } from './process.js'

/**
 * Sends the exit signals of the dead, one process after the other. Those that die of them join the queue, so a chain
 * or ring of any length needs no stack.
 */
export class Graveyard {
  readonly #queue: Process[] = []
  #busy = false

  bury(process: Process): void {
    this.#queue.push(process)
    if (this.#busy) return
    this.#busy = true
    const acting = currentProcess()
    for (let at = 0; at < this.#queue.length; at++) (this.#queue[at] as Process).sendExitSignals(acting)
    this.#queue.length = 0
    this.#busy = false
  }
}
