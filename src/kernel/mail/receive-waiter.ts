import { type Abortable, stopWaiting, waitForAbort } from '../context/abort-signal-wait.js'
import { settle, spared } from '../context/promise-owner.js'
import type { Touched } from '../process/touched-state.js'
import { soon } from '../schedule/scheduler.js'
import { type Expirable, Timer, type TimerWheel } from '../schedule/timer-wheel.js'
import { isAskable } from '../show/index.js'
import type { Pid } from '../terms/pid.js'
import type { Envelope, Mailbox } from './mailbox.js'
import type { Clause } from './message-pattern.js'

/** The number of messages that a receive tests before it checks the time. */
export const LOOKS = 256

const settledQuietly = (): void => {}

/** A signal that ends a wait, and a function to call at that moment. */
interface End {
  readonly signal: AbortSignal
  readonly onAbort: (() => void) | undefined
}

/**
 * A waiting `receive`. It remembers how far it has searched, so that a skipped message is not tested again.
 */
export class Waiter implements Expirable, Abortable, Waiting {
  timedOut = false
  /** Whether other processes must run first, even if the wait could end at once. */
  yields = false
  readonly promise: Promise<unknown>
  readonly #resolve: (value: unknown) => void
  readonly #reject: (error: unknown) => void
  #seen: Envelope | undefined
  #timer: Timer | undefined = undefined
  #end: End | undefined = undefined
  /** The messages that it may still take: those that had arrived when its signal fired. */
  #before: ReadonlySet<Envelope> | undefined = undefined

  constructor(
    readonly process: Receiver,
    /** The clauses; `undefined` takes any message; `null` waits for a message and leaves it in the mailbox (hibernate). */
    readonly clauses: readonly Clause[] | undefined | null,
    private onTimeout: (() => unknown) | undefined,
    /** The envelope after which the search begins; default with the oldest message. */
    after?: Envelope,
  ) {
    this.#seen = after
    this.promise = spared()
    this.#resolve = settle.resolve as (value: unknown) => void
    this.#reject = settle.reject
  }

  /** Tests the messages that were not tested yet. Returns true if the receive has ended. Runs user code: guards and handlers. */
  attempt(mailbox: Mailbox): boolean {
    try {
      return this.#scan(mailbox)
    } catch (error) {
      // The `await` of the receive throws; the mailbox is unchanged (semantics K77).
      this.#settle()
      this.#reject(error)
      return true
    }
  }

  /** Tests one message, as `attempt` does. */
  offered(at: Envelope, mailbox: Mailbox): boolean {
    try {
      return this.#accept(at, mailbox)
    } catch (error) {
      this.#settle()
      this.#reject(error)
      return true
    }
  }

  /** Ends the receive after its time-out. */
  late(): void {
    try {
      this.#finish(this.onTimeout?.())
    } catch (error) {
      this.#settle()
      this.#reject(error)
    }
  }

  get moved(): boolean {
    return false
  }

  /** Whether it waits only for time, as a sleep does. */
  get wantsNothing(): boolean {
    return this.clauses?.length === 0
  }

  becameDue(_one: Waiting): void {}

  /** The object in the process's queue of waits: itself, or the group that it has joined. */
  protected get queued(): Waiting {
    return this
  }

  wait(ms: number): void {
    this.#timer = new Timer(this)
    this.process.kernel.timers.set(this.#timer, ms)
  }

  /** Makes the receive fail when the signal is aborted; at once if it is already. */
  endWith(signal: AbortSignal, onAbort: (() => void) | undefined): void {
    this.#end = { signal, onAbort }
    this.process.kernel.dependsOn(signal)
    waitForAbort(signal, this)
  }

  /** Whether it has a signal. */
  get abortable(): boolean {
    return this.#end !== undefined
  }

  /** The last message that it has tested; undefined: none. */
  protected get searched(): Envelope | undefined {
    return this.#seen
  }

  /** Ends the wait in the next turn of the process: a message that arrived before still wins, one that comes later is left in the mailbox. */
  aborted(reason: unknown): void {
    this.process.kernel.touches(this.process.pid, 'state change')
    if (this.timedOut) return
    this.#before = arrivedAfter(this.searched, this.process.mailbox)
    const onAbort = this.#end?.onAbort
    this.onTimeout = () => {
      onAbort?.()
      throw reason
    }
    this.expired()
  }

  /** The object to queue behind `last`; `undefined` if it has joined that. */
  joining(_last: Waiting | undefined): Waiting | undefined {
    return this
  }

  /** Called at the time-out. Messages that arrived before win, so the process searches once more. */
  expired(): void {
    this.timedOut = true
    this.process.waiter?.becameDue(this.queued)
    this.process.wake()
  }

  /** Rejects the receive when the process has died, so that `finally` blocks run. */
  abandon(error: unknown): void {
    this.#settle()
    this.#reject(error)
    this.promise.catch(settledQuietly)
  }

  #scan(mailbox: Mailbox): boolean {
    if (this.wantsNothing) return this.timedOut && this.#finish(this.onTimeout?.())
    const { clauses, process } = this
    if (clauses === null && mailbox.first !== undefined) return this.#finish(undefined)
    // Most receives have one clause, and a long search spends its time in this loop. `#seen` is written when it ends: to write an object
    // that is older than what it refers to costs as much as to test a message.
    const only = clauses?.length === 1 && this.#before === undefined ? (clauses[0] as Clause) : undefined
    let seen = this.#seen
    let at = seen === undefined || seen.taken === true ? mailbox.first : seen.next
    for (let looks = 1; at !== undefined; at = at.next, looks++) {
      // A long search goes on in another turn.
      if (looks % LOOKS === 0 && process.interrupted()) {
        this.#seen = seen
        return false
      }
      if (
        only === undefined
          ? this.#accept(at, mailbox)
          : fits(only, at.message) && this.#take(at, mailbox, only)
      )
        return true
      if (at.taken === true) {
        // A guard may itself have received, and have taken this message.
        this.#seen = seen
        return this.#scan(mailbox)
      }
      seen = at
    }
    this.#seen = seen
    return this.timedOut && this.#finish(this.onTimeout?.())
  }

