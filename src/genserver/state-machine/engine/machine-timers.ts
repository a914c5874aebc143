/** The time-outs of one state machine: the state time-out, the event time-out, and any number of named ones. */
import { cancelTimer, type Reference, readTimer, self, sendAfter } from '../../../kernel/index.js'
import { type PendingEvent, plainEvent, QueuedEvent } from './events.js'
import { ValueMap } from './value-map.js'

/** The keys of the two timers without a name. */
export const STATE_TIMER = Symbol('state_timeout')
export const EVENT_TIMER = Symbol('timeout')

/** A time-out that is set. */
export interface PendingTimeout extends PendingEvent {
  /** Milliseconds until it fires. */
  readonly left: number
}

/** What a transition does with a timer. */
export interface TimerOrder {
  readonly time: number | 'cancel' | 'update'
  readonly content: unknown
  readonly abs: boolean
}

/**
 * A timer that is set; it is also the message that it sends. A message of a timer that is not set any more is ignored: the timer was
 * cancelled after it had fired.
 */
export class MachineTimer {
  reference: Reference | undefined = undefined
  constructor(
    readonly key: unknown,
    public content: unknown,
  ) {}

  get event(): QueuedEvent {
    if (this.key === STATE_TIMER) return new QueuedEvent('state_timeout', this.content)
    if (this.key === EVENT_TIMER) return new QueuedEvent('timeout', this.content)
    return new QueuedEvent('named_timeout', this.content, undefined, this.key)
  }
}

export class MachineTimers {
  readonly #set = new ValueMap<MachineTimer>()
  /** The time-outs of zero, oldest first. They fire before the next message, when no other event waits in the machine. */
  readonly #due: MachineTimer[] = []

  /** Sets and cancels timers as a transition says, in its order. */
  apply(orders: ReadonlyMap<unknown, TimerOrder>): void {
    for (const [name, order] of orders) this.#apply(this.#set.keyOf(name), order)
  }

  cancel(key: unknown): void {
    if (this.#set.size === 0) return
    const timer = this.#set.get(key)
    if (timer === undefined) return
    this.#set.delete(key)
    if (timer.reference !== undefined) cancelTimer(timer.reference)
    else this.#due.splice(this.#due.indexOf(timer), 1)
  }

  /** Returns the event of a timer whose message arrived; `undefined` if the timer was cancelled or replaced meanwhile. */
  arrived(timer: MachineTimer): QueuedEvent | undefined {
    if (this.#set.get(timer.key) !== timer) return undefined
    this.#set.delete(timer.key)
    return timer.event
  }

  /** Takes the event of the oldest time-out of zero. */
  nextDue(): QueuedEvent | undefined {
    const timer = this.#due.shift()
    if (timer === undefined) return undefined
    this.#set.delete(timer.key)
    return timer.event
  }

  /** The set time-outs, in the order in which they were set, with the remaining milliseconds. */
  get pending(): readonly PendingTimeout[] {
    return [...this.#set.values()].map(({ event, reference }) => {
      const left = reference === undefined ? 0 : readTimer(reference)
      return { ...plainEvent(event), left: left === false ? 0 : left }
    })
  }

  /** The set time-outs, for `getStatus`. */
  get shown(): readonly unknown[] {
    return [...this.#set.values()].map(({ event: { type, content, name } }) =>
      name === undefined ? { type, content } : { type, name, content },
    )
  }

  #apply(key: unknown, { time, content, abs }: TimerOrder): void {
    if (time === 'update') {
      const running = this.#set.get(key)
      if (running === undefined) this.#start(key, 0, content, false)
      else running.content = content
      return
    }
    this.cancel(key)
    if (time !== 'cancel' && time !== Number.POSITIVE_INFINITY) this.#start(key, time, content, abs)
  }

  #start(key: unknown, time: number, content: unknown, abs: boolean): void {
    const timer = new MachineTimer(key, content)
    this.#set.set(key, timer)
    if (time === 0 && !abs) this.#due.push(timer)
    else timer.reference = sendAfter(time, self(), timer, { abs })
  }
}
