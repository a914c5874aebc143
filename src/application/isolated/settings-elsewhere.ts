import type { ReadSettings } from '../../config/index.js'
import type { HeartwoodError } from '../../kernel/index.js'
import { applicationError } from '../errors.js'

/** The settings that are sent to an isolated server. */
export interface SettingsElsewhere {
  readonly environment: string
  readonly value: unknown
  /** The keys whose values cannot be sent, with the reason. */
  readonly withheld: readonly (readonly [key: string, reason: string])[]
}

/** The part of the settings that can be sent. On the other side, reading any other setting throws the reason. */
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

/** The settings on the other side. */
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
