/**
 * Calls that wait for each other in a circle. None of them can ever be answered, so the call that closes the circle is
 * refused and names it, instead of timing out and blaming the server.
 *
 * A process waits in a call, or in the start of another process, when its *handler* (or its init) made it, until that is
 * over or the handler is done. Whether a promise is awaited cannot be seen, so a call counts as waited for; who does not
 * want to wait has `cast` and `sendRequest`. A call that merely happens inside a process, such as one of an HTTP
 * request's callback, holds nobody up, since the process goes on taking messages. The two are told apart by what is certain:
 *
 * - code that runs while the handler is on the stack is the handler's;
 * - a handler that is an `async function` gets an async context of its own, so what it does after an `await` is known
 *   as its own too, and a callback set up by an earlier one is not;
 * - all code of a process before its init is done is its init's, and all code of a supervisor is its handlers'.
 *
 * The rest (what a plain function does in a `then` after it returned its promise) is not taken for the handler's: such
 * a circle ends by the time-out of a call. No call is refused for what other code of a process does.
 *
 * Nor is one refused while anything in the circle can go on. Every process that is waited for, directly or through others,
 * waits for such a call and for nothing else, which must show (`awaited-by.ts`): a handler that races a call against a timer
 * can go on. Each call can be answered by nobody but such a process: one that its server took and may have left to others
 * (`noReply`) can be, and so no circle leads through it. And the one that is refused would be the first to be given up.
 *
 * What does not show is told when a call is given up by its time: the error names the circle that it was in then. Where no call
 * of the circle has a time, the log names it once it has stood for as long as a call may.
 */
import { currentProcess } from '../context/current-process.js'
import type { Process } from '../process/process.js'
import { circleReport } from '../report/report.js'
import type { Runnable } from '../schedule/scheduler.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import { routeOf } from '../terms/pid.js'
import type { Waiting } from './awaited-by.js'
import { CallRequest } from './pending-call.js'
import { sourcesAreTold } from './told-timers.js'

/** What a handler waits in. */
export interface Wait {
  readonly id: number
  readonly active: boolean
  /** Who is called, or is being started. */
  readonly target: Process | undefined
  /** What the same handler waits in since before. */
  olderWait: Wait | undefined
  /** Calls `found`, now or a few ticks later, when the handler waits for it and nothing else. */
  lookWhoAwaits(handler: Waiting, found: () => void): void
}

/** Those of which that is known: it stays so until they are over. */
const awaited = new WeakSet<Wait>()

/** Notes that the handler of a process, if this is its doing, waits in it until it is over or the handler is done. */
export function noteWait(process: Process, wait: Wait): void {
  if (process.inHandler()) addWait(process, wait)
}

/** The same, where that is known to be its doing. */
export function addWait(process: Process, wait: Wait): void {
  let older = process.waits
  while (older !== undefined && !older.active) older = older.olderWait
  wait.olderWait = older
  process.waits = wait
  if (wait.target?.waits !== undefined) suspect(process, wait)
}

/** Notes that the server of a call has put it by until others are answered. */
export function notePutBy(call: CallRequest): void {
  const { owner } = call
  if (owner !== undefined && waitsIn(owner, call)) suspect(owner, call)
}

function suspect(process: Process, wait: Wait): void {
  const others = suspicions.get(process) ?? 0
  // They look at all that the handler waits in.
  if (others >= MOST || circle(process, wait, maybe, { left: STEPS }) === undefined) return
  suspicions.set(process, others + 1)
  process.kernel.scheduler.enqueue(new Suspicion(process, wait))
}

/** How many circles of a process are looked at. */
const suspicions = new WeakMap<Process, number>()

/** As many as that: a handler may make any number of calls while it waits in a circle, and each would be another. */
const MOST = 16

/** Waits that are gone through where that is done for each call: a larger circle is told by the time-out, without its name. */
const STEPS = 1_000

/** Calls of one handler, the youngest first, of which it is asked whether it waits for nothing else. */
const LOOKS = 64

/** Says that whatever code of the current process runs while it is busy is of its handler: it calls back nobody's code. */
export function allIsHandlers(): void {
  const process = currentProcess()
  if (process !== undefined) process.undivided = true
}

/** Whether a process that calls itself would wait for ever: not in code that is known to be none of its handler's. */
export function callsItself(process: Process): boolean {
  return process.isScript || process.inHandler()
}

/** How many turns a suspicion is left alone; a handler that has nothing to wait for ends within them. */
const RESPITE = 16

/** Milliseconds after which a circle is looked at again that something else may still end; twice as many each time. */
const AGAIN = 50

/** Milliseconds after which a cast in such a circle is given up, or the log told where nothing else ends it: as many as a call has. */
const UNTIMED = 5_000

/**
 * Something waited in that seems to close a circle. It is looked at again a few turns later: a handler that did not await
 * its call, and was about to end, has ended by then. A task and not a timer, so that meanwhile no time passes.
 */
