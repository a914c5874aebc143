/**
 * What the descendants of a dead process own. A restart must find it closed, as it finds what the process itself owned:
 * the children of a killed supervisor hold the ports that the children of its successor need.
 */

import type { Process } from '../process/process.js'
import { unclosedReport } from '../report/report.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import { eachOf } from '../signals/link-table.js'
import { type Pid, routeOf } from '../terms/pid.js'

/** Milliseconds that all of it may take: each descendant has 5 s to close, and a supervisor below first stops its children. */
const LIMIT = 10_000

/** The process begins to own something: every ancestor counts it among what is owned below it. */
export function beginsToOwn(process: Process): void {
  for (let at = process; !at.countsAsOwner; ) {
    at.countsAsOwner = true
    const parent = parentOf(at)
    if (parent === undefined) return
    parent.ownersBelow++
    at = parent
  }
}

/** The process owns nothing any more, or has ended. */
export function ceasesToOwn(process: Process): void {
  for (let at = process; at.countsAsOwner && at.ownersBelow === 0; ) {
    at.countsAsOwner = false
    const parent = parentOf(at)
    if (parent === undefined) return
    parent.ownersBelow--
    // It lives, and owns something itself.
    if (parent.resources !== undefined && parent.resources.size > 0) return
    at = parent
  }
}

/** The process has ended; what is left below it has no ancestor to wait for it. */
export function leavesOwners(process: Process): void {
  process.ownersBelow = 0
  ceasesToOwn(process)
}

function parentOf({ parent }: Process): Process | undefined {
  return parent === undefined ? undefined : routeOf<Process>(parent)
}

/** Children of a dead process that must end before its other links and its monitors are told of its death. */
export class ClosingDescendants implements Expirable {
  readonly #timer = new Timer(this)
  readonly #awaited = new Set<Pid>()

  constructor(
    private readonly dead: Process,
    children: Iterable<Process>,
  ) {
    for (const { pid } of children) this.#awaited.add(pid)
    dead.kernel.timers.set(this.#timer, LIMIT)
  }

  awaits(child: Process): boolean {
    return this.#awaited.has(child.pid)
  }

  /** A child has ended, and what it owned is closed. */
  ended(child: Pid): void {
    if (!this.#awaited.delete(child) || this.#awaited.size > 0) return
    this.dead.kernel.timers.cancel(this.#timer)
    this.dead.bury()
  }

  expired(): void {
    const late = [...this.#awaited].join(', ')
    this.#awaited.clear()
    this.dead.kernel.report(unclosedReport(this.dead, `what ${late} owned`, `not within ${LIMIT} ms`))
    this.dead.bury()
  }
}

/** Buries a dead process once what it owned is closed, and what its descendants own. @param closing of what it owned; never rejects */
export function buryWhenClosed(dead: Process, closing: Promise<void> | undefined): void {
  if (closing === undefined) buryAfterDescendants(dead)
  else closing.then(() => buryAfterDescendants(dead))
}

function buryAfterDescendants(dead: Process): void {
  const awaited = dead.ownersBelow === 0 ? [] : awaitedChildren(dead)
  if (awaited.length === 0) {
    dead.bury()
    return
  }
  dead.descendants = new ClosingDescendants(dead, awaited)
  dead.kernel.exitSignalQueue.orphan(dead)
}

/** Those whose end is waited for: linked children that own something, or something below them does, and that end with it. */
function awaitedChildren(dead: Process): readonly Process[] {
  return childrenOf(dead).filter((child) => child.countsAsOwner && endsWith(child, dead))
}

/**
 * Whether the death of its parent ends `child`. One that traps exits lives on, unless its engine takes the message for an
 * order, as a server or a supervisor does that was started with a link or a monitor. One that was started without either, and linked later,
 * does not, and a script cannot be asked: to wait for them would keep the death from being told.
 */
function endsWith(child: Process, parent: Process): boolean {
  if (child.exiting) return true
  if (child.trapping) return child.body.endsOnExitOf?.(parent.pid) === true
  return parent.reason !== 'normal'
}

/** The processes that it started and is linked to. */
export function childrenOf(process: Process): readonly Process[] {
  return [...eachOf<Process>(process.links)].filter(({ parent }) => parent === process.pid)
}
