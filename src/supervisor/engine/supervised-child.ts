/** The record that a supervisor has of a child, and the call of its start function. */
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
  /** How often the child was started. */
  starts = 0
  /** The neighbours in a `ChildList`. */
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

  /** Replaces the spec for all later starts and stops. A wait that has begun goes on. */
  follow(spec: CheckedSpec): void {
    this.#spec = spec
    if (this.wait === undefined) this.#waits = waitsOf(spec)
  }

  /** The wait before the restart, if one has begun. */
  get wait(): Wait | undefined {
    return this.waits?.current
  }
}

function waitsOf({ backoff }: CheckedSpec): Waits | undefined {
  return backoff === undefined ? undefined : new Waits(backoff)
}

/** An entry in the list of `whichChildren`. */
export interface ChildEntry {
  /** The id; `undefined` under a dynamic supervisor, where children are known by pid. */
  readonly id: string | undefined
  /** The pid; `'restarting'` while the child waits for a restart or for another attempt; `undefined` when it does not run. */
  readonly pid: ChildState
  readonly type: ChildType
  /** While the child waits for its `backoff`: the time of the restart, by the clock of the kernel (`currentKernel().now()`). */
  readonly retryAt?: number
  /** While the child waits for its `backoff`: the length of the whole wait in milliseconds. */
  readonly delay?: number
  /** While a child of a dynamic supervisor waits: its last pid, by which it can be restarted or terminated. */
  readonly lastPid?: Pid
}

export function listed({ pid, spec, wait }: SupervisedChild, id: string | undefined): ChildEntry {
  const entry = { id, pid, type: spec.type }
  return wait === undefined ? entry : { ...entry, ...wait }
}

export interface RunningChild {
  readonly pid: Pid
  /** The `info` that the start function returned, for the caller of `startChild`. */
  readonly info?: unknown
}

export type StartOutcome = RunningChild | 'ignore' | { readonly failed: ExitReason }

/**
 * Calls a start function. It cannot harm the supervisor: an error that it throws, or a result that is no start, is the reason of
 * a failed start (semantics S04).
 *
 * @param then called with the outcome; in this turn, if the start function returned no promise or one that is settled
 */
export function startProcess<R>(
  spec: CheckedSpec,
  extra: readonly unknown[],
  then: (outcome: StartOutcome) => R,
): Awaitable<R> {
  // After many starts in one turn, other processes run first.
  return mayGoOn() ? startNow(spec, extra, then) : sleep(0).then(() => startNow(spec, extra, then))
}

function startNow<R>(
  spec: CheckedSpec,
  extra: readonly unknown[],
  then: (outcome: StartOutcome) => R,
): Awaitable<R> {
  // The types of the arguments were checked where the spec was written.
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
  // Also after a plain pid: its new process has its first turn before the next child is started.
  return Promise.resolve(given).then(
    (value) => then(begun(told, outcomeOf(value))),
    (thrown: unknown) => then(begun(told, outcomeOfThrown(thrown))),
  )
}

function begun(told: ToldStart | undefined, outcome: StartOutcome): StartOutcome {
  // The supervisor was killed while it waited: it must neither report nor start anything more.
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

/** The pid in the result of a start function, if there is one. */
export function pidOf(result: unknown): Pid | undefined {
  const outcome = outcomeOf(result)
  return outcome !== 'ignore' && 'pid' in outcome ? outcome.pid : undefined
}

/** The reason of a failed start, as in OTP's `{error, Reason}`. */
function startFailure(thrown: unknown): ExitReason {
  if (HeartwoodError.is(thrown, 'START_FAILED')) return thrown.details.reason
  if (HeartwoodError.is(thrown, 'START_TIMEOUT')) return 'timeout'
  if (HeartwoodError.is(thrown, 'ALREADY_STARTED')) return { alreadyStarted: thrown.details.pid }
  return reasonOf(thrown)
}

/** The pid in an `alreadyStarted` reason: the process that has the name of the child. `undefined` for any other reason. */
export function alreadyStarted(reason: ExitReason): Pid | undefined {
  if (typeof reason !== 'object' || reason === null || !('alreadyStarted' in reason)) return undefined
  return reason.alreadyStarted instanceof Pid ? reason.alreadyStarted : undefined
}
