/** Starts the workers of the keys that a node owns, and starts them again. */
import { deserialize } from 'node:v8'
import { behaviourOf, callbacksBehaviour } from '../../genserver/index.js'
import {
  type Behaviour,
  currentKernel,
  type ExitReason,
  HeartwoodError,
  isOrderly,
  type Kernel,
  monitor,
  type Pid,
  printed,
  type Reference,
} from '../../kernel/index.js'
import { addRestart, delayOf, isExceeded, startChild, terminateChild } from '../../supervisor/index.js'
import { CLAIM_GONE, KeyedWorker } from '../keyed/keyed-worker.js'
import type { HeldClaim } from '../ownership/claim.js'
import { pause } from './locator.js'
import type { Slot } from './slot.js'
import type { SupervisionPlan } from './supervision-plan.js'

/** Messages that are kept for the next owner of a key while it moves. */
const MOST_KEPT = 1_000

export interface RunnerEvents {
  /** It does not stay up here. */
  exhausted(slot: Slot, reason: ExitReason): void
  /** It ended in good order, and is not to be started again. */
  done(slot: Slot): void
  /** Its claim is another's. */
  lost(slot: Slot): void
  told(problem: unknown): void
}

export class KeyRunner {
  readonly #byMonitor = new Map<Reference, Slot>()

  constructor(
    private readonly plan: SupervisionPlan,
    private readonly kernel: Kernel,
    /** The dynamic supervisor of the workers. */
    private readonly workers: Pid,
    private readonly events: RunnerEvents,
  ) {}

  /** Has the worker of a key that is claimed run, until it does or is given up. */
  async run(slot: Slot): Promise<void> {
    while (!slot.abort.signal.aborted) {
      slot.phase = 'starting'
      // While its claim pauses nothing is to begin: an init may need the token.
      if (!(await isHeld(slot))) return this.events.lost(slot)
      const claim = slot.claim as HeldClaim
      try {
        return await this.#start(slot, claim)
      } catch (error) {
        // What it was handed may be why it does not start: the next one begins anew. A claim that pauses is no fault of that.
        const isPaused = claim.state === 'paused' || HeartwoodError.is(reasonOf(error), 'CLAIM_NOT_HELD')
        if (slot.state !== undefined && !isPaused) {
          this.events.told(new Error(`${slot.key} does not start with what it was handed: ${printed(error)}`))
          slot.state = undefined
        }
        if (slot.abort.signal.aborted || (await this.#isGivenUp(slot, reasonOf(error)))) return
      }
    }
  }

  async #start(slot: Slot, claim: HeldClaim): Promise<void> {
    const { plan, kernel } = this
    const worker = new KeyedWorker({
      key: slot.key,
      claim,
      behaviour: this.#behaviour(slot),
      maxState: plan.maxState,
      forward: (message) => {
        if (slot.kept.length < MOST_KEPT) slot.kept.push(message)
      },
      failed: (error) => this.events.told(error),
    })
    const label = `${plan.name} ${slot.key}`
    const start = async (): Promise<Pid | 'ignore'> => {
      const started = await currentKernel().startNow(worker.behaviour, { link: true, label })
      return started === 'ignore' ? started : started.pid
    }
    const pid = await startChild(this.workers, { id: slot.key, start, restart: 'temporary' })
    if (pid === undefined) throw new Error(`the init of ${label} answered 'ignore'`)
    slot.state = undefined
    slot.ref = monitor(pid)
    this.#byMonitor.set(slot.ref, slot)
    slot.runs(pid, worker, kernel.now())
    // It was given up while it started.
    if (slot.abort.signal.aborted) await this.end(slot)
  }

  #behaviour(slot: Slot): Behaviour {
    const { child, args } = this.plan
    const state: unknown = slot.state === undefined ? undefined : deserialize(slot.state)
    const keyed = { key: slot.key, state }
    const given = args === undefined ? keyed : args(keyed)
    if (typeof child === 'function') return behaviourOf(child, given, true)
    return callbacksBehaviour(child, given as never, true)
  }

  /** A worker has ended. */
  ended(ref: Reference, reason: ExitReason): void {
    const slot = this.#byMonitor.get(ref)
    if (slot === undefined) return
    this.#byMonitor.delete(ref)
    if (slot.phase !== 'running' || slot.ref !== ref) return
    slot.pid = undefined
    if (this.plan.restart === 'transient' && isOrderly(reason)) {
      this.events.done(slot)
      return
    }
    if (this.kernel.now() - slot.startedAt >= this.plan.backoff.resetAfter) slot.attempts = 0
    void this.#again(slot, reason)
  }

  async #again(slot: Slot, reason: ExitReason): Promise<void> {
    if (!(await this.#isGivenUp(slot, reason))) await this.run(slot)
  }

  /** Waits before the next attempt; true where there is none. */
  async #isGivenUp(slot: Slot, reason: ExitReason): Promise<boolean> {
    const { intensity, period, backoff } = this.plan
    slot.phase = 'waiting'
    slot.restarts = addRestart(slot.restarts, this.kernel.now(), period)
    if (isExceeded(slot.restarts, intensity)) {
      this.events.exhausted(slot, reason)
      return true
    }
    await pause(this.kernel, delayOf(backoff, slot.attempts++, this.kernel.random))
    return slot.abort.signal.aborted
  }

  /** Ends the worker of a key that is another's, or is to be nobody's here. */
  async end(slot: Slot): Promise<void> {
    slot.phase = 'ending'
    slot.abort.abort(CLAIM_GONE)
    slot.worker?.abandon()
    if (slot.ref !== undefined) this.#byMonitor.delete(slot.ref)
    const { pid } = slot
    if (pid === undefined) return
    slot.pid = undefined
    await terminateChild(this.workers, pid).catch((error: unknown) => {
      // It has ended by itself, or its supervisor has.
      if (!HeartwoodError.is(error, 'NOT_FOUND') && !HeartwoodError.is(error, 'CALL_NOPROC'))
        this.events.told(error)
    })
  }
}

/** Waits until the claim of a key is valid; false when it is another's, or given up. */
function isHeld({ claim, abort: { signal } }: Slot): Promise<boolean> {
  if (signal.aborted || claim === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    const over = (): void => resolve(false)
    signal.addEventListener('abort', over, { once: true })
    const settle = (isHeld: boolean): void => {
      // A slot starts its worker many times, by one signal.
      signal.removeEventListener('abort', over)
      resolve(isHeld)
    }
    claim.held().then(
      () => settle(true),
      () => settle(false),
    )
  })
}

/** Of a failed start, why it failed. */
function reasonOf(error: unknown): ExitReason {
  return HeartwoodError.is(error, 'START_FAILED') ? (error.details as { reason?: unknown }).reason : error
}
