/** The resolution of a configuration: its settings are read, its functions of the settings are called, and the result is checked. */
import {
  LiveSettings,
  type ReadSettings,
  Redactor,
  readSettings,
  SETTINGS_SOURCES,
  type Settings,
  type SettingsSources,
} from '../../config/index.js'
import { checkKnown, HeartwoodError, read, within } from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import { type CheckedConfig, type ConfigOptions, withDefaults } from './config.js'
import { checkConfig, checkShape } from './config-check.js'
import { faultText } from './fault-location.js'
import { fingerprint } from './file-fingerprint.js'

/** The origin of a resolved configuration. */
export interface Origin {
  /** The source, for messages. */
  readonly file: string
  /** The module that it was loaded from; `undefined` if code passed it to `boot`. */
  readonly module: string | undefined
  readonly sources: SettingsSources
  /** The configuration as it was written. */
  readonly written: ConfigOptions
  readonly settings: LiveSettings | undefined
  /** The warnings, which do not prevent a start. */
  readonly warnings: readonly HeartwoodError[]
  /** The files that it depends on, whether they exist or not. */
  readonly files: readonly string[]
  /** The fingerprint of these files. */
  readonly fingerprint: string
}

const ORIGIN = Symbol.for('heartwood.config.origin')

/** The origin of a configuration; `undefined` if it is not resolved. */
export function originOf(config: object): Origin | undefined {
  return (read(config, ORIGIN) as (() => Origin) | undefined)?.call(config)
}

/**
 * Adds the origin to a configuration; copies of it have it too. It is stored as a function, so that a printed configuration does not
 * show the environment variables.
 */
export function withOrigin<C extends object>(config: C, origin: Origin): C {
  return Object.assign(config, { [ORIGIN]: () => origin })
}

/** The options of `resolveConfig`. */
export interface ResolveOptions extends SettingsSources {
  /** The absolute path of the config module. */
  readonly module?: string | undefined
}

const RESOLVE_OPTIONS = [...SETTINGS_SOURCES, 'module']

/**
 * Reads the settings of a configuration, calls its functions of them, and checks the result. `loadConfig` and `boot` do this.
 *
 * @param options the sources of the settings; by default the environment variables and the current folder of the program
 * @throws the errors of `checkConfig` and `readSettings`; CONFIG_FUNCTION_FAILED, CONFIG_FUNCTION_SILENT
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
  const cluster = await partInForce('cluster', config, read?.value, { file, signal })
  return withOrigin(
    checkConfig({ ...config, applications, log, observer, node, cluster } as ConfigOptions, file),
    origin,
  )
}

/**
 * Reads only the settings of a configuration; `undefined` if it has none.
 *
 * @throws the errors of `checkConfig` and `readSettings`; SETTINGS_ABSENT if there are overrides but no settings
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

/** The description of settings in a configuration. @throws the errors of `checkConfig` */
export function declaredSettings(config: ConfigOptions, file = 'config'): Settings<unknown> | undefined {
  checkShape(config, file)
  // `checkShape` has checked the type.
  return config.settings as Settings<unknown> | undefined
}

/**
 * A part of a configuration; if it is a function of the settings, its result. The function may take as long as the whole start.
 *
 * @throws CONFIG_FUNCTION_FAILED, CONFIG_FUNCTION_SILENT
 */
export async function partInForce(
  key: 'applications' | 'log' | 'observer' | 'node' | 'cluster',
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
    // The type of the settings is known only where the configuration was written.
    return await part(settings as never)
  } catch (error) {
    if (HeartwoodError.is(error)) throw error
    const said = faultText(error)
    const reason = new Redactor(settings).words(said)
    // An error that quotes a secret is no `cause`, since its stack quotes it too.
    const options = reason === said ? { cause: error } : {}
    throw applicationError('CONFIG_FUNCTION_FAILED', { file, key, reason }, options)
  }
}
