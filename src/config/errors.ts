import { errorsOf } from '../kernel/index.js'

/** What this layer raises. */
export const CONFIG_ERRORS = {
  SETTINGS_INVALID: '{*problems}',
  SETTINGS_OPTION_INVALID: 'defineSettings: {option} must be {expected}, but is {value}.',
  SETTINGS_FILE_INVALID: 'the settings file {file} cannot be used: {reason}',
  SETTINGS_SCHEMA_FAILED:
    '{file}: the schema of the settings failed: {reason}. A schema answers with issues and does not throw.',
  SETTINGS_SCHEMA_SILENT:
    '{file}: the schema of the settings has not answered in {time} ms. A rule of it waits for something that never comes.',
  ENV_FILE_INVALID: '{file}{line}: {reason}',
  ENVIRONMENT_UNKNOWN:
    'there is no environment "{name}"{suggestion}. Known environments: {known}. Name it with --env or HEARTWOOD_ENV, or give the settings an overlay of that name.',
} as const

export const configError = errorsOf(CONFIG_ERRORS)
