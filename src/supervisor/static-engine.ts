/**
 * The engine of a static supervisor: children with ids, in the order of their start. It mirrors OTP's
 * `supervisor.erl`; what follows from the end of a child is decided in `strategy.ts` and `intensity.ts`.
 */
import { currentKernel, type ExitReason, isAlive, Pid, self, send } from '../kernel/index.js'
import type { Engine, SupervisorStartOptions } from './behaviour.js'
import {
  alreadyStarted,
  type ChildEntry,
  listed,
  type RunningChild,
  SupervisedChild,
  startProcess,
} from './child.js'
import { addRestart, countRecent, isExceeded, NO_RESTARTS, type RestartHistory } from './intensity.js'
import type { SupervisorPlan } from './options.js'
import { publishRestart, reportChild, reportHook, reportProgress, reportWait } from './report.js'
import { type Answer, refusal, type SupervisorRequest, TryAgain } from './request.js'
import { isExpectedEnd, stopProcess } from './shutdown.js'
import { type CheckedSpec, checkSignificance } from './spec.js'
import { affected, isReported, isRestarted } from './strategy.js'
import type { Waits } from './waits.js'

/** What came of starting a group: those that are up, and the first that failed, which ended it. */
interface Round {
  readonly started: ReadonlyMap<SupervisedChild, RunningChild>
  readonly broken?: { readonly child: SupervisedChild; readonly reason: ExitReason }
}

export class StaticEngine implements Engine {
  readonly toleratesCasts = false
  readonly kernel = currentKernel()
  readonly pid = self()
  readonly name: string | undefined
  readonly label: unknown
  /** In the order of their start, which a restart does not change. */
  readonly #children = new Map<string, SupervisedChild>()
  readonly #running = new Map<Pid, SupervisedChild>()
  #restarts: RestartHistory = NO_RESTARTS

  constructor(
    private readonly plan: SupervisorPlan,
    { name, label }: SupervisorStartOptions,
  ) {
    this.name = typeof name === 'string' ? name : undefined
    this.label = label
  }

  get recentRestarts(): number {
    return countRecent(this.#restarts, currentKernel().now(), this.plan.period)
  }

  get seen() {
    return { strategy: this.plan.strategy, intensity: this.plan.intensity, period: this.plan.period }
  }

  get children(): ReadonlyMap<unknown, SupervisedChild> {
    return this.#children
  }

  childOf(pid: Pid): SupervisedChild | undefined {
    return this.#running.get(pid)
  }

  async start(): Promise<{ readonly failed: ExitReason } | undefined> {
    await this.plan.onStart?.()
    for (const spec of this.plan.children) this.#children.set(spec.id, new SupervisedChild(spec))
    const { broken } = await this.#startAll([...this.#children.values()])
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

  retry({ child: id, wait }: TryAgain<unknown>): boolean | Promise<boolean> {
    const child = this.#children.get(id as string)
    // Terminated, or restarted by hand or together with a sibling, while the message was on its way.
    if (child?.pid !== 'restarting' || child.wait !== wait) return true
    return wait === undefined ? this.#restart(child) : this.#round(child).then(() => true)
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
  async #restart(child: SupervisedChild): Promise<boolean> {
    const { intensity, period } = this.plan
    this.#restarts = addRestart(this.#restarts, currentKernel().now(), period)
    if (isExceeded(this.#restarts, intensity)) {
      reportChild(this, 'shutdown', 'reached_max_restart_intensity', child.spec, child.pid)
      this.#settle(child)
      return false
    }
    if (child.waits !== undefined) await this.#wait(child, child.waits)
    else await this.#round(child)
    return true
  }

  /** Siblings that are restarted with a child do not run without it either. */
  async #wait(child: SupervisedChild, waits: Waits): Promise<void> {
    await this.#stopAll(this.#groupOf(child))
    child.pid = 'restarting'
    reportWait(this, child.spec, waits.begin(child.spec.id))
  }

  async #round(child: SupervisedChild): Promise<Round> {
    const group = this.#groupOf(child)
    await this.#stopAll(group)
    const round = await this.#startAll(group)
    if (round.broken !== undefined) {
      const { child: broken } = round.broken
      broken.pid = 'restarting'
      // By way of the mailbox, so that an order to shut down overtakes it.
      send(this.pid, new TryAgain(broken.spec.id))
    }
    return round
  }

  /** A child and the siblings that are restarted with it. It has ended: there is nothing to stop of itself. */
  #groupOf(child: SupervisedChild): readonly SupervisedChild[] {
    child.pid = undefined
    return affected(this.plan.strategy, this.#children.values(), child)
  }

  /** Starts those of a group that are still children, up to the first that fails. */
  async #startAll(group: readonly SupervisedChild[]): Promise<Round> {
    const started = new Map<SupervisedChild, RunningChild>()
    for (const child of group) {
      if (this.#children.get(child.spec.id) !== child) continue
      const outcome = await startProcess(child.spec)
      if (outcome === 'ignore') this.#settle(child)
      else if ('failed' in outcome) {
        reportChild(this, 'start_error', outcome.failed, child.spec, undefined)
        return { started, broken: { child, reason: outcome.failed } }
      } else {
        this.#up(child, outcome, 'info')
        started.set(child, outcome)
      }
    }
    return { started }
  }

  async #stopAll(group: readonly SupervisedChild[]): Promise<void> {
    for (let at = group.length - 1; at >= 0; at--) await this.#stop(group[at] as SupervisedChild)
  }

