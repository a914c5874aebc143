import { CallRequest } from '../kernel/index.js'
import { Note } from './event-notes.js'

/** When messages were delivered. A call knows by itself when it was sent, as long as somebody waits for it. */
export class DeliveryTimes implements Disposable {
  readonly #noted = new Note<number>('delivered at')

  /** @param noted a delivery, or a call that nobody waits for any more and that may still be handled */
  note(noted: object, at: number): void {
    this.#noted.set(noted, at)
  }

  of(message: unknown, delivery: object): number | undefined {
    if (!CallRequest.is(message)) return this.#noted.of(delivery)
    return message.event?.startedAt ?? this.#noted.of(message)
  }

  [Symbol.dispose](): void {
    this.#noted[Symbol.dispose]()
  }
}
