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

/** Those of which that is known: it stays so until they are over. */
const awaited = new WeakSet<Wait>()

/** Notes that the handler of a process, if this is its doing, waits in it until it is over or the handler is done. */
export function noteWait(process: Process, wait: Wait): void {
  if (process.inHandler()) addWait(process, wait)
  else if (process.isAwaited) noteCallOfAwaited(process, wait)
}

/** The same, where that is known to be its doing. */
export function addWait(process: Process, wait: Wait): void {
  begin(process, wait)
  if (wait.target?.waits !== undefined) suspect(process, wait)
}

/** Notes that a process waits in a receive for what others do. */
export function addReceivedWait(process: Process, wait: Wait): void {
  addWait(process, wait)
  if (isPlainScript(process)) sweep(process)
  suspect(process, wait)
}

/** How many waits more a script may begin before those that are over are looked for among them. */
const untilSweep = new WeakMap<Process, number>()

/** A script ends none of its waits by being done with a handler, so those that are over would stay. */
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

/** Notes a call of a process that others wait for, as an owner does for its task. */
export function noteCallOfAwaited(process: Process, call: Wait): void {
  if (call.target?.waits !== undefined) suspect(process, call)
}

/** Notes that the server of a call has put it by until others are answered. */
export function notePutBy(call: CallRequest): void {
  const { owner } = call
  if (owner === undefined || (isPlainScript(owner) && !owner.isAwaited)) return
  if (waitsIn(owner, call)) suspect(owner, call)
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

  #circle(): Step[] | undefined {
    const { process, wait } = this
    return waitsIn(process, wait) ? circle(process, wait, likely()) : undefined
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
    // There may be another way around.
    if (call !== this.wait) this.#rest()
    else this.#over()
  }

  #over(): void {
    suspicions.set(this.process, (suspicions.get(this.process) ?? 1) - 1)
  }

  /** A cast that has stood in it for as long as a call may, where nobody else is known to be able to end what is waited in. */
  #givenUp(waits: readonly Wait[]): CallRequest | undefined {
    if (this.#stood < UNTIMED) return undefined
    const certain = certainly()
    if (waits.some((each) => certain(each) === undefined)) return undefined
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
 * Whether something beside the circle goes on that may end it: another process that can have a call answered, or a receive of a script,
 * which waits for more than its call.
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

/** Whether a process waits for nobody, as far as is known. */
function isFree(process: Process): boolean {
  return process.waiter !== undefined || waitsOf(process).next().done === true
}

/** Takes a call out of where it waits to be handled, unless it is being handled. */
function takeBack(call: CallRequest): void {
  const { target } = call
  if (target === undefined) return
  const { mailbox, bound, body } = target
  const isIt = (message: unknown): boolean => message === call
  if (!mailbox.withdraw(isIt) && bound?.withdraw(call) !== true) body.withdraw?.(call)
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
  // Any number may be given up at once, and each is asked.
  return owner !== undefined && waitsIn(owner, call, STEPS) ? namedCircle(owner, call) : undefined
}

/** The circle that a process waits in by one of its waits, as words; undefined when that closes none. */
export function namedCircle(process: Process, wait: Wait): string | typeof TOO_LONG | undefined {
  const steps = { left: STEPS }
  const way = circle(process, wait, likely(STEPS), steps)
  if (way === undefined) return steps.left < 0 ? TOO_LONG : undefined
  return shown(way, wait)
}
