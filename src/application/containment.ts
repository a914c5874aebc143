/**
 * Containment: what no code caught becomes the exit reason of the process it comes from.
 *
 * Node calls the handlers of uncaught exceptions and unhandled rejections in the async context of what failed, on
 * Node 20 as on 24, for timers, immediates, ticks, promises, I/O callbacks and `error` events. So the kernel finds
 * the process by itself. Where they do not, `src/guards` helps.
 */
import { guardProcesses } from '../guards/index.js'
import { currentKernel, currentPid, type Kernel, printed, processInfo } from '../kernel/index.js'
import { errorOf, type Logger, reasonLine } from '../logging/index.js'

/** A system of this program whose failures are contained. */
interface System {
  readonly kernel: Kernel
  readonly logger: Logger
}

/** The systems of this program, oldest first. They share the listeners: Node takes more than ten of a kind for a leak. */
const systems = new Set<System>()

/**
 * Turns containment on for a system until it is disposed of. What comes from no process ends the program, as in any Node
 * program, once it is in the log.
 */
export function containFailures(kernel: Kernel, logger: Logger): Disposable {
  const system: System = { kernel, logger }
  if (systems.size === 0) listen()
  systems.add(system)
  const guards = guardProcesses()
  return {
    [Symbol.dispose]() {
      systems.delete(system)
      if (systems.size === 0) stopListening()
      guards[Symbol.dispose]()
    },
  }
}

function listen(): void {
  process.on('uncaughtException', onException)
  process.on('unhandledRejection', onRejection)
  process.on('exit', onExit)
}

function stopListening(): void {
  process.off('uncaughtException', onException)
  process.off('unhandledRejection', onRejection)
  process.off('exit', onExit)
}

function onException(error: unknown): void {
  if (!currentKernel().contain(error)) dieOf(error, 'uncaught exception', 'uncaughtException')
}

function onRejection(reason: unknown, promise: unknown): void {
  if (!currentKernel().contain(reason, promise)) dieOf(reason, 'unhandled rejection', 'unhandledRejection')
}

function onExit(code: number): void {
  for (const { kernel, logger } of systems) tellExit(kernel, logger, code)
}

/** `process.exit` in a process ends the program like any other; at least the log shall say who it was. */
function tellExit(kernel: Kernel, logger: Logger, code: number): void {
  const pid = currentPid()
  if (pid === undefined || currentKernel() !== kernel) return
  const [[, name] = [], [, label] = []] = processInfo(pid, ['registeredName', 'label']) ?? []
  const who = printed(label ?? name ?? 'without a name')
  logger.fatal(
    { kind: 'exit', code },
    `process ${who} ${pid} called process.exit(${code}); the program ends without stopping its tree`,
  )
}

/** As Node does: with a handler of the program's own it is that one's business, else the program is over. */
function dieOf(error: unknown, what: string, event: 'uncaughtException' | 'unhandledRejection'): void {
  const ours: unknown[] = [onException, onRejection]
  if (process.listeners(event as 'uncaughtException').some((listener) => !ours.includes(listener))) return
  const err = errorOf(error)
  const message = `${what} outside any process: ${reasonLine(error)}`
  // Of no process is of no system: the first one's log has it.
  const [logger] = [...systems].map((system) => system.logger)
  logger?.fatal(
    { kind: 'uncaught', reason: reasonLine(error), ...(err === undefined ? undefined : { err }) },
    message,
  )
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : `Uncaught ${reasonLine(error)}`}\n`,
  )
  // Our own log is written when the call returns; one that is brought along may keep lines back.
  logger?.flush()
  process.exit(1)
}
