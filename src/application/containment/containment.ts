/**
 * Containment: what no code caught becomes the exit reason of the process it comes from.
 *
 * Node tells of uncaught exceptions and unhandled rejections in the async context of what failed, on Node 20 as on 24,
 * for timers, immediates, ticks, promises, I/O callbacks and `error` events. So the kernel finds the process by itself.
 * Where it does not, `src/guards` helps. `uncaught-failures.ts` has how Node is asked.
 */
import { guardProcesses } from '../../guards/index.js'
import { currentKernel, exitCall, type Kernel } from '../../kernel/index.js'
import { errorOf, flushLog, isFailureOfLog, type Logger, reasonLine } from '../../logging/index.js'
import { lookForStrangers } from './foreign-libraries.js'
import { addCatcher, type Catcher, type PassedOn } from './uncaught-failures.js'

/** A system of this program whose failures are contained. */
interface System {
  readonly kernel: Kernel
  readonly logger: Logger
}

/** The systems that run, oldest first. */
const systems = new Set<System>()

/** The one that ended last, or was booted last. */
let latest: System | undefined

/**
 * Turns containment on for this program, for good: code that outlives its process may outlive the tree too. What comes
 * from no process does what it does in any Node program, once it is in the log.
 *
 * @returns to be disposed of when the system has ended: others write the log then
 */
export function containFailures(kernel: Kernel, logger: Logger): Disposable {
  const system: System = { kernel, logger }
  if (latest === undefined) {
    addCatcher(catcher)
    guardProcesses()
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

/** What is of no process is of no system: the first one's log has it. */
function first(): System | undefined {
  const [system = latest] = systems
  return system
}

/** Node ends the program, unless a handler of its own has it go on: why is in the log before. */
function tellPassedOn(logger: Logger, { error, what, fatal }: PassedOn): void {
  const err = errorOf(error)
  const reason = reasonLine(error)
  const fields = { kind: 'uncaught', reason, ...(err === undefined ? undefined : { err }) }
  logger[fatal ? 'fatal' : 'error'](fields, `${what} outside any process: ${reason}`)
  // Our own log is written when the call returns; one that is brought along may keep lines back.
  flushLog(logger)
}

/**
 * `process.exit` in a process ends the program like any other; at least the log shall say who it was. Once its tree is down, to
 * exit is in order, unless the program is to look as if it had failed.
 */
function tellExit(system: System, code: number): void {
  const runs = systems.has(system)
  const call = runs || code !== 0 ? exitCall(system.kernel, code) : undefined
  if (call === undefined) return
  const ending = runs ? '; the program ends without stopping its tree' : ''
  system.logger.fatal({ kind: 'exit', code }, `${call}${ending}`)
  flushLog(system.logger)
}
