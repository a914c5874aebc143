import { type Envelope, Mailbox, UndroppableEnvelope } from './mailbox.js'

/** A process whose mailbox has a limit. */
interface LimitedReceiver {
  readonly bound: { taken(process: LimitedReceiver, envelope: Envelope): void } | undefined
}

/** A mailbox with a limit. It is a separate class, so that mailboxes without a limit do no extra work when a message is taken. */
export class BoundedMailbox extends Mailbox {
  readonly #process: LimitedReceiver
  /** No message before this one may be dropped; `undefined` if none at all may be dropped. */
  #droppable: Envelope | undefined = undefined

  constructor(process: LimitedReceiver) {
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

  /** The oldest message that may be dropped. Messages before it are skipped only once. */
  override oldestDroppable(): Envelope | undefined {
    while (this.#droppable instanceof UndroppableEnvelope) this.#droppable = this.#droppable.next
    return this.#droppable
  }
}
