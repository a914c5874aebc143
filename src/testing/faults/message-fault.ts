import { CallRequest, DownMessage, ExitMessage, type Pid } from '../../kernel/index.js'
import type { Aim } from '../target.js'
import type { VirtualTimers } from '../virtual-timers.js'
import { Counter, type MessageSelection, selector } from './selection.js'

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
  readonly #counter: Counter
  readonly #by: number
  /** Waits to be overtaken. */
  #held: (() => void) | undefined

  constructor(
    mishap: Mishap,
    from: Aim | undefined,
    to: Aim | undefined,
    selection: MessageSelection,
    by: number,
    private readonly timers: VirtualTimers,
  ) {
    this.mishap = mishap
    this.#from = from
    this.#to = to
    this.#selects = selector(selection)
    this.#counter = new Counter(selection, mishap)
    this.#by = by
  }

  get struck(): number {
    return this.#counter.struck
  }

  /** In words, for the trace. */
  get text(): string {
    return `${this.mishap}${this.mishap === 'delay' ? ` by ${this.#by} ms` : ''}`
  }

  /** Whether it strikes this message, which is one of the program and not of the kernel. */
  strikes(from: Pid | undefined, to: Pid, message: unknown): boolean {
    if (message instanceof ExitMessage || message instanceof DownMessage) return false
    if (this.mishap === 'time out' && !(message instanceof CallRequest)) return false
    if (this.#from !== undefined && (from === undefined || !this.#from.hits(from))) return false
    if (this.#to !== undefined && !this.#to.hits(to)) return false
    return this.#selects(message) && (this.#held !== undefined || this.#counter.hit())
  }

  /** @returns whether the message is still to be delivered now */
  befall(message: unknown, deliver: () => void): boolean {
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
        return this.#overtake(deliver)
      case 'time out':
        // When the caller has set its time-out.
        queueMicrotask(() => (message as CallRequest).expired())
        return true
    }
  }

  #overtake(deliver: () => void): boolean {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) {
      deliver()
      held()
      return false
    }
    const release = this.timers.set(LONGEST_HOLD, () => {
      this.#held = undefined
      deliver()
    })
    this.#held = () => {
      release()
      deliver()
    }
    return false
  }
}
