/** A message in its place in the queue. */
export class Envelope {
  next: Envelope | undefined = undefined
  prev: Envelope | undefined = undefined
  /** Set when taken out, so that a scan that stood here knows to start over. */
  taken = false
  constructor(readonly message: unknown) {}
}

/**
 * The messages of one process in the order they came.
 *
 *     first ⇄ … ⇄ last        receive takes from anywhere in O(1); the rest keep their order
 */
export class Mailbox {
  first: Envelope | undefined = undefined
  last: Envelope | undefined = undefined
  length = 0

  push(message: unknown): void {
    const envelope = new Envelope(message)
    const last = this.last
    if (last === undefined) this.first = envelope
    else {
      last.next = envelope
      envelope.prev = last
    }
    this.last = envelope
    this.length++
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
    envelope.taken = true
    this.length--
  }

  clear(): void {
    this.first = undefined
    this.last = undefined
    this.length = 0
  }

  *[Symbol.iterator](): Generator<unknown> {
    for (let at = this.first; at !== undefined; at = at.next) yield at.message
  }
}
