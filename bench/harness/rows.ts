/** The results as rows of text: what the terminal and the page show. */
import { figure, percent, ratio, spread, times } from './figures.js'
import { type By, bestPeer, figuresOf, ratioTo } from './ratio.js'
import { type ArmResult, type Measurement, type Results, samplesOf } from './results.js'
import { type ArmName, PEERS, type Scenario } from './scenario.js'
import { scenarioNamed } from './scenarios.js'
import { median } from './statistics.js'
import { TARGETS, type Target, verdict } from './targets.js'

export type Row = readonly string[]

export const MAIN_HEAD: Row = ['scenario', 'Heartwood', 'the BEAM', '× BEAM', 'best peer', '× peer']

/** A row for each scenario: Heartwood, the BEAM and the best peer. */
export function mainRows(results: Results, by: By = 'clock'): Row[] {
  return results.measurements.flatMap((measurement) => {
    const scenario = scenarioNamed(measurement.scenario)
    return scenario === undefined ? [] : [mainRow(scenario, measurement, by)]
  })
}

function mainRow(scenario: Scenario, measurement: Measurement, by: By): Row {
  const peer = bestPeer(measurement, by)
  return [
    scenario.title,
    cell(scenario, measurement, 'heartwood', by),
    scenario.arms.includes('beam') ? cell(scenario, measurement, 'beam', by) : '',
    ratioCell(measurement, 'beam', by),
    peer === undefined ? '' : `${peer} ${shortCell(scenario, measurement, peer, by)}`,
    peer === undefined ? '' : ratioCell(measurement, peer, by),
  ]
}

export const OTHERS_HEAD: Row = ['scenario', 'arm', 'figure', '× Heartwood’s']

/** What the main table has no room for: every peer, Heartwood uncontained, and the same without Heartwood. */
export function otherRows(results: Results, by: By = 'clock'): Row[] {
  return results.measurements.flatMap((measurement) => {
    const scenario = scenarioNamed(measurement.scenario)
    if (scenario === undefined) return []
    const others = scenario.arms.filter((arm) => arm !== 'heartwood' && arm !== 'beam')
    return others.map((arm): Row => {
      return [
        scenario.title,
        LABELS[arm] ?? arm,
        cell(scenario, measurement, arm, by),
        ratioCell(measurement, arm, by),
      ]
    })
  })
}

const LABELS: Partial<Record<ArmName, string>> = {
  uncontained: 'Heartwood without containment and watchdog',
  plain: 'the same in plain Node',
}

export const EXTRAS_HEAD: Row = ['scenario', 'figure', 'Heartwood', 'the BEAM', 'others']

/** The further figures of scenarios that have some. */
export function extraRows(results: Results): Row[] {
  return results.measurements.flatMap((measurement) => {
    const scenario = scenarioNamed(measurement.scenario)
    return Object.entries(scenario?.extras ?? {}).map(([key, { title, unit }]): Row => {
      const shown = (arm: ArmName): string => {
        const samples = samplesOf(measurement, arm, key)
        return samples === undefined || samples.length === 0 ? '' : figure(median(samples), unit)
      }
      const others = [...PEERS, 'plain' as const]
        .map((arm) => [arm, shown(arm)])
        .filter(([, text]) => text !== '')
      return [
        scenario?.title ?? '',
        title,
        shown('heartwood'),
        shown('beam'),
        others.map((pair) => pair.join(' ')).join(', '),
      ]
    })
  })
}

export const TARGET_HEAD: Row = ['scenario', 'target', 'measured', '', 'the floor']

/** A row for each target of what was measured. */
export function targetRows(results: Results, by: By = 'clock'): Row[] {
  return TARGETS.flatMap((target) => {
    const { measured, met, missedBy, limit, floor } = verdict(target, results, by)
    if (measured === undefined) return []
    const title = scenarioNamed(target.scenario)?.title ?? target.scenario
    const said = met === true ? 'met' : `missed by ${percent(missedBy ?? 0)}`
    const least = floor === undefined ? '' : shownAs(target, floor)
    return [[title, wanted(target, limit), shownAs(target, measured), said, least]]
  })
}

function wanted(target: Target, limit: number): string {
  const original = target.atLeast ?? target.atMost
  return limit === original ? target.wanted : `${target.wanted}; here ${shownAs(target, limit)}`
}

function shownAs({ judged, scenario }: Target, value: number): string {
  if (!('figure' in judged)) {
    if (judged.ratioTo === 'uncontained') return `costs ${percent(1 / value - 1)}`
    return judged.ratioTo === 'plain' ? percent(value) : times(value)
  }
  const known = scenarioNamed(scenario)
  return figure(value, known?.extras?.[judged.figure]?.unit ?? known?.unit ?? 'ns')
}

function cell(scenario: Scenario, measurement: Measurement, arm: ArmName, by: By): string {
  const samples = figuresOf(measurement, arm, by)
  if (samples !== undefined && samples.length > 0) return spread(samples, scenario.unit)
  const result = measurement.arms[arm]
  return result !== undefined && 'failed' in result ? 'failed' : 'not here'
}

function shortCell(scenario: Scenario, measurement: Measurement, arm: ArmName, by: By): string {
  const samples = figuresOf(measurement, arm, by)
  return samples === undefined || samples.length === 0 ? '' : figure(median(samples), scenario.unit)
}

function ratioCell(measurement: Measurement, arm: ArmName, by: By): string {
  const found = ratioTo(measurement, arm, by)
  return found === undefined ? '' : ratio(found)
}

/** Every arm that gave no figure though its program is here, and why. */
export function failures(results: Results): string[] {
  return results.measurements.flatMap(({ arms }) =>
    Object.values(arms as Record<string, ArmResult>).flatMap((result) =>
      'failed' in result ? [result.failed] : [],
    ),
  )
}
