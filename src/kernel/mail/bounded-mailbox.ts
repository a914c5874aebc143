import type { Process } from '../process/process.js'
import { type Envelope, Mailbox } from './mailbox.js'

/** One with a limit. A class of its own: for all others nothing is looked at when a message is taken. */
export class BoundedMailbox extends Mailbox {
  readonly #process: Process

  constructor(process: Process) {
    super()
    this.#process = process
  }

  override take(envelope: Envelope): void {
    super.take(envelope)
    this.#process.bound?.taken(this.#process, envelope)
  }
}
