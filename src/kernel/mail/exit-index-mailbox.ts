import type { Pid } from '../terms/pid.js'
import { type Envelope, exitSender, Mailbox } from './mailbox.js'

/**
 * A mailbox with an index of EXIT messages by process. It is for a supervisor that stops many children while its mailbox is long, for
 * example when all of them die at the same moment. Other mailboxes have no such index.
 */
export class ExitIndexMailbox extends Mailbox {
  /** The oldest EXIT message of each process. */
  readonly #oldest = new Map<Pid, Envelope>()
  /** The processes with several EXIT messages: any process may send one in the name of another. */
  readonly #several = new Set<Pid>()

  constructor(messages: Mailbox) {
    super()
    this.continueFrom(messages)
    for (let at = this.first; at !== undefined; at = at.next) this.#note(at)
  }

  override push(envelope: Envelope): void {
    super.push(envelope)
    this.#note(envelope)
  }

  override take(envelope: Envelope): void {
    const pid = exitSender(envelope)
    if (pid !== undefined && this.#oldest.get(pid) === envelope) this.#replace(pid, envelope)
    super.take(envelope)
  }

  override exitOf(pid: Pid): Envelope | undefined {
    return this.#oldest.get(pid)
  }

  override clear(): void {
    super.clear()
    this.#oldest.clear()
    this.#several.clear()
  }

  #note(envelope: Envelope): void {
    const pid = exitSender(envelope)
    if (pid === undefined) return
    if (this.#oldest.has(pid)) this.#several.add(pid)
    else this.#oldest.set(pid, envelope)
  }

  #replace(pid: Pid, taken: Envelope): void {
    this.#oldest.delete(pid)
    if (!this.#several.has(pid)) return
    let at = taken.next
    while (at !== undefined && exitSender(at) !== pid) at = at.next
    if (at === undefined) this.#several.delete(pid)
    else this.#oldest.set(pid, at)
  }
}
