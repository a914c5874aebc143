import type { Pid } from '../../kernel/index.js'

/**
 * What a trace event is about.
 *
 * | kind | `from` | `to` | `what` |
 * | --- | --- | --- | --- |
 * | `'spawn'` | the parent | the new process | |
 * | `'send'` | the sender | the receiver | the message |
 * | `'take'` | | who takes it out of its mailbox | the message |
 * | `'reply'` | the server | the caller | the reply |
 * | `'signal'` | who exits, or sends it | who it is for | the reason |
 * | `'exit'` | | the dead | the reason |
 * | `'lost'` | the sender | the dead, or nobody | the message |
 * | `'fault'` | | whom it hits | in words |
 * | `'note'` | | whom it is about, if anyone | in words |
 */
export type TraceKind = 'spawn' | 'send' | 'take' | 'reply' | 'signal' | 'exit' | 'lost' | 'fault' | 'note'

/** Who did something: a process, a timer, or (undefined) code outside any process, the test as a rule. */
export type Actor = Pid | 'timer' | undefined

/** One thing that happened in a kernel. */
export class TraceEvent {
  constructor(
    /** Counts from 1. */
    readonly seq: number,
    /** Milliseconds on the kernel's clock. */
    readonly at: number,
    readonly kind: TraceKind,
    readonly from: Actor,
    readonly to: Pid | undefined,
    readonly what: unknown,
  ) {}
}
