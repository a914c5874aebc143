/**
 * The engine of a static supervisor: children with ids, in the order of their start. It mirrors OTP's
 * `supervisor.erl`; what follows from the end of a child is decided in `strategy.ts` and `intensity.ts`.
 */
import { currentKernel, type ExitReason, isAlive, Pid, self, send } from '../kernel/index.js'
import type { Engine, SupervisorStartOptions } from './behaviour.js'
import { alreadyStarted, type ChildState, type RunningChild, startProcess } from './child.js'
import { addRestart, isExceeded, NO_RESTARTS, type RestartHistory } from './intensity.js'
import type { SupervisorPlan } from './options.js'
import { reportChild, reportHook, reportProgress } from './report.js'
import { type Answer, refusal, type SupervisorRequest, TryAgain } from './request.js'
import { isExpectedEnd, stopProcess } from './shutdown.js'
import { type CheckedSpec, checkSignificance } from './spec.js'
import { affected, isReported, isRestarted } from './strategy.js'

class Child {
  pid: ChildState = undefined
  constructor(readonly spec: CheckedSpec) {}
}

export class StaticEngine implements Engine {
  readonly toleratesCasts = false
  readonly pid = self()
  readonly name: string | undefined
  readonly label: unknown
  /** In the order of their start, which a restart does not change. */
  readonly #children = new Map<string, Child>()
  readonly #running = new Map<Pid, Child>()
  #restarts: RestartHistory = NO_RESTARTS

  constructor(
    private readonly plan: SupervisorPlan,
    { name, label }: SupervisorStartOptions,
  ) {
    this.name = typeof name === 'string' ? name : undefined
    this.label = label
  }

  async start(): Promise<{ readonly failed: ExitReason } | undefined> {
    await this.plan.onStart?.()
    for (const spec of this.plan.children) this.#children.set(spec.id, new Child(spec))
    const broken = await this.#startAll([...this.#children.values()])
    if (broken === undefined) return undefined
    try {
      await this.stop()
    } catch (thrown) {
      reportHook(this, thrown)
    }
    return { failed: { shutdown: { failedToStartChild: broken.child.spec.id, reason: broken.reason } } }
  }

  async stop(): Promise<void> {
    await this.#stopAll([...this.#children.values()])
    await this.plan.onStop?.()
  }

  ended(pid: Pid, reason: ExitReason): boolean | Promise<boolean> {
    const child = this.#running.get(pid)
    // A stranger: linked to the supervisor by itself, or a child that was stopped and has been heard of already.
    if (child === undefined) return true
    this.#running.delete(pid)
    const { restart } = child.spec
    if (isReported(restart, reason)) reportChild(this, 'child_terminated', reason, child.spec, pid)
    if (isRestarted(restart, reason)) return this.#restart(child)
    this.#settle(child)
    return !this.#isOver(child)
  }

  retry(id: unknown): boolean | Promise<boolean> {
    const child = this.#children.get(id as string)
    // Terminated, or restarted together with a sibling, while the message was on its way.
    return child?.pid === 'restarting' ? this.#restart(child) : true
  }

  answer({ operation, argument }: SupervisorRequest): Answer | Promise<Answer> {
    switch (operation) {
      case 'startChild':
        return this.#addChild(argument as CheckedSpec)
      case 'whichChildren':
        return { ok: this.#listing() }
      case 'countChildren':
        return { ok: this.#counts() }
      case 'resizePartitions':
        return refusal(this, 'NOT_PARTITIONED', undefined)
    }
    const child =
      argument instanceof Pid ? this.#running.get(argument) : this.#children.get(argument as string)
    if (child === undefined) return refusal(this, 'NOT_FOUND', argument)
    switch (operation) {
      case 'getChildSpec':
        return { ok: { ...child.spec } }
      case 'terminateChild':
        return this.#terminate(child)
      case 'restartChild':
        return this.#restartStopped(child)
      case 'deleteChild':
        return this.#delete(child)
    }
  }

  /** One round of the strategy. False: there were too many. */
  async #restart(child: Child): Promise<boolean> {
    const { strategy, intensity, period } = this.plan
    this.#restarts = addRestart(this.#restarts, currentKernel().now(), period)
    if (isExceeded(this.#restarts, intensity)) {
      reportChild(this, 'shutdown', 'reached_max_restart_intensity', child.spec, child.pid)
      this.#settle(child)
      return false
    }
    child.pid = undefined
    const group = affected(strategy, this.#children.values(), child)
    await this.#stopAll(group)
    const broken = await this.#startAll(group)
    if (broken !== undefined) {
      broken.child.pid = 'restarting'
      // By way of the mailbox, so that an order to shut down overtakes it.
      send(this.pid, new TryAgain(broken.child.spec.id))
    }
    return true
  }

  /** Starts those of a group that are still children; returns the first that fails, leaving those after it. */
  async #startAll(group: readonly Child[]): Promise<{ child: Child; reason: ExitReason } | undefined> {
    for (const child of group) {
      if (this.#children.get(child.spec.id) !== child) continue
      const outcome = await startProcess(child.spec)
      if (outcome === 'ignore') this.#settle(child)
      else if ('failed' in outcome) {
        reportChild(this, 'start_error', outcome.failed, child.spec, undefined)
        return { child, reason: outcome.failed }
      } else this.#up(child, outcome, 'info')
    }
    return undefined
  }

  async #stopAll(group: readonly Child[]): Promise<void> {
    for (let at = group.length - 1; at >= 0; at--) await this.#stop(group[at] as Child)
  }

  async #stop(child: Child): Promise<void> {
    const { pid, spec } = child
    this.#settle(child)
    if (!(pid instanceof Pid)) return
    this.#running.delete(pid)
    const reason = await stopProcess(pid, spec.shutdown)
    if (!isExpectedEnd(spec, reason)) reportChild(this, 'shutdown_error', reason, spec, pid)
  }

  #up(child: Child, { pid }: RunningChild, level: 'info' | 'debug'): void {
    child.pid = pid
    this.#running.set(pid, child)
    reportProgress(this, level, child.spec, pid)
  }