class Suspicion implements Runnable, Expirable {
  nextTask: Runnable | undefined = undefined
  #turns = RESPITE
  #again = AGAIN
  /** Milliseconds that the circle has stood for. */
  #stood = 0
  #looked = false

  constructor(
    readonly process: Process,
    readonly wait: Wait,
  ) {}

  turn(): boolean {
    this.#turns--
    if (this.#turns > 0) this.process.kernel.scheduler.enqueue(this)
    else if (!this.#looked) this.#look()
    else this.#judge()
    return this.#turns > 0
  }

  expired(): void {
    this.process.kernel.timers.unheld--
    this.#rest()
  }

  #rest(): void {
    this.#looked = false
    this.#turns = RESPITE
    this.process.kernel.scheduler.enqueue(this)
  }

  #circle(): Wait[] | undefined {
    const { process, wait } = this
    return waitsIn(process, wait) ? circle(process, wait, certainly()) : undefined
  }

  /** What the handlers wait for shows by the time that the next turns are over. */
  #look(): void {
    if (this.#circle() === undefined) {
      this.#over()
      return
    }
    this.#looked = true
    this.#turns = RESPITE
    for (const each of reachedFrom(this.process)) look(each)
    this.process.kernel.scheduler.enqueue(this)
  }

  /** Refuses the call of a circle in which nobody can go on that would be given up first. */
  #judge(): void {
    const waits = this.#circle()
    if (waits === undefined) {
      this.#over()
      return
    }
    const stuck = stuckFrom(this.process)
    const call = stuck === undefined ? this.#givenUp(waits) : firstGivenUp(waits, stuck)
    if (call === undefined) {
      if (this.#stood >= UNTIMED) tellUntimed(this.process, waits)
      this.#lookAgain()
      return
    }
    takeBack(call)
    call.refuse(shown(waits, call))
    // There may be another way around.
    if (call !== this.wait) this.#rest()
    else this.#over()
  }

  #over(): void {
    suspicions.set(this.process, (suspicions.get(this.process) ?? 1) - 1)
  }

  /** A cast that has stood in it for as long as a call may. */
  #givenUp(waits: readonly Wait[]): CallRequest | undefined {
    if (this.#stood < UNTIMED) return undefined
    return waits.find((each): each is CallRequest => each instanceof CallRequest && each.untimed)
  }

  /** One of them waits for a message, say, or in another call too. No reason for the program to go on. */
  #lookAgain(): void {
    const { timers } = this.process.kernel
    const ms = this.#stood < UNTIMED ? Math.min(this.#again, UNTIMED - this.#stood) : this.#again
    timers.unheld++
    timers.set(new Timer(this), ms)
    this.#stood += ms
    this.#again *= 2
  }
}

/** Waits of circles that the log was told of. */
const told = new WeakSet<Wait>()

/** Tells the log, once, of a circle in which no call has a time, so that no error will ever name it. */
function tellUntimed(process: Process, waits: readonly Wait[]): void {
  const hasTime = (each: Wait) => each instanceof CallRequest && each.timeLeft !== Number.POSITIVE_INFINITY
  if (waits.some((each) => hasTime(each) || told.has(each))) return
  for (const each of waits) told.add(each)
  const { kernel } = process
  const [first] = waits
  if (first !== undefined && kernel.hears('warn', 'circle'))
    kernel.report(circleReport(process, shown(waits, first), UNTIMED))
}

/** Who alone can end a wait; undefined where others may, or nobody knows. */
type Enders = (wait: Wait) => readonly Process[] | undefined

function waitsIn(process: Process, wait: Wait, steps = Number.POSITIVE_INFINITY): boolean {
  let left = steps
  for (const each of waitsOf(process)) {
    if (each === wait) return true
    if (left-- <= 0) return false
  }
  return false
}

/** Those that are over are dropped from among the others in passing. */
function* waitsOf(process: Process): Generator<Wait> {
  let before: Wait | undefined
  for (let wait = process.waits; wait !== undefined; wait = wait.olderWait) {
    if (wait.active) {
      yield wait
      before = wait
    } else if (before === undefined) process.waits = wait.olderWait
    else before.olderWait = wait.olderWait
  }
}

/** Takes a call out of where it waits to be handled, unless it is being handled. */
function takeBack(call: CallRequest): void {
  const { target } = call
  if (target === undefined) return
  const { mailbox, bound, body } = target
  const isIt = (message: unknown): boolean => message === call
  if (!mailbox.withdraw(isIt) && bound?.withdraw(call) !== true) body.withdraw?.(call)
}

/**
 * Who can end a wait, for one look: each mailbox is gone through once, however many of the calls may be in it.
 *
 * @param most messages that are gone through; in a longer mailbox nothing is certain
 */
