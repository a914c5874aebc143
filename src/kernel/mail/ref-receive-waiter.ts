import { read } from '../show/index.js'
import { Reference } from '../terms/reference.js'
import type { Envelope, Mailbox } from './mailbox.js'
import type { Clause } from './message-pattern.js'
import { LOOKS, type Receiver, Waiter, type Waiting } from './receive-waiter.js'

/** A receive of messages with a certain reference in the field `ref`. Many such receives together cost as much as one. */
export class RefWaiter extends Waiter {
  #group: RefWaiters | undefined = undefined

  constructor(
    process: Receiver,
    readonly ref: Reference,
    clause: Clause,
    onTimeout: (() => unknown) | undefined,
  ) {
    // The test of the reference is also needed when it searches the mailbox alone.
    const matches = (message: unknown): boolean => read(message, 'ref') === ref && clause.matches(message)
    super(process, [{ matches, handle: clause.handle }], onTimeout)
  }

  override joining(last: Waiting | undefined): Waiting | undefined {
    const joins = last instanceof RefWaiters && last.takesIn(this)
    this.#group = joins ? last : new RefWaiters(this)
    return joins ? undefined : this.#group
  }

  protected override get queued(): Waiting {
    return this.#group ?? this
  }

  protected override get searched(): Envelope | undefined {
    return this.#group === undefined ? super.searched : this.#group.searched
  }

  override expired(): void {
    this.#group?.isLate(this)
    super.expired()
  }
}

/**
 * A group of such receives that began one after the other, for example in a `Promise.all`. Each message is tested once, and its receive is
 * found by the reference.
 */
class RefWaiters implements Waiting {
  moved = false
  readonly wantsNothing = false
  readonly #process: Receiver
  readonly #waiters = new Map<Reference, RefWaiter>()
  #late: RefWaiter[] = []
  /** The last message that belongs to none of them. */
  #seen: Envelope | undefined = undefined

  constructor(first: RefWaiter) {
    this.#process = first.process
    this.takesIn(first)
  }

  /** Adds a receive. Returns false if one with the same reference is in the group. */
  takesIn(waiter: RefWaiter): boolean {
    if (this.#waiters.has(waiter.ref)) return false
    this.#waiters.set(waiter.ref, waiter)
    if (waiter.timedOut) this.#late.push(waiter)
    // The new receive must search all messages.
    this.#seen = undefined
    return true
  }

  get searched(): Envelope | undefined {
    return this.#seen
  }

  isLate(waiter: RefWaiter): void {
    this.#late.push(waiter)
  }

  becameDue(_one: Waiting): void {}

  attempt(mailbox: Mailbox): boolean {
    this.moved = false
    for (let looks = 1; this.#waiters.size > 0; looks++) {
      const at = this.#seen === undefined || this.#seen.taken === true ? mailbox.first : this.#seen.next
      if (at === undefined) break
      // A long search goes on in another turn.
      if (looks % LOOKS === 0 && this.#process.interrupted()) return false
      if (!this.#offer(at, mailbox) && at.taken !== true) this.#seen = at
      if (!this.#process.alive) return true
    }
    for (const waiter of this.#late.splice(0)) {
      if (this.#waiters.get(waiter.ref) !== waiter) continue
      this.#leave(waiter)
      waiter.late()
    }
    return this.#waiters.size === 0
  }

  abandon(error: unknown): void {
    for (const waiter of this.#waiters.values()) waiter.abandon(error)
  }

  #offer(at: Envelope, mailbox: Mailbox): boolean {
    const ref = read(at.message, 'ref')
    const waiter = ref instanceof Reference ? this.#waiters.get(ref) : undefined
    if (waiter === undefined) return false
    // Removed before its handler runs, which may begin another receive.
    this.#leave(waiter)
    if (waiter.offered(at, mailbox)) return true
    this.#waiters.set(waiter.ref, waiter)
    return false
  }

  #leave(waiter: RefWaiter): void {
    this.#waiters.delete(waiter.ref)
    this.moved = true
  }
}
