import { isAskable } from '../show/index.js'
import type { Pid } from '../terms/pid.js'
import { ExitMessage } from '../terms/signal-messages.js'

/** A message in the queue of a mailbox. It is no base class, since a call of a base constructor takes as long as making the object. */
export interface Envelope {
  next: Envelope | undefined
  prev: Envelope | undefined
  /** Set when the message is taken out, so that a scan that stopped here knows that it must start again. */
  taken: boolean
  readonly message: unknown
}

/** The envelope of any message. */
export class PlainEnvelope implements Envelope {
  next: Envelope | undefined = undefined
  prev: Envelope | undefined = undefined
  taken = false

  constructor(readonly message: unknown) {}
}

/** The envelope of a message that a limited mailbox must not drop. Only limited mailboxes have such envelopes. */
export class UndroppableEnvelope extends PlainEnvelope {}

/** A message that is its own envelope, for frequent messages: one object less. It can be sent only once, by `post`. */
export interface SelfEnvelope extends Envelope {
  readonly message: this
  /** Isolates its content from the sender. */
  isolate(isolate: <T>(content: T) => T): void
}

/** The sender of an EXIT message; `undefined` for any other message. A message may be a proxy that throws when it is read. */
export function exitSender({ message }: Envelope): Pid | undefined {
  return isAskable(message) && message instanceof ExitMessage ? message.from : undefined
}

/**
 * The messages of a process, in the order of their arrival.
 *
 *     first ⇄ … ⇄ last        receive takes from anywhere in O(1); the rest keep their order
 *
 * Arrived and taken messages are counted, and the length is the difference. So the number of handled messages is known without cost.
 * Both counters wrap around at 2³², so that they stay small integers.
 */
export class Mailbox {
  first: Envelope | undefined = undefined
  last: Envelope | undefined = undefined
  #came = 0
  #taken = 0

  get length(): number {
    return (this.#came - this.#taken) | 0
  }

  /** The number of arrived messages, modulo 2³². */
  get came(): number {
    return this.#came
  }

  /** The number of taken messages, modulo 2³². */
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

  /** Takes out the envelope of the oldest message; `undefined` if the mailbox is empty. */
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
    // A kept envelope must not keep later messages in memory.
    envelope.prev = undefined
    envelope.next = undefined
    envelope.taken = true
    this.#taken = (this.#taken + 1) | 0
  }

  /** The envelope of the oldest message for which `wanted` returns true; `undefined` if there is none. */
  find(wanted: (message: unknown) => boolean): Envelope | undefined {
    let at = this.first
    while (at !== undefined && !wanted(at.message)) at = at.next
    return at
  }

  /**
   * Takes out the oldest message for which `wanted` returns true; false if there is none. Unlike `find`, it also takes a message that a
   * stepped kernel has not delivered yet: whoever withdraws a message must not get it later.
   */
  withdraw(wanted: (message: unknown) => boolean): boolean {
    const found = this.find(wanted)
    if (found !== undefined) this.take(found)
    return found !== undefined
  }

  /** Takes out all messages for which `wanted` returns true, in one pass. */
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

  /** The oldest EXIT message of a process. */
  exitOf(pid: Pid): Envelope | undefined {
    let at = this.first
    while (at !== undefined && exitSender(at) !== pid) at = at.next
    return at
  }

  /** All messages that were not taken. */
  held(): unknown[] {
    return [...this]
  }

  clear(): void {
    this.first = undefined
    this.last = undefined
    this.#came = this.#taken
  }

  /** Takes over the messages of another mailbox, which must not be used any more. */
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

/** The shared mailbox of all processes that never got a message. Nothing is put into it. */
export const UNUSED = new Mailbox()
