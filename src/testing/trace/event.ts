import type { Pid } from '../../kernel/index.js'

/**
 * The kind of a trace event.
 *
 * | kind | `from` | `to` | `what` |
 * | --- | --- | --- | --- |
 * | `'spawn'` | the parent | the new process | |
 * | `'send'` | the sender | the receiver | the message |
 * | `'take'` | | the process that takes it out of its mailbox | the message |
 * | `'reply'` | the server | the caller | the reply |
 * | `'signal'` | the process that exits or sends it | the receiver | the reason |
 * | `'exit'` | | the dead process | the reason |
 * | `'lost'` | the sender | the dead process, or none | the message |
 * | `'fault'` | | the process that it hits | in words |
 * | `'note'` | | the process that it is about, if any | in words |
 */
export type TraceKind = 'spawn' | 'send' | 'take' | 'reply' | 'signal' | 'exit' | 'lost' | 'fault' | 'note'

/** The cause of an event: a process, a timer, or (undefined) code outside every process, usually the test. */
export type Actor = Pid | 'timer' | undefined

/** An event in a kernel. */
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