function certainly(most = Number.POSITIVE_INFINITY): Enders {
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
    if (target === undefined) return undefined
    if (!(wait instanceof CallRequest)) return [target]
    const pids = target.body.answerers?.(wait)
    if (pids === undefined) return mailOf(target).has(wait) ? [target] : undefined
    return pids.map(routeOf).filter((each) => each !== undefined)
  }
}

/** The same, for a first look, which costs no search in mailboxes. */
const maybe: Enders = (wait) => {
  const { target } = wait
  const pids = wait instanceof CallRequest ? target?.body.answerers?.(wait) : undefined
  const own = target === undefined ? [] : [target]
  return pids === undefined ? own : pids.map(routeOf).filter((each) => each !== undefined)
}

/**
 * What is waited in around the circle that `wait` closes, it first; undefined when it closes none.
 *
 * @param steps how many waits are gone through; below 0 afterwards when that was not enough
 */
function circle(
  process: Process,
  wait: Wait,
  endersOf: Enders,
  steps = { left: Number.POSITIVE_INFINITY },
): Wait[] | undefined {
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
  const waits: Wait[] = []
  for (let at = reached.get(process); at !== undefined; at = reached.get(at.process)) {
    waits.push(at.wait)
    if (at.process === process) break
  }
  return waits.reverse()
}

/** `process`, and all that it waits for, directly or through others. */
function reachedFrom(process: Process): Set<Process> {
  const reached = new Set([process])
  const certain = certainly()
  for (const each of reached)
    for (const wait of waitsOf(each)) for (const ender of certain(wait) ?? []) reached.add(ender)
  return reached
}

/** Looks whether a handler waits for one of its calls and nothing else. */
function look(process: Process): void {
  const { handlerEnd: end, handling } = process
  if (end === undefined) return
  let left = LOOKS
  for (const wait of waitsOf(process)) {
    if (left-- <= 0) return
    if (!awaited.has(wait)) wait.lookWhoAwaits({ end, handling }, () => awaited.add(wait))
  }
}

/**
 * What has to end before a process can go on; undefined when that does not show. A message that it waits for, another call and
 * whatever it has set going outside the kernel may have it go on, too: in a stack not all of that shows.
 */
function mustEnd(process: Process): Wait[] | undefined {
  if (!process.alive || !process.busy || process.waiter !== undefined) return undefined
  const [only, other] = waitsOf(process)
  return only !== undefined && other === undefined && awaited.has(only) ? [only] : undefined
}

/** What `process`, and all whom it waits for, wait in, when none of them can go on. */
function stuckFrom(process: Process): Wait[] | undefined {
  if (!sourcesAreTold()) return undefined
  const waits: Wait[] = []
  const reached = new Set([process])
  const certain = certainly()
  for (const each of reached) {
    const own = mustEnd(each)
    if (own === undefined) return undefined
    for (const wait of own) {
      const enders = certain(wait)
      if (enders === undefined || enders.length === 0) return undefined
      waits.push(wait)
      for (const ender of enders) reached.add(ender)
    }
  }
  return waits
}

/**
 * The call of a circle that has least time, the youngest of several, if no other among all that are stuck may end sooner: that
 * one might then be answered.
 */
function firstGivenUp(circle: readonly Wait[], stuck: readonly Wait[]): CallRequest | undefined {
  const calls = stuck.filter((each) => each instanceof CallRequest)
  const [first] = calls.filter((each) => circle.includes(each)).sort(byTime)
  if (first === undefined) return undefined
  const sooner = (each: CallRequest): boolean =>
    each !== first && (each.abortable || timeOf(each) < timeOf(first))
  return calls.some(sooner) ? undefined : first
}

function byTime(a: CallRequest, b: CallRequest): number {
  const [one, other] = [timeOf(a), timeOf(b)]
  return one === other ? b.id - a.id : one - other
}

function timeOf(call: CallRequest): number {
  return call.untimed ? UNTIMED : call.timeout
}

/** More waits hang on one another than are gone through. */
export const TOO_LONG = Symbol('a circle, or none')

/** The circle that a call is in, as words; undefined when its handler does not wait in it, or there is none. */
export function circleOf(call: CallRequest): string | typeof TOO_LONG | undefined {
  const { owner } = call
  const steps = { left: STEPS }
  // Any number may be given up at once, and each is asked.
  const isIn = owner !== undefined && waitsIn(owner, call, STEPS)
  const waits = isIn ? circle(owner, call, certainly(STEPS), steps) : undefined
  if (waits === undefined) return steps.left < 0 ? TOO_LONG : undefined
  return shown(waits, call)
}

/** The circle as words, the server of the refused call first and last. */
function shown(waits: readonly Wait[], refused: Wait): string {
  const at = waits.indexOf(refused)
  const inOrder = [...waits.slice(at), ...waits.slice(0, at), refused]
  return inOrder.map(({ target }) => nameOf(target as Process)).join(' → ')
}

function nameOf({ name, pid }: Process): string {
  return name ?? String(pid)
}
