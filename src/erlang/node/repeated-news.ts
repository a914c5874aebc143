/** News that strangers can cause as often as they like: the first is told, and then how many more there were. */
import { type Clock, Deadline } from '../../kernel/index.js'

/** Milliseconds for which what is the same is counted. */
const WHILE = 60_000
/** Kinds that are counted apart: in the name of one may be what a stranger says. */
const MOST_KINDS = 100

interface Counted {
  more: number
  last: string
  readonly deadline: Deadline
}

export class RepeatedNews {
  readonly #clock: Clock
  readonly #tell: (text: string) => void
  readonly #counted = new Map<string, Counted>()

  constructor(clock: Clock, tell: (text: string) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** @param kind what it is the same as */
  say(kind: string, text: string): void {
    const known =
      this.#counted.get(kind) ?? (this.#counted.size >= MOST_KINDS ? this.#counted.get('') : undefined)
    if (known !== undefined) {
      known.more++
      known.last = text
      return
    }
    this.#tell(text)
    const key = this.#counted.size >= MOST_KINDS ? '' : kind
    const deadline = new Deadline(this.#clock, WHILE, () => this.#over(key))
    deadline.release()
    this.#counted.set(key, { more: 0, last: text, deadline })
  }

  close(): void {
    for (const key of [...this.#counted.keys()]) {
      this.#counted.get(key)?.deadline.stop()
      this.#over(key)
    }
  }

  #over(key: string): void {
    const counted = this.#counted.get(key)
    this.#counted.delete(key)
    if (counted === undefined || counted.more === 0) return
    const { more, last } = counted
    this.#tell(`${more} more like that within ${WHILE / 1_000} s, the last: ${last}`)
  }
}
