import { errorsOf } from '../kernel/index.js'

/** The errors of this layer, by code. */
export const CONFIG_ERRORS = {
  SETTINGS_INVALID: '{*problems}',
  SETTINGS_OPTION_INVALID: 'defineSettings: {option} must be {expected}, but is {value}.',
  SETTINGS_FILE_INVALID: 'the settings file {file} cannot be used: {reason}',
  SETTINGS_SCHEMA_FAILED:
    '{file}: the schema of the settings failed: {reason}. A schema must return issues and not throw.',
  SETTINGS_SCHEMA_SILENT:
    '{file}: the schema of the settings has not answered in {time} ms. One of its rules waits for something that does not happen.',
  ENV_FILE_INVALID: '{file}{line}: {reason}',
  ENVIRONMENT_UNKNOWN:
    'there is no environment "{name}"{suggestion}. Known environments: {known}. Looked for {looked}. Name it with --env or HEARTWOOD_ENV, or give the settings an overlay of that name.',
  SECRET_FILE_INVALID: '{place}: {variable} cannot be used: {reason}.',
  SETTINGS_PARSER_MISSING:
    'the settings file {file} is YAML, and the package that reads it is not installed. Install it beside Heartwood: npm install yaml',
  SETTINGS_SCHEMA_OPAQUE: '{file}: the schema of the settings cannot be given as JSON Schema: {reason}.',
  SETTINGS_KEY_UNKNOWN: '{place}: {key} is not a known key{suggestion}, and counts for nothing.',
} as const

export const configError = errorsOf(CONFIG_ERRORS)
