/** The options of `npm run bench`. */
import { accessSync, constants } from 'node:fs'
import { parseArgs } from 'node:util'
import type { By } from './ratio.js'
import type { Scenario } from './scenario.js'
import { SCENARIOS, scenarioNamed } from './scenarios.js'

export interface Options {
  /** Undefined with `profile`, when none was named. */
  readonly scenarios: readonly Scenario[] | undefined
  readonly quick: boolean
  readonly json: boolean
  /** Profiles in place of measurements. Without names: of what misses a target. */
  readonly profile: boolean
  /** Whether the results are kept and the page written: what measures everything in full does, the rest if told to. */
  readonly record: boolean
  /** Nothing is measured. */
  readonly page: boolean
  /** What the printed tables compare. */
  readonly by: By
  readonly help: boolean
  /** The Node to measure. */
  readonly node: string
  readonly rounds: number | undefined
  /** Undefined: rounds are counted. Otherwise the part of its median that an interval may be wide. */
  readonly width: number | undefined
}

/** Wrong usage. Its message says what came, what was expected, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** As the exit code `usage` of the command line of Heartwood. */
export const EXIT_USAGE = 2

export const HELP = `npm run bench -- [options]

Measures every scenario, prints the tables, keeps the results and rewrites docs/benchmarks.md. With any option that
measures less it prints and keeps nothing, unless --record is given.

  --only NAME     this scenario alone; may be given several times
  --quick         small amounts, one round, no floors; under 50 s
  --rounds N      how often each arm runs; default 5, with --quick 1
  --intervals     measure the ratio to each other arm in rounds until its confidence interval is narrow, pinned to one core
                  where taskset is; a ratio that is not narrow after --rounds (default 60) is shown as such
  --width N       percent of its median that an interval may be wide; default 10
  --record        keep the results, beside what is kept of other scenarios, and rewrite the page
  --profile [NAME …]
                  where the time of Heartwood goes, by V8's profiler; without names for each scenario that misses a
                  target in the kept results of this Node, and kept
  --page          rewrite the page from what is kept; measures nothing
  --node PATH     measure this Node; default the one that runs the benchmark
  --cpu           print processor time, for a machine that is busy with other things
  --json          print JSON in place of the tables
  --help          this text

Scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}.
`

/** @throws UsageError */
export function parse(args: readonly string[]): Options {
  const { values, positionals } = parsed(args)
  const { quick, json, help, page, cpu, node, profile } = values
  const names = [...(values.only ?? []), ...positionals]
  const rounds = counted(values.rounds)
  const width = values.intervals ? percentOf(values.width ?? '10') : undefined
  if (values.width !== undefined && width === undefined)
    throw new UsageError('--width says how wide an interval may be: give --intervals as well.')
  if (values.intervals && profile)
    throw new UsageError('--intervals measures, and --profile does not. Leave one of them out.')
  const whole = !quick && names.length === 0 && rounds === undefined && width === undefined
  if (quick && values.record)
    throw new UsageError('--record keeps what was measured in full, not with --quick. Leave one of them out.')
  return {
    scenarios: profile && names.length === 0 ? undefined : chosen(names, quick),
    quick,
    json,
    help,
    profile,
    page,
    record: values.record || whole,
    by: cpu ? 'cpu' : 'clock',
    node: executable(node),
    rounds,
    width,
  }
}

function percentOf(width: string): number {
  const percent = Number(width)
  if (percent > 0 && percent <= 100) return percent / 100
  throw new UsageError(`--width takes percent, above 0 and up to 100, not '${width}'.`)
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      // Names follow --profile.
      allowPositionals: args.includes('--profile'),
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        cpu: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        page: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        intervals: { type: 'boolean', default: false },
        width: { type: 'string' },
        node: { type: 'string', default: process.execPath },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nnpm run bench -- --help lists the options.`)
  }
}

function chosen(names: readonly string[], quick: boolean): readonly Scenario[] {
  if (names.length === 0) return SCENARIOS.filter(({ fullOnly }) => !quick || fullOnly !== true)
  return names.map((name) => {
    const scenario = scenarioNamed(name)
    if (scenario !== undefined) return scenario
    const known = SCENARIOS.map((each) => each.name).join(', ')
    throw new UsageError(`There is no scenario '${name}'. There are: ${known}.`)
  })
}

function counted(rounds: string | undefined): number | undefined {
  if (rounds === undefined) return undefined
  const count = Number(rounds)
  if (Number.isInteger(count) && count >= 1 && count <= 99) return count
  throw new UsageError(`--rounds takes a whole number from 1 to 99, not '${rounds}'.`)
}

function executable(path: string): string {
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    throw new UsageError(`--node takes the path of a Node executable, and there is none at '${path}'.`)
  }
}
