import { isWorkedOn } from '../config/index.js'
import type { Logger } from '../logging/index.js'
import type { CheckedConfig, ObserverConfig } from './config/config.js'
import { originOf } from './config/resolved-config.js'
import { applicationError } from './errors.js'
import type { Application } from './lifecycle/application.js'

/**
 * An application that a key of the configuration makes run beside the others. It belongs to a layer above this one, which
 * hands it in: so nothing of it is loaded where nobody asks for it.
 */
export interface Companion {
  readonly key: 'observer'
  application(options: ObserverConfig, logger: Logger): Promise<Application>
}

/**
 * The configuration with the companions it asks for. They start before all others, to see how those do.
 *
 * @throws APPLICATION_DUPLICATE, and what the companions find wrong with their options
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
    // The environment may be one that only the command line names.
    const console = options.console ?? isWorkedOn(originOf(config)?.sources.environment)
    const beside = await companion.application({ ...options, console }, logger)
    if (applications.some(({ name }) => name === beside.name)) {
      throw applicationError('APPLICATION_DUPLICATE', { file: `the ${companion.key}`, name: beside.name })
    }
    applications.unshift(beside)
  }
  return { ...config, applications }
}
