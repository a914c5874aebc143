import { runOnStack } from '../../../kernel/index.js'
import type { QueuedEvent } from './events.js'

/**
 * The events inside a machine that are yet to be handled: all come before the mailbox.
 *
 *     waiting    next ▸ … (a stack: what is inserted goes before what waits)
 *     postponed  oldest ▸ … ▸ newest, until the state changes
 */
export class EventQueue {
  /** The very next event last, so that both ends of the work are cheap. */
  readonly #waiting: QueuedEvent[] = []
  #postponed: QueuedEvent[] = []

  get postponed(): readonly QueuedEvent[] {
    return this.#postponed
  }

  next(): QueuedEvent | undefined {
    return this.#waiting.pop()
  }

  /** A message arrived; nothing waits then. */
  add(event: QueuedEvent): void {
    const run = runOnStack()
    if (run !== undefined) event.run = run
    this.#waiting.push(event)
  }

  /** Puts events before those that wait, in their order. */
  insert(events: readonly QueuedEvent[]): void {
    for (let at = events.length - 1; at >= 0; at--) this.#waiting.push(events[at] as QueuedEvent)
  }

  postpone(event: QueuedEvent): void {
    if (event.run !== undefined) event.postponedIn = event.run
    this.#postponed.push(event)
  }

  /** The state changed: what was postponed comes again, ahead of what waited already. */
  retry(): void {
    if (this.#postponed.length === 0) return
    this.insert(this.#postponed)
    this.#postponed = []
  }
}
