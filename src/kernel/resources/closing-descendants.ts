/**
 * Waits until the resources of a dead process's descendants are closed. A restart must find them closed, like the resources of the process
 * itself: the children of a killed supervisor hold the ports that the children of its successor need.
 */

import { type ReportedProcess, type ReportingKernel, unclosedReport } from '../report/report.js'
import { type Expirable, Timer, type TimerWheel } from '../schedule/timer-wheel.js'
import { eachOf } from '../signals/link-table.js'
import { type Pid, routeOf } from '../terms/pid.js'

/**
 * The time limit for all of them, in milliseconds: each descendant has 5 s to close, and a supervisor among them first stops its children.
 */
const LIMIT = 10_000

/** A process that may own something, and that waits at its end for its descendants that do. */
export interface OwningProcess extends ReportedProcess {
  readonly exiting: boolean
  readonly body: { endsOnExitOf?(pid: Pid): boolean }
  countsAsOwner: boolean
  ownersBelow: number
  readonly resources: { readonly size: number } | undefined
  descendants: ClosingDescendants | undefined
  readonly kernel: ReportingKernel & {
    readonly timers: TimerWheel
    readonly exitSignalQueue: { orphan(parent: OwningProcess): void }
  }
  /** Sends the exit signals. */
  bury(): void
}

/** Called when a process begins to own something: every ancestor counts it among the owners below it. */
export function beginsToOwn(process: OwningProcess): void {
  for (let at = process; !at.countsAsOwner; ) {
    at.countsAsOwner = true
    const parent = parentOf(at)
    if (parent === undefined) return
    parent.ownersBelow++
    at = parent
  }
}

/** Called when a process owns nothing any more, or has ended. */
export function ceasesToOwn(process: OwningProcess): void {
  for (let at = process; at.countsAsOwner && at.ownersBelow === 0; ) {
    at.countsAsOwner = false
    const parent = parentOf(at)
    if (parent === undefined) return
    parent.ownersBelow--
    // The parent lives and owns something itself.
    if (parent.resources !== undefined && parent.resources.size > 0) return
    at = parent
  }
}

/** Called when a process has ended: the owners left below it have no ancestor that waits for them. */
export function leavesOwners(process: OwningProcess): void {
  process.ownersBelow = 0
  ceasesToOwn(process)
}

function parentOf({ parent }: OwningProcess): OwningProcess | undefined {
  return parent === undefined ? undefined : routeOf<OwningProcess>(parent)
}

/** The children of a dead process that must end before its other links and its monitors are signalled. */
export class ClosingDescendants implements Expirable {
  readonly #timer = new Timer(this)
  readonly #awaited = new Set<Pid>()

  constructor(
    private readonly dead: OwningProcess,
    children: Iterable<OwningProcess>,
  ) {
    for (const { pid } of children) this.#awaited.add(pid)
    dead.kernel.timers.set(this.#timer, LIMIT)
  }

  awaits(child: OwningProcess): boolean {
    return this.#awaited.has(child.pid)
  }

  /** Called when a child has ended and its resources are closed. */
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

/**
 * Sends the exit signals of a dead process when its own resources and those of its descendants are closed.
 *
 * @param closing the closing of its own resources; never rejects
 */
export function buryWhenClosed(dead: OwningProcess, closing: Promise<void> | undefined): void {
  if (closing === undefined) buryAfterDescendants(dead)
  else closing.then(() => buryAfterDescendants(dead))
}

function buryAfterDescendants(dead: OwningProcess): void {
  const awaited = dead.ownersBelow === 0 ? [] : awaitedChildren(dead)
  if (awaited.length === 0) {
    dead.bury()
    return
  }
  dead.descendants = new ClosingDescendants(dead, awaited)
  dead.kernel.exitSignalQueue.orphan(dead)
}

/** Returns the children to wait for: linked children that end with the process and are owners, or have owners below them. */
function awaitedChildren(dead: OwningProcess): readonly OwningProcess[] {
  return childrenOf(dead).filter((child) => child.countsAsOwner && endsWith(child, dead))
}

/**
 * Whether the death of its parent ends `child`. A child that traps exits lives on, unless its engine treats the EXIT message as an order to
 * stop, as a server or a supervisor does that was started with a link or a monitor. A server that was linked later does not, and a script
 * cannot be asked: waiting for them would delay the signals of the death.
 */
function endsWith(child: OwningProcess, parent: OwningProcess): boolean {
  if (child.exiting) return true
  if (child.trapping) return child.body.endsOnExitOf?.(parent.pid) === true
  return parent.reason !== 'normal'
}

/** Returns the processes that a process started and is linked to. */
export function childrenOf<P extends OwningProcess>(process: OwningProcess): readonly P[] {
  return [...eachOf<P>(process.links)].filter(({ parent }) => parent === process.pid)
}
