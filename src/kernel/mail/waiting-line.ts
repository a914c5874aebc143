import type { Process } from '../process/process.js'
import type { Mailbox } from './mailbox.js'
import { LOOKS, type Waiter, type Waiting } from './receive-waiter.js'

/**
 * Several receives of one process, as in a `Promise.all` of them. New messages are offered to each in the order in which they
 * began. What wants no message, as a sleep, is looked at when its time is up, and however many there are cost a message nothing.
 */
export class WaitingLine implements Waiting {
  moved = false
  readonly #process: Process
  /** Those that want messages. */
  readonly #wanting = new Set<Waiting>()
  readonly #sleeping = new Set<Waiting>()
  /** Those to be looked at though no message has come: they are new, or their time is up. */
  readonly #due = new Set<Waiting>()
  /** The last of those that want messages. */
  #last: Waiting | undefined
  /** How many messages had come when all were offered what there was. */
  #came: number | undefined = undefined
  /** The round in which they are offered what has come since, and how many had come when it began. */
  #round: Iterator<Waiting> | undefined = undefined
  #roundCame = 0
  /** Whose look at the mailbox was interrupted. */
  #looking: Waiting | undefined = undefined

  constructor(process: Process, first: Waiting) {
    this.#process = process
    this.put(first)
  }

  add(waiter: Waiter): void {
    const added = waiter.joining(this.#last)
    if (added === undefined) this.#due.add(this.#last as Waiting)
    else this.put(added)
  }

  /** Adds what has joined nobody. */
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

  /** The one that is left, if it is alone. */
  get only(): Waiting | undefined {
    if (this.#wanting.size + this.#sleeping.size !== 1) return undefined
    const [only] = this.#wanting.size === 1 ? this.#wanting : this.#sleeping
    return only
  }

  becameDue(waiter: Waiting): void {
    if (this.#wanting.has(waiter) || this.#sleeping.has(waiter)) this.#due.add(waiter)
  }

  /** It is over, or in no line any more. */
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

  /** Offers what has come to all that want messages. @returns false when others have their turns first */
  #offer(mailbox: Mailbox): boolean {
    for (let looks = 1; ; ) {
      if (this.#round === undefined) {
        this.#roundCame = mailbox.came
        if (this.#roundCame === this.#came) return true
        this.#round = this.#wanting.values()
      }
      // With nothing left, none of the others has anything to look at.
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

  /** @returns false when its look at the mailbox was interrupted, or the process has ended */
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

/** Adds a receive to those the process already waits in. */
export function queueWaiter(process: Process, waiter: Waiter): void {
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

/** Offers the new messages to the receives in waiting, first come first; true when one of them is over. */
export function attemptWaiters(process: Process): boolean {
  let done = false
  for (let waiter = process.waiter; waiter !== undefined; ) {
    const over = waiter.attempt(process.mailbox)
    if (over || waiter.moved) done = true
    // A guard that ended its own process ended all its receives.
    if (!process.alive) return true
    const now = process.waiter
    if (now === waiter || !(now instanceof WaitingLine)) {
      process.waiter = over ? undefined : now instanceof WaitingLine ? (now.only ?? now) : now
      return done
    }
    // Its handler has begun another receive, whose turn it is before the process's own.
    if (over) now.remove(waiter)
    waiter = now
  }
  return done
}

/** The process died with code waiting in it. */
export function abandonWaiters(process: Process, error: unknown): void {
  process.waiter?.abandon(error)
  process.waiter = undefined
}
