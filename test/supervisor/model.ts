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

export type Step =
  | { readonly act: 'end'; readonly id: string; readonly reason: 'normal' | 'shutdown' | 'boom' }
  | { readonly act: 'terminateChild' | 'restartChild' | 'deleteChild'; readonly id: string }
  | { readonly act: 'startChild'; readonly child: ChildPlan }

interface Member extends ChildPlan {
  state: 'up' | 'undefined'
}

/**
 * What a supervisor should do, told as plainly as can be: one list, no processes, no time. Its children obey; a
 * failed restart is tried again at once, as nothing else is queued; all restarts fall into one period.
 */
export class Model {
  readonly log: string[] = []
  readonly reports: string[] = []
  /** What the supervisor ended with, if it did. */
  ended: 'shutdown' | 'failed to start' | undefined
  #members: Member[] = []
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
    const member = this.#members.find(({ id }) => id === step.id)
    if (step.act === 'end') {
      if (member?.state === 'up') this.#childEnds(member, step.reason)
      return 'ok'
    }
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
    const known = this.#members.find(({ id }) => id === child.id)
    if (known !== undefined) return known.state === 'up' ? 'ALREADY_STARTED' : 'ALREADY_PRESENT'
    if (child.significant && this.plan.autoShutdown === 'never') return 'INVALID_CHILD_SPEC'
    const member: Member = { ...child, state: 'undefined' }
    const outcome = this.#attempt(member)
    if (outcome === 'fail') return 'START_CHILD_FAILED'
    if (outcome === 'ok' || child.restart !== 'temporary') this.#members.push(member)
    return 'ok'
  }

  #childEnds(member: Member, reason: string): void {
    const abnormal = reason === 'boom'
    member.state = 'undefined'
    if (member.restart === 'permanent' || abnormal) this.#report('child_terminated', member, reason)
    if (member.restart === 'permanent' || (member.restart === 'transient' && abnormal)) this.#restart(member)
    else {
      if (member.restart === 'temporary') this.#remove(member)
      const others = this.#members.filter((other) => other.significant && other.state === 'up')
      const { autoShutdown } = this.plan
      if (!member.significant || autoShutdown === 'never') return
      if (autoShutdown === 'any_significant' || others.length === 0) this.#end('shutdown')
    }
  }

  #restart(first: Member): void {
    for (let member: Member | undefined = first; member !== undefined; ) {
      if (++this.#restarts > this.plan.intensity) {
        this.#report('shutdown', member, 'reached_max_restart_intensity')
        this.#end('shutdown')
        return
      }
      const from = { one_for_one: -1, one_for_all: 0, rest_for_one: this.#members.indexOf(member) }[
        this.plan.strategy
      ]
      const group = from < 0 ? [member] : this.#members.slice(from)
      for (const one of group.toReversed()) this.#stop(one)
      member = this.#startAll(group.filter((one) => this.#members.includes(one)))
    }
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
