/**
 * Containment: what no code caught becomes the exit reason of the process it comes from.
 *
 * Node calls the handlers of uncaught exceptions and unhandled rejections in the async context of what failed, on
 * Node 20 as on 24, for timers, immediates, ticks, promises, I/O callbacks and `error` events. So the kernel finds
 * the process by itself. The one gap is in `guardMicrotasks`.
 */
import { currentKernel } from '../kernel/index.js'
import { errorOf, type Logger, reasonLine } from '../logging/index.js'

/**
 * Turns containment on for this program until it is disposed of. What comes from no process ends the program, as in
 * any Node program, once it is in the log.
 */
export function containFailures(logger: Logger): Disposable {
  const onException = (error: unknown): void => {
    if (!currentKernel().contain(error)) dieOf(error, 'uncaught exception', 'uncaughtException', logger)
  }
  const onRejection = (reason: unknown): void => {
    if (!currentKernel().contain(reason)) dieOf(reason, 'unhandled rejection', 'unhandledRejection', logger)
  }
  Object.assign(onException, { [CONTAINS]: true })
  Object.assign(onRejection, { [CONTAINS]: true })
  process.on('uncaughtException', onException)
  process.on('unhandledRejection', onRejection)
  const unguard = guardMicrotasks()
  return {
    [Symbol.dispose]() {
      process.off('uncaughtException', onException)
      process.off('unhandledRejection', onRejection)
      unguard()
    },
  }
}

/** Marks the listeners of containment: several systems may run in one program. */
const CONTAINS = Symbol('contains failures')

/** As Node does: with a handler of the program's own it is that one's business, else the program is over. */
function dieOf(
  error: unknown,
  what: string,
  event: 'uncaughtException' | 'unhandledRejection',
  logger: Logger,
): void {
  if (process.listeners(event as 'uncaughtException').some((listener) => !(CONTAINS in listener))) return
  const err = errorOf(error)
  const message = `${what} outside any process: ${reasonLine(error)}`
  logger.fatal(
    { kind: 'uncaught', reason: reasonLine(error), ...(err === undefined ? undefined : { err }) },
    message,
  )
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : `Uncaught ${reasonLine(error)}`}\n`,
  )
  process.exit(1)
}

/**
 * Before version 22, Node loses the async context when a `queueMicrotask` callback throws; inside the callback it is
 * still there.
 */
function guardMicrotasks(): () => void {
  if (Number(process.versions.node.split('.')[0]) >= 22) return () => {}
  const original = globalThis.queueMicrotask
  const guarded = (callback: () => void): void =>
    original(() => {
      try {
        callback()
      } catch (error) {
        if (!currentKernel().contain(error)) throw error
      }
    })
  globalThis.queueMicrotask = guarded
  return () => {
    if (globalThis.queueMicrotask === guarded) globalThis.queueMicrotask = original
  }
}
