import { type Point, percentile } from '../metrics.js'
import { type Html, html } from './html.js'
import { formatLatency } from './units.js'

const WIDTH = 300
const HEIGHT = 56
/** Room above the highest point, so that its line is not cut in half. */
const HEADROOM = 4

/** How many checks a sparkline shows. */
export const SPARKLINE_CHECKS = 60

/**
 * The latest checks as a picture: the latency as a line over an area, a failed check as a bar of full height.
 * It is stretched to the width of its card, and so made only of shapes that bear stretching.
 */
export function sparkline(results: readonly Point[]): Html {
  const shown = results.slice(-SPARKLINE_CHECKS)
  const latencies = shown.filter((result) => result.up).map((result) => result.latency)
  const top = ceiling(latencies)
  const step = WIDTH / SPARKLINE_CHECKS
  // The newest check stands at the right edge, also while there are few.
  const left = WIDTH - shown.length * step
  const x = (index: number): number => round(left + (index + 0.5) * step)
  const y = (latency: number): number => round(HEIGHT - Math.min(1, latency / top) * (HEIGHT - HEADROOM))

  const bars = shown.map((result, index) =>
    result.up
      ? undefined
      : html`<rect class="spark-fail" x="${round(x(index) - step * 0.35)}" y="0" width="${round(step * 0.7)}" height="${HEIGHT}"/>`,
  )
  const runs = successfulRuns(shown).map(([from, to]) => {
    const points = shown.slice(from, to).map((result, offset) => `${x(from + offset)},${y(result.latency)}`)
    // A line of one point would not be drawn.
    if (points.length === 1) points.push(`${round(x(from) + step * 0.4)},${y(shown[from]?.latency ?? 0)}`)
    const end = points.at(-1)?.split(',')[0] ?? ''
    return html`<polygon class="spark-area" points="${x(from)},${HEIGHT} ${points.join(' ')} ${end},${HEIGHT}"/><polyline class="spark-line" points="${points.join(' ')}"/>`
  })
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${describe(shown, Math.max(...latencies))}">${bars}${runs}</svg>`
}

/** What the full height stands for. A single slow answer is cut off, or it would press all others flat. */
function ceiling(latencies: readonly number[]): number {
  const sorted = latencies.toSorted((a, b) => a - b)
  return Math.min(sorted.at(-1) ?? 1, 2.5 * (percentile(sorted, 90) ?? 1)) || 1
}

function describe(results: readonly Point[], highest: number): string {
  if (results.length === 0) return 'No checks yet'
  const failed = results.filter((result) => !result.up).length
  const slowest = failed === results.length ? '' : `, slowest answer ${formatLatency(highest)}`
  return `Last ${results.length} checks: ${failed} failed${slowest}`
}

/** The stretches without a failure, as pairs of first index and index after the last. */
function successfulRuns(results: readonly Point[]): (readonly [from: number, to: number])[] {
  const runs: (readonly [number, number])[] = []
  let from: number | undefined
  results.forEach((result, index) => {
    if (result.up) from ??= index
    else if (from !== undefined) {
      runs.push([from, index])
      from = undefined
    }
  })
  if (from !== undefined) runs.push([from, results.length])
  return runs
}

const round = (value: number): number => Math.round(value * 10) / 10
