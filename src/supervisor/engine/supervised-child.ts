/** A child in the hands of its supervisor, and the start of it. */
import { type Awaitable, knownStart } from '../../genserver/index.js'
import {
  awaitsOutcome,
  type ExitReason,
  exit,
  HeartwoodError,
  isAlive,
  mayGoOn,
  Pid,
  reasonOf,
  self,
  sleep,
} from '../../kernel/index.js'
import type { CheckedSpec, ChildState, ChildType } from '../child-spec.js'
import type { Wait } from '../restart-backoff.js'
import { Waits } from './child-waits.js'
import { type ToldStart, tellStart } from './start-events.js'

export class SupervisedChild {
  pid: ChildState = undefined
  /** How often it was started. */
  starts = 0
  /** Those that stand beside it in a `ChildList`. */
  previous: SupervisedChild | undefined = undefined
  next: SupervisedChild | undefined = undefined
  #spec: CheckedSpec
  #waits: Waits | undefined

  constructor(spec: CheckedSpec) {
    this.#spec = spec
    this.#waits = waitsOf(spec)
  }

  get spec(): CheckedSpec {
    return this.#spec
  }

  get waits(): Waits | undefined {
    return this.#waits
  }

  /** From now on it is started and stopped by another spec; a wait that is on goes on. */
  follow(spec: CheckedSpec): void {
    this.#spec = spec
    if (this.wait === undefined) this.#waits = waitsOf(spec)
  }

  /** The wait before its restart, while that is on. */
  get wait(): Wait | undefined {
    return this.waits?.current
  }
}

function waitsOf({ backoff }: CheckedSpec): Waits | undefined {
  return backoff === undefined ? undefined : new Waits(backoff)
}

/** A child as `whichChildren` lists it. */
export interface ChildEntry {
  /** Under a dynamic supervisor `undefined`: there only pids tell children apart. */
  readonly id: string | undefined
  /** `'restarting'` while it waits for its restart, or for another attempt; `undefined` when it does not run. */
  readonly pid: ChildState
  readonly type: ChildType
  /** With a `backoff`, while it waits: when it is restarted, on the kernel's clock (`currentKernel().now()`). */
  readonly retryAt?: number
  /** With a `backoff`, while it waits: how long in all, in milliseconds. */
  readonly delay?: number
  /** Under a dynamic supervisor, while it waits: the pid that it had, by which it can be restarted or terminated. */
  readonly lastPid?: Pid
}

export function listed({ pid, spec, wait }: SupervisedChild, id: string | undefined): ChildEntry {
  const entry = { id, pid, type: spec.type }
  return wait === undefined ? entry : { ...entry, ...wait }
}

export interface RunningChild {
  readonly pid: Pid
  /** What the start function gave beside the pid, for whoever called `startChild`. */
  readonly info?: unknown
}

export type StartOutcome = RunningChild | 'ignore' | { readonly failed: ExitReason }

/**
 * Runs a start function. Nothing it does can harm the supervisor: whatever it throws, or returns that is no start,
 * is the reason of a failed start (semantics S04).
 *
 * @param then what is made of the outcome; at once where that is known
 */
export function startProcess<R>(
  spec: CheckedSpec,
  extra: readonly unknown[],
  then: (outcome: StartOutcome) => R,
): Awaitable<R> {
  // However many there are, others have their turns in between.
  return mayGoOn() ? startNow(spec, extra, then) : sleep(0).then(() => startNow(spec, extra, then))
}

function startNow<R>(
  spec: CheckedSpec,
  extra: readonly unknown[],
  then: (outcome: StartOutcome) => R,
): Awaitable<R> {
  // What a spec's own arguments fit is between its author and its start function.
  const start = spec.start as (...args: unknown[]) => unknown
  const told = tellStart(spec)
  let given: unknown
  try {
    given = awaitsOutcome(start, start(...extra, ...spec.args))
  } catch (thrown) {
    given = Promise.reject(thrown)
  }
  const known = knownStart(given)
  if (known !== undefined) return then(begun(told, outcomeOf(known)))
  told?.waits()
  // A bare pid is waited for as well: its process has not run, and has its first turn before the next is started.
  return Promise.resolve(given).then(
    (value) => then(begun(told, outcomeOf(value))),
    (thrown: unknown) => then(begun(told, outcomeOfThrown(thrown))),
  )
}

function begun(told: ToldStart | undefined, outcome: StartOutcome): StartOutcome {
  // Killed while it waited: a dead supervisor reports nothing and starts nothing more.
  if (!isAlive(self())) exit('killed')
  told?.ended(outcome)
  return outcome
}

function outcomeOfThrown(thrown: unknown): StartOutcome {
  return HeartwoodError.is(thrown, 'START_IGNORED') ? 'ignore' : { failed: startFailure(thrown) }
}

function outcomeOf(result: unknown): StartOutcome {
  if (result === 'ignore') return 'ignore'
  if (result instanceof Pid) return { pid: result }
  try {
    if (typeof result === 'object' && result !== null && 'pid' in result) {
      const { pid } = result
      if (pid instanceof Pid) return 'info' in result ? { pid, info: result.info } : { pid }
    }
  } catch (thrown) {
    return outcomeOfThrown(thrown)
  }
  return { failed: { badReturnValue: result } }
}

/** The process that a start function gave, if it gave one. */
export function pidOf(result: unknown): Pid | undefined {
  const outcome = outcomeOf(result)
  return outcome !== 'ignore' && 'pid' in outcome ? outcome.pid : undefined
}

/** The reason behind a rejected start, as OTP's `{error, Reason}` of a start function gives it. */
function startFailure(thrown: unknown): ExitReason {
  if (HeartwoodError.is(thrown, 'START_FAILED')) return thrown.details.reason
  if (HeartwoodError.is(thrown, 'START_TIMEOUT')) return 'timeout'
  if (HeartwoodError.is(thrown, 'ALREADY_STARTED')) return { alreadyStarted: thrown.details.pid }
  return reasonOf(thrown)
}

/** The process that has what the child wanted, usually its name, if that is why it did not start. */
export function alreadyStarted(reason: ExitReason): Pid | undefined {
  if (typeof reason !== 'object' || reason === null || !('alreadyStarted' in reason)) return undefined
  return reason.alreadyStarted instanceof Pid ? reason.alreadyStarted : undefined
}
