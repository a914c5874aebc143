import { type Rules, rules } from '../../kernel/index.js'

/** Where an isolated server runs: in a thread of this program, or in a program of its own. */
export type IsolationKind = 'thread' | 'process'

/** The options of an isolated server. */
export interface IsolationOptions {
  readonly isolate: IsolationKind
  /** Milliseconds that its code may block its event loop. After that the server is ended with the reason `{ blocked: ms }`. Default: no limit. */
  readonly blockedFor?: number | undefined
  /** Bytes that its heap may have. Above that the server is ended with the reason `{ heapLimit: bytes }`. Default Node's limit. */
  readonly heapLimit?: number | undefined
  /**
   * The number of spare threads or programs that have loaded the class and wait, so that a restart is fast. Default 0.
   * Each needs as much memory as one in use. They belong to the process that starts the server, and end with it.
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
