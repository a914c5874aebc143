/** Stand-ins for settings: values of the right type that are not read from any source, for checks of code that needs settings. */
import { configError } from './errors.js'
import { LiveSettings } from './live-settings.js'
import { Shape } from './schema/schema-shape.js'
import type { Settings } from './settings.js'
import { isSection } from './settings-path.js'
import { Layers, type SettingsSources } from './sources/settings-layers.js'

/** A stand-in for settings. */
export interface StandIn {
  /** The settings for tokens. If the schema does not list its keys, any key may exist. */
  readonly settings: LiveSettings
  /** Values of the types that the schema makes, with its defaults; `undefined` if the schema does not describe them. */
  readonly value: unknown
}

/**
 * Makes a stand-in for settings without reading any source.
 *
 * @throws SETTINGS_OPTION_INVALID for a secret whose key cannot exist: it is misspelt, and the value that it means would be shown
 */
export function standIn({ options }: Settings<unknown>): StandIn {
  const { schema, secrets = [] } = options
  const misspelt = Shape.ofInput(schema)?.firstUnknown(secrets)
  if (misspelt !== undefined) {
    const details = { option: 'secrets', expected: 'keys of the settings', value: `"${misspelt}"` }
    throw configError('SETTINGS_OPTION_INVALID', details)
  }
  const value = (Shape.ofOutput(schema) ?? Shape.ofInput(schema))?.standIn(secrets)
  const known = isSection(value) ? value : undefined
  const read = { value: known ?? {}, environment: '', files: [], origins: [], secrets, warnings: [] }
  return { settings: new LiveSettings(read, known === undefined), value: known }
}

/** Checks that the chosen environment exists. @throws ENVIRONMENT_UNKNOWN */
export async function checkEnvironment(
  { options }: Settings<unknown>,
  sources: SettingsSources,
): Promise<void> {
  await Layers.check(options, sources)
}
