/**
 * `npm run bench`: measures, prints the tables, keeps the results and writes the page.
 *
 * Exit code 0: measured. 1: an arm of Heartwood's failed. 2: wrong usage.
 */
import type { Ground } from './arm.js'
import { Beam } from './beam.js'
import { machine, versions } from './machine.js'
import { measure } from './measure.js'
import { EXIT_USAGE, HELP, type Options, parse, UsageError } from './options.js'
import { readAll, record, writePage } from './page.js'
import type { By } from './ratio.js'
import type { Measurement, Results } from './results.js'
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
import { textTable } from './table.js'

const ROUNDS = { full: 5, long: 3, quick: 1 }

async function main(options: Options): Promise<number> {
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  const beam = Beam.find()
  try {
    const results = await measured(options, { node: options.node, beam })
    if (!options.quick) {
      record(results)
      writePage(readAll())
    }
    if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
    else show(results, options.by)
    return results.measurements.some(({ arms }) => 'failed' in (arms.heartwood ?? {})) ? 1 : 0
  } finally {
    beam?.close()
  }
}

async function measured({ quick, scenarios, rounds }: Options, ground: Ground): Promise<Results> {
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
