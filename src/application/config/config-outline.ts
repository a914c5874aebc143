/** A configuration as far as it is known without the values of its settings. */
import { checkEnvironment, type SettingsSources, standIn } from '../../config/index.js'
import { HeartwoodError } from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import type { Application } from '../lifecycle/application.js'
import { type CheckedConfig, type ConfigOptions, withDefaults } from './config.js'
import { checkConfig } from './config-check.js'
import { declaredSettings, partInForce, withOrigin } from './resolved-config.js'

/**
 * What can be looked at when nobody reads the settings. Where `applications` is a function of them, it gets stand-ins;
 * what such functions make of the log, the observer and the node is left out. It must not be started.
 *
 * @throws what `checkConfig` throws; ENVIRONMENT_UNKNOWN
 */
export async function outlineOf(config: ConfigOptions, sources: SettingsSources): Promise<CheckedConfig> {
  const { file = 'config' } = sources
  const described = declaredSettings(config, file)
  if (described !== undefined) await checkEnvironment(described, sources)
  const stand = described === undefined ? undefined : standIn(described)
  const { log, observer, node } = config
  const fixed = {
    log: typeof log === 'function' ? {} : (log ?? {}),
    observer: typeof observer === 'function' ? undefined : observer,
    node: typeof node === 'function' ? undefined : node,
  }
  const outline = (parts: CheckedConfig, warnings: readonly HeartwoodError[] = []): CheckedConfig =>
    withOrigin(parts, {
      ...{ file, module: undefined, sources, written: config, settings: stand?.settings, warnings },
      ...{ files: [], fingerprint: '' },
    })
  const whole = (applications: readonly Application[]): CheckedConfig =>
    outline(checkConfig({ ...config, ...fixed, applications }, file))
  const { applications } = config
  if (typeof applications !== 'function') return whole(applications)
  const key = 'applications'
  try {
    if (stand !== undefined && stand.value === undefined)
      throw new Error('their schema does not say what kinds of values it makes')
    return whole((await partInForce(key, config, stand?.value, sources)) as readonly Application[])
  } catch (error) {
    if (stand === undefined) throw error
    // What it makes of stand-ins may be wrong, and right with values.
    const reason = HeartwoodError.is(error)
      ? String(error.details.reason ?? error.message)
      : (error as Error).message
    const warning = applicationError('SETTINGS_NEEDED', { file, key, reason })
    return outline({ ...withDefaults(config), ...fixed, applications: [] }, [warning])
  }
}
