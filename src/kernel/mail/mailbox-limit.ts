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
 * What happens to a message for a full mailbox: `'reject'`: it is refused; `'wait'`: its sender waits for room, and is refused if it does
 * not wait; `'drop_oldest'`: the oldest message is dropped; `'crash'`: the process crashes.
 */
export type MailboxPolicy = 'reject' | 'wait' | 'drop_oldest' | 'crash'

/** A limit for the mailbox of a process. */
export interface MailboxOptions {
  /** The number of messages that may wait; at least 1. */
  readonly limit: number
  readonly policy: MailboxPolicy
}

/** The data of a bounded mailbox in `processInfo`. */
export interface MailboxInfo extends MailboxOptions {
  /** The number of refused messages (`'reject'`; with `'wait'` those whose sender did not wait). */
  readonly rejected: number
  /** The number of messages dropped to make room (`'drop_oldest'`). */
  readonly dropped: number
  /** The number of calls and casts that wait for room (only with `'wait'`). */
  readonly waiting?: number
}

/** The rules for the options of a mailbox. */
const MAILBOX_RULES = {
  limit: wholeNumber(1),
  policy: oneOf(['reject', 'wait', 'drop_oldest', 'crash']),
}

const MAILBOX_OPTIONS = Object.keys(MAILBOX_RULES)

/** The rule for the whole option: both fields are required. */
export const mailbox: Rule = {
  ...optionsOf(MAILBOX_RULES, "{ limit: 1_000, policy: 'reject' }"),
  fits: (value) => isRecord(value) && 'limit' in value && 'policy' in value,
}

/**
 * The limit of a mailbox. It applies to unrequested messages of other processes (`Process.offer`). Replies, own timers, exit signals and
 * system requests are always accepted (`Process.deliver`) and never dropped.
 */
export class MailboxLimit implements MailboxInfo {
  readonly limit: number
  readonly policy: MailboxPolicy
  rejected = 0
  dropped = 0
  /** Whether the message taken last was one that the limit does not apply to. */
  tookOwn = false
  /** The calls and casts that wait for room, the oldest first. */
  readonly #line = new Mailbox()
  /** The length at which entries that no longer wait are removed from the queue. */
  #longest = FEW
  /** The number of calls to the process that their callers have given up. */
  abandonments = 0
  /** That number when the mailbox was last searched for such calls. */
  #searched = 0

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
   * Whether there is room for one more message; the policy may make room.
   *
   * @param mayWait whether a refused message will wait for room, if the policy is `'wait'`
   */
  admits(process: Process, mayWait: boolean): boolean {
    if (process.mailbox.length < this.limit || this.#leavesOut(process)) return true
    return this.#makesRoom(process, () => dropOldest(process), mayWait)
  }

  /** Removes calls that will be skipped, since nobody waits for them any more. Returns true if there is room then. */
  #leavesOut(process: Process): boolean {
    if (this.#searched === this.abandonments) return false
    this.#searched = this.abandonments
    const { body, mailbox } = process
    if (body.leavesOut === undefined) return false
    // It may happen while the process handles what it took last.
    const { tookOwn } = this
    mailbox.withdrawAll((message) => {
      const isLeft = body.leavesOut?.(message) === true
      if (isLeft) publishDiscard(process, 'abandoned')
      return isLeft
    })
    this.tookOwn = tookOwn
    return mailbox.length < this.limit
  }

  /**
   * Whether a taken message may be put by (postponed) beside the others that are. Messages put by in the server have the same limit as
   * the mailbox, but a separate count: otherwise no message could come in that lets the others go on.
   */
  keeps(process: Process, message: unknown, others: PutBy): boolean {
    if (others.count < this.limit) return true
    // The caller of a call waits, and so is slowed down already.
    if (this.policy === 'wait' && CallRequest.is(message)) return true
    if (others.searched !== this.abandonments) {
      others.searched = this.abandonments
      others.leaveOut()
      if (others.count < this.limit) return true
    }
    return this.#makesRoom(process, () => others.dropOldest(), false)
  }

  #makesRoom(process: Process, dropOldest: () => boolean, mayWait: boolean): boolean {
    if (this.policy === 'drop_oldest') {
      if (!dropOldest()) return true
      this.dropped++
      publishDiscard(process, 'drop_oldest')
      return true
    }
    if (this.policy === 'crash') {
      // From here on its messages are dead letters, as for any dead process.
      const reason = kernelError('MAILBOX_OVERFLOW', { pid: process.pid, limit: this.limit })
      process.kernel.report(crashReport(process, reason))
      process.mustEnd(reason, currentProcess<Process>())
      return true
    }
    this.rejected++
    if (this.policy === 'reject' || !mayWait) publishDiscard(process, this.policy)
    return false
  }

