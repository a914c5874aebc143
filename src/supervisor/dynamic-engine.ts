/**
 * The engine of a dynamic supervisor: children without ids, each with its own spec, known by pid. It mirrors Elixir's
 * `DynamicSupervisor`. Start, crash, restart and termination of one child cost the same however many there are.
 */
import { currentKernel, type ExitReason, isAlive, Pid, self, send } from '../kernel/index.js'
import type { Engine, SupervisorStartOptions } from './behaviour.js'
import { alreadyStarted, type RunningChild, startProcess } from './child.js'
import { addRestart, isExceeded, NO_RESTARTS, type RestartHistory } from './intensity.js'
import type { DynamicSupervisorPlan } from './options.js'
import { reportChild, reportProgress } from './report.js'
import { type Answer, refusal, type SupervisorRequest, TryAgain } from './request.js'
import { isExpectedDynamicEnd, stopProcess, stopProcesses } from './shutdown.js'
import { type CheckedSpec, checkSignificance } from './spec.js'
import { isReported, isRestarted } from './strategy.js'

export class DynamicEngine implements Engine {
  readonly toleratesCasts = true
  readonly pid = self()
  readonly name: string | undefined
  readonly label: unknown
  /** A child whose restart failed stays under its last pid, and counts, until an attempt succeeds. */
  readonly #children = new Map<Pid, CheckedSpec>()
  readonly #restarting = new Set<Pid>()
  #restarts: RestartHistory = NO_RESTARTS

  constructor(
    private readonly plan: DynamicSupervisorPlan,
    { name, label }: SupervisorStartOptions,
  ) {
    this.name = typeof name === 'string' ? name : undefined
    this.label = label
  }

  async start(): Promise<undefined> {
    await this.plan.onStart?.()
  }

  async stop(): Promise<void> {
    const running = new Map(this.#children)
    for (const pid of this.#restarting) running.delete(pid)
    await stopProcesses(running, (pid, reason) => this.#stopped(pid, running.get(pid) as CheckedSpec, reason))
    await this.plan.onStop?.()
  }

  ended(pid: Pid, reason: ExitReason): boolean | Promise<boolean> {
    const spec = this.#children.get(pid)
    if (spec === undefined || this.#restarting.has(pid)) return true
    if (isReported(spec.restart, reason)) reportChild(this, 'child_terminated', reason, spec, pid)
    if (isRestarted(spec.restart, reason)) return this.#restart(pid, spec)
    this.#children.delete(pid)
    return true
  }

  retry(key: unknown): boolean | Promise<boolean> {
    const pid = key as Pid
    const spec = this.#children.get(pid)
    // Terminated while the message was on its way.
    return spec !== undefined && this.#restarting.has(pid) ? this.#restart(pid, spec) : true
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
      case 'restartChild':
      case 'deleteChild':
        return refusal(this, 'DYNAMIC_SUPERVISOR', argument, { operation })
    }
    if (!(argument instanceof Pid)) return refusal(this, 'DYNAMIC_SUPERVISOR', argument, { operation })
    const spec = this.#children.get(argument)
    if (spec === undefined) return refusal(this, 'NOT_FOUND', argument)
    return operation === 'getChildSpec' ? { ok: { ...spec } } : this.#terminate(argument, spec)
  }

  async #restart(pid: Pid, spec: CheckedSpec): Promise<boolean> {
    const { intensity, period, extraArguments } = this.plan
    this.#restarts = addRestart(this.#restarts, currentKernel().now(), period)
    if (isExceeded(this.#restarts, intensity)) {
      reportChild(this, 'shutdown', 'reached_max_restart_intensity', spec, this.#stateOf(pid))
      this.#forget(pid)
      return false
    }
    const outcome = await startProcess(spec, extraArguments)
    if (outcome !== 'ignore' && 'failed' in outcome) {
      reportChild(this, 'start_error', outcome.failed, spec, 'restarting')
      this.#restarting.add(pid)
      // By way of the mailbox, so that an order to shut down overtakes it.
      send(this.pid, new TryAgain(pid))
      return true
    }
    this.#forget(pid)
    if (outcome !== 'ignore') this.#up(spec, outcome, 'info')
    return true
  }

  async #addChild(spec: CheckedSpec): Promise<Answer> {
    try {
      checkSignificance(spec, 'never')
    } catch (error) {
      return { invalid: error }
    }
    const { maxChildren, extraArguments } = this.plan
    if (this.#children.size >= maxChildren) return refusal(this, 'MAX_CHILDREN', spec.id, { maxChildren })
    const outcome = await startProcess(spec, extraArguments)
    if (outcome === 'ignore') return { ok: undefined }
    if ('failed' in outcome) {
      const pid = alreadyStarted(outcome.failed)
      if (pid !== undefined) return refusal(this, 'ALREADY_STARTED', spec.id, { pid })
      return refusal(this, 'START_CHILD_FAILED', spec.id, { reason: outcome.failed })
    }
    this.#up(spec, outcome, 'debug')
    return { ok: 'info' in outcome ? outcome : outcome.pid }
  }

  async #terminate(pid: Pid, spec: CheckedSpec): Promise<Answer> {
    const restarting = this.#restarting.has(pid)
    this.#forget(pid)
    if (!restarting) this.#stopped(pid, spec, await stopProcess(pid, spec.shutdown))
    return { ok: undefined }
  }

  #up(spec: CheckedSpec, { pid }: RunningChild, level: 'info' | 'debug'): void {
    this.#children.set(pid, spec)
    reportProgress(this, level, spec, pid)
  }

  #stopped(pid: Pid, spec: CheckedSpec, reason: ExitReason): void {
    if (!isExpectedDynamicEnd(spec, reason)) reportChild(this, 'shutdown_error', reason, spec, pid)
  }

  #forget(pid: Pid): void {
    this.#children.delete(pid)
    this.#restarting.delete(pid)
  }

  #stateOf(pid: Pid): Pid | 'restarting' {
    return this.#restarting.has(pid) ? 'restarting' : pid
  }

  #listing(): unknown[] {
    return [...this.#children].map(([pid, { type }]) => ({ id: undefined, pid: this.#stateOf(pid), type }))
  }

  #counts(): Record<string, number> {
    const counts = { specs: this.#children.size, active: 0, supervisors: 0, workers: 0 }
    for (const [pid, spec] of this.#children) {
      if (!this.#restarting.has(pid) && isAlive(pid)) counts.active++
      if (spec.type === 'supervisor') counts.supervisors++
      else counts.workers++
    }
    return counts
  }
}
