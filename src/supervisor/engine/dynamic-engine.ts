/**
 * The engine of a dynamic supervisor, whose children are known by pid and have a spec each. It mirrors Elixir's
 * `DynamicSupervisor`. The cost of a start, crash, restart or termination of a child does not depend on the number of children.
 */
import type { Awaitable } from '../../genserver/index.js'
import { type ExitReason, Pid, send } from '../../kernel/index.js'
import { type CheckedSpec, checkSignificance } from '../child-spec.js'
import { isCodeChange } from '../code-change-reason.js'
import {
  checkDynamicSupervisor,
  type DynamicSupervisorOptions,
  type DynamicSupervisorPlan,
} from '../supervisor-options.js'
import { isExpectedDynamicEnd, stopProcess, stopProcesses } from './child-shutdown.js'
import { CommonEngine } from './common-engine.js'
import { andThen } from './maybe-promise.js'
import { isReported, isRestarted } from './restart-strategy.js'
import {
  alreadyStarted,
  type ChildEntry,
  listed,
  type RunningChild,
  type StartOutcome,
  SupervisedChild,
  startProcess,
} from './supervised-child.js'
import { publishRestart, reportChild, reportEnd, reportProgress, reportWait } from './supervisor-report.js'
import { type Answer, refusal, type SupervisorRequest, TryAgain } from './supervisor-requests.js'
import type { Engine, Renewal } from './supervisor-server.js'

export class DynamicEngine extends CommonEngine<DynamicSupervisorPlan> implements Engine {
  readonly toleratesCasts = true
  /** The children by pid. A child that waits for a restart stays here under its last pid, and counts, until an attempt succeeds. */
  readonly #children = new Map<Pid, SupervisedChild>()

  override get seen() {
    const { intensity, period } = this.plan
    return { strategy: 'one_for_one', intensity, period } as const
  }

  get listed(): readonly string[] {
    return []
  }

  override get children(): ReadonlyMap<unknown, SupervisedChild> {
    return this.#children
  }

  childOf(pid: Pid): SupervisedChild | undefined {
    return this.#children.get(pid)
  }

  start(): Awaitable<undefined> {
    return andThen(this.plan.onStart?.(), () => undefined)
  }

