/** Medians and their spread: what is said of samples that are noisy and few. */

export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly count: number
}

/** @throws RangeError when there are none */
export function summary(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) throw new RangeError('there are no samples to sum up')
  return { median: middle(sorted), min, max, count: sorted.length }
}

export function median(samples: readonly number[]): number {
  return summary(samples).median
}

function middle(sorted: readonly number[]): number {
  const at = sorted.length >> 1
  const upper = sorted[at] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[at - 1] as number) + upper) / 2
}
