import { CallRequest, DownMessage, ExitMessage, inherits, type Pid } from '../../kernel/index.js'
import type { Incarnations } from '../test-kernel/restart-history.js'
import type { Aim } from '../test-target.js'
import type { VirtualTimers } from '../time/virtual-timer-queue.js'
import { Counter, type MessageSelection, selector, whyUnstruck } from './message-selection.js'

/** What becomes of a message on its way. */
export type Mishap = 'drop' | 'delay' | 'duplicate' | 'reorder' | 'time out'

/** A message that is overtaken by none comes all the same, after so many milliseconds. */
const LONGEST_HOLD = 1_000

/** A fault of the way between two processes. */
export class MessageFault {
  readonly mishap: Mishap
  readonly #from: Aim | undefined
  readonly #to: Aim | undefined
  readonly #selects: (message: unknown) => boolean
  readonly counter: Counter
  readonly #by: number
  /** What waits to be overtaken, by receiver. */
  readonly #held = new Map<Pid, () => void>()

  constructor(
    mishap: Mishap,
    from: Aim | undefined,
    to: Aim | undefined,
    private readonly selection: MessageSelection,
    by: number,
    private readonly timers: VirtualTimers,
    private readonly incarnations: Incarnations,
  ) {
    this.mishap = mishap
    this.#from = from
    this.#to = to
    this.#selects = selector(selection)
    this.counter = new Counter(selection)
    this.#by = by
  }

  /** In words, for the trace. */
  get text(): string {
    return `${this.mishap}${this.mishap === 'delay' ? ` by ${this.#by} ms` : ''}`
  }

  /** Counts a message, which is one of the program and not of the kernel; true when it is to strike. */
  isDue(from: Pid | undefined, to: Pid, message: unknown): boolean {
    if ([ExitMessage, DownMessage].some(({ prototype }) => inherits(message, prototype))) return false
    if (this.mishap === 'time out' && !CallRequest.is(message)) return false
    if (this.#from !== undefined && (from === undefined || !this.#from.hits(from))) return false
    if (this.#to !== undefined && !this.#to.hits(to)) return false
    if (!this.#selects(message)) return false
    return this.counter.sees(this.incarnations.instanceOf(to)) || this.#held.has(to)
  }

  /** Why it did not strike, in words. */
  get why(): string {
    for (const [aim, end] of [
      [this.#from, 'from'],
      [this.#to, 'to'],
    ] as const) {
      if (aim !== undefined && !aim.known) return `there never was such a process (${end} ${aim})`
    }
    return whyUnstruck(this.counter, this.selection, 'no such message was sent')
  }

  /** @returns whether the message is still to be delivered now */
  applyFault(to: Pid, message: unknown, deliver: () => void): boolean {
    const held = this.#held.get(to)
    if (held === undefined) this.counter.strikes(this.incarnations.instanceOf(to))
    switch (this.mishap) {
      case 'drop':
        return false
      case 'delay':
        this.timers.set(this.#by, deliver)
        return false
      case 'duplicate':
        deliver()
        return true
      case 'reorder':
        return this.#overtake(to, held, deliver)
      case 'time out':
        // When the caller has set its time-out.
        queueMicrotask(() => (message as CallRequest).expired())
        return true
    }
  }

  #overtake(to: Pid, held: (() => void) | undefined, deliver: () => void): boolean {
    if (held !== undefined) {
      this.#held.delete(to)
      deliver()
      held()
      return false
    }
    const release = this.timers.set(LONGEST_HOLD, () => {
      this.#held.delete(to)
      deliver()
    })
    this.#held.set(to, () => {
      release()
      deliver()
    })
    return false
  }
}
