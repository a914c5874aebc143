/** The detection of libraries that replace promises, timers or contexts of Node. Each is reported once. */
import { followsContext, meetClassOf, meetStrangers, type Stranger } from '../../guards/index.js'
import type { Logger } from '../../logging/index.js'
import { containsRejection } from './uncaught-failures.js'

let threadsWork = true

/**
 * Looks for such libraries. Called when a system boots, when it has started, and at each failure, since they may be imported at any time.
 *
 * @param promise a promise whose class may not be that of V8
 * @returns whether worker threads still work
 */
export function lookForStrangers(logger: Logger, promise?: unknown): boolean {
  const found = meetStrangers(containsRejection)
  const local = meetClassOf(promise)
  if (local !== undefined) found.push(local)
  for (const stranger of found) tell(logger, stranger)
  threadsWork &&= !found.some(({ breaksThreads }) => breaksThreads)
  return threadsWork
}

/** Looks for a replacement of `AsyncLocalStorage` that loses its context. This takes a turn of the event loop. */
export async function lookForLostContext(logger: Logger): Promise<void> {
  if (await followsContext()) return
  tell(logger, {
    name: 'a replacement of AsyncLocalStorage that loses its context',
    consequence: 'Not contained: what is thrown or rejected after a wait. Remove the replacement',
  })
}

function tell(logger: Logger, { name, consequence }: Omit<Stranger, 'breaksThreads'>): void {
  logger.warn({ kind: 'stranger', stranger: name }, `${name} is in this program. ${consequence}`)
}
