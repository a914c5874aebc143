import { currentProcess } from '../context/current-process.js'
import { UNUSED } from '../mail/mailbox.js'
import { childrenOf, leavesOwners } from '../resources/closing-descendants.js'
import type { Runnable } from '../schedule/scheduler.js'
import { forgetLink, hasLink, removeLink, takeLinks } from '../signals/link-table.js'
import { endRoute } from '../terms/pid.js'
import type { Body } from './behaviour.js'
import type { Process } from './process.js'

/** The number of signals that are sent without an interruption. The effects of most deaths are complete at the moment of the death. */
const AT_ONCE = 256

/** After this many more signals the scheduler is asked whether other processes must run. */
const STRIDE = 32

/** A dead process that waits for the resources of its children to close. The children are signalled before all others. */
class Orphaned {
  constructor(readonly parent: Process) {}
}

/**
 * The queue that sends the exit signals of dead processes, one process after the other. Processes that die of them join the queue, so a
 * chain or ring of any length needs no deep stack. With very many signals, other processes run in between. A process has not ended until
 * all its signals are sent, just as one whose resources are closing.
 */
export class ExitSignalQueue implements Runnable {
  nextTask: Runnable | undefined = undefined
  #queue: (Process | Orphaned)[] = []
  #at = 0
  #busy = false
  #sent = 0
  /** The position in the links of the current dead process, if sending was interrupted. */
  #links: Iterator<Process> | undefined = undefined

  bury(process: Process): void {
    if (process.opened !== undefined) process.kernel.leftOpen.outlived(process, process.opened)
    this.#add(process)
  }

  /** Signals the children of a dead process, for whose end it waits. */
  orphan(parent: Process): void {
    this.#add(new Orphaned(parent))
  }

  /** Continues after an interruption. */
  turn(): boolean {
    this.#send(undefined)
    return false
  }

  #add(dead: Process | Orphaned): void {
    this.#queue.push(dead)
    if (this.#busy) return
    this.#busy = true
    this.#send(currentProcess<Process>())
  }

  #send(acting: Process | undefined): void {
    for (; this.#at < this.#queue.length; this.#at++) {
      const dead = this.#queue[this.#at] as Process | Orphaned
      if (dead instanceof Orphaned) tellChildren(dead.parent, acting)
      else if (!this.#tellOf(dead, acting)) return
    }
    if (this.#at === 1) this.#queue.pop()
    else this.#queue = []
    this.#at = 0
    this.#sent = 0
    this.#busy = false
  }

  /** Signals the links of a dead process, then its monitors. @returns false if it was interrupted */
  #tellOf(dead: Process, acting: Process | undefined): boolean {
    const { reason } = dead
    const interrupted = this.#links
    this.#links = undefined
    for (
      let links = interrupted ?? iteratorOf(takeLinks<Process>(dead));
      ;
      links = iteratorOf(takeLinks<Process>(dead))
    ) {
      for (let next = links.next(); next.done !== true; next = links.next()) {
        const other = next.value
        // Meanwhile the other process may have removed its link, or have ended.
        if (links === interrupted && !hasLink(other, dead)) continue
        forgetLink(other, dead)
        other.exitSignal(dead.pid, reason, true, acting)
        if (this.#isInterrupted(dead)) {
          this.#links = links
          return false
        }
      }
      // Others may link to it (`tie`) until it has ended.
      if (dead.links === undefined) break
    }
    for (let monitor = dead.monitoredBy; monitor !== undefined; monitor = dead.monitoredBy) {
      monitor.detach()
      monitor.fired(reason)
      if (this.#isInterrupted(dead)) {
        return false
      }
    }
    leaveNothing(dead)
    return true
  }

  #isInterrupted({ kernel }: Process): boolean {
    this.#sent++
    return this.#sent > AT_ONCE && this.#sent % STRIDE === 0 && kernel.scheduler.interrupt?.(this) === true
  }
}

const iteratorOf = <T>(items: Iterable<T>): Iterator<T> => items[Symbol.iterator]()

/** Signals the children of a dead process. Those for which it waits keep their link, by which their end is reported. */
function tellChildren(dead: Process, acting: Process | undefined): void {
  const { reason, descendants } = dead
  for (const child of childrenOf<Process>(dead)) {
    if (descendants?.awaits(child) !== true) removeLink(dead, child)
    child.exitSignal(dead.pid, reason, true, acting)
  }
}

/** The body of a process that has ended. */
const NOBODY: Body = { handle() {} }

/**
 * Clears a process after all its signals were sent. Left-over code, and promises, timers and errors that it made, may refer to the process
 * for long. They must not keep its data in memory.
 */
function leaveNothing(dead: Process): void {
  dead.allTold()
  endRoute(dead.pid)
  dead.body = NOBODY
  dead.mailbox = UNUSED
  dead.starter = undefined
  dead.waits = undefined
  dead.ancestry = undefined
  if (dead.countsAsOwner) leavesOwners(dead)
  // Otherwise it would keep all later dead neighbours in memory.
  dead.prevProcess = undefined
  dead.nextProcess = undefined
  dead.dropRareFields()
  dead.forgetReason()
}
