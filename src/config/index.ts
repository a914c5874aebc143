/** Settings: their sources, their schema, their secrets, and what changed in them. */
export { namesIn } from './environment.js'
export { CONFIG_ERRORS } from './errors.js'
export type { SettingsProblem } from './issues.js'
export { jsonSchemaOf } from './json-schema.js'
export type { SettingOrigin, SourceKind } from './layer.js'
export type { SettingsSources } from './layers.js'
export { LiveSettings } from './live-settings.js'
export type { Partially, Path, PathValue, WithSecrets } from './path.js'
export { checkValue, type ReadSettings, readSettings } from './reading.js'
export { isSecretKey, Redactor } from './redactor.js'
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
export { contentOf } from './source-file.js'
export { checkEnvironment, standIn } from './stand-in.js'
export type {
  SchemaInput,
  SchemaOutput,
  StandardSchema,
} from './standard-schema.js'
export { freshUrl } from './values-file.js'
