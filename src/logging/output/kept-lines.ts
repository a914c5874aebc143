/** Operations on the destination of a logger: reopening and flushing. Not all destinations support them. */
import type { Logger as PinoLogger } from 'pino'
import { symbolOf } from '../text/pino-symbols.js'

interface Destination {
  reopen?: unknown
  flushSync?: unknown
}

function destinationOf(logger: PinoLogger): Destination {
  const key = symbolOf(logger, 'pino.stream')
  const stream = key === undefined ? undefined : (logger as unknown as Record<symbol, unknown>)[key]
  return typeof stream === 'object' && stream !== null ? stream : {}
}

function ask(destination: Destination, what: keyof Destination): boolean {
  const { [what]: method } = destination
  if (typeof method !== 'function') return false
  return method.call(destination) !== false
}

/**
 * Opens the file of a log again by its path, for example after `logrotate` has moved the old file. It works for a `destination` that is
 * a path, and for one with a method `reopen`, such as those of `pino.destination`. A program started by `heartwood start` does it on
 * SIGHUP.
 *
 * @returns false if the destination cannot be reopened, such as standard output
 * @example
 * process.on('SIGHUP', () => reopenLog(system.logger))
 */
export function reopenLog(logger: PinoLogger): boolean {
  return ask(destinationOf(logger), 'reopen')
}

/** Writes all lines that the destination holds back, such as those of a transport in a thread, before it returns. */
export function flushLog(logger: PinoLogger): void {
  try {
    if (ask(destinationOf(logger), 'flushSync')) return
  } catch {
    // A destination that is not open yet throws here. It may still write the lines later.
  }
  logger.flush()
}