  async stop(): Promise<void> {
    const running = new Map<Pid, CheckedSpec>()
    for (const [pid, child] of this.#children) if (child.pid === pid) running.set(pid, child.spec)
    await stopProcesses(running, (pid, reason) => this.#stopped(pid, running.get(pid) as CheckedSpec, reason))
    await this.plan.onStop?.()
  }

  ended(pid: Pid, reason: ExitReason): Awaitable<boolean> {
    const child = this.#children.get(pid)
    if (child?.pid !== pid) return true
    const { spec } = child
    const restarted = isRestarted(spec.restart, reason)
    if (isReported(spec.restart, reason)) reportEnd(this, reason, spec, pid, restarted)
    if (restarted) return this.#restart(pid, child, isCodeChange(reason))
    this.#children.delete(pid)
    return true
  }

  retry({ child: key, wait }: TryAgain<unknown>): Awaitable<boolean> {
    const pid = key as Pid
    const child = this.#children.get(pid)
    // The child was terminated or restarted while the message was on its way.
    if (child?.pid !== 'restarting' || child.wait !== wait) return true
    return wait === undefined ? this.#restart(pid, child) : andThen(this.#attempt(pid, child), () => true)
  }

  answer(request: SupervisorRequest): Awaitable<Answer> {
    const answer = this.answerOfAll(request)
    if (answer !== undefined) return answer
    const { operation, argument } = request
    if (operation === 'deleteChild') return refusal(this, 'DYNAMIC_SUPERVISOR', argument, { operation })
    if (!(argument instanceof Pid)) return refusal(this, 'DYNAMIC_SUPERVISOR', argument, { operation })
    const child = this.#children.get(argument)
    if (child === undefined) return refusal(this, 'NOT_FOUND', argument)
    if (operation === 'getChildSpec') return { ok: { ...child.spec } }
    return operation === 'terminateChild' ? this.#terminate(argument, child) : this.#hurry(argument, child)
  }

  adopt(options: DynamicSupervisorOptions, renewed: Renewal): void {
    this.plan = checkDynamicSupervisor(options)
    for (const child of this.#children.values()) child.follow(renewed(child.spec))
  }

  /** @param planned whether the child ended in order to be restarted, with new code */
  #restart(pid: Pid, child: SupervisedChild, planned = false): Awaitable<boolean> {
    if (!planned && this.restartsTooOften()) {
      reportChild(this, 'shutdown', 'reached_max_restart_intensity', child.spec, child.pid)
      this.#forget(pid, child)
      return false
    }
    if (child.waits === undefined || planned) return andThen(this.#attempt(pid, child), () => true)
    child.pid = 'restarting'
    reportWait(this, child.spec, child.waits.begin(pid))
    return true
  }

  #attempt(pid: Pid, child: SupervisedChild): Awaitable<StartOutcome> {
    child.waits?.cancel()
    const { extraArguments } = this.plan
    return startProcess(child.spec, extraArguments, (outcome) => this.#attempted(pid, child, outcome))
  }

  #attempted(pid: Pid, child: SupervisedChild, outcome: StartOutcome): StartOutcome {
    if (outcome !== 'ignore' && 'failed' in outcome) {
      reportChild(this, 'start_error', outcome.failed, child.spec, 'restarting')
      child.pid = 'restarting'
      // The next attempt goes through the mailbox, so that a shutdown that is already there comes first.
      send(this.pid, new TryAgain(pid))
      return outcome
    }
    this.#forget(pid, child)
    if (outcome !== 'ignore') this.#up(child, outcome, 'info')
    return outcome
  }

  /** Ends the wait before a restart and restarts the child. No other restart can be requested of a dynamic supervisor. */
  async #hurry(pid: Pid, child: SupervisedChild): Promise<Answer> {
    if (child.pid === pid) return refusal(this, 'RUNNING', pid, { pid })
    if (child.wait === undefined) return refusal(this, 'RESTARTING', pid)
    return this.#answerTo(await this.#attempt(pid, child), pid)
  }

  protected override addChild(spec: CheckedSpec): Awaitable<Answer> {
    try {
      checkSignificance(spec, 'never')
    } catch (error) {
      return { invalid: error }
    }
    const { maxChildren, extraArguments } = this.plan
    if (this.#children.size >= maxChildren) return refusal(this, 'MAX_CHILDREN', spec.id, { maxChildren })
    return startProcess(spec, extraArguments, (outcome) => {
      if (outcome !== 'ignore' && 'pid' in outcome) this.#up(new SupervisedChild(spec), outcome, 'debug')
      return this.#answerTo(outcome, spec.id)
    })
  }

  /** @param child the id or pid by which the caller knows the child */
  #answerTo(outcome: StartOutcome, child: unknown): Answer {
    if (outcome === 'ignore') return { ok: undefined }
    if (!('failed' in outcome)) return { ok: 'info' in outcome ? outcome : outcome.pid }
    const pid = alreadyStarted(outcome.failed)
    if (pid !== undefined) return refusal(this, 'ALREADY_STARTED', child, { pid })
    return refusal(this, 'START_CHILD_FAILED', child, { reason: outcome.failed })
  }

  #terminate(pid: Pid, child: SupervisedChild): Awaitable<Answer> {
    const { spec } = child
    const running = child.pid === pid
    this.#forget(pid, child)
    if (!running) return { ok: undefined }
    return andThen(stopProcess(pid, spec.shutdown), (reason) => {
      this.#stopped(pid, spec, reason)
      return { ok: undefined }
    })
  }

  #up(child: SupervisedChild, { pid }: RunningChild, level: 'info' | 'debug'): void {
    child.pid = pid
    child.starts++
    child.waits?.started()
    this.#children.set(pid, child)
    reportProgress(this, level, child.spec, pid)
    publishRestart(this, child.spec, pid, child.starts - 1)
  }

  #stopped(pid: Pid, spec: CheckedSpec, reason: ExitReason): void {
    if (!isExpectedDynamicEnd(spec, reason)) reportChild(this, 'shutdown_error', reason, spec, pid)
  }

  #forget(pid: Pid, child: SupervisedChild): void {
    this.#children.delete(pid)
    child.waits?.cancel()
  }

  protected override listing(): ChildEntry[] {
    const entries: ChildEntry[] = []
    for (const [pid, child] of this.#children) {
      const entry = listed(child, undefined)
      entries.push(child.wait === undefined ? entry : { ...entry, lastPid: pid })
    }
    return entries
  }
}
