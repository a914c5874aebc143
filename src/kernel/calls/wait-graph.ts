/**
 * The graph of waits: what processes wait for, who can end a wait, and the circles in it. `call-cycle.ts` decides what follows from a
 * circle.
 */
import type { Process } from '../process/process.js'
import { printed } from '../show/index.js'
import { type Pid, routeOf } from '../terms/pid.js'
import type { Waiting } from './awaited-by.js'
import { CallRequest } from './pending-call.js'

/** A wait of a process. */
export interface Wait {
  readonly id: number
  readonly active: boolean
  /** The process that is called, started or awaited. */
  readonly target: Process | undefined
  /** The wait of the same handler that began before this one. */
  olderWait: Wait | undefined
  /** Calls `found`, now or a few ticks later, if the handler waits for this and nothing else. */
  lookWhoAwaits(handler: Waiting, found: () => void): void
  /**
   * Returns the processes that may end a wait that is neither a call nor a start; `undefined` if they are not known. Such a wait is never
   * certain.
   */
  enders?(endersOf: Enders): readonly Process[] | undefined
  /** Whether such a wait has a time-out. */
  readonly hasTime?: boolean
}

/** Returns the processes that alone can end a wait; `undefined` if others may, or if that is not known. */
export type Enders = (wait: Wait) => readonly Process[] | undefined

/**
 * The most waits that are followed where this is done for each call. A larger circle ends by the time-out of a call, without being named.
 */
export const STEPS = 1_000

export function waitsIn(process: Process, wait: Wait, steps = Number.POSITIVE_INFINITY): boolean {
  let left = steps
  for (const each of waitsOf(process)) {
    if (each === wait) return true
    if (left-- <= 0) return false
  }
  return false
}

/** Adds a wait to those of a process, as the newest. */
export function begin(process: Process, wait: Wait): void {
  let older = process.waits
  while (older !== undefined && !older.active) older = older.olderWait
  wait.olderWait = older
  process.waits = wait
}

/** Returns the waits of a process. Waits that have ended are removed in passing. */
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

/**
 * Whether a process is a script whose code is not known to belong to a handler. Its calls are not noted when they are made, since that
 * would cost each of them.
 */
export function isPlainScript(process: Process): boolean {
  return process.isScript && process.handling === undefined
}

/** Returns the calls of a script that have not ended, the youngest first. */
function* callsOf({ monitors }: Process): Generator<Wait> {
  let left = STEPS
  for (let at = monitors; at !== undefined && left-- > 0; at = at.nextOwned) {
    if (at instanceof CallRequest && !at.answersByMessage) yield at
  }
}

/**
 * Returns a function that finds the processes that can end a wait, for one examination: it searches each mailbox once, however many of the
 * calls may be in it.
 *
 * @param most the most messages that are searched; in a longer mailbox nothing is certain
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
 * Returns a function that finds the processes that probably end a wait, though others may: enough to name a circle, not enough to refuse a
 * call. A call that a machine has postponed is handled again by that machine, but its callback may have passed the `From` on. A script that
 * takes calls may do so anywhere.
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

/** Does the same for a first examination, without a search in mailboxes. */
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

/** One step of a circle: a wait, and the process that can end it. */
export interface Step {
  readonly wait: Wait
  readonly ender: Process
}

/**
 * Returns the steps of the circle that `wait` closes, with `wait` first; `undefined` if it closes none.
 *
 * @param steps the number of waits that may be followed; below 0 afterwards if that was not enough
 */
export function circle(
  process: Process,
  wait: Wait,
  endersOf: Enders,
  steps = { left: Number.POSITIVE_INFINITY },
): Step[] | undefined {
  // This is mostly a chain; a handler that waits for several calls at once makes it a tree.
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

/** Returns `process` and all processes that it waits for, directly or through others. */
export function reachedFrom(process: Process): Set<Process> {
  const reached = new Set([process])
  const certain = certainly()
  for (const each of reached)
    for (const wait of waitsOf(each)) for (const ender of certain(wait) ?? []) reached.add(ender)
  return reached
}

/**
 * Returns a circle as text.
 *
 * @param first the wait with which it begins and ends
 */
export function shown(way: readonly Step[], first: Wait): string {
  const at = way.findIndex(({ wait }) => wait === first)
  const around = [...way.slice(at), ...way.slice(0, at + 1)]
  return around.map(({ wait, ender }) => nameOf(wait.target ?? ender)).join(' → ')
}

/** Returns the name of a process. A process that Heartwood has started, such as a task, is known by its label. */
function nameOf(process: Process): string {
  const { name, pid, label } = process
  if (name !== undefined) return name
  const isLabelled = label !== undefined && (process.isScript || process.body.internal === true)
  return isLabelled ? `${printed(label, 40)} ${pid}` : String(pid)
}
