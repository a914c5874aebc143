/** Starts the workers of the keys that a node owns, and starts them again. */
import { deserialize } from 'node:v8'
import { behaviourOf, callbacksBehaviour } from '../../genserver/index.js'
import {
  type Behaviour,
  currentKernel,
  type ExitReason,
  exit,
  HeartwoodError,
  isOrderly,
  type Kernel,
  monitor,
  type Pid,
  printed,
  type Reference,
} from '../../kernel/index.js'
import { addRestart, delayOf, isExceeded, startChild, terminateChild } from '../../supervisor/index.js'
import { ConcurrencyLimit } from '../engine/concurrency-limit.js'
import { clusterError } from '../errors.js'
import { CLAIM_GONE, KeyedWorker } from '../keyed/keyed-worker.js'
import type { HeldClaim } from '../ownership/claim.js'
import { pause, within } from './locator.js'
import type { Slot } from './slot.js'
import type { SupervisionPlan } from './supervision-plan.js'

interface Failure {
  readonly reason: ExitReason
}

/** Messages that are kept for the next owner of a key while it moves. */
const MOST_KEPT = 1_000
/** Workers of a node that are in their `init` at once; others wait for their turn. */
const STARTS = 64

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
  readonly #starts = new ConcurrencyLimit(STARTS)

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
      const outcome = await this.#starts.run(() => this.#start(slot, claim))
      if (outcome === 'begun') return
      if (outcome === 'not now') continue
      // What it was handed may be why it does not start: the next one begins anew. A claim that pauses is no fault of that.
      const { reason } = outcome
      const isPaused = claim.state === 'paused' || HeartwoodError.is(reason, 'CLAIM_NOT_HELD')
      if (slot.state !== undefined && !isPaused) {
        this.events.told(new Error(`${slot.key} does not start with what it was handed: ${printed(reason)}`))
        slot.state = undefined
      }
      if (slot.abort.signal.aborted || (await this.#isGivenUp(slot, reason))) return
    }
  }

  /** `'not now'`: its claim has begun to pause before its turn came. */
  async #start(slot: Slot, claim: HeldClaim): Promise<'begun' | 'not now' | Failure> {
    if (slot.abort.signal.aborted || claim.state === 'paused') return 'not now'
    try {
      return await this.#attempt(slot, claim)
    } catch (reason) {
      return { reason }
    }
  }

  async #attempt(slot: Slot, claim: HeldClaim): Promise<'begun' | Failure> {
    const { plan } = this
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
    const start = (): Pid =>
      currentKernel().spawnBehaviour(worker.behaviour, { link: true, label, ancestry: true })
    const begun = this.kernel.now()
    // The supervisor does not wait for its init, so inits of many keys go on side by side.
    const pid = (await startChild(this.workers, { id: slot.key, start, restart: 'temporary' })) as Pid
    slot.pid = pid
    slot.ref = monitor(pid)
    this.#byMonitor.set(slot.ref, slot)
    // It was given up before there was a pid to end.
    if (slot.abort.signal.aborted) await this.end(slot)
    const failure = await this.#initOf(slot, worker, pid)
    slot.inits += this.kernel.now() - begun
    if (failure !== undefined) return failure
    slot.state = undefined
    slot.runs(pid, worker, this.kernel.now())
    return 'begun'
  }

  /** Waits for the init of a worker: why it failed, if it did. */
  async #initOf(slot: Slot, worker: KeyedWorker, pid: Pid): Promise<Failure | undefined> {
    const { initTimeout: timeout, name: supervisor } = this.plan
    const ended = new Promise<Failure>((resolve) => {
      slot.endedInInit = (reason) => resolve({ reason })
    })
    const begun = worker.begun.then((failure) => failure ?? 'begun')
    const outcome = await within(this.kernel, timeout, Promise.race([begun, ended]))
    slot.endedInInit = undefined
    if (outcome === 'begun' && !slot.abort.signal.aborted) return undefined
    if (slot.ref !== undefined) this.#byMonitor.delete(slot.ref)
    slot.pid = undefined
    if (outcome === 'begun') return { reason: CLAIM_GONE }
    if (outcome !== undefined) return outcome
    exit(pid, 'kill')
    const reason = clusterError('INIT_TIMEOUT', { key: slot.key, supervisor, timeout })
    this.events.told(reason)
    return { reason }
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
    slot.endedInInit?.(reason)
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
    slot.restarts = addRestart(slot.restarts, this.kernel.now() - slot.inits, period)
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
    slot.endedInInit?.(CLAIM_GONE)
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
