/**
 * The engine of a static supervisor, whose children have ids and an order. It mirrors OTP's `supervisor.erl`. The decisions after
 * the end of a child are in `restart-strategy.ts` and `restart-intensity.ts`.
 */
import type { Awaitable } from '../../genserver/index.js'
import { type ExitReason, Pid, send, sleep } from '../../kernel/index.js'
import { type CheckedSpec, checkSignificance } from '../child-spec.js'
import { isCodeChange } from '../code-change-reason.js'
import { checkSupervisor, type SupervisorOptions, type SupervisorPlan } from '../supervisor-options.js'
import { ChildList } from './child-list.js'
import { isExpectedEnd, stopProcess } from './child-shutdown.js'
import type { Waits } from './child-waits.js'
import { CommonEngine } from './common-engine.js'
import { andThen, inTurn } from './maybe-promise.js'
import { affected, isReported, isRestarted } from './restart-strategy.js'
import {
  alreadyStarted,
  type ChildEntry,
  listed,
  type RunningChild,
  type StartOutcome,
  SupervisedChild,
  startProcess,
} from './supervised-child.js'
import {
  publishRestart,
  reportChild,
  reportEnd,
  reportHook,
  reportProgress,
  reportWait,
} from './supervisor-report.js'
import { type Answer, refusal, type SupervisorRequest, TryAgain } from './supervisor-requests.js'
import type { Engine, Renewal } from './supervisor-server.js'

/** A child that failed to start. The children of its group after it were not started. */
interface Broken {
  readonly child: SupervisedChild
  readonly reason: ExitReason
}

/** The children of a group that have started. */
type Started = Map<SupervisedChild, RunningChild>

/** The number of children that are added to the list of children in one go: a millisecond's work. */
const AT_ONCE = 5_000

/** Static supervisors give their start functions no arguments before those of the spec. */
const NO_MORE: readonly unknown[] = []

export class StaticEngine extends CommonEngine<SupervisorPlan> implements Engine {
  readonly toleratesCasts = false
  readonly #children = new ChildList()
  readonly #running = new Map<Pid, SupervisedChild>()
  /** A significant child that ran at the last check, and the iterator that found it: see `#significantRuns`. */
  #significant: SupervisedChild | undefined = undefined
  #search = this.#children.values()

  override get seen() {
    const { strategy, intensity, period } = this.plan
    return { strategy, intensity, period }
  }

  get listed(): readonly string[] {
    return this.plan.children.map(({ id }) => id)
  }

  override get children(): ReadonlyMap<unknown, SupervisedChild> {
    return this.#children
  }

  childOf(pid: Pid): SupervisedChild | undefined {
    return this.#running.get(pid)
  }

  start(): Awaitable<{ readonly failed: ExitReason } | undefined> {
    return andThen(this.plan.onStart?.(), () =>
      andThen(this.#addListed(), () =>
        andThen(this.#startAll([...this.#children.values()]), (broken) =>
          broken === undefined ? undefined : this.#giveUp(broken),
        ),
      ),
    )
  }

