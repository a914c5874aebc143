import { currentProcess } from './context.js'
import { kernelError } from './errors.js'
import { Kept } from './mailbox.js'
import type { Process } from './process.js'
import { crashReport } from './report.js'
import { CallRequest } from './request.js'
import { isRecord, oneOf, optionsOf, type Rule, wholeNumber } from './rules.js'

/**
 * What happens to a message that a full mailbox has no room for: it is refused, the oldest message makes room for it,
 * or the process crashes and begins anew.
 */
export type MailboxPolicy = 'reject' | 'drop_oldest' | 'crash'

/** A limit for the mailbox of a process. */
export interface MailboxOptions {
  /** How many messages may wait, at least 1. */
  readonly limit: number
  readonly policy: MailboxPolicy
}

/** What `processInfo` tells of a bounded mailbox. */
export interface MailboxInfo extends MailboxOptions {
  /** Messages that were refused (`'reject'`). */
  readonly rejected: number
  /** Messages that were dropped to make room (`'drop_oldest'`). */
  readonly dropped: number
}

/** What the options of a mailbox must be. */
const MAILBOX_RULES = {
  limit: wholeNumber(1),
  policy: oneOf(['reject', 'drop_oldest', 'crash']),
}

/** The option as a whole: half of it says nothing. */
export const mailbox: Rule = {
  ...optionsOf(MAILBOX_RULES, "{ limit: 1_000, policy: 'reject' }"),
  fits: (value) => isRecord(value) && 'limit' in value && 'policy' in value,
}

/**
 * The limit of one mailbox. It is for what others send of their own accord (`Process.offer`). What a process has asked for
 * or set itself, exit signals and orders to the engine are let in however full it is (`Process.deliver`), and never dropped.
 */
export class Bound implements MailboxInfo {
  readonly limit: number
  readonly policy: MailboxPolicy
  rejected = 0
  dropped = 0

  /** @throws BAD_OPTION */
  constructor({ limit, policy }: MailboxOptions) {
    const { limit: count, policy: named } = MAILBOX_RULES
    if (count?.fits(limit) !== true || named?.fits(policy) !== true) {
      throw kernelError('BAD_OPTION', {
        action: 'spawn',
        option: 'mailbox',
        value: { limit, policy },
        expected: `{ limit: ${count?.expected}, policy: ${named?.expected} }`,
      })
    }
    this.limit = limit
    this.policy = policy
  }

  /** Whether there is room for one more message, if need be after making it. */
  admits(process: Process): boolean {
    if (process.mailbox.length < this.limit) return true
    if (this.policy === 'drop_oldest') {
      if (dropOldest(process)) this.dropped++
      return true
    }
    if (this.policy === 'crash') {
      // Dead letters from here on, as for any dead process.
      const reason = kernelError('MAILBOX_OVERFLOW', { pid: process.pid, limit: this.limit })
      process.kernel.report(crashReport(process, reason))
      process.mustEnd(reason, currentProcess())
      return true
    }
    this.rejected++
    return false
  }

  /** Takes a call in, or fails it. */
  take(process: Process, call: CallRequest, control: boolean): void {
    if (control) process.deliver(call)
    else if (!process.offer(call)) call.dropped()
  }

  info(): MailboxInfo {
    const { limit, policy, rejected, dropped } = this
    return { limit, policy, rejected, dropped }
  }
}

/** False when all that waits must stay; then there is one more than the limit, which is the next to go. */
function dropOldest({ mailbox }: Process): boolean {
  for (let at = mailbox.first; at !== undefined; at = at.next) {
    if (at instanceof Kept) continue
    const { message } = at
    mailbox.take(at)
    if (message instanceof CallRequest) message.dropped()
    return true
  }
  return false
}

/** What the sender of a message gets that was refused. */
export function mailboxFull({ pid, name, bound }: Process): Error {
  return kernelError('MAILBOX_FULL', { server: name ?? pid, pid, limit: bound?.limit, request: 'a message' })
}
