/**
 * Waiting before a restart, longer each time: for children that fail because of something outside, which does not
 * get well any faster by being asked at once, again and again, by everyone. Beyond OTP, and off unless a spec asks.
 * This file is pure; `child-waits.ts` does the waiting.
 */
import { type Mistake, type Rule, rules } from '../kernel/index.js'

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

/** What the options of a backoff must be. */
export const backoff: Rule = rules.optionsOf(
  {
    initial: rules.finiteMilliseconds(1),
    factor: {
      expected: 'a number from 1',
      fits: (value) => Number.isFinite(value) && (value as number) >= 1,
    },
    max: rules.finiteMilliseconds(1),
    jitter: rules.oneOf(['full', 'none']),
    resetAfter: rules.finiteMilliseconds(0),
  },
  '{ initial: 100, max: 30_000 }',
)

/** All that is wrong with a backoff. */
export function backoffMistakes(given: Backoff): readonly Mistake[] {
  const mistakes = rules.mistakesIn({ backoff: given }, { backoff })
  if (mistakes.length > 0) return mistakes
  const { initial, max } = withDefaults(given)
  if (max >= initial) return []
  const expected = `milliseconds from ${initial}, which is its initial wait`
  return [{ field: 'backoff.max', value: max, expected }]
}

/** A backoff without mistakes, with every default filled in. */
export function withDefaults({
  initial = 100,
  factor = 2,
  max = 30_000,
  jitter = 'full',
  resetAfter = 60_000,
}: Backoff): CheckedBackoff {
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
