/** Who waits for whom: what processes wait in, who can end that, and the circles in it. What is made of a circle decides `call-cycle.ts`. */
import type { Process } from '../process/process.js'
import { printed } from '../show/index.js'
import { type Pid, routeOf } from '../terms/pid.js'
import type { Waiting } from './awaited-by.js'
import { CallRequest } from './pending-call.js'

/** What a process waits in. */
export interface Wait {
  readonly id: number
  readonly active: boolean
  /** Who is called, or is being started, or is awaited. */
  readonly target: Process | undefined
  /** What the same handler waits in since before. */
  olderWait: Wait | undefined
  /** Calls `found`, now or a few ticks later, when the handler waits for it and nothing else. */
  lookWhoAwaits(handler: Waiting, found: () => void): void
  /** Who may end it, of a wait that is no call and no start; undefined where nobody knows. Such a wait is never certain. */
  enders?(endersOf: Enders): readonly Process[] | undefined
  /** Whether it ends by its time, of such a wait. */
  readonly hasTime?: boolean
}

/** Who alone can end a wait; undefined where others may, or nobody knows. */
export type Enders = (wait: Wait) => readonly Process[] | undefined

/** Waits that are gone through where that is done for each call: a larger circle is told by the time-out, without its name. */
export const STEPS = 1_000

export function waitsIn(process: Process, wait: Wait, steps = Number.POSITIVE_INFINITY): boolean {
  let left = steps
  for (const each of waitsOf(process)) {
    if (each === wait) return true
    if (left-- <= 0) return false
  }
  return false
}

/** Puts a wait before those that a process is in. */
export function begin(process: Process, wait: Wait): void {
  let older = process.waits
  while (older !== undefined && !older.active) older = older.olderWait
  wait.olderWait = older
  process.waits = wait
}

/** What a process waits in. Those that are over are dropped from among the others in passing. */
export function* waitsOf(process: Process): Generator<Wait> {
  let before: Wait | undefined
  for (let wait = process.waits; wait !== undefined; wait = wait.olderWait) {
    if (wait.active) {
      yield wait
      before = wait
    } else if (before === undefined) process.waits = wait.olderWait
    else before.olderWait = wait.olderWait
  }
  if (isPlainScript(process)) yield* callsOf(process)
}

/** Whether it is a script whose code is not known to be a handler's. Its calls are not noted when they are made: that would cost each of them. */
export function isPlainScript(process: Process): boolean {
  return process.isScript && process.handling === undefined
}

/** The calls of a script that are not over, the youngest first. */
function* callsOf({ monitors }: Process): Generator<Wait> {
  let left = STEPS
  for (let at = monitors; at !== undefined && left-- > 0; at = at.nextOwned) {
    if (at instanceof CallRequest && !at.answersByMessage) yield at
  }
}

/**
 * Who can end a wait, for one look: each mailbox is gone through once, however many of the calls may be in it.
 *
 * @param most messages that are gone through; in a longer mailbox nothing is certain
 */
export function certainly(most = Number.POSITIVE_INFINITY): Enders {
  const mail = new Map<Process, ReadonlySet<unknown>>()
  const mailOf = (target: Process): ReadonlySet<unknown> => {
    const known = mail.get(target)
    if (known !== undefined) return known
    const { mailbox, bound } = target
    const found = new Set(mailbox.length > most ? [] : [...mailbox.held(), ...(bound?.line ?? [])])
    mail.set(target, found)
    return found
  }
  return (wait) => {
    const { target } = wait
    if (target === undefined || wait.enders !== undefined) return undefined
    if (!(wait instanceof CallRequest)) return [target]
    const pids = target.body.answerers?.(wait)
    if (pids === undefined) return mailOf(target).has(wait) ? [target] : undefined
    return processesOf(pids)
  }
}

/**
 * Who is expected to end a wait, though others may: enough to name a circle that stands, not to refuse a call. A call that a machine has
 * postponed comes again to that machine, but its callback may have given the `From` away. A script that takes calls may do so anywhere.
 */
export function likely(most?: number): Enders {
  const certain = certainly(most)
  const endersOf: Enders = (wait) => {
    if (wait.enders !== undefined) return wait.enders(endersOf)
    const { target } = wait
    if (target === undefined || (wait instanceof CallRequest && isPlainScript(target))) return undefined
    const found = certain(wait)
    if (found !== undefined || !(wait instanceof CallRequest)) return found
    const pids = target.body.likelyAnswerers?.(wait)
    return pids && processesOf(pids)
  }
  return endersOf
}

/** The same, for a first look, which costs no search in mailboxes. */
export const maybe: Enders = (wait) => {
  if (wait.enders !== undefined) return wait.enders(maybe)
  const { target } = wait
  if (target === undefined) return []
  const pids = wait instanceof CallRequest ? answerersOf(target, wait) : undefined
  return pids === undefined ? [target] : processesOf(pids)
}

function answerersOf({ body }: Process, call: CallRequest): readonly Pid[] | undefined {
  return body.answerers?.(call) ?? body.likelyAnswerers?.(call)
}

function processesOf(pids: readonly Pid[]): Process[] {
  return pids.map(routeOf<Process>).filter((each) => each !== undefined)
}

/** What is waited in on the way around a circle, and who can end it there. */
export interface Step {
  readonly wait: Wait
  readonly ender: Process
}

/**
 * What is waited in around the circle that `wait` closes, it first; undefined when it closes none.
 *
 * @param steps how many waits are gone through; below 0 afterwards when that was not enough
 */
export function circle(
  process: Process,
  wait: Wait,
  endersOf: Enders,
  steps = { left: Number.POSITIVE_INFINITY },
): Step[] | undefined {
  // Mostly a chain; a handler that waits in several calls at once makes it a tree.
  const reached = new Map<Process, { wait: Wait; process: Process }>()
  const follow = (from: Process, by: Wait): boolean => {
    for (const next of endersOf(by) ?? []) {
      if (!reached.has(next)) reached.set(next, { wait: by, process: from })
      if (next === process) return true
    }
    return false
  }
  let closed = follow(process, wait)
  for (const each of reached.keys()) {
    if (closed) break
    for (const next of waitsOf(each)) {
      closed = follow(each, next)
      if (closed) break
      if (steps.left-- <= 0) return undefined
    }
  }
  if (!closed) return undefined
  const way: Step[] = []
  for (let ender = process, at = reached.get(ender); at !== undefined; at = reached.get(ender)) {
    way.push({ wait: at.wait, ender })
    ender = at.process
    if (ender === process) break
  }
  return way.reverse()
}

/** `process`, and all that it waits for, directly or through others. */
export function reachedFrom(process: Process): Set<Process> {
  const reached = new Set([process])
  const certain = certainly()
  for (const each of reached)
    for (const wait of waitsOf(each)) for (const ender of certain(wait) ?? []) reached.add(ender)
  return reached
}

/** A circle as words. @param first the wait that it begins and ends with */
export function shown(way: readonly Step[], first: Wait): string {
  const at = way.findIndex(({ wait }) => wait === first)
  const around = [...way.slice(at), ...way.slice(0, at + 1)]
  return around.map(({ wait, ender }) => nameOf(wait.target ?? ender)).join(' → ')
}

/** The name of a process. One that Heartwood has started, such as a task, is known by its label. */
function nameOf(process: Process): string {
  const { name, pid, label } = process
  if (name !== undefined) return name
  const isLabelled = label !== undefined && (process.isScript || process.body.internal === true)
  return isLabelled ? `${printed(label, 40)} ${pid}` : String(pid)
}
