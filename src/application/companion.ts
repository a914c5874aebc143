import { isWorkedOn } from '../config/index.js'
import type { Logger } from '../logging/index.js'
import type { CheckedConfig } from './config/config.js'
import { originOf } from './config/resolved-config.js'
import { applicationError } from './errors.js'
import type { Application } from './lifecycle/application.js'

/**
 * An application that a key of the configuration makes run beside the others. It belongs to a layer above this one, which
 * hands it in: so nothing of it is loaded where nobody asks for it.
 */
export interface Companion {
  readonly key: 'observer' | 'cluster'
  /** @param config one that has the key */
  application(
    config: CheckedConfig,
    about: { readonly logger: Logger; readonly development: boolean },
  ): Promise<Application>
}

/**
 * The configuration with the companions it asks for. They start before all others, which see them run; the first of the list is the first to start.
 *
 * @throws APPLICATION_DUPLICATE, and what the companions find wrong with their options
 */
export async function accompanied(
  config: CheckedConfig,
  logger: Logger,
  companions: readonly Companion[] = [],
): Promise<CheckedConfig> {
  // The environment may be one that only the command line names.
  const development = isWorkedOn(originOf(config)?.sources.environment)
  const beside: Application[] = []
  for (const { key, application } of companions) {
    if (config[key] === undefined) continue
    const made = await application(config, { logger, development })
    if (config.applications.some(({ name }) => name === made.name)) {
      throw applicationError('APPLICATION_DUPLICATE', { file: `the ${key}`, name: made.name })
    }
    beside.push(made)
  }
  return { ...config, applications: [...beside, ...config.applications] }
}
