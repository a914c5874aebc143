import {
  CallRequest,
  discardAbandoned,
  mayBeRefused,
  mayPutBy,
  type PutBy,
  runOnStack,
} from '../../../kernel/index.js'
import type { QueuedEvent } from './events.js'

/**
 * The events inside a machine that are yet to be handled: all come before the mailbox.
 *
 *     waiting    next ▸ … (a stack: what is inserted goes before what waits)
 *     postponed  oldest ▸ … ▸ newest, until the state changes
 */
export class EventQueue implements PutBy {
  /** The very next event last, so that both ends of the work are cheap. */
  readonly #waiting: QueuedEvent[] = []
  #postponed: QueuedEvent[] = []
  /** How many of them were sent by others of their own accord: so many as the limit of the mailbox says. */
  #ofOthers = 0
  searched = 0
  readonly #isLeftOut: (call: CallRequest) => boolean

  /** @param isLeftOut whether a call will be skipped when its turn comes, since nobody waits for it any more */
  constructor(isLeftOut: (call: CallRequest) => boolean) {
    this.#isLeftOut = isLeftOut
  }

  get count(): number {
    return this.#ofOthers
  }

  get postponed(): readonly QueuedEvent[] {
    return this.#postponed
  }

  next(): QueuedEvent | undefined {
    const next = this.#waiting.pop()
    if (next?.from !== undefined && CallRequest.is(next.from) && next.from.putBy === true)
      next.from.putBy = false
    return next
  }

  /** A message arrived; nothing waits then. @param bounded whether the mailbox that it comes from has a limit */
  add(event: QueuedEvent, bounded: boolean): void {
    const run = runOnStack()
    if (run !== undefined) event.run = run
    if (bounded && mayBeRefused()) event.ofOthers = true
    this.#waiting.push(event)
  }

  /** Puts events before those that wait, in their order. */
  insert(events: readonly QueuedEvent[]): void {
    for (let at = events.length - 1; at >= 0; at--) this.#waiting.push(events[at] as QueuedEvent)
  }

  /** False when there is no room for it, and it is refused. */
  postpone(event: QueuedEvent): boolean {
    if (event.ofOthers === true) {
      if (!mayPutBy(event.from ?? event, this)) return false
      this.#ofOthers++
    }
    if (event.run !== undefined) event.postponedIn = event.run
    if (CallRequest.is(event.from)) event.from.putBy = true
    this.#postponed.push(event)
    return true
  }

  dropOldest(): boolean {
    const at = this.#postponed.findIndex(({ ofOthers }) => ofOthers === true)
    const [oldest] = at < 0 ? [] : this.#postponed.splice(at, 1)
    if (oldest === undefined) return false
    this.#ofOthers--
    if (CallRequest.is(oldest.from)) oldest.from.dropped()
    return true
  }

  leaveOut(): void {
    this.#postponed = this.#postponed.filter(({ from, ofOthers }) => {
      if (!CallRequest.is(from) || !this.#isLeftOut(from)) return true
      if (ofOthers === true) this.#ofOthers--
      discardAbandoned()
      return false
    })
  }

  /** The state changed: what was postponed comes again, ahead of what waited already. */
  retry(): void {
    if (this.#postponed.length === 0) return
    this.insert(this.#postponed)
    this.#postponed = []
    this.#ofOthers = 0
  }
}
