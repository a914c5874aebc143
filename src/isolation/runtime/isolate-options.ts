import { type Rules, rules } from '../../kernel/index.js'

/** Where an isolated server runs: in a thread of this program, or in a program of its own. */
export type IsolationKind = 'thread' | 'process'

/** How a server is isolated. */
export interface IsolationOptions {
  readonly isolate: IsolationKind
  /**
   * Milliseconds that its code may run without a pause before it is ended with the reason `{ blocked: ms }`; default: for ever. A
   * pause is a turn of Node's loop.
   */
  readonly blockedFor?: number | undefined
  /** Bytes that its heap may grow to before it is ended with the reason `{ heapLimit: bytes }`; default Node's. */
  readonly heapLimit?: number | undefined
  /**
   * How many threads or programs, beside those in use, have the class loaded and wait, so that a restart is there at once; default 0.
   * Each takes the memory of one in use. They are of whoever starts the server, and end with it.
   */
  readonly warm?: number | undefined
}

/** As many spares as are of any use, and not what a slip of the pen makes of it. */
const MOST_SPARES = 64

/** What the options must be. */
export const ISOLATION_RULES: Rules = {
  isolate: rules.oneOf(['thread', 'process']),
  blockedFor: rules.milliseconds,
  heapLimit: rules.wholeNumber(1),
  warm: rules.wholeNumber(0, MOST_SPARES),
}
