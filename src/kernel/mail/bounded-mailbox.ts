import type { Process } from '../process/process.js'
import { type Envelope, Mailbox, UndroppableEnvelope } from './mailbox.js'

/** One with a limit. A class of its own: for all others nothing is looked at when a message is taken. */
export class BoundedMailbox extends Mailbox {
  readonly #process: Process
  /** What comes before it must not be dropped; undefined when that is so of all. */
  #droppable: Envelope | undefined = undefined

  constructor(process: Process) {
    super()
    this.#process = process
  }

  override push(envelope: Envelope): void {
    super.push(envelope)
    this.#droppable ??= envelope
  }

  override take(envelope: Envelope): void {
    if (envelope === this.#droppable) this.#droppable = envelope.next
    super.take(envelope)
    this.#process.bound?.taken(this.#process, envelope)
  }

  override clear(): void {
    super.clear()
    this.#droppable = undefined
  }

  /** However many stand before it that must not be dropped, they are passed once. */
  override oldestDroppable(): Envelope | undefined {
    while (this.#droppable instanceof UndroppableEnvelope) this.#droppable = this.#droppable.next
    return this.#droppable
  }
}
