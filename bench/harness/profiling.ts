/** `npm run bench -- --profile`: where the time of Heartwood's arms goes. */
import { loadavg } from 'node:os'
import { type Ground, sampleOf } from './arm.js'
import { machine, versions } from './machine.js'
import { INTERVAL, type ProfiledSample } from './profiler.js'
import {
  functionLines,
  type Profile,
  type Profiles,
  profileHead,
  profileRows,
  profileSummary,
} from './profiles.js'
import { amounts, type Scenario, type SizeName } from './scenario.js'
import { scenarioNamed } from './scenarios.js'
import { textTable } from './table.js'

const MOST_RUNS: Readonly<Record<SizeName, number>> = { full: 25, quick: 8, tiny: 1 }

/** @throws ArmFailure */
export async function profilesOf(
  scenarios: readonly Scenario[],
  size: SizeName,
  ground: Ground,
  progress: (scenario: Scenario) => void,
): Promise<Profiles> {
  const profiles: Profile[] = []
  for (const scenario of scenarios) {
    progress(scenario)
    profiles.push(await profileOf(scenario, size, ground))
  }
  return { machine: machine(), versions: versions(ground), interval: INTERVAL, profiles }
}

async function profileOf(scenario: Scenario, size: SizeName, ground: Ground): Promise<Profile> {
  const amount = amounts(scenario, size)
  const load = Math.round((loadavg()[0] ?? 0) * 10) / 10
  const profiles = scenario.long === true ? 1 : MOST_RUNS[size]
  const sample = (await sampleOf(scenario, 'heartwood', { ...amount, profiles }, ground)) as ProfiledSample
  const day = new Date().toISOString().slice(0, 10)
  return { scenario: scenario.name, size: amount.size, day, load, ...sample.profile }
}

export function showProfiles({ profiles, versions: { node, v8 }, interval }: Profiles): string {
  const texts = profiles.flatMap((profile) => {
    const scenario = scenarioNamed(profile.scenario)
    if (scenario === undefined) return []
    return [
      `${scenario.title} (${scenario.name})\n${profileSummary(scenario, profile)}`,
      textTable(profileHead(profile), profileRows(scenario, profile)),
      ...functionLines(profile).map((line) => line.replaceAll('`', '')),
    ]
  })
  return [`Node ${node} (V8 ${v8}), a sample each ${interval} µs`, ...texts].join('\n\n')
}
