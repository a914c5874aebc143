/** The part that the engines of static and dynamic supervisors share. */
import type { Awaitable } from '../../genserver/index.js'
import { currentKernel, isAlive, Pid, self } from '../../kernel/index.js'
import type { CheckedSpec } from '../child-spec.js'
import { addRestart, countRecent, isExceeded, NO_RESTARTS, type RestartHistory } from './restart-intensity.js'
import type { ChildEntry, SupervisedChild } from './supervised-child.js'
import type { Reporting } from './supervisor-report.js'
import { type Answer, refusal, type SupervisorRequest } from './supervisor-requests.js'
import type { EngineSeen, SupervisorStartOptions } from './supervisor-server.js'

interface Limited {
  readonly intensity: number
  readonly period: number
}

export abstract class CommonEngine<Plan extends Limited> implements Reporting {
  readonly kernel = currentKernel()
  readonly pid = self()
  readonly name: string | undefined
  readonly label: unknown
  /** Replaced by a change of the code. */
  protected plan: Plan
  #restarts: RestartHistory = NO_RESTARTS

  constructor(plan: Plan, { name, label }: SupervisorStartOptions) {
    this.plan = plan
    this.name = typeof name === 'string' ? name : undefined
    this.label = label
  }

  abstract get seen(): EngineSeen

  abstract get children(): ReadonlyMap<unknown, SupervisedChild>

  protected abstract addChild(spec: CheckedSpec): Awaitable<Answer>

  protected abstract listing(): ChildEntry[]

  get recentRestarts(): number {
    return countRecent(this.#restarts, currentKernel().now(), this.plan.period)
  }

  /** Counts a restart. Returns true if there are now more than `intensity` within `period`. */
  protected restartsTooOften(): boolean {
    const { intensity, period } = this.plan
    this.#restarts = addRestart(this.#restarts, this.kernel.now(), period)
    return isExceeded(this.#restarts, intensity)
  }

  /** Answers requests about no child or about all children. Returns undefined for a request about one child. */
  protected answerOfAll({ operation, argument }: SupervisorRequest): Awaitable<Answer> | undefined {
    switch (operation) {
      case 'startChild':
        return this.addChild(argument as CheckedSpec)
      case 'whichChildren':
        return { ok: this.listing() }
      case 'countChildren':
        return { ok: this.#counts() }
      case 'resizePartitions':
        return refusal(this, 'NOT_PARTITIONED', undefined)
      default:
        return undefined
    }
  }

  #counts(): Record<string, number> {
    const counts = { specs: this.children.size, active: 0, supervisors: 0, workers: 0 }
    for (const { pid, spec } of this.children.values()) {
      if (pid instanceof Pid && isAlive(pid)) counts.active++
      if (spec.type === 'supervisor') counts.supervisors++
      else counts.workers++
    }
    return counts
  }
}
