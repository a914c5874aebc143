/** Intervals as rows of text, for the terminal and the page. */

import type { Interval } from './confidence-interval.js'
import { percent, times } from './figures.js'
import { type IntervalResults, type RatioInterval, type ScenarioIntervals } from './measure-in-rounds.js'
import type { Row } from './rows.js'
import { scenarioNamed } from './scenarios.js'

export const INTERVAL_HEAD: Row = [
  'scenario',
  'beside',
  '× on the clock',
  '× in processor time',
  'rounds',
  '',
]

/** A row for each ratio. */
export function intervalRows({ intervals }: IntervalResults): Row[] {
  return intervals.flatMap((each) => each.ratios.map((ratio) => rowOf(each, ratio)))
}

function rowOf({ scenario, width, pinned }: ScenarioIntervals, ratio: RatioInterval): Row {
  const missed = ratio.failed === undefined ? `not under ${percent(width)}` : 'failed'
  return [
    scenarioNamed(scenario)?.title ?? scenario,
    ratio.arm === 'beam' ? 'the BEAM' : ratio.arm,
    shown(ratio.clock),
    shown(ratio.cpu),
    `${ratio.rounds}, ${pinned}`,
    ratio.narrow ? '' : missed,
  ]
}

function shown(interval: Interval | undefined): string {
  if (interval === undefined) return ''
  return `${times(interval.median)} (${times(interval.low)} – ${times(interval.high)})`
}
