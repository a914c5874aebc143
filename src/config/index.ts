/** Settings: their sources, schema, secrets and changes. */

export { CONFIG_ERRORS } from './errors.js'
export { LiveSettings } from './live-settings.js'
export { checkValue, type ReadSettings, readSettings } from './read-settings.js'
export { Redactor } from './redactor.js'
export { jsonSchemaOf } from './schema/json-schema.js'
export type { SettingsProblem } from './schema/schema-issues.js'
export type {
  SchemaInput,
  SchemaOutput,
  StandardSchema,
} from './schema/standard-schema.js'
export {
  type AnySettingsOptions,
  type ConfigToken,
  defineSettings,
  GIVES_TOKEN,
  pathOfToken,
  Settings,
  type SettingsOf,
  type SettingsOptions,
  tokenOf,
  type Values,
} from './settings.js'
export { type ListedSetting, listSettings } from './settings-list.js'
export type { Partially, Path, PathValue, WithSecrets } from './settings-path.js'
export { checkEnvironment, standIn } from './settings-stand-in.js'
export { isWorkedOn } from './sources/environment.js'
export { SETTINGS_SOURCES, type SettingsSources } from './sources/settings-layers.js'
export type { SettingOrigin, SourceKind } from './sources/settings-source.js'
export { contentOf } from './sources/source-file.js'
export { freshUrl } from './sources/values-file.js'
