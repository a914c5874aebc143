/** The options of `npm run bench`. */
import { accessSync, constants } from 'node:fs'
import { parseArgs } from 'node:util'
import type { By } from './ratio.js'
import type { Scenario } from './scenario.js'
import { SCENARIOS, scenarioNamed } from './scenarios.js'

export interface Options {
  readonly scenarios: readonly Scenario[]
  readonly quick: boolean
  readonly json: boolean
  /** What the printed tables compare. */
  readonly by: By
  readonly help: boolean
  /** The Node to measure. */
  readonly node: string
  readonly rounds: number | undefined
}

/** Wrong usage. Its message says what came, what was expected, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** As the exit code `usage` of the command line of Heartwood. */
export const EXIT_USAGE = 2

export const HELP = `npm run bench -- [options]

  --quick         small amounts and few rounds, under 50 s; prints, and writes nothing
  --only NAME     this scenario alone; may be given several times
  --rounds N      how often each arm runs; default 5, with --quick 1
  --node PATH     measure this Node; default the one that runs the benchmark
  --cpu           print processor time, for a machine that is busy with other things
  --json          print the results as JSON
  --help          this text

Scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}.
`

/** @throws UsageError */
export function parse(args: readonly string[]): Options {
  const { values } = parsed(args)
  const { quick, json, help, cpu, node, rounds } = values
  return {
    scenarios: chosen(values.only, quick),
    quick,
    json,
    help,
    by: cpu ? 'cpu' : 'clock',
    node: executable(node),
    rounds: counted(rounds),
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        cpu: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        node: { type: 'string', default: process.execPath },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nnpm run bench -- --help lists the options.`)
  }
}

function chosen(names: readonly string[] | undefined, quick: boolean): readonly Scenario[] {
  if (names === undefined) return SCENARIOS.filter(({ fullOnly }) => !quick || fullOnly !== true)
  return names.map((name) => {
    const scenario = scenarioNamed(name)
    if (scenario !== undefined) return scenario
    const known = SCENARIOS.map((each) => each.name).join(', ')
    throw new UsageError(`--only takes the name of a scenario, not '${name}'. There are: ${known}.`)
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
