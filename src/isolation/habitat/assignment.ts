import type { MailboxOptions, NodeIdentity } from '../../kernel/index.js'

/** What another thread or program is told when it begins. */
export interface Assignment {
  readonly module: string
  readonly name: string
  readonly node: string
  readonly host: NodeIdentity
  readonly levels: readonly string[]
  /** Milliseconds from one sign of life to the next; 0 for none. */
  readonly beatEvery: number
  /** Where a thread gives its signs of life. */
  readonly beats?: Int32Array
}

/** What is asked of it: to start the server. */
export interface StartRequest {
  readonly args: unknown
  /** What is around it, see `Surroundings`. */
  readonly luggage?: unknown
  /** The levels of reports that somebody has a use for. */
  readonly levels?: readonly string[]
  readonly name?: string | undefined
  readonly label?: unknown
  readonly mailbox?: MailboxOptions | undefined
}