  async #stop(child: SupervisedChild): Promise<void> {
    const { pid, spec } = child
    this.#settle(child)
    if (!(pid instanceof Pid)) return
    this.#running.delete(pid)
    const reason = await stopProcess(pid, spec.shutdown)
    if (!isExpectedEnd(spec, reason)) reportChild(this, 'shutdown_error', reason, spec, pid)
  }

  #up(child: SupervisedChild, { pid }: RunningChild, level: 'info' | 'debug'): void {
    child.pid = pid
    child.starts++
    child.waits?.started()
    this.#running.set(pid, child)
    reportProgress(this, level, child.spec, pid)
    publishRestart(this, child.spec, pid, child.starts - 1)
  }

  /** It does not run any more; of a temporary child nothing is left. */
  #settle(child: SupervisedChild): void {
    if (child.spec.restart === 'temporary') this.#children.delete(child.spec.id)
    child.pid = undefined
    child.waits?.cancel()
  }

  /** Whether the end for good of this child ends the supervisor (semantics 3.5). */
  #isOver(ended: SupervisedChild): boolean {
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
    const child = new SupervisedChild(spec)
    const answer = await this.#startNow(child, { spec })
    const ignoredForGood = spec.restart === 'temporary' && child.pid === undefined
    if ('ok' in answer && !ignoredForGood) this.#children.set(spec.id, child)
    return answer
  }

  async #terminate(child: SupervisedChild): Promise<Answer> {
    await this.#stop(child)
    return { ok: undefined }
  }

  #restartStopped(child: SupervisedChild): Answer | Promise<Answer> {
    if (child.wait !== undefined) return this.#hurry(child)
    return this.#hindrance(child) ?? this.#startNow(child, {})
  }

  /** Cuts a wait short: the restart that is due anyway happens now. */
  async #hurry(child: SupervisedChild): Promise<Answer> {
    const { started, broken } = await this.#round(child)
    const running = started.get(child)
    if (running !== undefined) return { ok: 'info' in running ? running : running.pid }
    if (broken === undefined) return { ok: undefined }
    return refusal(this, 'START_CHILD_FAILED', broken.child.spec.id, { reason: broken.reason })
  }

  #delete(child: SupervisedChild): Answer {
    const hindrance = this.#hindrance(child)
    if (hindrance !== undefined) return hindrance
    this.#children.delete(child.spec.id)
    return { ok: undefined }
  }

  /** The start of a child that somebody asked for: they are told of a failure, so the log is not. */
  async #startNow(child: SupervisedChild, details: Readonly<Record<string, unknown>>): Promise<Answer> {
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

  #hindrance({ pid, spec }: SupervisedChild): Answer | undefined {
    if (pid === 'restarting') return refusal(this, 'RESTARTING', spec.id)
    return pid === undefined ? undefined : refusal(this, 'RUNNING', spec.id, { pid })
  }

  #listing(): ChildEntry[] {
    const newestFirst = [...this.#children.values()].reverse()
    return newestFirst.map((child) => listed(child, child.spec.id))
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