  /** Adds the children of the options. Among very many, other processes run from time to time. */
  #addListed(): Awaitable<void> {
    const { children } = this.plan
    for (const spec of children.slice(this.#children.size, this.#children.size + AT_ONCE))
      this.#children.add(new SupervisedChild(spec))
    if (this.#children.size < children.length) return sleep(0).then(() => this.#addListed())
  }

  async #giveUp(broken: Broken): Promise<{ readonly failed: ExitReason }> {
    try {
      await this.stop()
    } catch (thrown) {
      reportHook(this, thrown)
    }
    return { failed: { shutdown: { failedToStartChild: broken.child.spec.id, reason: broken.reason } } }
  }

  stop(): Awaitable<void> {
    return andThen(this.#stopAll([...this.#children.values()]), () => this.plan.onStop?.())
  }

  ended(pid: Pid, reason: ExitReason): Awaitable<boolean> {
    const child = this.#running.get(pid)
    // Not a running child: a process that linked itself to the supervisor, or a child that the supervisor has stopped itself.
    if (child === undefined) return true
    this.#running.delete(pid)
    const { restart } = child.spec
    const restarted = isRestarted(restart, reason)
    if (isReported(restart, reason)) reportEnd(this, reason, child.spec, pid, restarted)
    if (restarted) return this.#restart(child, isCodeChange(reason))
    this.#settle(child)
    return !this.#isOver(child)
  }

  retry({ child: id, wait }: TryAgain<unknown>): Awaitable<boolean> {
    const child = this.#children.get(id as string)
    // The child was terminated, or restarted by request or with a sibling, while the message was on its way.
    if (child?.pid !== 'restarting' || child.wait !== wait) return true
    return wait === undefined ? this.#restart(child) : andThen(this.#round(child), () => true)
  }

  answer(request: SupervisorRequest): Awaitable<Answer> {
    const answer = this.answerOfAll(request)
    if (answer !== undefined) return answer
    const { operation, argument } = request
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
      default:
        return this.#delete(child)
    }
  }

  /**
   * Takes over other options, by OTP's rule. A child whose id is in the new list keeps its process and gets the new spec. A new child
   * is added, but not started. A child that is no longer in the list stays, after the others, until a request terminates and deletes it.
   */
  adopt(options: SupervisorOptions, renewed: Renewal): void {
    const plan = checkSupervisor(options)
    const before = new Map(this.#children)
    const after = plan.children.map((spec) => {
      const known = before.get(spec.id)
      before.delete(spec.id)
      known?.follow(spec)
      return known ?? new SupervisedChild(spec)
    })
    // It is found by its id, also if its class has another by now.
    for (const [id, child] of before) child.follow({ ...renewed(child.spec), id })
    this.plan = plan
    this.#children.clear()
    for (const child of [...after, ...before.values()]) this.#children.add(child)
  }

  /**
   * Restarts a child and its group. Returns false if there were too many restarts.
   *
   * @param planned whether the child ended in order to be restarted, with new code
   */
  #restart(child: SupervisedChild, planned = false): Awaitable<boolean> {
    if (!planned && this.restartsTooOften()) {
      reportChild(this, 'shutdown', 'reached_max_restart_intensity', child.spec, child.pid)
      this.#settle(child)
      return false
    }
    const { waits } = child
    return andThen(waits === undefined || planned ? this.#round(child) : this.#wait(child, waits), () => true)
  }

  /** Begins the wait before a restart. The siblings that are restarted with the child are stopped for as long. */
  #wait(child: SupervisedChild, waits: Waits): Awaitable<undefined> {
    return andThen(this.#stopAll(this.#groupOf(child)), () => {
      child.pid = 'restarting'
      reportWait(this, child.spec, waits.begin(child.spec.id))
      return undefined
    })
  }

