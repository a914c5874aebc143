import {
  type BootOptions,
  boot as bootApplications,
  type ConfigOptions,
  type RunningSystem,
} from './application/index.js'
import { companions } from './companions.js'

/**
 * Checks a configuration and its whole plan, then starts its applications: dependencies first, children in order; before
 * them the observer, if the configuration has one. When one does not start, what had started is stopped in reverse, and
 * the error names the culprit.
 *
 * @returns the running system, when all of it is up
 * @throws BOOT_OPTION_INVALID; what `checkConfig` throws; OBSERVER_OPTION, OBSERVER_TOKEN_REQUIRED; PLAN_INVALID, or the one problem there is;
 *   BOOT_FAILED with the reason as `cause`; BOOT_TIMEOUT; BOOT_CANCELLED
 * @example
 * const system = await boot(config)
 * await system.stop()
 */
export function boot(config: ConfigOptions, options: BootOptions = {}): Promise<RunningSystem> {
  return bootApplications(config, options, { companions })
}

/**
 * As `boot`, for a framework that closes only when the boot has settled: it rejects also where the program ends because of the failure,
 * as after a signal. `boot` never settles then.
 */
export function bootWithin(config: ConfigOptions, options: BootOptions): Promise<RunningSystem> {
  return new Promise((resolve, reject) => {
    bootApplications(config, options, { companions, failed: reject }).then(resolve, reject)
  })
}
