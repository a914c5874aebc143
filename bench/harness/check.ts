/**
 * `npm run bench:check`: whether Heartwood has become slower or heavier, by ratios, never by absolute times. Beside the
 * BEAM where there is one, else beside a loop of plain JavaScript; what fails is repeated before it counts.
 *
 *     node check.js [--record]     --record keeps what it measures as the new limits
 *
 * Exit code 0: all limits hold. 1: one does not. 2: wrong usage.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Ground, isHere, sampleOf } from './arm.js'
import { Beam } from './beam.js'
import { type Judgement, judge, type Limit, limitOf, rivalOf } from './judgement.js'
import { measure } from './measure.js'
import { EXIT_USAGE } from './options.js'
import type { Row } from './rows.js'
import { type ArmName, amounts, type Scenario } from './scenario.js'
import { SCENARIOS } from './scenarios.js'
import { median } from './statistics.js'
import { textTable } from './table.js'

const LIMITS = fileURLToPath(new URL('../../limits.json', import.meta.url))
const ROUNDS = 3
/** How often a scenario is measured before its limit counts as broken. */
const ATTEMPTS = 3

/** By major version of Node, then by scenario. */
type Limits = Record<string, Record<string, Limit>>

const CALIBRATION: Scenario = {
  name: 'calibration',
  title: 'calibration',
  how: 'Closures, a queue of objects, a map and promises, without any process.',
  unit: 'ns',
  per: 'operation',
  sizes: { full: 500_000, quick: 500_000, tiny: 100 },
  arms: ['plain'],
}

async function calibrated(ground: Ground): Promise<number> {
  const samples: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const { cpu, value } = await sampleOf(CALIBRATION, 'plain', amounts(CALIBRATION, 'quick'), ground)
    samples.push(cpu ?? value)
  }
  return median(samples)
}

/** @param calibrate whether to measure the calibration too where a rival is here */
async function measured(scenario: Scenario, ground: Ground, calibrate: boolean) {
  const rival = rivalOf(scenario)
  const arms: ArmName[] = rival === undefined ? ['heartwood'] : ['heartwood', rival]
  const alone = rival === undefined || !isHere(scenario, rival, ground)
  const calibration = calibrate || alone ? await calibrated(ground) : undefined
  return {
    calibration,
    measurement: await measure(scenario, { size: 'quick', rounds: ROUNDS, arms }, ground),
  }
}

async function check(limits: Record<string, Limit>, ground: Ground): Promise<number> {
  const rows: Row[] = []
  let broken = 0
  for (const scenario of checked()) {
    const limit = limits[scenario.name]
    const attempts: string[] = []
    let judgement: Judgement | undefined
    for (let attempt = 0; limit !== undefined && attempt < ATTEMPTS; attempt++) {
      const { measurement, calibration } = await measured(scenario, ground, false)
      judgement = judge(scenario, limit, measurement, calibration)
      const failed = measurement.arms.heartwood
      attempts.push(
        judgement?.measured.toPrecision(3) ??
          (failed !== undefined && 'failed' in failed ? failed.failed : 'no figure'),
      )
      if (judgement?.holds === true) break
    }
    if (judgement?.holds !== true) broken++
    const said =
      judgement?.holds === true ? 'holds' : limit === undefined ? 'no limit is kept: --record' : 'BROKEN'
    rows.push([
      scenario.name,
      attempts.join(', '),
      judgement?.limit.toString() ?? '',
      judgement?.against ?? '',
      said,
    ])
  }
  process.stdout.write(`${textTable(['scenario', 'measured', 'limit', 'of what', ''], rows)}\n`)
  return broken
}

async function record(ground: Ground): Promise<Record<string, Limit>> {
  const limits: Record<string, Limit> = {}
  for (const scenario of checked()) {
    const { measurement, calibration } = await measured(scenario, ground, true)
    limits[scenario.name] = limitOf(scenario, measurement, calibration)
  }
  return limits
}

/** Not what is measured on every core: how many there are, and what else runs on them, decides more than the code. */
const checked = (): Scenario[] =>
  SCENARIOS.filter(({ fullOnly, cores }) => fullOnly !== true && cores !== 'all')

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } })
  const all = JSON.parse(readFileSync(LIMITS, 'utf8')) as Limits
  const major = process.versions.node.split('.')[0] ?? ''
  const beam = Beam.find()
  const ground = { node: process.execPath, beam }
  try {
    if (beam === undefined)
      process.stdout.write('no erl here: against the calibration, not against the BEAM\n')
    if (values.record) {
      const kept = { ...all, [major]: await record(ground) }
      writeFileSync(LIMITS, `${JSON.stringify(kept, null, 2)}\n`)
      return 0
    }
    const limits = all[major]
    if (limits === undefined)
      throw new Error(`${LIMITS} has no limits for Node ${major}: npm run bench:check -- --record`)
    return (await check(limits, ground)) === 0 ? 0 : 1
  } finally {
    beam?.close()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) throw error
  process.stderr.write(`bench:check: ${(error as Error).message}\nThe one option is --record.\n`)
  process.exitCode = EXIT_USAGE
}
