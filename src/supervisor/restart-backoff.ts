/**
 * Backoff: a wait before each restart, longer each time. It is for children that fail because of something outside, such as a
 * database, which recovers no faster when all its clients reconnect at once. OTP has none; without `backoff` in its spec a child
 * is restarted at once. This file is pure; the timers are in `child-waits.ts`.
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
  /** The factor between one wait and the next. Default 2. */
  readonly factor?: number | undefined
  /** The longest wait, in milliseconds. Default 30,000. */
  readonly max?: number | undefined
  /** `'full'`, the default: a random part of the wait, so that many children do not restart at the same moment. `'none'`: the whole wait. */
  readonly jitter?: 'full' | 'none' | undefined
  /** Milliseconds that a child must have run for the next wait to be the shortest again. Default 60,000. */
  readonly resetAfter?: number | undefined
}

/** A backoff that passed the checks, with every default filled in. */
export type CheckedBackoff = { readonly [K in keyof Backoff]-?: NonNullable<Backoff[K]> }

/** A wait that has begun. */
export interface Wait {
  /** The length of the wait in milliseconds. */
  readonly delay: number
  /** The end of the wait, by the clock of the kernel. */
  readonly retryAt: number
}

/** The rule for the options of a backoff. */
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

/** All mistakes in the options of a backoff. */
export function backoffMistakes(given: Backoff): readonly Mistake[] {
  const mistakes = rules.mistakesIn({ backoff: given }, { backoff })
  if (mistakes.length > 0) return mistakes
  const { initial, max } = withDefaults(given)
  if (max >= initial) return []
  const expected = `milliseconds from ${initial}, which is its initial wait`
  return [{ field: 'backoff.max', value: max, expected }]
}

/** The options of a backoff with every default filled in. They must have passed the checks. */
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
 * The length of a wait in milliseconds.
 *
 * @param attempt the number of restarts before this one without a time of good health between them
 * @param random a function that returns a number from 0 up to, but not including, 1
 */
export function delayOf(backoff: CheckedBackoff, attempt: number, random: () => number): number {
  const longest = Math.min(backoff.max, Math.round(backoff.initial * backoff.factor ** attempt))
  return backoff.jitter === 'none' ? longest : Math.floor(random() * (longest + 1))
}
