import type { Mailbox } from './mailbox.js'
import { LOOKS, type Receiver, type Waiter, type Waiting } from './receive-waiter.js'

/**
 * Several receives of a process at the same time, for example in a `Promise.all`. New messages are offered to each in the order in which
 * they began. Waits without messages, such as sleeps, are handled only at their time-out, so they cost a message nothing.
 */
export class WaitingLine implements Waiting {
  moved = false
  readonly #process: Receiver
  /** The waits for messages. */
  readonly #wanting = new Set<Waiting>()
  readonly #sleeping = new Set<Waiting>()
  /** The waits to handle without a new message: they are new, or have reached their time-out. */
  readonly #due = new Set<Waiting>()
  /** The last wait for messages. */
  #last: Waiting | undefined
  /** The number of arrived messages when all waits had been offered all of them. */
  #came: number | undefined = undefined
  /** The current round, in which the waits are offered the messages since then, and the number of arrived messages at its beginning. */
  #round: Iterator<Waiting> | undefined = undefined
  #roundCame = 0
  /** The wait whose search of the mailbox was interrupted. */
  #looking: Waiting | undefined = undefined

  constructor(process: Receiver, first: Waiting) {
    this.#process = process
    this.put(first)
  }

  add(waiter: Waiter): void {
    const added = waiter.joining(this.#last)
    if (added === undefined) this.#due.add(this.#last as Waiting)
    else this.put(added)
  }

  /** Adds a wait that has joined no group. */
  put(waiter: Waiting): void {
    this.#due.add(waiter)
    if (waiter.wantsNothing) this.#sleeping.add(waiter)
    else {
      this.#wanting.add(waiter)
      this.#last = waiter
    }
  }

  get wantsNothing(): boolean {
    return this.#wanting.size === 0
  }

  /** The only wait; `undefined` if there are several. */
  get only(): Waiting | undefined {
    if (this.#wanting.size + this.#sleeping.size !== 1) return undefined
    const [only] = this.#wanting.size === 1 ? this.#wanting : this.#sleeping
    return only
  }

  becameDue(waiter: Waiting): void {
    if (this.#wanting.has(waiter) || this.#sleeping.has(waiter)) this.#due.add(waiter)
  }

  /** Removes a wait. */
  remove(waiter: Waiting): void {
    this.#wanting.delete(waiter)
    this.#sleeping.delete(waiter)
    this.#due.delete(waiter)
    if (this.#last === waiter) this.#last = undefined
    if (this.#looking === waiter) this.#looking = undefined
  }

  attempt(mailbox: Mailbox): boolean {
    this.moved = false
    if (this.#offer(mailbox)) this.#lookAtDue(mailbox)
    return this.#process.alive ? this.#wanting.size + this.#sleeping.size === 0 : true
  }

  abandon(error: unknown): void {
    for (const waiter of this.#wanting) waiter.abandon(error)
    for (const waiter of this.#sleeping) waiter.abandon(error)
  }

  /** Offers the new messages to all waits for messages. @returns false if other processes must run first */
  #offer(mailbox: Mailbox): boolean {
    for (let looks = 1; ; ) {
      if (this.#round === undefined) {
        this.#roundCame = mailbox.came
        if (this.#roundCame === this.#came) return true
        this.#round = this.#wanting.values()
      }
      // Without messages there is nothing to offer to the other waits.
      while (mailbox.length > 0) {
        if (looks++ % LOOKS === 0 && this.#process.interrupted()) return false
        const waiter = this.#looking ?? this.#round.next().value
        if (waiter === undefined) break
        if (!this.#attempt(waiter, mailbox)) return false
      }
      this.#came = this.#roundCame
      this.#round = undefined
      this.#looking = undefined
    }
  }

  #lookAtDue(mailbox: Mailbox): void {
    let looks = 1
    for (const waiter of this.#due) {
      if (looks++ % LOOKS === 0 && this.#process.interrupted()) return
      if (!this.#attempt(waiter, mailbox)) return
    }
  }

  /** Offers messages to one wait. @returns false if its search was interrupted or the process has ended */
  #attempt(waiter: Waiting, mailbox: Mailbox): boolean {
    this.#due.delete(waiter)
    const over = waiter.attempt(mailbox)
    if (over || waiter.moved) this.moved = true
    if (!this.#process.alive) return false
    if (over) this.remove(waiter)
    const interrupted = !over && this.#process.queued
    this.#looking = interrupted && !waiter.wantsNothing ? waiter : undefined
    if (interrupted) this.#due.add(waiter)
    return !interrupted
  }
}

/** Adds a receive to the waits of a process. */
export function queueWaiter(process: Receiver, waiter: Waiter): void {
  const { waiter: first } = process
  if (first instanceof WaitingLine) {
    first.add(waiter)
    return
  }
  const added = waiter.joining(first)
  if (added === undefined) return
  if (first === undefined) process.waiter = added
  else {
    const line = new WaitingLine(process, first)
    line.put(added)
    process.waiter = line
  }
}

/** Offers the new messages to the waiting receives, the oldest first. Returns true if one of them has ended. */
export function attemptWaiters(process: Receiver): boolean {
  let done = false
  for (let waiter = process.waiter; waiter !== undefined; ) {
    const over = waiter.attempt(process.mailbox)
    if (over || waiter.moved) done = true
    // A guard that ends its process ends all its receives.
    if (!process.alive) return true
    const now = process.waiter
    if (now === waiter || !(now instanceof WaitingLine)) {
      process.waiter = over ? undefined : now instanceof WaitingLine ? (now.only ?? now) : now
      return done
    }
    // Its handler has begun another receive, which is handled next.
    if (over) now.remove(waiter)
    waiter = now
  }
  return done
}

/** Rejects all waiting receives of a process that died. */
export function abandonWaiters(process: Receiver, error: unknown): void {
  process.waiter?.abandon(error)
  process.waiter = undefined
}