  /** Accepts a call, queues it for room, or fails it. */
  take(process: Process, call: CallRequest, control: boolean): void {
    // Noted also for a call that waits or is refused, since at another time there might be room.
    process.kernel.touches(process.pid, 'state change')
    if (control || this.admits(process, true)) process.deliver(call, !control)
    else if (this.policy === 'wait') this.#lineUp(call)
    else call.dropped()
  }

  /** Makes a refused cast wait for room, if the policy is `'wait'`. Returns its promise. */
  hold(process: Process, letter: SelfEnvelope): Promise<void> | undefined {
    if (this.policy !== 'wait') return undefined
    const held = new HeldCast(process, letter)
    this.#lineUp(held)
    const { owner } = held
    // The process would wait for itself.
    if (owner === process && callsItself(process)) held.giveUp()
    else if (owner !== undefined) noteWait(owner, held)
    return held.promise as Promise<void>
  }

  /** Refuses a call or cast that waits for room. */
  refuse(process: Process, call: CallRequest): void {
    this.rejected++
    publishDiscard(process, 'wait')
    call.dropped()
  }

  /** Makes the mailbox of a process with this limit. */
  newMailbox(process: Process): Mailbox {
    return new BoundedMailbox(process)
  }

  /** Called after a message was taken: the entry that waits longest is accepted. Entries wait only while the mailbox is full. */
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

  /** Removes a call that waits for room; false if it does not wait. */
  withdraw(call: CallRequest): boolean {
    return this.#line.withdraw((message) => message === call)
  }

  /** The calls and casts that wait for room. */
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
    // `admits` has counted it as rejected.
    this.rejected--
    if (this.#line.length >= this.#longest) {
      this.#tidy()
      this.#longest = Math.max(FEW, this.#line.length * 2)
    }
    this.#line.push(new WaitingEnvelope(call))
  }

  /** Removes entries whose sender gave up or died. */
  #tidy(): void {
    this.#line.withdrawAll((call) => !(call as CallRequest).active)
  }
}

/** The envelope of a call or cast that waits for room. */
class WaitingEnvelope extends PlainEnvelope {
  /** The async context of the sender, if deliveries are observed: observers take data from it that goes along with the message. */
  readonly within = deliveries.hasSubscribers ? AsyncLocalStorage.snapshot() : undefined
}

/** Messages that a server has put by until it can handle them. */
export interface PutBy {
  /** The number of those that the limit applies to. */
  readonly count: number
  /** `MailboxLimit.abandonments` when it was last searched for abandoned calls. */
  searched: number
  /** Drops the oldest of them; false if all must stay. */
  dropOldest(): boolean
  /** Removes calls that would be skipped, since nobody waits for them any more. */
  leaveOut(): void
}

/** Whether the current process may put by a taken message beside others: see `MailboxLimit.keeps`. If not, a call is failed. */
export function mayPutBy(message: unknown, others: PutBy): boolean {
  const process = currentProcess<Process>()
  if (process?.bound === undefined || process.bound.keeps(process, message, others)) return true
  if (CallRequest.is(message)) message.dropped()
  return false
}

/** Whether the limit applies to the message that the current process took last. */
export function mayBeRefused(): boolean {
  const bound = currentProcess<Process>()?.bound
  return bound !== undefined && !bound.tookOwn
}

/** Offers a message that is its own envelope to a process. @returns a promise if it waits for room */
export function submit(process: Process, letter: SelfEnvelope): Promise<void> | undefined {
  return process.offer(letter, true) ? undefined : process.bound?.hold(process, letter)
}

/** The shortest queue that is searched for entries that no longer wait. */
const FEW = 32

/** Drops the oldest message. Returns false if none may be dropped; the mailbox then exceeds its limit by one message, which is dropped next. */
function dropOldest({ mailbox }: Process): boolean {
  const oldest = mailbox.oldestDroppable()
  if (oldest === undefined) return false
  const { message } = oldest
  mailbox.take(oldest)
  if (CallRequest.is(message)) message.dropped()
  return true
}

/** The error for the sender of a refused message. */
export function mailboxFull({ pid, name, bound }: Process): Error {
  return kernelError('MAILBOX_FULL', { server: name ?? pid, pid, limit: bound?.limit, request: 'a message' })
}
