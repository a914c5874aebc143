/** Keeps results by version of Node, and writes `docs/benchmarks.md` from them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FLOOR_HEAD, floorRows, MISSED_HEAD, missedRows } from './floor-rows.js'
import { INTERVAL_HEAD, intervalRows } from './interval-rows.js'
import type { IntervalResults } from './measure-in-rounds.js'
import {
  functionLines,
  groupRows,
  mergedProfiles,
  type Profiles,
  profileHead,
  profileRows,
  profileSummary,
} from './profiles.js'
import { type Measurement, type Results, samplesOf, type Versions } from './results.js'
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
import { SCENARIOS, scenarioNamed } from './scenarios.js'
import { markdownTable } from './table.js'

const BENCH = fileURLToPath(new URL('../..', import.meta.url))
const RESULTS = join(BENCH, 'results')
const TEMPLATE = join(BENCH, 'benchmarks.md')
const PAGE = join(BENCH, '..', 'docs', 'benchmarks.md')

const majorOf = ({ versions }: { readonly versions: Versions }): number => Number.parseInt(versions.node, 10)

const profileFile = (node: string): string => join(RESULTS, `profile-${Number.parseInt(node, 10)}.json`)

/** Keeps profiles, beside those of other scenarios on that Node. */
export function recordProfiles(profiles: Profiles): void {
  const file = profileFile(profiles.versions.node)
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Profiles) : undefined
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(file, `${JSON.stringify(mergedProfiles(before, profiles), null, 1)}\n`)
}

/** Keeps what was measured, beside what was measured before of other scenarios on that Node. */
export function record(results: Results): void {
  const file = join(RESULTS, `node-${majorOf(results)}.json`)
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(file, `${JSON.stringify(merged(before, results), null, 1)}\n`)
}

/** Keeps intervals, beside those of other scenarios on that Node. */
export function recordIntervals(results: IntervalResults): void {
  const file = join(RESULTS, `intervals-${majorOf(results)}.json`)
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as IntervalResults) : undefined
  const all = new Map(
    [...(before?.intervals ?? []), ...results.intervals].map((each) => [each.scenario, each] as const),
  )
  const intervals = SCENARIOS.flatMap(({ name }) => all.get(name) ?? [])
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...results, intervals }, null, 1)}\n`)
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
  return kept<Results>(/^node-\d+\.json$/)
}

function kept<T extends { readonly versions: Versions }>(name: RegExp): T[] {
  if (!existsSync(RESULTS)) return []
  const files = readdirSync(RESULTS).filter((file) => name.test(file))
  const all = files.map((file) => JSON.parse(readFileSync(join(RESULTS, file), 'utf8')) as T)
  return all.sort((a, b) => majorOf(b) - majorOf(a))
}

/** Writes the page from what is kept. */
export function writePage(): void {
  writeFileSync(
    PAGE,
    render(
      readFileSync(TEMPLATE, 'utf8'),
      readAll(),
      kept<Profiles>(/^profile-\d+\.json$/),
      kept<IntervalResults>(/^intervals-\d+\.json$/),
    ),
  )
}

const UNMEASURED = '*Not measured since the benchmark last changed: `npm run bench:full` fills this in.*'

const UNMEASURED_INTERVALS = '*Not measured: `npm run bench -- --intervals --record` fills this in.*'

const UNPROFILED =
  '*Not profiled since the benchmark last changed: `npm run bench -- --profile` fills this in.*'

/** The template with the tables in their places, and with links from the folder of the page, which is not that of the template. */
export function render(
  template: string,
  all: readonly Results[],
  profiles: readonly Profiles[] = [],
  intervals: readonly IntervalResults[] = [],
): string {
  // The targets are for the newest Node, and so is what is said of those that are missed.
  const [newest] = all
  const [profiled] = profiles
  return template
    .replace('<!-- scenarios -->', () => scenarioTable())
    .replace('<!-- targets -->', () => (all.length === 0 ? UNMEASURED : all.map(targetsOf).join('\n\n')))
    .replace('<!-- missed -->', () => (newest === undefined ? UNMEASURED : missedOf(newest)))
    .replace('<!-- floors -->', () =>
      newest === undefined ? UNMEASURED : markdownTable(FLOOR_HEAD, floorRows(newest)),
    )
    .replace('<!-- profiles -->', () => (profiled === undefined ? UNPROFILED : profilesOf(profiled)))
    .replace('<!-- intervals -->', () =>
      intervals.length === 0 ? UNMEASURED_INTERVALS : intervals.map(intervalsOn).join('\n\n'),
    )
    .replace('<!-- tables -->', () => (all.length === 0 ? UNMEASURED : all.map(tablesOf).join('\n\n')))
    .replaceAll('](../docs/', '](')
}

/** How busy the machine was. One program is measured at a time, so anything much above 1 is somebody else's doing. */
function loadOf({ measurements }: Results): string {
  const loads = measurements.map(({ load }) => load)
  return `at a load of the machine from ${Math.min(...loads)} to ${Math.max(...loads)}`
}

/** How often each arm ran: fewer rounds than the plan has may have been asked for. */
function roundsOf({ measurements }: Results): string {
  const rounds = measurements.map((each) => samplesOf(each, 'heartwood')?.length ?? 0)
  const [least, most] = [Math.min(...rounds), Math.max(...rounds)]
  return least === most ? `${most} rounds` : `${least} to ${most} rounds`
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

function missedOf(results: Results): string {
  const rows = missedRows(results)
  return rows.length === 0 ? '*No target is missed.*' : markdownTable(MISSED_HEAD, rows)
}

function profilesOf({ profiles, versions, interval }: Profiles): string {
  const sections = profiles.flatMap((profile) => {
    const scenario = scenarioNamed(profile.scenario)
    if (scenario === undefined) return []
    return [
      `#### Profile: ${scenario.title}`,
      profileSummary(scenario, profile),
      markdownTable(profileHead(profile), profileRows(scenario, profile)),
      ...functionLines(profile).map((line) => `The largest functions: ${line}.`),
    ]
  })
  return [
    `Node ${versions.node}, V8 ${versions.v8}, a sample each ${interval} µs.`,
    markdownTable(['group', 'what is in it'], groupRows(profiles)),
    ...sections,
  ].join('\n\n')
}

function intervalsOn(results: IntervalResults): string {
  const loads = results.intervals.flatMap(({ load }) => load)
  const days = [...new Set(results.intervals.map(({ day }) => day))].sort()
  return [
    `### Intervals on Node ${results.versions.node}`,
    `Measured ${days.join(', ')} at a load of the machine from ${Math.min(...loads)} to ${Math.max(...loads)}.`,
    markdownTable(INTERVAL_HEAD, intervalRows(results)),
  ].join('\n\n')
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
    `V8 ${versions.v8}; ${beam}; ${packages.join(', ')}. ${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB, ${machine.system}. Measured ${days.join(', ')} in ${roundsOf(results)}, ${loadOf(results)}.`,
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
