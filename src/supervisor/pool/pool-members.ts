/** The members of a pool: how they are opened, checked, replaced and closed. Which borrower gets which member is decided by the server. */
import { cast, ref, startLink } from '../../genserver/index.js'
import {
  cancelTimer,
  currentKernel,
  type ExitReason,
  exit,
  monitor,
  type Pid,
  type Reference,
  self,
  send,
  sendAfter,
} from '../../kernel/index.js'
import type { ChildSpec, StartReturn } from '../child-spec.js'
import { pidOf } from '../engine/supervised-child.js'
import { supervisorError } from '../errors.js'
import { delayOf } from '../restart-backoff.js'
import { startChild, terminateChild } from '../supervisor-client.js'
import { keeper, Member, type MemberPhase, tend } from './pool-member.js'
import { PoolMessage } from './pool-message.js'
import type { PoolPlan } from './pool-options.js'

/** The interface of the pool's server that the members use. */
export interface MembersOwner {
  /** The number of borrowers that wait. */
  readonly wanted: number
  /** Called when a member can be lent. */
  ready(): void
  /** Called when a member has ended. */
  gone(member: Member, reason: ExitReason): void
}

/** A member that ends within this many milliseconds after its opening has ended early. */
const EARLY = 1_000

export class PoolMembers {
  readonly #plan: PoolPlan
  readonly #supervisor: Pid
  readonly #owner: MembersOwner
  readonly #pool = self()
  readonly #members = new Set<Member>()
  readonly #byMonitor = new Map<Reference, Member>()
  /** The idle members, in the order in which they came back. A member that is being checked keeps its place. */
  readonly #idle: Member[] = []
  readonly #counts: Record<MemberPhase, number> = {
    opening: 0,
    idle: 0,
    lent: 0,
    resetting: 0,
    checking: 0,
    closing: 0,
  }
  #retry: Reference | undefined = undefined
  #attempts = 0
  /** The number of members in a row that ended early, with no successful loan between them. */
  #early = 0
  /** Why a member could not be opened; `undefined` again after a successful loan. */
  lastFault: ExitReason = undefined

  /** @param supervisor the dynamic supervisor of the members */
  constructor(plan: PoolPlan, supervisor: Pid, owner: MembersOwner) {
    this.#plan = plan
    this.#supervisor = supervisor
    this.#owner = owner
  }

  /** The number of members in a phase. */
  count(phase: MemberPhase): number {
    return this.#counts[phase]
  }

  /** The number of members, without those that are being closed. */
  get size(): number {
    return this.#members.size - this.#counts.closing
  }

  /** The idle member that is lent next. */
  get next(): Member | undefined {
    const isIdle = ({ phase }: Member): boolean => phase === 'idle'
    return this.#plan.limits.strategy === 'fifo' ? this.#idle.find(isIdle) : this.#idle.findLast(isIdle)
  }

  /** Takes out the monitor of a `DOWN` message, and returns its member. */
  ofMonitor(ref: Reference): Member | undefined {
    const member = this.#byMonitor.get(ref)
    this.#byMonitor.delete(ref)
    return member
  }

  /** Sets the timer of the next round of checks. */
  watch(): void {
    const { limits, hooks } = this.#plan
    if (hooks.check !== undefined) sendAfter(limits.checkAfter, this.#pool, new PoolMessage('sweep'))
  }

  /** Opens missing members: one for each borrower that waits, and in an eager pool up to its size. */
  fill(): void {
    const { size, overflow, lazy } = this.#plan.limits
    const counts = this.#counts
    while (this.#retry === undefined && this.#members.size < size + overflow) {
      const coming = counts.opening + counts.resetting + counts.checking
      if (this.#owner.wanted <= coming && (lazy || this.#members.size >= size)) return
      this.#openOne()
    }
  }

  /** Handles a message of a member, or of a timer of the members. */
  handle({ event, about, value }: PoolMessage): void {
    const member = about as Member
    switch (event) {
      case 'started':
        this.#started(member, value as Pid)
        break
      case 'not started':
        this.ended(member, value)
        break
      case 'opened':
        this.#opened(member, value)
        break
      case 'tended':
        this.#tended(member, value === true)
        break
      case 'overdue':
        this.#overdue(member, value)
        break
      case 'retry':
        this.#retry = undefined
        this.fill()
        break
      case 'sweep':
        this.#sweep()
        break
    }
  }

  #openOne(): void {
    const { worker, hooks } = this.#plan
    const member = new Member()
    const pool = this.#pool
    this.#members.add(member)
    this.#counts.opening++
    const start = (): Promise<Pid> => startLink(keeper(hooks, pool, member), undefined, { label: 'member' })
    const spec: ChildSpec = worker?.spec ?? { id: 'member', start, restart: 'temporary' }
    // Not awaited: the supervisor starts one member after the other, and the pool must go on meanwhile.
    startChild(this.#supervisor, spec).then(
      (started) => {
        const pid = pidOf(started as StartReturn)
        send(pool, new PoolMessage(pid === undefined ? 'not started' : 'started', member, pid ?? 'ignore'))
      },
      (error) => send(pool, new PoolMessage('not started', member, error?.details?.reason ?? error)),
    )
    if (worker === undefined) this.#limit(member)
  }

  #started(member: Member, pid: Pid): void {
    if (!this.#members.has(member)) return
    member.pid = pid
    this.#byMonitor.set(monitor(pid), member)
    const { worker } = this.#plan
    if (worker === undefined) this.#up(member)
    else this.#opened(member, worker.Class === undefined ? pid : ref(worker.Class, pid))
  }

  #opened(member: Member, resource: unknown): void {
    if (!this.#members.has(member)) return
    this.#unlimit(member)
    member.resource = resource
    member.openedAt = currentKernel().now()
    this.#up(member)
  }

  /** Makes a member ready when it is open and its pid is known. Either can come first. */
  #up(member: Member): void {
    if (member.phase === 'opening' && member.pid !== undefined && member.openedAt !== undefined)
      this.#ready(member)
  }

  /** Makes a member idle, so that it can be lent; or closes it, if it is beyond the size of the pool and no borrower waits. */
  #ready(member: Member): void {
    if (this.#owner.wanted === 0 && this.size > this.#plan.limits.size) this.close(member, 'overflow')
    else {
      this.#become(member, 'idle')
      member.idleSince = currentKernel().now()
      this.#idle.push(member)
      this.#owner.ready()
    }
  }

  lend(member: Member): void {
    this.#leaveIdle(member)
    this.#become(member, 'lent')
  }

  /** Takes a member back after a loan. */
  takeBack(member: Member, isWell: boolean): void {
    if (isWell) {
      this.#early = 0
      this.#attempts = 0
      this.lastFault = undefined
    }
    if (this.#plan.hooks.reset === undefined) this.#ready(member)
    else this.#tend(member, 'resetting', 'reset')
  }

  #tend(member: Member, phase: MemberPhase, hook: 'reset' | 'check'): void {
    this.#become(member, phase)
    this.#limit(member)
    tend(member.pid as Pid, hook, cast)
  }

  /** Handles the result of a reset or a check. */
  #tended(member: Member, isFit: boolean): void {
    const { phase } = member
    if (phase !== 'resetting' && phase !== 'checking') return
    this.#unlimit(member)
    if (!isFit) this.close(member, 'unfit')
    else if (phase === 'resetting') this.#ready(member)
    else {
      // It is still in `#idle`: a check does not change its place.
      this.#become(member, 'idle')
      this.#owner.ready()
    }
  }

  /** Checks the members that have been idle for `checkAfter`. */
  #sweep(): void {
    const { checkAfter, checksAtOnce } = this.#plan.limits
    this.watch()
    const before = currentKernel().now() - checkAfter
    let left = checksAtOnce
    for (const member of this.#idle) {
      if (left === 0) return
      if (member.phase !== 'idle' || member.idleSince > before) continue
      this.#tend(member, 'checking', 'check')
      left--
    }
  }

  /** Closes a member in an orderly way. It counts until it is closed; then another one can be opened. */
  close(member: Member, why: string): void {
    if (member.phase === 'closing' || !this.#members.has(member)) return
    this.#leaveIdle(member)
    this.#become(member, 'closing')
    if (why === 'unfit') this.#lost(member.openedAt, { shutdown: why })
    const pid = member.pid as Pid
    if (this.#plan.worker !== undefined) {
      // A worker may trap exits, so its supervisor stops it by its spec. The error for one that has ended already is ignored: its monitor tells.
      terminateChild(this.#supervisor, pid).catch(() => undefined)
      return
    }
    this.#limit(member)
    exit(pid, { shutdown: why })
  }

  /** Handles the end of a member, or its failed opening. */
  ended(member: Member, reason: ExitReason): void {
    if (!this.#members.delete(member)) return
    const { phase, openedAt } = member
    this.#counts[phase]--
    this.#unlimit(member)
    this.#leaveIdle(member)
    if (phase === 'opening') this.#wait(member.fault ?? reason)
    else if (phase !== 'closing') this.#lost(openedAt, reason)
    this.#owner.gone(member, member.fault ?? reason)
    this.fill()
  }

  /**
   * Handles the unexpected end of a member. All members may end at once, as when a database restarts; they are replaced at once.
   * If their replacements end early too, the pool waits before it opens more.
   */
  #lost(openedAt: number | undefined, reason: ExitReason): void {
    const isEarly = currentKernel().now() - (openedAt ?? 0) < EARLY
    this.#early = isEarly ? this.#early + 1 : 0
    const { size, overflow } = this.#plan.limits
    if (this.#early > size + overflow) this.#wait(reason)
  }

  /** Opens no member until the next retry, since an immediate one would most likely fail too. */
  #wait(reason: ExitReason): void {
    this.lastFault = reason
    if (this.#retry !== undefined) return
    const delay = delayOf(this.#plan.limits.retry, this.#attempts++, currentKernel().random)
    this.#retry = sendAfter(delay, this.#pool, new PoolMessage('retry'))
  }

  /** Kills a member that has been in its phase for too long. */
  #overdue(member: Member, phase: unknown): void {
    const { pid } = member
    if (member.phase !== phase || pid === undefined || !this.#members.has(member)) return
    const { hookTimeout } = this.#plan.limits
    member.fault = supervisorError('POOL_MEMBER_OVERDUE', { member: pid, phase, hookTimeout })
    exit(pid, 'kill')
  }

  /** Limits the time that a member may stay in its phase to `hookTimeout`. */
  #limit(member: Member): void {
    const { hookTimeout } = this.#plan.limits
    this.#unlimit(member)
    if (hookTimeout === Number.POSITIVE_INFINITY) return
    member.timer = sendAfter(hookTimeout, this.#pool, new PoolMessage('overdue', member, member.phase))
  }

  #unlimit(member: Member): void {
    if (member.timer !== undefined) cancelTimer(member.timer)
    member.timer = undefined
  }

  #become(member: Member, phase: MemberPhase): void {
    this.#counts[member.phase]--
    this.#counts[phase]++
    member.phase = phase
  }

  #leaveIdle(member: Member): void {
    const at = this.#idle.lastIndexOf(member)
    if (at >= 0) this.#idle.splice(at, 1)
  }
}
