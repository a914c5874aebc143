import { currentProcess } from '../context/current-process.js'
import { UNUSED } from '../mail/mailbox.js'
import { childrenOf, leavesOwners } from '../resources/closing-descendants.js'
import type { Runnable } from '../schedule/scheduler.js'
import { forgetLink, hasLink, removeLink, takeLinks } from '../signals/link-table.js'
import { endRoute } from '../terms/pid.js'
import type { Body } from './behaviour.js'
import type { Process } from './process.js'

/** So many signals go out at once, whatever else is ready: what most deaths cause is over in the moment in which they happen. */
const AT_ONCE = 256

/** After so many more it is asked whether others are to have their turns. */
const STRIDE = 32

/** One that is dead for everyone, while what its children own is closed: those are told before all others. */
class Orphaned {
  constructor(readonly parent: Process) {}
}

/**
 * Sends the exit signals of the dead, one process after the other. Those that die of them join the queue, so a chain
 * or ring of any length needs no stack; and where there are very many signals, others have their turns in between. Until all
 * of its own have gone out a process is no more over than one whose resources are closing.
 */
export class ExitSignalQueue implements Runnable {
  nextTask: Runnable | undefined = undefined
  #queue: (Process | Orphaned)[] = []
  #at = 0
  #busy = false
  #sent = 0
  /** Where it stands among the links of the one whose signals go out, when that was interrupted. */
  #links: Iterator<Process> | undefined = undefined

  bury(process: Process): void {
    if (process.opened !== undefined) process.kernel.leftOpen.outlived(process, process.opened)
    this.#add(process)
  }

  /** Tells the children of a dead process, whose end it waits for. */
  orphan(parent: Process): void {
    this.#add(new Orphaned(parent))
  }

  /** Goes on after an interruption. */
  turn(): boolean {
    this.#send(undefined)
    return false
  }

  #add(dead: Process | Orphaned): void {
    this.#queue.push(dead)
    if (this.#busy) return
    this.#busy = true
    this.#send(currentProcess())
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

  /** Tells the links of a dead process, then its monitors. @returns false when it was interrupted */
  #tellOf(dead: Process, acting: Process | undefined): boolean {
    const { reason } = dead
    const interrupted = this.#links
    this.#links = undefined
    for (let links = interrupted ?? iteratorOf(takeLinks(dead)); ; links = iteratorOf(takeLinks(dead))) {
      for (let next = links.next(); next.done !== true; next = links.next()) {
        const other = next.value
        // In the meantime it may have taken its link back, or have ended.
        if (links === interrupted && !hasLink(other, dead)) continue
        forgetLink(other, dead)
        other.exitSignal(dead.pid, reason, true, acting)
        if (this.#isInterrupted(dead)) {
          this.#links = links
          return false
        }
      }
      // Others can tie to it as long as it is not over.
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
  dead.allTold()
  endRoute(dead.pid)
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
