/** Settings whose values nobody read, for a look at what depends on them. */
import { configError } from './errors.js'
import { LiveSettings } from './live-settings.js'
import { Shape } from './schema/schema-shape.js'
import type { Settings } from './settings.js'
import { isSection } from './settings-path.js'
import { Layers, type SettingsSources } from './sources/settings-layers.js'

/** What stands in for settings. */
export interface StandIn {
  /** For tokens: of a schema that does not say its keys, any may be there. */
  readonly settings: LiveSettings
  /** Values of the kinds that the schema makes, defaults among them; undefined where it does not say which. */
  readonly value: unknown
}

/**
 * What stands in for settings, without a look at any of their sources.
 *
 * @throws SETTINGS_OPTION_INVALID for secrets that there cannot be: they are misspelt, and what they mean would be shown
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

/** Whether there is the environment that is asked for. @throws ENVIRONMENT_UNKNOWN */
export async function checkEnvironment(
  { options }: Settings<unknown>,
  sources: SettingsSources,
): Promise<void> {
  await Layers.check(options, sources)
}
