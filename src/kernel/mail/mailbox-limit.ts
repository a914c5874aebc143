import { AsyncLocalStorage } from 'node:async_hooks'
import { callsItself, noteWait } from '../calls/call-cycle.js'
import { CallRequest } from '../calls/pending-call.js'
import { currentProcess } from '../context/current-process.js'
import { kernelError } from '../errors/errors.js'
import { checkKnown } from '../errors/known-options.js'
import { isRecord, oneOf, optionsOf, type Rule, wholeNumber } from '../errors/option-rules.js'
import type { Process } from '../process/process.js'
import { deliveries, publishDiscard } from '../report/diagnostics-channels.js'
import { crashReport } from '../report/report.js'
import { BoundedMailbox } from './bounded-mailbox.js'
import { HeldCast } from './held-cast.js'
import { type Envelope, Mailbox, PlainEnvelope, type SelfEnvelope, UndroppableEnvelope } from './mailbox.js'

/**
 * What happens to a message that a full mailbox has no room for: it is refused, its sender waits for room (who does not
 * wait, is refused), the oldest message makes room for it, or the process crashes and begins anew.
 */
export type MailboxPolicy = 'reject' | 'wait' | 'drop_oldest' | 'crash'

/** A limit for the mailbox of a process. */
export interface MailboxOptions {
  /** How many messages may wait, at least 1. */
  readonly limit: number
  readonly policy: MailboxPolicy
}

/** What `processInfo` tells of a bounded mailbox. */
export interface MailboxInfo extends MailboxOptions {
  /** Messages that were refused (`'reject'`, and `'wait'` for those that do not wait). */
  readonly rejected: number
  /** Messages that were dropped to make room (`'drop_oldest'`). */
  readonly dropped: number
  /** Calls and casts that wait for room at this moment (`'wait'`; absent for the others). */
  readonly waiting?: number
}

/** What the options of a mailbox must be. */
const MAILBOX_RULES = {
  limit: wholeNumber(1),
  policy: oneOf(['reject', 'wait', 'drop_oldest', 'crash']),
}

const MAILBOX_OPTIONS = Object.keys(MAILBOX_RULES)

/** The option as a whole: half of it says nothing. */
export const mailbox: Rule = {
  ...optionsOf(MAILBOX_RULES, "{ limit: 1_000, policy: 'reject' }"),
  fits: (value) => isRecord(value) && 'limit' in value && 'policy' in value,
}

/**
 * The limit of one mailbox. It is for what others send of their own accord (`Process.offer`). What a process has asked for
 * or set itself, exit signals and orders to the engine are let in however full it is (`Process.deliver`), and never dropped.
 */
export class MailboxLimit implements MailboxInfo {
  readonly limit: number
  readonly policy: MailboxPolicy
  rejected = 0
  dropped = 0
  /** Whether the message that was taken last is one that the process asked for. */
  tookOwn = false
  /** Those that wait for room, longest first. */
  readonly #line = new Mailbox()
  /** How long the line may be before those that wait no more are taken out of it. */
  #longest = FEW

