import { encode, Readers } from './readers.js'

/** The event stream for programs: `result`, `change` and `stored` events, each one JSON. */
export class EventFeed {
  readonly readers = new Readers()

  publish(event: 'result' | 'change' | 'stored', payload: unknown): void {
    if (this.readers.count > 0) this.readers.tell(encode(event, payload))
  }

  /** A comment: dead readers show by it. */
  beat(): void {
    this.readers.tell(':\n\n')
  }
}
