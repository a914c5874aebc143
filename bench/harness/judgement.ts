/** Whether a scenario has become slower or heavier: its ratio against the limit that is kept for it. */
import { figuresOf, ratioTo } from './ratio.js'
import { type Measurement, samplesOf } from './results.js'
import type { Scenario } from './scenario.js'
import { median } from './statistics.js'

/** What is kept for a scenario, for one version of Node. */
export interface Limit {
  /** The BEAM's figure, or the plain handler's, is at least so many times Heartwood's. */
  readonly times?: number
  /** Heartwood's processor time is at most so many times that of the calibration. */
  readonly calibrations?: number
  /** Bytes. */
  readonly bytes?: number
}

export interface Judgement {
  readonly measured: number
  readonly limit: number
  readonly holds: boolean
  /** What was compared. */
  readonly against: string
}

/** @param calibration nanoseconds of processor time of one of its operations, measured beside it where there is no rival */
export function judge(
  scenario: Scenario,
  limit: Limit,
  measurement: Measurement,
  calibration: number | undefined,
): Judgement | undefined {
  if (limit.bytes !== undefined) return atMost('bytes', bytesOf(measurement), limit.bytes)
  const measured = ratioOf(scenario, measurement)
  if (measured !== undefined && limit.times !== undefined) {
    const against = `× ${rivalOf(scenario)}`
    return { measured, limit: limit.times, holds: measured >= limit.times, against }
  }
  if (limit.calibrations === undefined || calibration === undefined) return undefined
  const own = costOf(measurement)
  return atMost('calibrations', own === undefined ? undefined : own / calibration, limit.calibrations)
}

function atMost(against: string, measured: number | undefined, limit: number): Judgement | undefined {
  return measured === undefined ? undefined : { measured, limit, holds: measured <= limit, against }
}

/** Room for a machine that is busy: a true regression shows as more than this. */
const ROOM = { times: 0.6, calibrations: 1.8, bytes: 1.1 }

/** The limits that follow from a measurement with everything there. */
export function limitOf(
  scenario: Scenario,
  measurement: Measurement,
  calibration: number | undefined,
): Limit {
  const bytes = bytesOf(measurement)
  if (scenario.unit === 'bytes') return bytes === undefined ? {} : { bytes: Math.ceil(bytes * ROOM.bytes) }
  const times = ratioOf(scenario, measurement)
  const own = costOf(measurement)
  return {
    ...(times === undefined ? undefined : { times: rounded(times * ROOM.times) }),
    ...(own === undefined || calibration === undefined
      ? undefined
      : { calibrations: rounded((own / calibration) * ROOM.calibrations) }),
  }
}

/** Whom a scenario is held against, if that one is here. */
export function rivalOf({ arms }: Scenario): 'beam' | 'plain' | undefined {
  if (arms.includes('beam')) return 'beam'
  return arms.includes('plain') ? 'plain' : undefined
}

function ratioOf(scenario: Scenario, measurement: Measurement): number | undefined {
  const rival = rivalOf(scenario)
  return rival === undefined ? undefined : ratioTo(measurement, rival, 'cpu')?.median
}

function bytesOf(measurement: Measurement): number | undefined {
  const samples = samplesOf(measurement, 'heartwood')
  return samples === undefined ? undefined : median(samples)
}

function costOf(measurement: Measurement): number | undefined {
  const samples = figuresOf(measurement, 'heartwood', 'cpu')
  return samples === undefined ? undefined : median(samples)
}

const rounded = (value: number): number => Number(value.toPrecision(2))