  /** It does not run any more; of a temporary child nothing is left. */
  #settle(child: Child): void {
    if (child.spec.restart === 'temporary') this.#children.delete(child.spec.id)
    child.pid = undefined
  }

  /** Whether the end for good of this child ends the supervisor (semantics 3.5). */
  #isOver(ended: Child): boolean {
    const { autoShutdown } = this.plan
    if (!ended.spec.significant || autoShutdown === 'never') return false
    if (autoShutdown === 'any_significant') return true
    for (const child of this.#children.values()) {
      if (child.spec.significant && child.pid !== undefined) return false
    }
    return true
  }

  async #addChild(spec: CheckedSpec): Promise<Answer> {
    try {
      checkSignificance(spec, this.plan.autoShutdown)
    } catch (error) {
      return { invalid: error }
    }
    const known = this.#children.get(spec.id)
    if (known?.pid instanceof Pid) return refusal(this, 'ALREADY_STARTED', spec.id, { pid: known.pid })
    if (known !== undefined) return refusal(this, 'ALREADY_PRESENT', spec.id)
    const child = new Child(spec)
    const answer = await this.#startNow(child, { spec })
    const ignoredForGood = spec.restart === 'temporary' && child.pid === undefined
    if ('ok' in answer && !ignoredForGood) this.#children.set(spec.id, child)
    return answer
  }

  async #terminate(child: Child): Promise<Answer> {
    await this.#stop(child)
    return { ok: undefined }
  }

  #restartStopped(child: Child): Answer | Promise<Answer> {
    return this.#hindrance(child) ?? this.#startNow(child, {})
  }

  #delete(child: Child): Answer {
    const hindrance = this.#hindrance(child)
    if (hindrance !== undefined) return hindrance
    this.#children.delete(child.spec.id)
    return { ok: undefined }
  }

  /** The start of a child that somebody asked for: they are told of a failure, so the log is not. */
  async #startNow(child: Child, details: Readonly<Record<string, unknown>>): Promise<Answer> {
    const outcome = await startProcess(child.spec)
    if (outcome === 'ignore') return { ok: undefined }
    if ('failed' in outcome) {
      const { id } = child.spec
      const pid = alreadyStarted(outcome.failed)
      if (pid !== undefined) return refusal(this, 'ALREADY_STARTED', id, { pid })
      return refusal(this, 'START_CHILD_FAILED', id, { ...details, reason: outcome.failed })
    }
    this.#up(child, outcome, 'debug')
    return { ok: 'info' in outcome ? outcome : outcome.pid }
  }

  #hindrance({ pid, spec }: Child): Answer | undefined {
    if (pid === 'restarting') return refusal(this, 'RESTARTING', spec.id)
    return pid === undefined ? undefined : refusal(this, 'RUNNING', spec.id, { pid })
  }

  #listing(): unknown[] {
    const newestFirst = [...this.#children.values()].reverse()
    return newestFirst.map(({ pid, spec: { id, type } }) => ({ id, pid, type }))
  }

  #counts(): Record<string, number> {
    const counts = { specs: this.#children.size, active: 0, supervisors: 0, workers: 0 }
    for (const { pid, spec } of this.#children.values()) {
      if (pid instanceof Pid && isAlive(pid)) counts.active++
      if (spec.type === 'supervisor') counts.supervisors++
      else counts.workers++
    }
    return counts
  }
}
