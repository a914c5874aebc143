/** Profiles as they are kept in `results/`, and as rows of text. */
import { figure, percent } from './figures.js'
import type { Share, Shares } from './profile.js'
import { GROUPS } from './profile-groups.js'
import type { Machine, Versions } from './results.js'
import type { Row } from './rows.js'
import type { Scenario } from './scenario.js'
import { SCENARIOS } from './scenarios.js'

/** What the profiler said of Heartwood's arm of a scenario. */
export interface Profile {
  readonly scenario: string
  readonly size: number
  readonly day: string
  readonly load: number
  /** The figure with the profiler on, and without, in the unit of the scenario; of runs that took turns in one program. */
  readonly profiled: number
  readonly bare: number
  /** The one part of most scenarios has no name. */
  readonly parts: readonly (Shares & { readonly part: string })[]
}

export interface Profiles {
  readonly machine: Machine
  readonly versions: Versions
  /** Microseconds between two samples. */
  readonly interval: number
  readonly profiles: readonly Profile[]
}

/** Newer profiles in place of older ones, in the order of the list of scenarios. */
export function mergedProfiles(before: Profiles | undefined, now: Profiles): Profiles {
  const all = new Map<string, Profile>()
  for (const each of [...(before?.profiles ?? []), ...now.profiles]) all.set(each.scenario, each)
  return { ...now, profiles: SCENARIOS.flatMap(({ name }) => all.get(name) ?? []) }
}

/** Groups with less are summed up as the rest. */
const LEAST = 0.005
const REST = 'the rest'

export function profileHead({ parts }: Profile): Row {
  return ['where the time goes', ...parts.flatMap(({ part }) => (part === '' ? ['share', 'each'] : [part]))]
}

/** A row for each group that has a share worth naming in some part, the largest first. */
export function profileRows(scenario: Scenario, { parts, bare }: Profile): Row[] {
  const shares = parts.map(({ groups }) => new Map(groups.map(({ name, share }) => [name, share])))
  const largest = (name: string): number => Math.max(...shares.map((part) => part.get(name) ?? 0))
  const names = [...new Set(parts.flatMap(({ groups }) => groups.map(({ name }) => name)))]
  const named = names.filter((name) => largest(name) >= LEAST).sort((a, b) => largest(b) - largest(a))
  const cells = (share: number, part: string): string[] =>
    part === '' ? [percent(share), figure(share * bare, scenario.unit)] : [percent(share)]
  const row = (name: string, of: (at: number) => number): Row => [
    name,
    ...parts.flatMap(({ part }, at) => cells(of(at), part)),
  ]
  const rest = (at: number): number =>
    names.filter((name) => !named.includes(name)).reduce((sum, name) => sum + (shares[at]?.get(name) ?? 0), 0)
  const rows = named.map((name) => row(name, (at) => shares[at]?.get(name) ?? 0))
  return named.length === names.length ? rows : [...rows, row(REST, rest)]
}

/** The functions with the largest time of their own, of each part. */
export function functionLines({ parts }: Profile): string[] {
  return parts.map(
    ({ part, functions }) => `${part === '' ? '' : `${part}: `}${functions.map(said).join(', ')}`,
  )
}

const said = ({ name, share }: Share): string => `\`${name}\` ${percent(share)}`

/** What was profiled, how long it took with and without, and of how many samples this is. */
export function profileSummary(scenario: Scenario, { profiled, bare, parts, load }: Profile): string {
  const samples = parts.reduce((sum, part) => sum + part.samples, 0).toLocaleString('en')
  const cost =
    scenario.unit === 'times'
      ? 'Run once, under the profiler.'
      : `${figure(bare, scenario.unit)} each, under the profiler ${figure(profiled, scenario.unit)}.`
  return `${cost} ${samples} samples, at a load of the machine of ${load}.`
}

/** The groups that occur, and what is in them. */
export function groupRows(profiles: readonly Profile[]): Row[] {
  const seen = new Set(
    profiles.flatMap(({ parts }) =>
      parts.flatMap(({ groups }) => groups.filter(({ share }) => share >= LEAST).map(({ name }) => name)),
    ),
  )
  return GROUPS.filter(({ name }) => seen.has(name)).map(({ name, what }) => [name, what])
}
