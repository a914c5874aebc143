import { type Abortable, stopWaiting, waitForAbort } from '../context/abort-signal-wait.js'
import { settle, spared } from '../context/promise-owner.js'
import type { Process } from '../process/process.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import { isAskable } from '../show/index.js'
import type { Envelope, Mailbox } from './mailbox.js'
import type { Clause } from './message-pattern.js'

/** Messages a receive looks at before it looks at the time. */
export const LOOKS = 256

const settledQuietly = (): void => {}

/** A signal that ends a wait, and who else is told of it in that moment. */
interface End {
  readonly signal: AbortSignal
  readonly onAbort: (() => void) | undefined
}

/**
 * A `receive` in waiting. It remembers how far it has looked, so that a message it skipped is not looked at again.
 */
export class Waiter implements Expirable, Abortable, Waiting {
  timedOut = false
  /** Lets the others have their turns first, also when it could be over at once. */
  yields = false
  readonly promise: Promise<unknown>
  readonly #resolve: (value: unknown) => void
  readonly #reject: (error: unknown) => void
  #seen: Envelope | undefined
  #timer: Timer | undefined = undefined
  #end: End | undefined = undefined

  constructor(
    readonly process: Process,
    /** undefined takes any message; null leaves it in the mailbox (hibernate). */
    readonly clauses: readonly Clause[] | undefined | null,
    private onTimeout: (() => unknown) | undefined,
    /** Where it begins to look; default with the oldest message. */
    after?: Envelope,
  ) {
    this.#seen = after
    this.promise = spared()
    this.#resolve = settle.resolve as (value: unknown) => void
    this.#reject = settle.reject
  }

  /** Looks at the messages not yet seen; true when this receive is over. Runs user code: guards and handlers. */
  attempt(mailbox: Mailbox): boolean {
    try {
      return this.#scan(mailbox)
    } catch (error) {
      // The receive fails where it was awaited; the mailbox is complete (semantics K77).
      this.#settle()
      this.#reject(error)
      return true
    }
  }

  /** As `attempt`, with one message. */
  offered(at: Envelope, mailbox: Mailbox): boolean {
    try {
      return this.#accept(at, mailbox)
    } catch (error) {
      this.#settle()
      this.#reject(error)
      return true
    }
  }

  /** Its time is up, and no message came. */
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

  /** As a sleep. */
  get wantsNothing(): boolean {
    return this.clauses?.length === 0
  }

  becameDue(_one: Waiting): void {}

  /** What its process has in its place: itself, or those that it has joined. */
  protected get queued(): Waiting {
    return this
  }

  wait(ms: number): void {
    this.#timer = new Timer(this)
    this.process.kernel.timers.set(this.#timer, ms)
  }

  /** Has it fail when the signal fires; at once when it has. */
  endWith(signal: AbortSignal, onAbort: (() => void) | undefined): void {
    this.#end = { signal, onAbort }
    this.process.kernel.dependsOn(signal)
    waitForAbort(signal, this)
  }

  /** Whether a signal can end it. */
  get abortable(): boolean {
    return this.#end !== undefined
  }

  /** An end of the wait like that of its time: a message that came before still wins. */
  aborted(reason: unknown): void {
    this.process.kernel.touches(this.process.pid, 'state change')
    if (this.timedOut) return
    const onAbort = this.#end?.onAbort
    this.onTimeout = () => {
      onAbort?.()
      throw reason
    }
    this.expired()
  }

  /** What is to be queued behind `last`; undefined when that has taken it in. */
  joining(_last: Waiting | undefined): Waiting | undefined {
    return this
  }

  /** The messages that came first win over the timeout, so the process looks once more. */
  expired(): void {
    this.timedOut = true
    this.process.waiter?.becameDue(this.queued)
    this.process.wake()
  }

  /** The process died: whoever awaits this shall run its `finally` blocks. */
  abandon(error: unknown): void {
    this.#settle()
    this.#reject(error)
    this.promise.catch(settledQuietly)
  }

  #scan(mailbox: Mailbox): boolean {
    if (this.wantsNothing) return this.timedOut && this.#finish(this.onTimeout?.())
    let at = this.#seen === undefined || this.#seen.taken === true ? mailbox.first : this.#seen.next
    for (let looks = 1; at !== undefined; at = at.next, looks++) {
      // Among a million messages, go on in another turn.
      if (looks % LOOKS === 0 && this.process.interrupted()) return false
      if (this.clauses === null) return this.#finish(undefined)
      if (this.#accept(at, mailbox)) return true
      // A guard may have received meanwhile and taken this very message.
      if (at.taken === true) return this.#scan(mailbox)
      this.#seen = at
    }
    return this.timedOut && this.#finish(this.onTimeout?.())
  }

  /** Takes the message if it is one of those it waits for. */
  #accept(at: Envelope, mailbox: Mailbox): boolean {
    const { clauses } = this
    const clause = clauses === undefined || clauses === null ? undefined : matching(clauses, at.message)
    if (at.taken === true || (clauses !== undefined && clause === undefined)) return false
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

function matching(clauses: readonly Clause[], message: unknown): Clause | undefined {
  try {
    for (const clause of clauses) if (clause.matches(message)) return clause
  } catch (error) {
    // A proxy that was revoked, or throws, fails any guard that asks for a class: it is none of those waited for.
    if (isAskable(message)) throw error
  }
  return undefined
}

/** What a process waits in: a receive, or many in one. */
export interface Waiting {
  /** Whether the last attempt let code go on, though not all of many is over. */
  readonly moved: boolean
  /** Whether no message ends it. */
  readonly wantsNothing: boolean
  /** Looks at what has come, and at the time; true when it is over. */
  attempt(mailbox: Mailbox): boolean
  /** The time of one of many is up. */
  becameDue(one: Waiting): void
  abandon(error: unknown): void
}

/** The oldest message, for a receive of any; undefined when there is none, or the receive must wait. */
export function takeFirst(process: Process): Envelope | undefined {
  process.surrender()
  return process.waiter === undefined && process.mayGoOn() ? process.mailbox.shift() : undefined
}
