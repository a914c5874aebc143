/**
 * Waiting before a restart, longer each time: for children that fail because of something outside, which does not
 * get well any faster by being asked at once, again and again, by everyone. Beyond OTP, and off unless a spec asks.
 * This file is pure; `waits.ts` does the waiting.
 */

/**
 * How long a child waits before it is restarted. The nth restart in a row waits `initial × factor ** (n − 1)`
 * milliseconds, at most `max`; with jitter any time between 0 and that.
 *
 * @example
 * const spec: ChildSpec = { id: 'feed', start: startFeed, backoff: { initial: 200, max: 10_000 } }
 */
export interface Backoff {
  /** Milliseconds before the first restart. Default 100. */
  readonly initial?: number | undefined
  /** What each wait is longer than the one before. Default 2. */
  readonly factor?: number | undefined
  /** Milliseconds that no wait exceeds. Default 30,000. */
  readonly max?: number | undefined
  /** `'full'`, the default: a random part of the wait, so that many do not come back at once. `'none'`: all of it. */
  readonly jitter?: 'full' | 'none' | undefined
  /** Milliseconds of good health after which the next wait is the first again. Default 60,000. */
  readonly resetAfter?: number | undefined
}

/** A backoff that passed the checks, with every default filled in. */
export type CheckedBackoff = { readonly [K in keyof Backoff]-?: NonNullable<Backoff[K]> }

/** A wait that is on. */
export interface Wait {
  /** Its length in milliseconds. */
  readonly delay: number
  /** When it is over, on the kernel's clock. */
  readonly retryAt: number
}

/** What is wrong with a backoff: the field, and what it must be. */
export interface BackoffProblem {
  readonly field: string
  readonly value: unknown
  readonly expected: string
}

/** Erlang's longest timer: 2³² − 1 ms. */
const LONGEST = 2 ** 32 - 1

/** Fills in the defaults, or tells what is wrong. */
export function checkBackoff(given: Backoff): CheckedBackoff | BackoffProblem {
  if (typeof given !== 'object' || given === null) {
    return { field: 'backoff', value: given, expected: 'an object such as { initial: 100, max: 30_000 }' }
  }
  const { initial = 100, factor = 2, max = 30_000, jitter = 'full', resetAfter = 60_000 } = given
  for (const [field, value, least] of [
    ['initial', initial, 1],
    ['max', max, initial],
    ['resetAfter', resetAfter, 0],
  ] as const) {
    if (Number.isInteger(value) && value >= least && value <= LONGEST) continue
    return { field: `backoff.${field}`, value, expected: `whole milliseconds from ${least} to ${LONGEST}` }
  }
  if (typeof factor !== 'number' || !(factor >= 1)) {
    return { field: 'backoff.factor', value: factor, expected: 'a number from 1' }
  }
  if (jitter !== 'full' && jitter !== 'none') {
    return { field: 'backoff.jitter', value: jitter, expected: "'full' or 'none'" }
  }
  return { initial, factor, max, jitter, resetAfter }
}

/**
 * The length of a wait.
 *
 * @param attempt how many restarts came before in this row
 * @param random from 0 up to, but not including, 1
 */
export function delayOf(backoff: CheckedBackoff, attempt: number, random: () => number): number {
  const longest = Math.min(backoff.max, Math.round(backoff.initial * backoff.factor ** attempt))
  return backoff.jitter === 'none' ? longest : Math.floor(random() * (longest + 1))
}
