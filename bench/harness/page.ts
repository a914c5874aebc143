/** Keeps results by version of Node, and writes `docs/benchmarks.md` from them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
import { SCENARIOS } from './scenarios.js'
import { markdownTable } from './table.js'

const BENCH = fileURLToPath(new URL('../..', import.meta.url))
const RESULTS = join(BENCH, 'results')
const TEMPLATE = join(BENCH, 'benchmarks.md')
const PAGE = join(BENCH, '..', 'docs', 'benchmarks.md')

const majorOf = ({ versions }: Results): number => Number.parseInt(versions.node, 10)

/** Keeps what was measured, beside what was measured before of other scenarios on that Node. */
export function record(results: Results): void {
  const file = join(RESULTS, `node-${majorOf(results)}.json`)
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(file, `${JSON.stringify(merged(before, results), null, 1)}\n`)
}

/** Newer measurements in place of older ones, in the order of the list of scenarios. */
export function merged(before: Results | undefined, now: Results): Results {
  const all = new Map<string, Measurement>()
  for (const each of [...(before?.measurements ?? []), ...now.measurements]) all.set(each.scenario, each)
  const measurements = SCENARIOS.flatMap(({ name }) => all.get(name) ?? [])
  return { ...now, measurements }
}

/** What is kept, the newest Node first. */
export function readAll(): Results[] {
  if (!existsSync(RESULTS)) return []
  const files = readdirSync(RESULTS).filter((name) => name.endsWith('.json'))
  const all = files.map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Results)
  return all.sort((a, b) => majorOf(b) - majorOf(a))
}

export function writePage(all: readonly Results[]): void {
  writeFileSync(PAGE, render(readFileSync(TEMPLATE, 'utf8'), all))
}

const UNMEASURED = '*Not measured since the benchmark last changed: `npm run bench:full` fills this in.*'

/** The template with the tables in their places. */
export function render(template: string, all: readonly Results[]): string {
  return template
    .replace('<!-- scenarios -->', () => scenarioTable())
    .replace('<!-- targets -->', () => (all.length === 0 ? UNMEASURED : all.map(targetsOf).join('\n\n')))
    .replace('<!-- tables -->', () => (all.length === 0 ? UNMEASURED : all.map(tablesOf).join('\n\n')))
}

/** How busy the machine was. One program is measured at a time, so anything much above 1 is somebody else's doing. */
function loadOf({ measurements }: Results): string {
  const loads = measurements.map(({ load }) => load)
  return `at a load of the machine from ${Math.min(...loads)} to ${Math.max(...loads)}`
}

function scenarioTable(): string {
  return markdownTable(
    ['scenario', 'what is done', 'amount'],
    SCENARIOS.map(({ title, how, sizes }) => [title, how, sizes.full.toLocaleString('en')]),
  )
}

function targetsOf(results: Results): string {
  return `### Node ${results.versions.node}\n\n${markdownTable(TARGET_HEAD, targetRows(results))}`
}

function tablesOf(results: Results): string {
  const { machine, versions } = results
  const beam =
    versions.otp === undefined
      ? 'no Erlang'
      : `Erlang/OTP ${versions.otp}, Elixir ${versions.elixir ?? 'not there'}`
  const packages = Object.entries(versions.packages).map((pair) => pair.join(' '))
  const days = [...new Set(results.measurements.map(({ day }) => day))].sort()
  return [
    `## Node ${versions.node}`,
    `V8 ${versions.v8}; ${beam}; ${packages.join(', ')}. ${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB, ${machine.system}. Measured ${days.join(', ')}, ${loadOf(results)}.`,
    markdownTable(MAIN_HEAD, mainRows(results)),
    '**The same in processor time, all threads**',
    markdownTable(MAIN_HEAD, mainRows(results, 'cpu')),
    '**Further figures of the same runs**',
    markdownTable(EXTRAS_HEAD, extraRows(results)),
    '**All other arms**',
    markdownTable(OTHERS_HEAD, otherRows(results)),
    ...failures(results).map((text) => `- Failed: ${text.split('\n')[0]}`),
  ].join('\n\n')
}
