import { currentProcess } from '../context/current-process.js'
import { UNUSED } from '../mail/mailbox.js'
import { childrenOf, leavesOwners } from '../resources/closing-descendants.js'
import { forgetLink, removeLink, takeLinks } from '../signals/link-table.js'
import type { Body } from './behaviour.js'
import type { Process } from './process.js'

/**
 * Sends the exit signals of the dead, one process after the other. Those that die of them join the queue, so a chain
 * or ring of any length needs no stack.
 */
export class ExitSignalQueue {
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
  const { reason } = dead
  if (dead.exiting) {
    tellChildren(dead, acting)
    return
  }
  for (const other of takeLinks(dead)) {
    forgetLink(other, dead)
    other.exitSignal(dead.pid, reason, true, acting)
  }
  for (let monitor = dead.monitoredBy; monitor !== undefined; monitor = dead.monitoredBy) {
    monitor.detach()
    monitor.fired(reason)
  }
  leaveNothing(dead)
}

/** Tells the children of a dead process, whose end it waits for. Those who are waited for keep their link: by it they tell their end. */
function tellChildren(dead: Process, acting: Process | undefined): void {
  const { reason, descendants } = dead
  for (const child of childrenOf(dead)) {
    if (descendants?.awaits(child) !== true) removeLink(dead, child)
    child.exitSignal(dead.pid, reason, true, acting)
  }
}

/** The body of a process that is over. */
const NOBODY: Body = { handle() {} }

/**
 * Everybody has been told of the death. Left-over code runs as this process for as long as there is any, and so do the
 * promises, timers and errors that it made: none of them shall keep what the process had.
 */
function leaveNothing(dead: Process): void {
  dead.body = NOBODY
  dead.mailbox = UNUSED
  dead.starter = undefined
  dead.waits = undefined
  dead.ancestry = undefined
  if (dead.countsAsOwner) leavesOwners(dead)
  // It would keep all that ever died beside it.
  dead.prevProcess = undefined
  dead.nextProcess = undefined
  dead.dropRareFields()
  dead.forgetReason()
}
