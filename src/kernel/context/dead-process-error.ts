import { HeartwoodError, kernelError } from '../errors/errors.js'
import { type ExitReason, formatReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import { currentProcess, type ProcessInContext } from './current-process.js'

/** A process whose kernel reports that its code is resumed no more. */
interface RefusedProcess extends ProcessInContext {
  readonly kernel: ProcessInContext['kernel'] & {
    readonly leftovers: { notResumed(process: object, refusals: number): void }
  }
}

/** A process that is dead. */
interface Dead {
  readonly pid: Pid
  readonly reason: ExitReason
}

/** Makes the error for an action of a dead process's left-over code. */
export function fence(pid: Pid, reason: ExitReason): Error {
  return kernelError('PROCESS_DEAD', { pid, reason: formatReason(reason) })
}

/**
 * The same error for code that was waiting when its process died. It is no action of that code, so there is no stack to show. Each waiting
 * process that dies makes one and hardly any is looked at, so the text is made on demand.
 */
class QuietFence extends Error {
  /** The reason is not stored here: the process releases it when nobody needs it. */
  readonly #process: Dead

  constructor(process: Dead) {
    super()
    this.#process = process
  }

  get code(): string {
    return 'PROCESS_DEAD'
  }

  override get message(): string {
    const { pid, reason } = this.#process
    return fence(pid, reason).message
  }

  get details(): Readonly<Record<string, unknown>> {
    const { pid, reason } = this.#process
    return { pid, reason: formatReason(reason) }
  }
}

// It is a HeartwoodError, but has none of its own fields.
Object.setPrototypeOf(QuietFence.prototype, HeartwoodError.prototype)

/** Makes the error with which waiting code is rejected. */
export function quietFence(process: Dead): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  const error = new QuietFence(process)
  Error.stackTraceLimit = limit
  return error
}

/** Acts that give a promise, of one dead process, that are refused. */
const MOST_REFUSALS = 1_000

/** How often each dead process was refused a promise. */
const refusals = new WeakMap<Pid, number>()

/**
 * What an act rejects with that gives a promise. Left-over code of a dead process may catch the error and try again, for ever: each time without a
 * turn of Node's event loop, so that nothing else would run. After many refusals its promises stay pending, and the code ends where it waits. Other
 * ways out are none: a turn of the loop for each try costs the program for ever, and is nothing that a simulation decides.
 */
export function rejectedWith(error: unknown): Promise<never> {
  if (!HeartwoodError.is(error, 'PROCESS_DEAD')) return Promise.reject(error)
  const pid = error.details.pid as Pid
  const refused = (refusals.get(pid) ?? 0) + 1
  refusals.set(pid, refused)
  if (refused <= MOST_REFUSALS) return Promise.reject(error)
  const process = currentProcess<RefusedProcess>()
  if (refused === MOST_REFUSALS + 1) process?.kernel.leftovers.notResumed(process, MOST_REFUSALS)
  return new Promise(() => {})
}
