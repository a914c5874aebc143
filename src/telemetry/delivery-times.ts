import { CallRequest } from '../kernel/index.js'
import { Note } from './event-notes.js'

/** The times at which messages were delivered. A call itself has the time of its sending, as long as its caller waits. */
export class DeliveryTimes implements Disposable {
  readonly #noted = new Note<number>('delivered at')

  /** Notes a time. @param noted a delivery, or a call that was given up but may still be handled */
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
