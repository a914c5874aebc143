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
import { workIsAnnounced } from './announced-timers.js'
import { CallRequest } from './pending-call.js'
import {
  begin,
  certainly,
  circle,
  isPlainScript,
  likely,
  maybe,
  reachedFrom,
  STEPS,
  type Step,
  shown,
  type Wait,
  waitsIn,
  waitsOf,
} from './wait-graph.js'

/** The waits that are known to be the only wait of their handler. That stays so until they end. */
const awaited = new WeakSet<Wait>()

/** Notes that the handler of a process waits for `wait`, until that ends or the handler does; only if the handler's code made it. */
export function noteWait(process: Process, wait: Wait): void {
  if (process.inHandler()) addWait(process, wait)
  else if (process.isAwaited) noteCallOfAwaited(process, wait)
}

/** Does the same where it is known that the handler's code made it. */
export function addWait(process: Process, wait: Wait): void {
  begin(process, wait)
  if (wait.target?.waits !== undefined) suspect(process, wait)
}

/** Notes that a process waits in a receive for the doing of other processes. */
export function addReceivedWait(process: Process, wait: Wait): void {
  addWait(process, wait)
  if (isPlainScript(process)) sweep(process)
  suspect(process, wait)
}

/** The number of further waits that a script may begin before its ended waits are removed. */
const untilSweep = new WeakMap<Process, number>()

/** Removes the ended waits of a script. A script has no handler whose end would remove them. */
function sweep(process: Process): void {
  const left = untilSweep.get(process) ?? FEW
  if (left > 0) {
    untilSweep.set(process, left - 1)
    return
  }
  let live = FEW
  for (const _ of waitsOf(process)) live++
  untilSweep.set(process, live)
}

const FEW = 32

/** Notes a call of a process whose result others wait for, as an owner waits for its task. */
export function noteCallOfAwaited(process: Process, call: Wait): void {
  if (call.target?.waits !== undefined) suspect(process, call)
}

/** Notes that the server of a call has postponed it until other calls are answered. */
export function notePutBy(call: CallRequest): void {
  const { owner } = call
  if (owner === undefined || (isPlainScript(owner) && !owner.isAwaited)) return
  if (waitsIn(owner, call)) suspect(owner, call)
}

function suspect(process: Process, wait: Wait): void {
  const others = suspicions.get(process) ?? 0
  // The other suspicions look at everything that the handler waits for.
  if (others >= MOST || circle(process, wait, maybe, { left: STEPS }) === undefined) return
  suspicions.set(process, others + 1)
  process.kernel.scheduler.enqueue(new Suspicion(process, wait))
}

/** The number of suspected circles of each process that are being examined. */
const suspicions = new WeakMap<Process, number>()

/** The most of them: a handler may make any number of calls while it waits in a circle, and each of them would be another circle. */
const MOST = 16

/** The most calls of one handler, the youngest first, that are examined whether the handler waits for nothing else. */
const LOOKS = 64

/** Declares that all code of the current process that runs while it is busy belongs to its handler: it calls no callbacks of other code. */
export function allIsHandlers(): void {
  const process = currentProcess<Process>()
  if (process !== undefined) process.undivided = true
}

/** Whether a process that calls itself would wait without end. It would not in code that certainly does not belong to its handler. */
export function callsItself(process: Process): boolean {
  return process.isScript || process.inHandler()
}

/** The number of turns before a suspicion is examined. A handler that does not await its call ends within them. */
const RESPITE = 16

/** The milliseconds after which a circle that something else may still end is examined again; doubled each time. */
const AGAIN = 50

/**
 * The milliseconds after which a cast in such a circle is given up, or the log is told if nothing else ends the circle: the default
 * time-out of a call.
 */
const UNTIMED = 5_000

/**
 * A wait that seems to close a circle. It is examined a few turns later: a handler that did not await its call and was about to end has
 * ended by then. It is a task and not a timer, so that meanwhile no time passes.
 */
class Suspicion implements Runnable, Expirable {
  nextTask: Runnable | undefined = undefined
  #turns = RESPITE
  #again = AGAIN
  /** The milliseconds for which the circle has existed. */
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

