/** What a logger's destination can be asked for beside taking lines; many can be asked for neither. */
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
 * Has a log that is written to a file go on in the file that now has its name, as after `logrotate` has moved the one before. It
 * does so for a `destination` that is a path, and for one with a method `reopen`, as `pino.destination` makes. A program that
 * was started by `heartwood start` does so on SIGHUP.
 *
 * @returns false where the destination of the log cannot do that, as standard output cannot
 * @example
 * process.on('SIGHUP', () => reopenLog(system.logger))
 */
export function reopenLog(logger: PinoLogger): boolean {
  return ask(destinationOf(logger), 'reopen')
}

/** Lines that the destination keeps back, such as those of a transport in a thread, are written before this returns. */
export function flushLog(logger: PinoLogger): void {
  try {
    if (ask(destinationOf(logger), 'flushSync')) return
  } catch {
    // One that is not open yet cannot; it may still by itself.
  }
  logger.flush()
}
