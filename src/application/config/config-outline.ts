/** The outline of a configuration: the parts that are known without the values of its settings. */
import { checkEnvironment, type SettingsSources, standIn } from '../../config/index.js'
import { HeartwoodError } from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import type { Application } from '../lifecycle/application.js'
import { type CheckedConfig, type ConfigOptions, withDefaults } from './config.js'
import { checkConfig } from './config-check.js'
import { declaredSettings, partInForce, withOrigin } from './resolved-config.js'

/**
 * Makes a configuration for checks only, without reading the settings; it must not be started. If `applications` is a function of the
 * settings, it gets stand-ins. Functions for the log, the observer, the node and the cluster are not called.
 *
 * @throws the errors of `checkConfig`; ENVIRONMENT_UNKNOWN
 */
export async function outlineOf(config: ConfigOptions, sources: SettingsSources): Promise<CheckedConfig> {
  const { file = 'config' } = sources
  const described = declaredSettings(config, file)
  if (described !== undefined) await checkEnvironment(described, sources)
  const stand = described === undefined ? undefined : standIn(described)
  const { log, observer, node, cluster } = config
  const fixed = {
    log: typeof log === 'function' ? {} : (log ?? {}),
    observer: typeof observer === 'function' ? undefined : observer,
    node: typeof node === 'function' ? undefined : node,
    cluster: typeof cluster === 'function' ? undefined : cluster,
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
    // The function may fail with stand-ins and work with real values, so this is only a warning.
    const reason = HeartwoodError.is(error)
      ? String(error.details.reason ?? error.message)
      : (error as Error).message
    const warning = applicationError('SETTINGS_NEEDED', { file, key, reason })
    return outline({ ...withDefaults(config), ...fixed, applications: [] }, [warning])
  }
}