  /** Takes a message if it matches. */
  #accept(at: Envelope, mailbox: Mailbox): boolean {
    if (this.#before !== undefined && !this.#before.has(at)) return false
    const { clauses } = this
    if (clauses === undefined || clauses === null) return this.#take(at, mailbox, undefined)
    const clause = matching(clauses, at.message)
    return clause !== undefined && this.#take(at, mailbox, clause)
  }

  /** Takes a message that matches, unless the guard itself has taken it. */
  #take(at: Envelope, mailbox: Mailbox, clause: Clause | undefined): boolean {
    if (at.taken === true) return false
    mailbox.take(at)
    this.#settle()
    const handle = clause?.handle as ((message: unknown) => unknown) | undefined
    this.#resolve(handle === undefined ? at.message : handle(at.message))
    return true
  }

  #finish(value: unknown): true {
    this.#settle()
    this.#resolve(value)
    return true
  }

  #settle(): void {
    if (this.#timer !== undefined) this.process.kernel.timers.cancel(this.#timer)
    this.#timer = undefined
    if (this.#end === undefined) return
    this.process.kernel.dependsOn(this.#end.signal)
    stopWaiting(this.#end.signal, this)
    this.#end = undefined
  }
}

/** What `arrivedAfter` has found last: one signal may end many receives. */
let found: { mailbox: Mailbox; came: number; taken: number; after: Envelope | undefined } | undefined
let arrived: ReadonlySet<Envelope> = new Set()

/** The messages in a mailbox after a certain one. A list and no mark, since the last of them may be taken by another receive. */
function arrivedAfter(after: Envelope | undefined, mailbox: Mailbox): ReadonlySet<Envelope> {
  const { came, taken } = mailbox
  const isKnown =
    found?.mailbox === mailbox && found.came === came && found.taken === taken && found.after === after
  if (isKnown) return arrived
  // Envelopes must not be kept in memory.
  if (found === undefined) soon(forget)
  const all = new Set<Envelope>()
  const first = after === undefined || after.taken ? mailbox.first : after.next
  for (let at = first; at !== undefined; at = at.next) all.add(at)
  found = { mailbox, came, taken, after }
  arrived = all
  return all
}

function forget(): void {
  found = undefined
  arrived = new Set()
}

function matching(clauses: readonly Clause[], message: unknown): Clause | undefined {
  try {
    for (const clause of clauses) if (clause.matches(message)) return clause
  } catch (error) {
    // A revoked proxy, or one that throws, makes guards with `instanceof` throw. It matches no clause.
    if (isAskable(message)) throw error
  }
  return undefined
}

/** The same for one clause, so that a long search has no loop in its loop. */
function fits(clause: Clause, message: unknown): boolean {
  try {
    return clause.matches(message)
  } catch (error) {
    if (isAskable(message)) throw error
    return false
  }
}

/** A process that receives. */
export interface Receiver {
  readonly pid: Pid
  readonly alive: boolean
  /** Whether it waits for its turn. */
  readonly queued: boolean
  readonly mailbox: Mailbox
  waiter: Waiting | undefined
  readonly kernel: {
    readonly timers: TimerWheel
    dependsOn(signal: AbortSignal): void
    touches(pid: Pid, what: Touched): void
  }
  wake(): void
  surrender(): void
  mayGoOn(): boolean
  interrupted(): boolean
}

/** A wait of a process: a receive, or a group of them. */
export interface Waiting {
  /** Whether the last attempt has ended some receives of a group, but not all. */
  readonly moved: boolean
  /** Whether no message can end it. */
  readonly wantsNothing: boolean
  /** Tests the new messages and the time. Returns true if it has ended. */
  attempt(mailbox: Mailbox): boolean
  /** Called at the time-out of one receive of a group. */
  becameDue(one: Waiting): void
  abandon(error: unknown): void
}

/** Takes the oldest message, for a receive without clauses; `undefined` if there is none or the receive must wait. */
export function takeFirst(process: Receiver): Envelope | undefined {
  process.surrender()
  return process.waiter === undefined && process.mayGoOn() ? process.mailbox.shift() : undefined
}
