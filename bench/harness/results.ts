/** What a run has measured, as it is kept in `results/` and printed by `--json`. */
import type { ArmName } from './scenario.js'

/** What became of one arm. */
export type ArmResult =
  | { readonly samples: readonly number[]; readonly extra: Readonly<Record<string, readonly number[]>> }
  | { readonly failed: string }
  | { readonly absent: string }

export interface Measurement {
  readonly scenario: string
  readonly size: number
  /** The day it was measured. */
  readonly day: string
  /** The load of the machine in the minute before: how much else there was to do. */
  readonly load: number
  readonly arms: Partial<Record<ArmName, ArmResult>>
}

export interface Machine {
  readonly processor: string
  readonly cores: number
  /** Gigabytes. */
  readonly memory: number
  readonly system: string
}

export interface Versions {
  readonly node: string
  readonly v8: string
  /** `OTP 25 (erts 13.1.5)`; undefined where there is no `erl`. */
  readonly otp?: string
  readonly elixir?: string
  readonly packages: Readonly<Record<string, string>>
}

export interface Results {
  readonly machine: Machine
  readonly versions: Versions
  readonly measurements: readonly Measurement[]
}

/** The samples of an arm; undefined when it gave none. */
export function samplesOf(
  measurement: Measurement | undefined,
  arm: ArmName,
  extra?: string,
): readonly number[] | undefined {
  const result = measurement?.arms[arm]
  if (result === undefined || !('samples' in result)) return undefined
  return extra === undefined ? result.samples : result.extra[extra]
}
