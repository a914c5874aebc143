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
  /** A stack: the next event is the last element, so that adding and taking are both cheap. */
  readonly #waiting: QueuedEvent[] = []
  #postponed: QueuedEvent[] = []
  /** The number of postponed events to which the limit of the mailbox applies. */
  #ofOthers = 0
  searched = 0
  readonly #isLeftOut: (call: CallRequest) => boolean

  /** @param isLeftOut whether a call will be skipped when its turn comes, since nobody waits for its answer any more */
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

  /**
   * Adds an event that arrived as a message. No other event waits at that time.
   *
   * @param bounded whether the mailbox has a limit
   */
  add(event: QueuedEvent, bounded: boolean): void {
    const run = runOnStack()
    if (run !== undefined) event.run = run
    if (bounded && mayBeRefused()) event.ofOthers = true
    this.#waiting.push(event)
  }

  /** Inserts events before all that wait, in their order. */
  insert(events: readonly QueuedEvent[]): void {
    for (let at = events.length - 1; at >= 0; at--) this.#waiting.push(events[at] as QueuedEvent)
  }

  /** Postpones an event. Returns false if there is no room, and the event is refused. */
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

  /** Called when the state has changed: the postponed events are handled again, before those that wait already. */
  retry(): void {
    if (this.#postponed.length === 0) return
    this.insert(this.#postponed)
    this.#postponed = []
    this.#ofOthers = 0
  }
}
