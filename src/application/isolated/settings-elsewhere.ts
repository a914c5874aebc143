import type { ReadSettings } from '../../config/index.js'
import type { HeartwoodError } from '../../kernel/index.js'
import { applicationError } from '../errors.js'

/** Settings on their way to an isolated server. */
export interface SettingsElsewhere {
  readonly environment: string
  readonly value: unknown
  /** Keys whose values cannot cross, and why. */
  readonly withheld: readonly (readonly [key: string, reason: string])[]
}

/** What can cross of them. What cannot is told there to whoever asks for it. */
export function portableSettings(
  { environment, value }: ReadSettings,
  refusal: (value: unknown) => HeartwoodError | undefined,
): SettingsElsewhere {
  if (refusal(value) === undefined) return { environment, value, withheld: [] }
  const withheld: [string, string][] = []
  const kept: [string, unknown][] = []
  for (const [key, held] of Object.entries(value as object)) {
    const why = refusal(held)
    if (why === undefined) kept.push([key, held])
    else withheld.push([key, why.message])
  }
  return { environment, value: Object.fromEntries(kept), withheld }
}

/** As they are read there. */
export function settingsFrom({ environment, value, withheld }: SettingsElsewhere): ReadSettings {
  for (const [key, reason] of withheld) {
    Object.defineProperty(value, key, {
      configurable: true,
      get: () => {
        throw applicationError('SETTING_WITHHELD', { key, reason })
      },
    })
  }
  return { value, environment, files: [], origins: [], secrets: [], warnings: [] }
}
