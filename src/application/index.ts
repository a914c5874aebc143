/** Applications: configuration, boot and stop, scopes, containment, and what the command line is made of. */
export {
  type Application,
  type ApplicationOptions,
  type ApplicationType,
  application,
} from './application.js'
export { boot, type RunningSystem } from './boot.js'
export type { BootOptions } from './boot-options.js'
export { type BootStep, bootTreeText } from './boot-tree.js'
export { nearerCopy } from './cli/nearer-copy.js'
export { type CommandMaker, main } from './cli/program.js'
export type { Companion, ObserverConfig } from './companion.js'
export {
  type CheckedConfig,
  type Config,
  type ConfigOptions,
  defineConfig,
  type TypedConfigOptions,
} from './config.js'
export { checkConfig } from './config-check.js'
export { type LoadOptions, loadConfig } from './config-module.js'
export type { RunningApplication, SystemExit } from './controller.js'
export { type Drain, type Drainable, type Drained, type DrainOptions, drain } from './drain/drain.js'
export { branches, drawing } from './drawing.js'
export { APPLICATION_ERRORS } from './errors.js'
export { exitCode } from './exit-codes.js'
export {
  type HealthReport,
  type HealthState,
  type Healthy,
  health,
  type SystemHealth,
} from './health.js'
export { HEALTH_CHECK_RULES, type HealthCheckOptions } from './health-checks.js'
export { outputWritten } from './leaving.js'
export { seenApplication } from './master.js'
export type { StartPhase } from './phases.js'
export { type Plan, type PlannedApplication, type PlannedChild, planOf } from './plan.js'
export { COPY, PLANNED, type Planned } from './planned.js'
export type { Problem } from './problems.js'
export { refuse } from './refusal.js'
export { type ResolveOptions, resolveConfig } from './resolved.js'
export {
  type Findings,
  HEALTH,
  LOGGER,
  logger,
  SCOPE,
  type Scope,
  type ScopeOptions,
  type ScopeSource,
  setting,
} from './scope.js'
export { WATCHDOG_REPORTS, type WatchdogEvent } from './watchdog.js'
