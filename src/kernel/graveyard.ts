import { currentProcess } from './context.js'
import { forgetLink, takeLinks } from './links.js'
import type { Process } from './process.js'

/**
 * Sends the exit signals of the dead, one process after the other. Those that die of them join the queue, so a chain
 * or ring of any length needs no stack.
 */
export class Graveyard {
  #queue: Process[] = []
  #busy = false

  bury(process: Process): void {
    if (this.#busy) {
      this.#queue.push(process)
      return
    }
    this.#busy = true
    const acting = currentProcess()
    sendExitSignals(process, acting)
    for (let at = 0; at < this.#queue.length; at++) sendExitSignals(this.#queue[at] as Process, acting)
    if (this.#queue.length > 0) this.#queue = []
    this.#busy = false
  }
}

/** Tells the links and monitors of a dead process. */
function sendExitSignals(dead: Process, acting: Process | undefined): void {
  for (const other of takeLinks(dead)) {
    forgetLink(other, dead)
    other.exitSignal(dead.pid, dead.reason, true, acting)
  }
  for (let monitor = dead.monitoredBy; monitor !== undefined; monitor = dead.monitoredBy) {
    monitor.detach()
    monitor.fired(dead.reason)
  }
}
