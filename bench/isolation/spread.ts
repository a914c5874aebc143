import { summary } from '../harness/statistics.js'

/** Median, 99th of a hundred and greatest. */
export function spread(samples: readonly number[], digits = 1): string {
  const sorted = [...samples].sort((a, b) => a - b)
  const { median, max } = summary(samples)
  const late = sorted[Math.floor(sorted.length * 0.99)] ?? max
  return `median ${median.toFixed(digits)}, 99 % ${late.toFixed(digits)}, most ${max.toFixed(digits)}`
}
