import { isAskable } from '../show/index.js'
import type { Pid } from '../terms/pid.js'
import { ExitMessage } from '../terms/signal-messages.js'

/** A message in its place in the queue. No base class: to call one's constructor takes as long as to make the object. */
export interface Envelope {
  next: Envelope | undefined
  prev: Envelope | undefined
  /** Set when taken out, so that a scan that stood here knows to start over. */
  taken: boolean
  readonly message: unknown
}

/** Around a message of any kind. */
export class PlainEnvelope implements Envelope {
  next: Envelope | undefined = undefined
  prev: Envelope | undefined = undefined
  taken = false

  constructor(readonly message: unknown) {}
}

/** Around a message that a limited mailbox must not drop. A shape of its own: no other mailbox has any. */
export class UndroppableEnvelope extends PlainEnvelope {}

/** A message that is its own envelope, for what is made in great numbers: see `post`, by which each is sent once. */
export interface SelfEnvelope extends Envelope {
  readonly message: this
  /** Has what it carries isolated from its sender. */
  isolate(isolate: <T>(content: T) => T): void
}

/** Whose EXIT message it is, if it is one. A message may be a proxy that throws when it is asked. */
export function exitSender({ message }: Envelope): Pid | undefined {
  return isAskable(message) && message instanceof ExitMessage ? message.from : undefined
}

/**
 * The messages of one process in the order they came.
 *
 *     first ⇄ … ⇄ last        receive takes from anywhere in O(1); the rest keep their order
 *
 * What came and what was taken is counted in place of the length, which is their difference: so it is known how many
 * messages a process has handled, at no cost. Both wrap around at 2³², to stay small integers in a program that runs on.
 */
export class Mailbox {
  first: Envelope | undefined = undefined
  last: Envelope | undefined = undefined
  #came = 0
  #taken = 0

  get length(): number {
    return (this.#came - this.#taken) | 0
  }

  /** How many messages have come, modulo 2³². */
  get came(): number {
    return this.#came
  }

  /** How many messages were taken out, modulo 2³². */
  get taken(): number {
    return this.#taken >>> 0
  }

  push(envelope: Envelope): void {
    const last = this.last
    if (last === undefined) this.first = envelope
    else {
      last.next = envelope
      envelope.prev = last
    }
    this.last = envelope
    this.#came = (this.#came + 1) | 0
  }

  /** The oldest message's envelope, taken out; undefined when there is none. */
  shift(): Envelope | undefined {
    const first = this.first
    if (first !== undefined) this.take(first)
    return first
  }

  take(envelope: Envelope): void {
    const { prev, next } = envelope
    if (prev === undefined) this.first = next
    else prev.next = next
    if (next === undefined) this.last = prev
    else next.prev = prev
    // Whoever keeps a message must not keep those that came after it.
    envelope.prev = undefined
    envelope.next = undefined
    envelope.taken = true
    this.#taken = (this.#taken + 1) | 0
  }

  /** Takes out the oldest message that `wanted` says; false when there is none. */
  withdraw(wanted: (message: unknown) => boolean): boolean {
    for (let at = this.first; at !== undefined; at = at.next) {
      if (!wanted(at.message)) continue
      this.take(at)
      return true
    }
    return false
  }

  /** Takes out all messages that `wanted` says, in one pass. */
  withdrawAll(wanted: (message: unknown) => boolean): void {
    for (let at = this.first; at !== undefined; ) {
      const { next } = at
      if (wanted(at.message)) this.take(at)
      at = next
    }
  }

  /** The oldest message that a limit may drop. */
  oldestDroppable(): Envelope | undefined {
    let at = this.first
    while (at instanceof UndroppableEnvelope) at = at.next
    return at
  }

  /** The oldest EXIT message of that process. */
  exitOf(pid: Pid): Envelope | undefined {
    let at = this.first
    while (at !== undefined && exitSender(at) !== pid) at = at.next
    return at
  }

  /** What is sent to it and was not taken. */
  held(): unknown[] {
    return [...this]
  }

  clear(): void {
    this.first = undefined
    this.last = undefined
    this.#came = this.#taken
  }

  /** Goes on with the messages of another, which nobody uses from now on. */
  protected continueFrom(other: Mailbox): void {
    this.first = other.first
    this.last = other.last
    this.#came = other.#came
    this.#taken = other.#taken
  }

  *[Symbol.iterator](): Generator<unknown> {
    for (let at = this.first; at !== undefined; at = at.next) yield at.message
  }
}

/** The mailbox of all that never got a message; nothing is put into it. */
export const UNUSED = new Mailbox()
