/** Confidence intervals of medians: between which values the median of all samples lies that could be taken. */
import { median } from './statistics.js'

/** At least so sure are the intervals. */
export const CONFIDENCE = 0.95
/** Of fewer samples there is no interval that is so sure: both halves of five lie on one side once in sixteen times. */
export const LEAST = 6

export interface Interval {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly count: number
}

/**
 * By the order of the samples, so that nothing is supposed of how they are distributed: on a busy machine some are far
 * off, always to the same side. Undefined for too few samples.
 */
export function intervalOf(samples: readonly number[]): Interval | undefined {
  const count = samples.length
  if (count < LEAST) return undefined
  const sorted = [...samples].sort((a, b) => a - b)
  const out = leftOut(count)
  return {
    median: median(sorted),
    low: sorted[out] as number,
    high: sorted[count - 1 - out] as number,
    count,
  }
}

/** How wide an interval is, as a part of its median. */
export function widthOf({ low, high, median }: Interval): number {
  return (high - low) / median
}

/** How many samples at each end lie outside: as many as can without that the interval is less sure than `CONFIDENCE`. */
function leftOut(count: number): number {
  // The number of samples below the median is distributed as heads of `count` coins.
  let ways = 1
  let outside = ways
  let out = 0
  for (;;) {
    ways = (ways * (count - out)) / (out + 1)
    outside += ways
    if (outside / 2 ** count > (1 - CONFIDENCE) / 2) return out
    out++
  }
}
