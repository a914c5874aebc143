/** What Heartwood is to reach, as data, and how a run stands to it. */
import { type By, bestPeer, figuresOf, ratioTo } from './ratio.js'
import { type Measurement, type Results, samplesOf } from './results.js'
import { type ArmName, floorArm } from './scenario.js'
import { scenarioNamed } from './scenarios.js'
import { median } from './statistics.js'

/** What of a scenario is judged. */
export type Judged =
  /** The figure of another divided by Heartwood's. */
  | { readonly ratioTo: 'beam' | 'best peer' | 'plain' | 'uncontained' }
  /** Heartwood's own figure, or one of its further ones. */
  | { readonly figure: 'value' | string }

export interface Target {
  readonly scenario: string
  /** In the words of whoever wants it. */
  readonly wanted: string
  readonly judged: Judged
  readonly atLeast?: number
  readonly atMost?: number
  /**
   * The floor of the scenario that says how near one can come; default the first. One with and one without the thing are
   * the floor of what the thing costs.
   */
  readonly floor?: string | { readonly with: string; readonly without: string }
  /** The same on each version of Node; otherwise those before 24 may be twice as bad. */
  readonly everywhere?: boolean
}

export const TARGETS: readonly Target[] = [
  ...['spawn-genserver', 'spawn-callbacks'].map((scenario) => ({
    scenario,
    wanted: '≥ 4× the BEAM’s rate',
    judged: { ratioTo: 'beam' as const },
    atLeast: 4,
  })),
  ...['memory-genserver', 'memory-callbacks', 'memory-script'].map((scenario) => ({
    scenario,
    wanted: '≤ 1/4 of the BEAM’s',
    judged: { ratioTo: 'beam' as const },
    atLeast: 4,
  })),
  ...['memory-genserver', 'memory-callbacks'].map((scenario) => ({
    scenario,
    wanted: '≤ 650 bytes',
    judged: { figure: 'value' },
    atMost: 650,
  })),
  { scenario: 'memory-script', wanted: '≤ 1,100 bytes', judged: { figure: 'value' }, atMost: 1_100 },
  { scenario: 'send-genserver', wanted: '≥ 2× the BEAM’s rate', judged: { ratioTo: 'beam' }, atLeast: 2 },
  { scenario: 'send-script', wanted: '≥ 2× the BEAM’s rate', judged: { ratioTo: 'beam' }, atLeast: 2 },
  {
    scenario: 'send-genserver',
    wanted: '≥ 10× the best peer',
    judged: { ratioTo: 'best peer' },
    atLeast: 10,
  },
  {
    scenario: 'ping-pong-genserver',
    wanted: '≥ 3× the BEAM’s rate',
    judged: { ratioTo: 'beam' },
    atLeast: 3,
  },
  { scenario: 'ping-pong-script', wanted: '≥ 3× the BEAM’s rate', judged: { ratioTo: 'beam' }, atLeast: 3 },
  { scenario: 'call', wanted: '≥ 2× the BEAM’s rate', judged: { ratioTo: 'beam' }, atLeast: 2 },
  { scenario: 'call', wanted: '≥ 2× the best peer', judged: { ratioTo: 'best peer' }, atLeast: 2 },
  { scenario: 'restart', wanted: '≥ 2× the BEAM’s rate', judged: { ratioTo: 'beam' }, atLeast: 2 },
  { scenario: 'restart', wanted: '≥ 5× the best peer', judged: { ratioTo: 'best peer' }, atLeast: 5 },
  {
    scenario: 'each',
    wanted: '< 1 GiB for 1,000,000 that all answer',
    judged: { figure: 'resident' },
    atMost: 2 ** 30,
  },
  { scenario: 'scale', wanted: 'flat within 2×', judged: { figure: 'value' }, atMost: 2 },
  {
    scenario: 'http',
    wanted: '≥ 95 % of the plain handler’s rate',
    judged: { ratioTo: 'plain' },
    atLeast: 0.95,
    everywhere: true,
  },
  ...['send-genserver', 'ping-pong-genserver', 'call'].map((scenario) => ({
    scenario,
    wanted: 'containment and watchdog cost ≤ 15 %',
    judged: { ratioTo: 'uncontained' as const },
    atLeast: 1 / 1.15,
    floor: { with: 'promise-hook', without: 'promise' },
    everywhere: true,
  })),
]

