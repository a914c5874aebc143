/**
 * `npm run bench`: measures, prints the tables, keeps the results and writes the page.
 *
 * Exit code 0: measured. 1: an arm of Heartwood's failed. 2: wrong usage.
 */

import type { Ground } from './arm.js'
import { Beam } from './beam.js'
import { missedScenarios } from './floor-rows.js'
import { INTERVAL_HEAD, intervalRows } from './interval-rows.js'
import { machine, versions } from './machine.js'
import { measure } from './measure.js'
import { intervalsOf, type ScenarioIntervals } from './measure-in-rounds.js'
import { EXIT_USAGE, HELP, type Options, parse, UsageError } from './options.js'
import { readAll, record, recordIntervals, recordProfiles, writePage } from './page.js'
import { Pin } from './pin.js'
import { profilesOf, showProfiles } from './profiling.js'
import type { By } from './ratio.js'
import type { Measurement, Results, Versions } from './results.js'
import {
  EXTRAS_HEAD,
  extraRows,
  failures,
  MAIN_HEAD,
  mainRows,
  OTHERS_HEAD,
  otherRows,
  TARGET_HEAD,
  targetRows,
} from './rows.js'
import type { Scenario } from './scenario.js'
import { SCENARIOS } from './scenarios.js'
import { textTable } from './table.js'

const ROUNDS = { full: 5, long: 3, quick: 1 }
/** After so many rounds an interval that is too wide is given up. */
const MOST_ROUNDS = 60

async function main(options: Options): Promise<number> {
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (options.page) {
    writePage()
    return 0
  }
  if (options.profile) return profile(options)
  const beam = Beam.find()
  try {
    if (options.width !== undefined) return await intervals(options, options.width, beam)
    const results = await measured(options, { node: options.node, beam })
    if (options.record) {
      record(results)
      writePage()
    }
    if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
    else show(results, options.by)
    return results.measurements.some(({ arms }) => 'failed' in (arms.heartwood ?? {})) ? 1 : 0
  } finally {
    beam?.close()
  }
}

async function intervals(options: Options, width: number, beam: Beam | undefined): Promise<number> {
  const ground = { node: options.node, beam, pin: Pin.find() }
  const plan = {
    size: options.quick ? ('quick' as const) : ('full' as const),
    width,
    most: options.rounds ?? MOST_ROUNDS,
    by: options.by,
  }
  const all: ScenarioIntervals[] = []
  for (const scenario of options.scenarios ?? []) {
    if (scenario.arms.length < 2) continue
    all.push(
      await intervalsOf(scenario, plan, ground, (arm, round) =>
        tell(`${scenario.name} · ${arm} · round ${round + 1}`),
      ),
    )
  }
  tell('')
  const results = { machine: machine(), versions: versions(ground), intervals: all }
  if (options.record) {
    recordIntervals(results)
    writePage()
  }
  const shown = options.json
    ? JSON.stringify(results, null, 2)
    : textTable(INTERVAL_HEAD, intervalRows(results))
  process.stdout.write(`${shown}\n`)
  return 0
}

async function profile({ scenarios, node, quick, json, record }: Options): Promise<number> {
  const ground = { node, beam: undefined }
  const profiles = await profilesOf(
    scenarios ?? missing(versions(ground)),
    quick ? 'quick' : 'full',
    ground,
    ({ name }) => tell(`${name} · profile`),
  )
  tell('')
  if (record) {
    recordProfiles(profiles)
    writePage()
  }
  process.stdout.write(`${json ? JSON.stringify(profiles, null, 2) : showProfiles(profiles)}\n`)
  return 0
}

/** The scenarios that miss a target in what is kept of a version of Node. */
function missing({ node }: Versions): readonly Scenario[] {
  const kept = readAll().find(
    ({ versions }) => Number.parseInt(versions.node, 10) === Number.parseInt(node, 10),
  )
  if (kept !== undefined) return SCENARIOS.filter(({ name }) => missedScenarios(kept).includes(name))
  throw new UsageError(
    `Nothing is kept of Node ${node}. Name scenarios: --profile call; or run the benchmark.`,
  )
}

async function measured({ quick, scenarios = [], rounds }: Options, ground: Ground): Promise<Results> {
  const plan = {
    size: quick ? ('quick' as const) : ('full' as const),
    rounds: rounds ?? (quick ? ROUNDS.quick : ROUNDS.full),
    longRounds: rounds ?? (quick ? ROUNDS.quick : ROUNDS.long),
  }
  const measurements: Measurement[] = []
  for (const scenario of scenarios) {
    measurements.push(
      await measure(scenario, plan, ground, ({ name }, arm, round) =>
        tell(`${name} · ${arm} · round ${round + 1}`),
      ),
    )
  }
  tell('')
  return { machine: machine(), versions: versions(ground), measurements }
}

/** What is going on, where somebody looks at it. */
function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`)
}

function show(results: Results, by: By): void {
  const { machine: own, versions: used } = results
  const beam = used.otp === undefined ? 'no erl here' : `OTP ${used.otp}, Elixir ${used.elixir ?? 'not here'}`
  const packages = Object.entries(used.packages).map((pair) => pair.join(' '))
  const tables = [
    `Node ${used.node} (V8 ${used.v8}), ${beam}, ${packages.join(', ')}`,
    `${own.processor}, ${own.cores} cores, ${own.memory} GiB, ${own.system}`,
    ...(
      [
        [MAIN_HEAD, mainRows(results, by)],
        [OTHERS_HEAD, otherRows(results, by)],
        [EXTRAS_HEAD, extraRows(results)],
        [TARGET_HEAD, targetRows(results, by)],
      ] as const
    ).flatMap(([head, rows]) => (rows.length === 0 ? [] : [textTable(head, rows)])),
    ...failures(results).map((text) => `FAILED ${text}`),
  ]
  process.stdout.write(`${tables.join('\n\n')}\n`)
}

try {
  process.exitCode = await main(parse(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`bench: ${error.message}\n`)
  process.exitCode = EXIT_USAGE
}
