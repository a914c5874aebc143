/** From a configuration as it is written to one that can run: settings read, applications made of them, all of it checked. */
import {
  LiveSettings,
  type ReadSettings,
  Redactor,
  readSettings,
  SETTINGS_SOURCES,
  type Settings,
  type SettingsSources,
} from '../../config/index.js'
import { checkKnown, HeartwoodError, within } from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import { type CheckedConfig, type ConfigOptions, withDefaults } from './config.js'
import { checkConfig, checkShape } from './config-check.js'
import { faultText } from './fault-location.js'
import { fingerprint } from './file-fingerprint.js'

/** Where a configuration that runs came from. */
export interface Origin {
  /** What messages call it. */
  readonly file: string
  /** The module that it was loaded from; undefined for one that code handed to `boot`. */
  readonly module: string | undefined
  readonly sources: SettingsSources
  /** As it was written. */
  readonly written: ConfigOptions
  readonly settings: LiveSettings | undefined
  /** What keeps nothing from starting, and is worth a look. */
  readonly warnings: readonly HeartwoodError[]
  /** The files that it was read from, there or not. */
  readonly files: readonly string[]
  /** Of what was in them. */
  readonly fingerprint: string
}

const ORIGIN = Symbol.for('heartwood.config.origin')

/** Where a resolved configuration came from; undefined for one that is not resolved. */
export function originOf(config: object): Origin | undefined {
  return (config as { [ORIGIN]?: () => Origin })[ORIGIN]?.()
}

/**
 * The configuration, which knows from now on where it came from; a copy of it does so, too. By a function: whoever prints
 * it must not see the variables that it was read from.
 */
export function withOrigin<C extends object>(config: C, origin: Origin): C {
  return Object.assign(config, { [ORIGIN]: () => origin })
}

/** What `resolveConfig` may be told. */
export interface ResolveOptions extends SettingsSources {
  /** The absolute path of the module it comes from. */
  readonly module?: string | undefined
}

const RESOLVE_OPTIONS = [...SETTINGS_SOURCES, 'module']

/**
 * Reads the settings of a configuration, makes its applications of them and checks it. `loadConfig` and `boot` do this.
 *
 * @param options where settings are read from; by default the program's environment and current folder
 * @throws what `checkConfig` and `readSettings` throw; CONFIG_FUNCTION_FAILED, CONFIG_FUNCTION_SILENT
 * @example
 * const { applications } = await resolveConfig(config, { variables: { PORT: '80' } })
 */
export async function resolveConfig(
  config: ConfigOptions,
  options: ResolveOptions = {},
): Promise<CheckedConfig> {
  checkKnown('resolveConfig', options, RESOLVE_OPTIONS)
  const known = typeof config === 'object' && config !== null ? originOf(config) : undefined
  if (known !== undefined) return checkConfig(config, known.file)
  const { module, ...sources } = options
  const { file = 'config', signal } = sources
  const read = await settingsOf(config, sources)
  const settings = read === undefined ? undefined : new LiveSettings(read)
  const files = [...(module === undefined ? [] : [module]), ...(settings?.files ?? [])]
  const content = { files, fingerprint: await fingerprint(files, signal) }
  const warnings = read?.warnings ?? []
  const origin: Origin = { file, module, sources, written: config, settings, warnings, ...content }
  const applications = await partInForce('applications', config, read?.value, { file, signal })
  const log = await partInForce('log', config, read?.value, { file, signal })
  const observer = await partInForce('observer', config, read?.value, { file, signal })
  const node = await partInForce('node', config, read?.value, { file, signal })
  return withOrigin(
    checkConfig({ ...config, applications, log, observer, node } as ConfigOptions, file),
    origin,
  )
}

/**
 * The settings of a configuration; undefined where it has none. Nothing else of it is made.
 *
 * @throws what `checkConfig` and `readSettings` throw; SETTINGS_ABSENT where something is to be set
 */
export async function settingsOf(
  config: ConfigOptions,
  sources: SettingsSources,
): Promise<ReadSettings | undefined> {
  const described = declaredSettings(config, sources.file)
  if (described !== undefined) return readSettings(described, sources)
  if (Object.keys(sources.overrides ?? {}).length === 0) return undefined
  const consequence = '--set has nothing to set'
  throw applicationError('SETTINGS_ABSENT', { file: sources.file ?? 'config', consequence })
}

/** The settings that a configuration describes. @throws what `checkConfig` throws */
export function declaredSettings(config: ConfigOptions, file = 'config'): Settings<unknown> | undefined {
  checkShape(config, file)
  // checkShape has seen to it that they are settings.
  return config.settings as Settings<unknown> | undefined
}

/**
 * A part of a configuration that may be a function of the settings. It has the time of the whole start.
 *
 * @throws CONFIG_FUNCTION_FAILED, CONFIG_FUNCTION_SILENT
 */
export async function partInForce(
  key: 'applications' | 'log' | 'observer' | 'node',
  written: ConfigOptions,
  settings: unknown,
  { file = 'config', signal }: SettingsSources,
): Promise<unknown> {
  const { [key]: part } = written
  if (typeof part !== 'function') return part
  const { bootTimeout: time } = withDefaults(written)
  const late = () => applicationError('CONFIG_FUNCTION_SILENT', { file, key, time })
  return within(called(part, key, settings, file), { time, late, signal })
}

type OfSettings = (settings: never) => unknown

async function called(part: OfSettings, key: string, settings: unknown, file: string): Promise<unknown> {
  try {
    // Only the configuration itself knows of which type they are.
    return await part(settings as never)
  } catch (error) {
    if (HeartwoodError.is(error)) throw error
    const said = faultText(error)
    const reason = new Redactor(settings).words(said)
    // An error that quotes a secret is not handed on: its stack does so, too.
    const options = reason === said ? { cause: error } : {}
    throw applicationError('CONFIG_FUNCTION_FAILED', { file, key, reason }, options)
  }
}