export interface Verdict {
  readonly target: Target
  /** The limit on this version of Node. */
  readonly limit: number
  /** Undefined when it was not measured. */
  readonly measured: number | undefined
  readonly met: boolean | undefined
  /** What the floor comes to; undefined where there is none. */
  readonly floor: number | undefined
  /** By which part of the limit it is missed: 0.2 is a fifth short of it, or a fifth above. */
  readonly missedBy: number | undefined
}

export function verdict(target: Target, { versions, measurements }: Results, by: By = 'clock'): Verdict {
  const measurement = measurements.find(({ scenario }) => scenario === target.scenario)
  const measured = figureOf(target.judged, measurement, by)
  const floor = floorFigure(target, measurement, by)
  const lenient = target.everywhere !== true && Number.parseInt(versions.node, 10) < 24
  const limit =
    target.atLeast === undefined
      ? (target.atMost ?? 0) * (lenient ? 2 : 1)
      : target.atLeast / (lenient ? 2 : 1)
  if (measured === undefined) return { target, limit, measured, floor, met: undefined, missedBy: undefined }
  const met = target.atLeast === undefined ? measured <= limit : measured >= limit
  return { target, limit, measured, floor, met, missedBy: met ? undefined : Math.abs(measured / limit - 1) }
}

function figureOf(judged: Judged, measurement: Measurement | undefined, by: By): number | undefined {
  if ('figure' in judged) {
    const samples = samplesOf(measurement, 'heartwood', judged.figure === 'value' ? undefined : judged.figure)
    return samples === undefined || samples.length === 0 ? undefined : median(samples)
  }
  const other = rivalIn(judged, measurement, by)
  return other === undefined ? undefined : ratioTo(measurement, other, by)?.median
}

/** Whose figure Heartwood's is held against. */
export function rivalIn(
  judged: Judged,
  measurement: Measurement | undefined,
  by: By = 'clock',
): ArmName | undefined {
  if ('figure' in judged) return undefined
  return judged.ratioTo === 'best peer' ? bestPeer(measurement, by) : judged.ratioTo
}

/**
 * The median of a target's floor in the unit of the scenario. Where the floor is what something adds, this is on top of
 * what Heartwood takes without it.
 */
export function floorIn(target: Target, measurement: Measurement | undefined, by: By): number | undefined {
  const floors = Object.keys(scenarioNamed(target.scenario)?.floors ?? {})
  const value = (name: string | undefined): number | undefined =>
    name === undefined || !floors.includes(name) ? undefined : middle(measurement, floorArm(name), by)
  const { floor = floors[0] } = target
  if (typeof floor !== 'object') return value(floor)
  const [base, over, under] = [
    middle(measurement, 'uncontained', by),
    value(floor.with),
    value(floor.without),
  ]
  if (base === undefined || over === undefined || under === undefined) return undefined
  return base + over - under
}

/** What the floor would be judged by. */
function floorFigure(target: Target, measurement: Measurement | undefined, by: By): number | undefined {
  const floor = floorIn(target, measurement, by)
  if (floor === undefined || 'figure' in target.judged) return floor
  const rival = rivalIn(target.judged, measurement, by)
  const theirs = rival === undefined ? undefined : middle(measurement, rival, by)
  return theirs === undefined ? undefined : theirs / floor
}

export function middle(measurement: Measurement | undefined, arm: ArmName, by: By): number | undefined {
  const samples = figuresOf(measurement, arm, by)
  return samples === undefined || samples.length === 0 ? undefined : median(samples)
}
