/** Orders that were not followed, in the log: each, while they are few, and then how many. */
import { HeartwoodError, type Kernel } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'

/** Of so many in a minute each has a line of its own: whoever tries a thousand tokens does not fill the log. */
const EACH = 10
const MINUTE = 60_000

export class Refusals {
  #since = 0
  #count = 0
  #action = 'kill'

  constructor(private readonly kernel: Kernel) {}

  /** @param from who gave the order */
  note(action: string, from: string, error: unknown): void {
    this.sweep()
    if (this.#count === 0) this.#since = this.kernel.now()
    this.#action = action
    this.#count++
    if (this.#count > EACH) return
    // What was asked for is known; where in the observer it was refused is nothing that anybody has to look for.
    const why = HeartwoodError.is(error) ? `${error.code}: ${error.message}` : reasonLine(error)
    const last = this.#count === EACH ? '; more in this minute are only counted' : ''
    this.#say(action, `observer: the order to ${action} from ${from} was not followed: ${why}${last}`)
  }

  /** Tells how many there were beyond those that were told, when their minute is over. */
  sweep(): void {
    if (this.kernel.now() - this.#since < MINUTE) return
    const more = this.#count - EACH
    this.#count = 0
    if (more > 0) this.#say(this.#action, `observer: ${more} more orders were not followed`)
  }

  #say(action: string, message: string): void {
    this.kernel.report({ level: 'warn', kind: 'observer', message, action })
  }
}
