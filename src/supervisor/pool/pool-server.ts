/**
 * The server of a pool: it lends members to borrowers, and keeps the queue of those that wait. After its init it never waits: members
 * are started by the dynamic supervisor beside it, and each resource is owned by its own process.
 */
import type { Callbacks, From } from '../../genserver/index.js'
import {
  cancelTimer,
  currentKernel,
  type DownMessage,
  demonitor,
  type ExitReason,
  isDown,
  isError,
  isThenable,
  monitor,
  type Pid,
  parentPid,
  printed,
  type Reference,
  receive,
  self,
  sendAfter,
  trapExit,
} from '../../kernel/index.js'
import { supervisorError } from '../errors.js'
import { grant, type Loan, type LoanEnd, lose } from './loan.js'
import { publishLoan } from './pool-events.js'
import type { Member } from './pool-member.js'
import { type MembersOwner, PoolMembers } from './pool-members.js'
import { PoolMessage, PoolRefusal, type PoolRefusalCode, PoolRequest } from './pool-message.js'
import type { PoolPlan } from './pool-options.js'

/** The status of a pool. */
export interface PoolStatus {
  /** `'ready'`: one of the `size` members is free; `'overflow'`: only a member beyond `size` can still be opened; `'full'`: a borrower must wait. */
  readonly state: 'ready' | 'overflow' | 'full'
  /** The number of members that can be lent at once. */
  readonly idle: number
  /** The number of members that are lent. */
  readonly lent: number
  /** The number of members that are being opened. */
  readonly opening: number
  /** The number of members beyond `size`. */
  readonly overflow: number
  /** The number of borrowers that wait. */
  readonly waiting: number
  /** The number of borrowers that were refused so far. */
  readonly refused: number
  /** The number of borrowers that gave up or died so far, while they waited. */
  readonly gaveUp: number
  /** The number of loans so far that ended with a failure of the borrower or of the member. */
  readonly failed: number
}

/** A borrower that waits or has a member. */
interface Borrower {
  readonly from: From
  readonly request: unknown
  readonly loan: Loan<unknown>
  /** The pool's monitor of the borrower, from its request to the end of its loan. `undefined` for code outside any process. */
  readonly ref: Reference | undefined
  /** The time of the request, in milliseconds of the kernel's clock. */
  readonly since: number
  timer: Reference | undefined
  member: Member | undefined
  lentAt: number | undefined
}

/** The callbacks of the pool's server. @param supervisor the dynamic supervisor of the members */
export function poolServer(plan: PoolPlan, supervisor: Pid): Callbacks<PoolServer> {
  return {
    async init() {
      trapExit(true)
      const pool = new PoolServer(plan, supervisor)
      await pool.open()
      return { state: pool }
    },
    handleCall(request, from, pool) {
      const answer = pool.asked(request, from)
      return answer === undefined ? { state: pool } : { reply: answer, state: pool }
    },
    handleInfo(message, pool) {
      pool.told(message)
      return { state: pool }
    },
    terminate: (reason, pool) => pool.ended(reason),
    formatStatus: (status) => ({ ...status, state: (status.state as PoolServer).status() }),
  }
}

class PoolServer implements MembersOwner {
  readonly #plan: PoolPlan
  readonly #pid = self()
  readonly #members: PoolMembers
  /** The borrowers that wait, in the order of their requests. */
  readonly #waiting = new Map<Loan<unknown>, Borrower>()
  readonly #lent = new Map<Loan<unknown>, Borrower>()
  readonly #byMonitor = new Map<Reference, Borrower>()
  #refused = 0
  #gaveUp = 0
  #failed = 0

  constructor(plan: PoolPlan, supervisor: Pid) {
    this.#plan = plan
    this.#members = new PoolMembers(plan, supervisor, this)
  }

