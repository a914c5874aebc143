import { isWorkedOn } from '../config/index.js'
import type { Logger } from '../logging/index.js'
import type { CheckedConfig, ObserverConfig } from './config/config.js'
import { originOf } from './config/resolved-config.js'
import { applicationError } from './errors.js'
import type { Application } from './lifecycle/application.js'

/**
 * An application that is added by a key of the configuration, such as the observer. It belongs to a higher layer, which passes it to
 * `boot`. So its code is loaded only if it is used.
 */
export interface Companion {
  readonly key: 'observer'
  application(options: ObserverConfig, logger: Logger): Promise<Application>
}

/**
 * The configuration with the companions that its keys request. They start before all other applications, to observe their start.
 *
 * @throws APPLICATION_DUPLICATE, and errors of the companions about their options
 */
export async function accompanied(
  config: CheckedConfig,
  logger: Logger,
  companions: readonly Companion[] = [],
): Promise<CheckedConfig> {
  const applications = [...config.applications]
  for (const companion of companions) {
    const options = config[companion.key]
    if (options === undefined) continue
    // The environment may be given on the command line only.
    const console = options.console ?? isWorkedOn(originOf(config)?.sources.environment)
    const beside = await companion.application({ ...options, console }, logger)
    if (applications.some(({ name }) => name === beside.name)) {
      throw applicationError('APPLICATION_DUPLICATE', { file: `the ${companion.key}`, name: beside.name })
    }
    applications.unshift(beside)
  }
  return { ...config, applications }
}
