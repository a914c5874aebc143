import type { ExitReason } from '../../kernel/index.js'
import type { Port } from './port.js'

/** Another thread or program, as whoever started it has it. */
export interface Runtime extends Port {
  /** Ends it at once, whatever it does. `RuntimeOwner.ended` is called when it has. */
  kill(): void
  /** Whether the program runs on for it alone. */
  hold(holds: boolean): void
}

/** What it tells whoever started it. */
export interface RuntimeOwner {
  /** Something came from there: also what code in it has posted that knows nothing of Heartwood. */
  took(message: unknown): void
  /** What came from there cannot be read. */
  garbled(error: unknown): void
  /** It is no more, and what it said last is on its way. */
  ending(): void
  /** It is no more, and all that it said was heard. @param reason what it ended with, as far as it was not told to */
  ended(reason: ExitReason): void
}