  #round(child: SupervisedChild, started?: Started): Awaitable<Broken | undefined> {
    const group = this.#groupOf(child)
    return andThen(this.#stopAll(group), () =>
      andThen(this.#startAll(group, started), (broken) => {
        if (broken !== undefined) {
          broken.child.pid = 'restarting'
          // The next attempt goes through the mailbox, so that a shutdown that is already there comes first.
          send(this.pid, new TryAgain(broken.child.spec.id))
        }
        return broken
      }),
    )
  }

  /** The children to restart after the end of a child: the child itself, which need not be stopped, and its siblings by the strategy. */
  #groupOf(child: SupervisedChild): readonly SupervisedChild[] {
    child.pid = undefined
    return affected(this.plan.strategy, this.#children, child)
  }

  /** Starts the children of a group, up to the first that fails. Skips any that was deleted meanwhile. */
  #startAll(group: readonly SupervisedChild[], started?: Started): Awaitable<Broken | undefined> {
    return inTurn(group, (child) => {
      if (this.#children.get(child.spec.id) !== child) return undefined
      return startProcess(child.spec, NO_MORE, (outcome) => this.#begun(child, outcome, started))
    })
  }

  #begun(child: SupervisedChild, outcome: StartOutcome, started: Started | undefined): Broken | undefined {
    if (outcome === 'ignore') this.#settle(child)
    else if ('failed' in outcome) {
      reportChild(this, 'start_error', outcome.failed, child.spec, undefined)
      return { child, reason: outcome.failed }
    } else {
      this.#up(child, outcome, 'info')
      started?.set(child, outcome)
    }
    return undefined
  }

  #stopAll(group: readonly SupervisedChild[]): Awaitable<undefined> {
    return inTurn(group.length === 1 ? group : [...group].reverse(), (child) => this.#stop(child))
  }

  #stop(child: SupervisedChild): Awaitable<undefined> {
    const { pid, spec } = child
    this.#settle(child)
    if (!(pid instanceof Pid)) return undefined
    this.#running.delete(pid)
    return andThen(stopProcess(pid, spec.shutdown), (reason) => {
      if (!isExpectedEnd(spec, reason)) reportChild(this, 'shutdown_error', reason, spec, pid)
      return undefined
    })
  }

  #up(child: SupervisedChild, { pid }: RunningChild, level: 'info' | 'debug'): void {
    child.pid = pid
    child.starts++
    child.waits?.started()
    this.#running.set(pid, child)
    reportProgress(this, level, child.spec, pid)
    publishRestart(this, child.spec, pid, child.starts - 1)
  }

  /** Notes that a child does not run any more. A temporary child is removed. */
  #settle(child: SupervisedChild): void {
    if (child.spec.restart === 'temporary') this.#children.delete(child.spec.id)
    child.pid = undefined
    child.waits?.cancel()
  }

  /** Whether the supervisor ends with this child, which is not restarted: the rule of `autoShutdown` (semantics 3.5). */
  #isOver(ended: SupervisedChild): boolean {
    const { autoShutdown } = this.plan
    if (!ended.spec.significant || autoShutdown === 'never') return false
    if (autoShutdown === 'any_significant') return true
    return !this.#significantRuns()
  }

  /**
   * Whether any significant child runs. The child found by the last check is tried first. If it has ended, the search continues from
   * there, since children mostly end in some order. Only when that finds none, all children are searched.
   */
  #significantRuns(): boolean {
    const isOne = (child: SupervisedChild): boolean =>
      child.spec.significant && child.pid !== undefined && this.#children.get(child.spec.id) === child
    if (this.#significant !== undefined && isOne(this.#significant)) return true
    for (const search of [this.#search, this.#children.values()]) {
      this.#search = search
      for (let next = search.next(); next.done !== true; next = search.next()) {
        if (!isOne(next.value)) continue
        this.#significant = next.value
        return true
      }
    }
    this.#significant = undefined
    return false
  }

  protected override addChild(spec: CheckedSpec): Awaitable<Answer> {
    try {
      checkSignificance(spec, this.plan.autoShutdown)
    } catch (error) {
      return { invalid: error }
    }
    const known = this.#children.get(spec.id)
    if (known?.pid instanceof Pid) return refusal(this, 'ALREADY_STARTED', spec.id, { pid: known.pid })
    if (known !== undefined) return refusal(this, 'ALREADY_PRESENT', spec.id)
    const child = new SupervisedChild(spec)
    return andThen(this.#startNow(child, { spec }), (answer) => {
      const ignoredForGood = spec.restart === 'temporary' && child.pid === undefined
      if ('ok' in answer && !ignoredForGood) this.#children.add(child)
      return answer
    })
  }

  #terminate(child: SupervisedChild): Awaitable<Answer> {
    return andThen(this.#stop(child), () => ({ ok: undefined }))
  }

  #restartStopped(child: SupervisedChild): Awaitable<Answer> {
    if (child.wait !== undefined) return this.#hurry(child)
    return this.#hindrance(child) ?? this.#startNow(child, {})
  }

  /** Ends the wait before a restart and restarts the child now. */
  async #hurry(child: SupervisedChild): Promise<Answer> {
    const started: Started = new Map()
    const broken = await this.#round(child, started)
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

  /** Starts a child on request. The caller gets the error of a failed start, so it is not logged. */
  #startNow(child: SupervisedChild, details: Readonly<Record<string, unknown>>): Awaitable<Answer> {
    return startProcess(child.spec, NO_MORE, (outcome) => this.#answerTo(child, outcome, details))
  }

  #answerTo(
    child: SupervisedChild,
    outcome: StartOutcome,
    details: Readonly<Record<string, unknown>>,
  ): Answer {
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

  protected override listing(): ChildEntry[] {
    const newestFirst = [...this.#children.values()].reverse()
    return newestFirst.map((child) => listed(child, child.spec.id))
  }
}