  #circle(): Step[] | undefined {
    const { process, wait } = this
    return waitsIn(process, wait) ? circle(process, wait, likely()) : undefined
  }

  /** Starts to find out what the handlers wait for. The results are there after the next turns. */
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

  /** If no process in the circle can continue, refuses the call that would be given up first. */
  #judge(): void {
    const way = this.#circle()
    if (way === undefined) {
      this.#over()
      return
    }
    const waits = way.map(({ wait }) => wait)
    const stuck = stuckFrom(this.process)
    const call = stuck === undefined ? this.#givenUp(waits) : firstGivenUp(waits, stuck)
    if (call === undefined) {
      if (this.#stood >= UNTIMED) tellUntimed(this.process, way)
      this.#lookAgain()
      return
    }
    takeBack(call)
    call.refuse(shown(way, call))
    // There may be another circle.
    if (call !== this.wait) this.#rest()
    else this.#over()
  }

  #over(): void {
    suspicions.set(this.process, (suspicions.get(this.process) ?? 1) - 1)
  }

  /**
   * Returns a cast that has waited in the circle for as long as a call may, if no other process is known to be able to end a wait in it.
   */
  #givenUp(waits: readonly Wait[]): CallRequest | undefined {
    if (this.#stood < UNTIMED) return undefined
    const certain = certainly()
    if (waits.some((each) => certain(each) === undefined)) return undefined
    return waits.find((each): each is CallRequest => each instanceof CallRequest && each.untimed)
  }

  /**
   * Examines the circle again later: one of the processes waits, for example, for a message or in another call too. This does not keep the
   * program running.
   */
  #lookAgain(): void {
    const { timers } = this.process.kernel
    const ms = this.#stood < UNTIMED ? Math.min(this.#again, UNTIMED - this.#stood) : this.#again
    timers.unheld++
    timers.set(new Timer(this), ms)
    this.#stood += ms
    this.#again *= 2
  }
}

/** The waits of circles that were reported to the log. */
const told = new WeakSet<Wait>()

/** Reports once to the log a circle in which no call has a time-out, so that no error will ever name it. */
function tellUntimed(process: Process, way: readonly Step[]): void {
  const [first] = way
  if (first === undefined || way.some(({ wait }) => hasTime(wait) || told.has(wait)) || mayGoOn(way)) return
  for (const { wait } of way) told.add(wait)
  const { kernel } = process
  if (kernel.hears('warn', 'circle')) kernel.report(circleReport(process, shown(way, first.wait), UNTIMED))
}

function hasTime(wait: Wait): boolean {
  if (!(wait instanceof CallRequest)) return wait.hasTime === true
  return wait.timeLeft !== Number.POSITIVE_INFINITY || wait.target?.body.limitsTime === true
}

/**
 * Whether something outside the circle may end it: another process that can cause a call to be answered, or a receive of a script, which
 * waits for more than its call.
 */
function mayGoOn(way: readonly Step[]): boolean {
  const endersOf = likely()
  return way.some(({ wait, ender }) => {
    const owner = wait instanceof CallRequest ? wait.owner : undefined
    if (owner !== undefined && isPlainScript(owner) && owner.waiter !== undefined) return true
    const others = wait instanceof CallRequest ? (endersOf(wait) ?? []) : []
    return others.some((each) => each !== ender && isFree(each))
  })
}

/** Whether a process waits for no other process, as far as is known. */
function isFree(process: Process): boolean {
  return process.waiter !== undefined || waitsOf(process).next().done === true
}

/** Removes a call from where it waits to be handled, unless it is being handled. */
function takeBack(call: CallRequest): void {
  const { target } = call
  if (target === undefined) return
  const { mailbox, bound, body } = target
  const isIt = (message: unknown): boolean => message === call
  if (!mailbox.withdraw(isIt) && bound?.withdraw(call) !== true) body.withdraw?.(call)
}

/** Finds out whether a handler waits for one of its calls and nothing else. */
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
 * Returns the waits that must end before a process can continue; `undefined` if that is not known. A message that it waits for, another
 * call, and anything that it has started outside the kernel may let it continue, too: a stack does not show all of that.
 */
function mustEnd(process: Process): Wait[] | undefined {
  if (!process.alive || !process.busy || process.waiter !== undefined) return undefined
  const [only, other] = waitsOf(process)
  return only !== undefined && other === undefined && awaited.has(only) ? [only] : undefined
}

/** Returns the waits of `process` and of all processes that it waits for, if none of them can continue. */
function stuckFrom(process: Process): Wait[] | undefined {
  if (!workIsAnnounced()) return undefined
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
 * Returns the call of a circle with the least time, the youngest of several; `undefined` if another wait among all stuck ones may end
 * sooner, because the call might then be answered.
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

/** The result if there are more waits than are examined. */
export const TOO_LONG = Symbol('a circle, or none')

/** Returns the circle of a call as text; `undefined` if its handler does not wait for it, or if there is no circle. */
export function circleOf(call: CallRequest): string | typeof TOO_LONG | undefined {
  const { owner } = call
  // Any number of calls may be given up at once, and each one asks.
  return owner !== undefined && waitsIn(owner, call, STEPS) ? namedCircle(owner, call) : undefined
}

/** Returns the circle that a wait of a process closes, as text; `undefined` if it closes none. */
export function namedCircle(process: Process, wait: Wait): string | typeof TOO_LONG | undefined {
  const steps = { left: STEPS }
  const way = circle(process, wait, likely(STEPS), steps)
  if (way === undefined) return steps.left < 0 ? TOO_LONG : undefined
  return shown(way, wait)
}
