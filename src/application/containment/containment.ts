/**
 * Containment: an uncaught failure becomes the exit reason of the process that it comes from.
 *
 * Node reports uncaught exceptions and unhandled rejections in the async context of the failed code, for timers, immediates, ticks,
 * promises, I/O callbacks and `error` events. So the kernel finds the process by that context. `src/guards` handles the cases in which
 * the context is not that of the process. `uncaught-failures.ts` has the connection to Node.
 */
import { guardProcesses } from '../../guards/index.js'
import { currentKernel, exitCall, type Kernel } from '../../kernel/index.js'
import { errorOf, flushLog, isFailureOfLog, type Logger, reasonLine } from '../../logging/index.js'
import { applicationError } from '../errors.js'
import { lookForStrangers } from './foreign-libraries.js'
import { addCatcher, type Catcher, type PassedOn } from './uncaught-failures.js'

/** A system of this program with containment. */
interface System {
  readonly kernel: Kernel
  readonly logger: Logger
}

/** The running systems, the oldest first. */
const systems = new Set<System>()

/** The system that was booted or ended last. */
let latest: System | undefined

/**
 * Turns containment on for this program, permanently, since left-over code may outlive its whole tree. A failure outside any process is
 * logged, and then has its usual effect in Node.
 *
 * @throws CONTAIN_UNSUPPORTED
 * @returns an object to dispose of when the system has ended; other systems then write the log
 */
export function containFailures(kernel: Kernel, logger: Logger): Disposable {
  const system: System = { kernel, logger }
  if (latest === undefined) {
    guard()
    addCatcher(catcher)
  }
  latest = system
  systems.add(system)
  return {
    [Symbol.dispose]() {
      systems.delete(system)
      kernel.leftovers.systemEnded()
      latest = system
    },
  }
}

/**
 * Bun has no promise hooks, tells of a rejection outside of any context, and has no `uncaughtExceptionMonitor` (seen in 1.4.5).
 *
 * @throws CONTAIN_UNSUPPORTED
 */
export function guard(begin: () => unknown = guardProcesses): void {
  try {
    begin()
  } catch (error) {
    throw applicationError('CONTAIN_UNSUPPORTED', { reason: error }, { cause: error })
  }
}

const catcher: Catcher = {
  contains(error, promise) {
    const { logger } = first() ?? {}
    if (logger !== undefined) lookForStrangers(logger, promise)
    return isFailureOfLog(error) || currentKernel().contain(error, promise)
  },
  passedOn(failure) {
    const system = first()
    if (system !== undefined) tellPassedOn(system.logger, failure)
  },
  exits(code) {
    for (const system of systems) tellExit(system, code)
    if (latest !== undefined && !systems.has(latest)) tellExit(latest, code)
  },
}

/** The system whose log gets failures outside any process: the oldest one. */
function first(): System | undefined {
  const [system = latest] = systems
  return system
}

/** Logs a failure that is passed on to Node, which ends the program unless the program has its own handler. */
function tellPassedOn(logger: Logger, { error, what, fatal }: PassedOn): void {
  const err = errorOf(error)
  const reason = reasonLine(error)
  const fields = { kind: 'uncaught', reason, ...(err === undefined ? undefined : { err }) }
  logger[fatal ? 'fatal' : 'error'](fields, `${what} outside any process: ${reason}`)
  // Our own logger has written the line when the call returns; a logger of the program may buffer lines.
  flushLog(logger)
}

/**
 * Logs which process has called `process.exit`, which ends the program. After the stop of the tree such a call is normal, and is logged
 * only with a code other than 0.
 */
function tellExit(system: System, code: number): void {
  const runs = systems.has(system)
  const call = runs || code !== 0 ? exitCall(system.kernel, code) : undefined
  if (call === undefined) return
  const ending = runs ? '; the program ends without stopping its tree' : ''
  system.logger.fatal({ kind: 'exit', code }, `${call}${ending}`)
  flushLog(system.logger)
}
