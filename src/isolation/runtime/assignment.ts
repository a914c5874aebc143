import type { MessagePort } from 'node:worker_threads'
import type { MailboxOptions, NodeIdentity } from '../../kernel/index.js'
import type { IsolateExtensionOrder } from './isolate-extension.js'

/** The orders of another thread or program at its start. */
export interface Assignment {
  readonly module: string
  /** The source that loads the module where Node cannot: see `CompiledModules`. */
  readonly runner?: string
  /** The address of the module that makes tsx compile it: see `tsxOfThreads`. */
  readonly tsx?: string
  readonly name: string
  readonly node: string
  readonly host: NodeIdentity
  readonly levels: readonly string[]
  /** The milliseconds from one sign of life to the next; 0 for none. */
  readonly beatEvery: number
  /** The memory where a thread writes its signs of life. */
  readonly beats?: Int32Array
  /** The port of a thread to its host; a program has its channel. */
  readonly port?: MessagePort | undefined
}

/** The request to start the server. */
export interface StartRequest {
  readonly args: unknown
  /** The data of its surroundings: see `Surroundings`. */
  readonly luggage?: unknown
  /** The extensions of layers above. */
  readonly extensions?: readonly IsolateExtensionOrder[]
  /** The names of the carried stores. */
  readonly carry?: readonly string[]
  /** The levels of reports that are used. */
  readonly levels?: readonly string[]
  readonly name?: string | undefined
  readonly label?: unknown
  readonly mailbox?: MailboxOptions | undefined
}
