/** The floors as rows: what a missed target asks for, what a program without Heartwood takes for less, and Heartwood. */
import { figure, times } from './figures.js'
import type { By } from './ratio.js'
import type { Measurement, Results } from './results.js'
import type { Row } from './rows.js'
import { floorArm } from './scenario.js'
import { scenarioNamed } from './scenarios.js'
import { floorIn, middle, rivalIn, TARGETS, verdict } from './targets.js'

export const MISSED_HEAD: Row = ['missed', 'asked for', 'the floor', 'Heartwood', 'Heartwood ÷ floor']

/** A row for each target that is missed, in the unit of its scenario. */
export function missedRows(results: Results, by: By = 'clock'): Row[] {
  return TARGETS.flatMap((target) => {
    const { met, limit, measured } = verdict(target, results, by)
    const scenario = scenarioNamed(target.scenario)
    const measurement = measurementOf(results, target.scenario)
    if (met !== false || scenario === undefined) return []
    const key = 'figure' in target.judged ? target.judged.figure : 'value'
    const unit = scenario.extras?.[key]?.unit ?? scenario.unit
    const own = 'figure' in target.judged ? measured : middle(measurement, 'heartwood', by)
    const rival = rivalIn(target.judged, measurement, by)
    const theirs = rival === undefined ? undefined : middle(measurement, rival, by)
    const asked = rival === undefined ? limit : theirs === undefined ? undefined : theirs / limit
    const floor = floorIn(target, measurement, by)
    const shown = (value: number | undefined): string => (value === undefined ? '' : figure(value, unit))
    return [
      [
        `${scenario.title}: ${target.wanted}`,
        shown(asked),
        shown(floor),
        shown(own),
        own === undefined || floor === undefined ? '' : times(own / floor),
      ],
    ]
  })
}

export const FLOOR_HEAD: Row = ['scenario', 'the floor does', 'figure']

/** What each floor that was measured does, and what it takes. */
export function floorRows(results: Results, by: By = 'clock'): Row[] {
  return results.measurements.flatMap((measurement) => {
    const scenario = scenarioNamed(measurement.scenario)
    return Object.entries(scenario?.floors ?? {}).flatMap(([name, what]): Row[] => {
      const value = middle(measurement, floorArm(name), by)
      return scenario === undefined || value === undefined
        ? []
        : [[scenario.title, what, figure(value, scenario.unit)]]
    })
  })
}

/** The names of the scenarios that miss a target, in their order. */
export function missedScenarios(results: Results): string[] {
  const missed = TARGETS.filter((target) => verdict(target, results).met === false)
  return results.measurements
    .map(({ scenario }) => scenario)
    .filter((name) => missed.some(({ scenario }) => scenario === name))
}

function measurementOf({ measurements }: Results, name: string): Measurement | undefined {
  return measurements.find(({ scenario }) => scenario === name)
}