  get #capacity(): number {
    const { size, overflow } = this.#plan.limits
    return size + overflow
  }

  get wanted(): number {
    return this.#waiting.size
  }

  /** Opens the members of an eager pool, all at the same time, and waits for them. @throws POOL_OPEN_FAILED */
  async open(): Promise<void> {
    const members = this.#members
    members.watch()
    members.fill()
    while (members.lastFault === undefined && members.count('opening') > 0) {
      this.told(await receive((message: unknown) => PoolMessage.is(message) || isDown(message)))
    }
    const reason = members.lastFault
    if (reason !== undefined) throw supervisorError('POOL_OPEN_FAILED', { reason }, { cause: reason })
  }

  /** Handles a request. @returns the answer; `undefined` if it comes later */
  asked(request: unknown, from: From): unknown {
    if (!PoolRequest.is(request))
      return supervisorError('UNKNOWN_REQUEST', { supervisor: this.#pid, request })
    if (request.what === 'supervisor') return parentPid()
    if (request.what === 'status') return this.status()
    if (from.timeLeft === 0) {
      // The borrower gave up before the pool handled its request, so nobody gets this answer.
      this.#gaveUp++
      return false
    }
    // The number of borrowers that would wait for a member to come back, this one included.
    const mustWait = this.#lent.size + this.#waiting.size + 1 - this.#capacity
    if (mustWait > (request.wait ? this.#plan.limits.queue : 0)) return this.#refuse('POOL_FULL', from)
    this.#enqueue(request, from)
    return undefined
  }

  #enqueue({ request, timeout, loan: asked }: PoolRequest, from: From): void {
    const loan = asked as Loan<unknown>
    const ref = from.caller === undefined ? undefined : monitor(from.caller)
    const since = currentKernel().now()
    const nothingYet = { timer: undefined, member: undefined, lentAt: undefined }
    const borrower: Borrower = { from, request, loan, ref, since, ...nothingYet }
    if (ref !== undefined) this.#byMonitor.set(ref, borrower)
    this.#waiting.set(loan, borrower)
    this.ready()
    // A borrower that got its member at once needs no timer.
    if (!this.#waiting.has(loan) || timeout === Number.POSITIVE_INFINITY) return
    borrower.timer = sendAfter(timeout, this.#pid, new PoolMessage('waited', borrower))
  }

  told(message: unknown): void {
    if (PoolMessage.is(message)) this.#handle(message)
    else if (isDown(message)) this.#down(message)
  }

  #down({ ref, reason }: DownMessage): void {
    const member = this.#members.ofMonitor(ref)
    const borrower = this.#byMonitor.get(ref)
    if (member !== undefined) this.#members.ended(member, reason)
    else if (borrower?.member !== undefined) this.#returned(borrower.loan, 'failed')
    else if (borrower !== undefined) this.#forget(borrower)
  }

  #handle(message: PoolMessage): void {
    const { event, about, value } = message
    switch (event) {
      case 'returned':
        this.#returned(about as Loan<unknown>, value as LoanEnd)
        break
      case 'cancelled':
        this.#cancelled(about as Loan<unknown>)
        break
      case 'waited':
        this.#waited(about as Borrower)
        break
      case 'lent too long':
        this.#lentTooLong(about as Borrower)
        break
      default:
        this.#members.handle(message)
    }
  }

  status(): PoolStatus {
    const { size } = this.#plan.limits
    const members = this.#members
    const held = this.#lent.size + this.#waiting.size
    return {
      state: held < size ? 'ready' : held < this.#capacity ? 'overflow' : 'full',
      idle: members.count('idle'),
      lent: this.#lent.size,
      opening: members.count('opening'),
      overflow: Math.max(0, members.size - size),
      waiting: this.#waiting.size,
      refused: this.#refused,
      gaveUp: this.#gaveUp,
      failed: this.#failed,
    }
  }

  /** Ends all loans when the server ends, since the members end with it. */
  ended(reason: ExitReason): void {
    for (const loan of this.#lent.keys()) lose(loan, reason)
  }

  /** Lends idle members to the borrowers that wait, and opens the members that are still missing. */
  ready(): void {
    for (const borrower of this.#waiting.values()) if (!this.#serve(borrower)) break
    this.#members.fill()
  }

  gone({ loan }: Member, reason: ExitReason): void {
    const borrower = loan === undefined ? undefined : this.#lent.get(loan)
    if (borrower !== undefined) this.#fail(borrower, reason)
  }

  /** Tries to lend a member to a borrower. @returns whether the borrower got its answer, a member or a refusal */
  #serve(borrower: Borrower): boolean {
    const members = this.#members
    for (let member = members.next; member !== undefined; member = members.next) {
      const verdict = this.#verdict(member, borrower.request)
      if (isError(verdict)) {
        this.#done(borrower)
        this.#refused++
        publishLoan(this.#pid, 'refused', borrower)
        borrower.from.reply(new PoolRefusal(verdict))
        return true
      }
      if (verdict === true) {
        this.#hand(member, borrower)
        return true
      }
      members.close(member, 'unfit')
    }
    return false
  }

  #hand(member: Member, borrower: Borrower): void {
    const { loan, from, timer } = borrower
    const { loanTimeout } = this.#plan.limits
    if (timer !== undefined) cancelTimer(timer)
    const isLimited = loanTimeout !== Number.POSITIVE_INFINITY
    borrower.timer = isLimited
      ? sendAfter(loanTimeout, this.#pid, new PoolMessage('lent too long', borrower))
      : undefined
    this.#waiting.delete(loan)
    this.#lent.set(loan, borrower)
    borrower.member = member
    member.loan = loan
    this.#members.lend(member)
    publishLoan(this.#pid, 'lent', borrower)
    grant(loan, this.#pid, member.resource)
    from.reply(true)
  }

  /** The result of the hook `lend`: whether the member is fit, or the error for the borrower. */
  #verdict(member: Member, request: unknown): boolean | Error {
    const { hooks } = this.#plan
    if (hooks.lend === undefined) return true
    try {
      const verdict = hooks.lend(member.resource, request)
      if (!isThenable(verdict)) return isError(verdict) ? verdict : verdict !== false
      // The borrower is told of the mistake, which another member would not mend; the result of the promise does not matter.
      Promise.resolve(verdict).catch(() => undefined)
      return supervisorError('POOL_LEND_ASYNC', {})
    } catch (error) {
      const message = `a member of a pool is replaced, since lend failed: ${printed(error)}`
      currentKernel().report({ level: 'error', kind: 'pool', message, pid: this.#pid, error })
      return false
    }
  }

  #returned(loan: Loan<unknown>, how: LoanEnd): void {
    const borrower = this.#lent.get(loan)
    if (borrower?.member === undefined) return
    const { member } = borrower
    const isKept = how === 'well' || (how === 'failed' && this.#plan.limits.afterFailure === 'keep')
    this.#over(borrower)
    if (how === 'failed') this.#failed++
    publishLoan(this.#pid, how === 'failed' ? 'failed' : 'returned', borrower)
    if (isKept) this.#members.takeBack(member, how === 'well')
    else {
      lose(loan, { shutdown: how })
      this.#members.close(member, how)
    }
  }

  #lentTooLong(borrower: Borrower): void {
    const { loan, member, from } = borrower
    if (this.#lent.get(loan) !== borrower || member === undefined) return
    const { loanTimeout } = this.#plan.limits
    const who = from.caller ?? 'code outside any process'
    this.#fail(borrower, supervisorError('LOAN_OVERDUE', { pool: this.#pid, loanTimeout, borrower: who }))
    this.#members.close(member, 'overdue')
  }

  #fail(borrower: Borrower, reason: ExitReason): void {
    this.#over(borrower)
    this.#failed++
    publishLoan(this.#pid, 'failed', borrower)
    lose(borrower.loan, reason)
  }

  /** Removes a loan that has ended, for any reason. */
  #over(borrower: Borrower): void {
    this.#lent.delete(borrower.loan)
    if (borrower.member !== undefined) borrower.member.loan = undefined
    this.#done(borrower)
  }

  /** Forgets a borrower, with its timer and its monitor. */
  #done({ loan, ref, timer }: Borrower): void {
    this.#waiting.delete(loan)
    if (timer !== undefined) cancelTimer(timer)
    if (ref === undefined) return
    this.#byMonitor.delete(ref)
    demonitor(ref, { flush: true })
  }

  /** Forgets a waiting borrower that died or gave up. */
  #forget(borrower: Borrower): void {
    this.#gaveUp++
    publishLoan(this.#pid, 'gave_up', borrower)
    this.#done(borrower)
  }

  #cancelled(loan: Loan<unknown>): void {
    const waiting = this.#waiting.get(loan)
    if (waiting !== undefined) this.#forget(waiting)
    // The member was lent at the moment when the borrower gave up, and was not used.
    else this.#returned(loan, 'well')
  }

  #waited(borrower: Borrower): void {
    if (!this.#waiting.has(borrower.loan)) return
    const waited = currentKernel().now() - borrower.since
    const details = { ...this.#standing(), waited }
    this.#forget(borrower)
    borrower.from.reply(new PoolRefusal('POOL_TIMEOUT', details))
  }

  #refuse(code: PoolRefusalCode, from: From): PoolRefusal {
    this.#refused++
    publishLoan(this.#pid, 'refused', { from, since: 0 })
    return new PoolRefusal(code, this.#standing())
  }

  /** The details of a refusal: the numbers of the pool, the oldest loan, and why members cannot be opened. */
  #standing(): Readonly<Record<string, unknown>> {
    const [first] = this.#lent.values()
    const reason = this.#members.lastFault
    const opening =
      reason === undefined ? '' : `. The last attempt to open a member failed: ${printed(reason)}`
    const longest =
      first === undefined
        ? ''
        : `. The oldest loan is that of ${first.from.caller ?? 'code outside any process'}`
    const figures = { lent: this.#lent.size, capacity: this.#capacity, waiting: this.#waiting.size }
    return { pool: this.#pid, ...figures, hint: `${longest}${opening}`, reason }
  }
}
