import type { MessagePort } from 'node:worker_threads'
import type { MailboxOptions, NodeIdentity } from '../../kernel/index.js'
import type { IsolateExtensionOrder } from './isolate-extension.js'

/** What another thread or program is told when it begins. */
export interface Assignment {
  readonly module: string
  /** What loads the module where Node cannot: see `CompiledModules`. */
  readonly runner?: string
  /** What has tsx compile it, see `tsxOfThreads`. */
  readonly tsx?: string
  readonly name: string
  readonly node: string
  readonly host: NodeIdentity
  readonly levels: readonly string[]
  /** Milliseconds from one sign of life to the next; 0 for none. */
  readonly beatEvery: number
  /** Where a thread gives its signs of life. */
  readonly beats?: Int32Array
  /** A thread's way home; a program has its channel. */
  readonly port?: MessagePort | undefined
}

/** What is asked of it: to start the server. */
export interface StartRequest {
  readonly args: unknown
  /** What is around it, see `Surroundings`. */
  readonly luggage?: unknown
  /** What layers above have there, too. */
  readonly extensions?: readonly IsolateExtensionOrder[]
  /** The names of stores that are carried. */
  readonly carry?: readonly string[]
  /** The levels of reports that somebody has a use for. */
  readonly levels?: readonly string[]
  readonly name?: string | undefined
  readonly label?: unknown
  readonly mailbox?: MailboxOptions | undefined
}
