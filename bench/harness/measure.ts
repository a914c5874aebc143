/** Measures scenarios: rounds in which the arms take turns, each sample from a fresh program. */
import { loadavg } from 'node:os'
import { ArmFailure, type Ground, isHere, sampleOf } from './arm.js'
import type { ArmResult, Measurement } from './results.js'
import type { Sample } from './sample.js'
import { type ArmName, amounts, armsOf, type Scenario, type SizeName } from './scenario.js'

export interface Plan {
  readonly size: SizeName
  readonly rounds: number
  /** Rounds of the scenarios that take long; default as many. */
  readonly longRounds?: number
  /** Default those of the scenario; with the quick amounts without its floors. */
  readonly arms?: readonly ArmName[]
}

/** Told of each sample as it comes. */
export type Progress = (scenario: Scenario, arm: ArmName, round: number) => void

export async function measure(
  scenario: Scenario,
  plan: Plan,
  ground: Ground,
  progress: Progress = () => {},
): Promise<Measurement> {
  const { size, warm } = amounts(scenario, plan.size)
  const load = Math.round((loadavg()[0] ?? 0) * 10) / 10
  const samples = new Map<ArmName, Sample[]>()
  const failed = new Map<ArmName, string>()
  const arms = plan.arms ?? (plan.size === 'quick' ? scenario.arms : armsOf(scenario))
  const here = arms.filter((arm) => isHere(scenario, arm, ground))
  const rounds = scenario.long === true ? (plan.longRounds ?? plan.rounds) : plan.rounds
  for (let round = 0; round < rounds; round++) {
    // Whoever comes first does so in every other round only.
    for (const arm of round % 2 === 0 ? here : [...here].reverse()) {
      if (failed.has(arm)) continue
      progress(scenario, arm, round)
      try {
        const sample = await sampleOf(scenario, arm, { size, warm }, ground)
        samples.set(arm, [...(samples.get(arm) ?? []), sample])
      } catch (error) {
        if (!(error instanceof ArmFailure)) throw error
        failed.set(arm, error.message)
      }
    }
  }
  const results = arms.map((arm) => [arm, resultOf(samples.get(arm), failed.get(arm))] as const)
  return {
    scenario: scenario.name,
    size,
    day: new Date().toISOString().slice(0, 10),
    load,
    arms: Object.fromEntries(results),
  }
}

function resultOf(samples: readonly Sample[] | undefined, failed: string | undefined): ArmResult {
  if (failed !== undefined) return { failed }
  if (samples === undefined) return { absent: 'not here' }
  const extra: Record<string, number[]> = {}
  for (const sample of samples) {
    const cpu = sample.cpu === undefined ? undefined : { cpu: sample.cpu }
    for (const [key, value] of Object.entries({ ...cpu, ...sample.extra }))
      extra[key] = [...(extra[key] ?? []), value]
  }
  return { samples: samples.map(({ value }) => value), extra }
}
