/**
 * The restart intensity: whether there were too many restarts in a period. It is OTP's exact rule, as pure functions of the history
 * and the time.
 *
 * Time counts in whole seconds of the monotonic clock, and the period includes its first second. So with a period of
 * one second, two crashes 1.85 s apart count together when the first came just after a tick, and two that are 1.15 s
 * apart do not when two ticks lie between them (semantics 3.3).
 */

/** The limits of restarts: at most `intensity` within `period` milliseconds. With one more the supervisor gives up. */
export interface Limits {
  readonly intensity: number
  readonly period: number
}

/** The number of restarts in one second. The history has seconds, not restarts, so that a high intensity does not make it long. */
interface Second {
  readonly second: number
  readonly restarts: number
}

/** The restarts that still count, oldest first. */
export type RestartHistory = readonly Second[]

export const NO_RESTARTS: RestartHistory = []

/**
 * Adds a restart to the history and drops those that are too old.
 *
 * @param now monotonic milliseconds
 */
export function addRestart(history: RestartHistory, now: number, period: number): RestartHistory {
  const second = Math.floor(now / 1000)
  const oldest = second - period / 1000
  const recent: Second[] = []
  let restarts = 1
  for (const past of history) {
    if (past.second === second) restarts += past.restarts
    else if (past.second >= oldest) recent.push(past)
  }
  recent.push({ second, restarts })
  return recent
}

/** The number of restarts in a history that still count. */
export function countRecent(history: RestartHistory, now: number, period: number): number {
  const oldest = Math.floor(now / 1000) - period / 1000
  let restarts = 0
  for (const past of history) if (past.second >= oldest) restarts += past.restarts
  return restarts
}

/** Whether a history has more restarts than `intensity`, the newest one included. */
export function isExceeded(history: RestartHistory, intensity: number): boolean {
  let restarts = 0
  for (const past of history) restarts += past.restarts
  return restarts > intensity
}
