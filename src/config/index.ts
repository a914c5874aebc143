/** Settings: their sources, their schema, their secrets, and what changed in them. */
export { CONFIG_ERRORS } from './errors.js'
export type { SettingsProblem } from './issues.js'
export { freshUrl, type SettingsSources } from './layers.js'
export { LiveSettings } from './live-settings.js'
export type { Partially, Path, PathValue, WithSecrets } from './path.js'
export { checkValue, type ReadSettings, readSettings } from './reading.js'
export { Redactor } from './redactor.js'
export {
  type AnySettingsOptions,
  type ConfigToken,
  defineSettings,
  pathOfToken,
  Settings,
  type SettingsOf,
  type SettingsOptions,
  type Values,
} from './settings.js'
export type {
  SchemaInput,
  SchemaOutput,
  StandardSchema,
} from './standard-schema.js'
