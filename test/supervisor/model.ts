import type { AutoShutdown, Restart, Strategy } from '../../src/supervisor/index.js'

/** A child as a scenario describes it: what becomes of its 1st, 2nd … start; later ones succeed. */
export interface ChildPlan {
  readonly id: string
  readonly restart: Restart
  readonly significant: boolean
  readonly starts: readonly ('ok' | 'fail' | 'ignore')[]
}

export interface TreePlan {
  readonly strategy: Strategy
  readonly intensity: number
  readonly autoShutdown: AutoShutdown
  readonly children: readonly ChildPlan[]
}

export interface End {
  readonly id: string
  readonly reason: 'normal' | 'shutdown' | 'boom'
}

export type Step =
  /** Children end one after the other, before the supervisor hears of the first. */
  | { readonly act: 'end'; readonly ends: readonly End[] }
  | { readonly act: 'terminateChild' | 'restartChild' | 'deleteChild'; readonly id: string }
  | { readonly act: 'startChild'; readonly child: ChildPlan }

interface Member extends ChildPlan {
  /** `dead`: it has ended, and the supervisor does not know yet. */
  state: 'up' | 'dead' | 'restarting' | 'undefined'
}

/** What is in the supervisor's mailbox: the exit of a child, or its own order to try a restart again. */
interface Queued {
  readonly member: Member
  readonly reason: End['reason'] | undefined
}

/**
 * What a supervisor should do, told as plainly as can be: a list of children and a queue, no processes, no time. Its
 * children obey, and all restarts fall into one period.
 */
export class Model {
  readonly log: string[] = []
  readonly reports: string[] = []
  /** What the supervisor ended with, if it did. */
  ended: 'shutdown' | 'failed to start' | undefined
  #members: Member[] = []
  #queue: Queued[] = []
  #restarts = 0
  readonly #attempts = new Map<string, number>()

  constructor(private readonly plan: TreePlan) {
    this.#members = plan.children.map((child) => ({ ...child, state: 'undefined' }))
    if (this.#startAll([...this.#members]) !== undefined) this.#end('failed to start')
  }

  get line(): string {
    return this.#members.map(({ id, state }) => `${id}:${state}`).join(' ')
  }

  /** Performs a step; the result is `ok` or the code of the refusal. */
  perform(step: Step): string {
    if (step.act === 'startChild') return this.#startChild(step.child)
    if (step.act === 'end') {
      for (const { id, reason } of step.ends) {
        const dying = this.#members.find((member) => member.id === id && member.state === 'up')
        if (dying === undefined) continue
        dying.state = 'dead'
        this.#queue.push({ member: dying, reason })
      }
      this.#handleQueue()
      return 'ok'
    }
    const member = this.#members.find(({ id }) => id === step.id)
    if (member === undefined) return 'NOT_FOUND'
    if (step.act === 'terminateChild') {
      this.#stop(member)
      return 'ok'
    }
    if (member.state === 'up') return 'RUNNING'
    if (step.act === 'deleteChild') {
      this.#remove(member)
      return 'ok'
    }
    return this.#attempt(member) === 'fail' ? 'START_CHILD_FAILED' : 'ok'
  }

  #startChild(child: ChildPlan): string {
    if (child.significant && this.plan.autoShutdown === 'never') return 'INVALID_CHILD_SPEC'
    const known = this.#members.find(({ id }) => id === child.id)
    if (known !== undefined) return known.state === 'up' ? 'ALREADY_STARTED' : 'ALREADY_PRESENT'
    const member: Member = { ...child, state: 'undefined' }
    const outcome = this.#attempt(member)
    if (outcome === 'fail') return 'START_CHILD_FAILED'
    if (outcome === 'ok' || child.restart !== 'temporary') this.#members.push(member)
    return 'ok'
  }

  #handleQueue(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { member, reason } = next
      if (this.ended !== undefined) return
      if (reason !== undefined) this.#childEnds(member, reason)
      else if (member.state === 'restarting') this.#restart(member)
    }
  }

  #childEnds(member: Member, reason: string): void {
    const abnormal = reason === 'boom'
    member.state = 'undefined'
    if (member.restart === 'permanent' || abnormal) this.#report('child_terminated', member, reason)
    if (member.restart === 'permanent' || (member.restart === 'transient' && abnormal)) this.#restart(member)
    else {
      if (member.restart === 'temporary') this.#remove(member)
      const others = this.#members.filter((other) => other.significant && other.state !== 'undefined')
      const { autoShutdown } = this.plan
      if (!member.significant || autoShutdown === 'never') return
      if (autoShutdown === 'any_significant' || others.length === 0) this.#end('shutdown')
    }
  }

  #restart(member: Member): void {
    member.state = 'undefined'
    if (++this.#restarts > this.plan.intensity) {
      this.#report('shutdown', member, 'reached_max_restart_intensity')
      this.#end('shutdown')
      return
    }
    const at = this.#members.indexOf(member)
    const group = {
      one_for_one: [member],
      one_for_all: this.#members,
      rest_for_one: this.#members.slice(at),
    }[this.plan.strategy]
    for (const one of group.toReversed()) this.#stop(one)
    const broken = this.#startAll(group.filter((one) => this.#members.includes(one)))
    if (broken === undefined) return
    broken.state = 'restarting'
    this.#queue.push({ member: broken, reason: undefined })
  }

  /** Returns the first that does not start. */
  #startAll(group: readonly Member[]): Member | undefined {
    for (const member of group) {
      const outcome = this.#attempt(member)
      if (outcome === 'ignore' && member.restart === 'temporary') this.#remove(member)
      if (outcome === 'fail') {
        this.#report('start_error', member, 'sorry')
        return member
      }
    }
    return undefined
  }

  #attempt(member: Member): 'ok' | 'fail' | 'ignore' {
    const nth = (this.#attempts.get(member.id) ?? 0) + 1
    this.#attempts.set(member.id, nth)
    const outcome = member.starts[nth - 1] ?? 'ok'
    this.log.push(`start ${member.id}#${nth}${outcome === 'ignore' ? ' ignore' : ''}`)
    if (outcome === 'ok') member.state = 'up'
    return outcome
  }

  #stop(member: Member): void {
    if (member.state === 'dead') {
      const exit = this.#queue.find((queued) => queued.member === member && queued.reason !== undefined)
      this.#queue = this.#queue.filter((queued) => queued !== exit)
      const expected =
        exit?.reason === 'shutdown' || (exit?.reason === 'normal' && member.restart !== 'permanent')
      if (!expected) this.#report('shutdown_error', member, String(exit?.reason))
    }
    if (member.state === 'up') this.log.push(`stop ${member.id}#${this.#attempts.get(member.id)} shutdown`)
    member.state = 'undefined'
    if (member.restart === 'temporary') this.#remove(member)
  }

  #remove(member: Member): void {
    this.#members = this.#members.filter((other) => other !== member)
  }

  #end(how: 'shutdown' | 'failed to start'): void {
    for (const member of this.#members.toReversed()) this.#stop(member)
    this.ended = how
  }

  #report(context: string, { id }: ChildPlan, reason: string): void {
    this.reports.push(`${context} ${id} ${reason}`)
  }
}
