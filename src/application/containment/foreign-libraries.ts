/** Libraries that put promises, timers or contexts of their own in the place of Node's: found, and said once. */
import { followsContext, meetClassOf, meetStrangers, type Stranger } from '../../guards/index.js'
import type { Logger } from '../../logging/index.js'
import { containsRejection } from './uncaught-failures.js'

let threadsWork = true

/**
 * Looks for them when a system boots, when it is up, and whenever a failure is heard of: they may be imported at any time.
 *
 * @param promise one whose class may be another than V8's
 * @returns whether worker threads can be listened to
 */
export function lookForStrangers(logger: Logger, promise?: unknown): boolean {
  const found = meetStrangers(containsRejection)
  const local = meetClassOf(promise)
  if (local !== undefined) found.push(local)
  for (const stranger of found) tell(logger, stranger)
  threadsWork &&= !found.some(({ breaksThreads }) => breaksThreads)
  return threadsWork
}

/** The same for a replacement of `AsyncLocalStorage`, which takes a turn of the event loop. */
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