  /** @throws BAD_OPTION */
  constructor(options: MailboxOptions) {
    checkKnown('the mailbox', options, MAILBOX_OPTIONS)
    const { limit, policy } = options
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

  /**
   * Whether there is room for one more message, if need be after making it.
   *
   * @param mayWait what is refused will wait for room, if the policy is so
   */
  admits(process: Process, mayWait: boolean): boolean {
    return process.mailbox.length < this.limit || this.#makesRoom(process, () => dropOldest(process), mayWait)
  }

  /**
   * Whether a message that was taken may be put by though `count` others are. What waits in the server has the same limit as what
   * waits for it, but by itself: else nothing could come in that lets the others go on.
   *
   * @param dropOldest drops the oldest of them; false when all must stay
   */
  keeps(process: Process, message: unknown, count: number, dropOldest: () => boolean): boolean {
    if (count < this.limit) return true
    // Its caller waits, and is slowed by that.
    if (this.policy === 'wait' && CallRequest.is(message)) return true
    return this.#makesRoom(process, dropOldest, false)
  }

  #makesRoom(process: Process, dropOldest: () => boolean, mayWait: boolean): boolean {
    if (this.policy === 'drop_oldest') {
      if (!dropOldest()) return true
      this.dropped++
      publishDiscard(process, 'drop_oldest')
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
    if (this.policy === 'reject' || !mayWait) publishDiscard(process, this.policy)
    return false
  }

  /** Takes a call in, has it wait for room, or fails it. */
  take(process: Process, call: CallRequest, control: boolean): void {
    // Also where it is refused, or waits: earlier or later there is room for it.
    process.kernel.touches(process.pid, 'state change')
    if (control || this.admits(process, true)) process.deliver(call, !control)
    else if (this.policy === 'wait') this.#lineUp(call)
    else call.dropped()
  }

  /** Has a cast that was refused wait for room after all, if there is anything to wait for. */
  hold(process: Process, letter: SelfEnvelope): HeldCast | undefined {
    if (this.policy !== 'wait') return undefined
    const held = new HeldCast(process, letter)
    this.#lineUp(held)
    const { owner } = held
    // It would wait for itself.
    if (owner === process && callsItself(process)) held.giveUp()
    else if (owner !== undefined) noteWait(owner, held)
    return held
  }

  /** One that waits for room does so no more. */
  refuse(process: Process, call: CallRequest): void {
    this.rejected++
    publishDiscard(process, 'wait')
    call.dropped()
  }

  /** The mailbox of a process with this limit. */
  newMailbox(process: Process): Mailbox {
    return new BoundedMailbox(process)
  }

  /** A message was taken out: whoever waits longest comes in. Nobody waits unless the mailbox is full. */
  taken(process: Process, envelope: Envelope): void {
    this.tookOwn = envelope instanceof UndroppableEnvelope
    while (this.#line.length > 0 && process.mailbox.length < this.limit) {
      const { message, within } = this.#line.shift() as WaitingEnvelope
      const call = message as CallRequest
      if (!call.active) continue
      if (within === undefined) call.admitted(process)
      else within(() => call.admitted(process))
    }
  }

  /** Takes out a call that waits for room; false when it does not. */
  withdraw(call: CallRequest): boolean {
    return this.#line.withdraw((message) => message === call)
  }

  /** What waits for room. */
  get line(): Iterable<unknown> {
    return this.#line
  }

  info(): MailboxInfo {
    const { limit, policy, rejected, dropped } = this
    if (policy !== 'wait') return { limit, policy, rejected, dropped }
    this.#tidy()
    return { limit, policy, rejected, dropped, waiting: this.#line.length }
  }

  #lineUp(call: CallRequest): void {
    // Taken for one by `admits`.
    this.rejected--
    if (this.#line.length >= this.#longest) {
      this.#tidy()
      this.#longest = Math.max(FEW, this.#line.length * 2)
    }
    this.#line.push(new WaitingEnvelope(call))
  }

  /** Whoever gave up, or died, waits no more. */
  #tidy(): void {
    this.#line.withdrawAll((call) => !(call as CallRequest).active)
  }
}

/** Around what waits for room. */
class WaitingEnvelope extends PlainEnvelope {
  /** The context of its sender, where somebody is told of deliveries: what they take from there travels with the message. */
  readonly within = deliveries.hasSubscribers ? AsyncLocalStorage.snapshot() : undefined
}

/**
 * Whether the current process may put by a message that it took, though `count` others are: see `MailboxLimit.keeps`. A call
 * that it may not is failed.
 */
export function mayPutBy(message: unknown, count: number, dropOldest: () => boolean): boolean {
  const process = currentProcess()
  if (process?.bound === undefined || process.bound.keeps(process, message, count, dropOldest)) return true
  if (CallRequest.is(message)) message.dropped()
  return false
}

/** Whether the message that the current process took last was sent to it by others of their own accord, and may be refused. */
export function mayBeRefused(): boolean {
  const bound = currentProcess()?.bound
  return bound !== undefined && !bound.tookOwn
}

/** As `Process.offer`, of a message that is its own envelope. @returns what can be awaited, where it waits for room */
export function submit(process: Process, letter: SelfEnvelope): PromiseLike<void> | undefined {
  return process.offer(letter, true) ? undefined : process.bound?.hold(process, letter)
}

/** Of so many in a line nobody is looked for who waits no more. */
const FEW = 32

/** False when all that waits must stay; then there is one more than the limit, which is the next to go. */
function dropOldest({ mailbox }: Process): boolean {
  const oldest = mailbox.oldestDroppable()
  if (oldest === undefined) return false
  const { message } = oldest
  mailbox.take(oldest)
  if (CallRequest.is(message)) message.dropped()
  return true
}

/** What the sender of a message gets that was refused. */
export function mailboxFull({ pid, name, bound }: Process): Error {
  return kernelError('MAILBOX_FULL', { server: name ?? pid, pid, limit: bound?.limit, request: 'a message' })
}
