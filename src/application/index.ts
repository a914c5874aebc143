/** Applications: configuration, boot and stop, scopes, containment, and functions for the command line. */

export { boot, type RunningSystem } from './boot/boot.js'
export type { Accompaniment, BootOptions } from './boot/boot-options.js'
export { BOOTS, type BootEvent, type BootStep, type BootWatcher, bootTreeText } from './boot/boot-timeline.js'
export type { Companion } from './companion.js'
export {
  type CheckedConfig,
  type ClusterConfig,
  type ClusterEngine,
  type Config,
  type ConfigOptions,
  defineConfig,
  type NodeConfig,
  type ObserverConfig,
  type TypedConfigOptions,
} from './config/config.js'
export { checkConfig, checkLog } from './config/config-check.js'
export { importConfig, type LoadOptions, loadConfig } from './config/config-module.js'
export { outlineOf } from './config/config-outline.js'
export { faultText } from './config/fault-location.js'
export { refuse, withImportMistakes } from './config/import-mistakes.js'
export { type Problem, problemLine } from './config/problems.js'
export {
  declaredSettings,
  partInForce,
  type ResolveOptions,
  resolveConfig,
  settingsOf,
} from './config/resolved-config.js'
export { expectUncaught } from './containment/uncaught-failures.js'
export { checkDrainOptions, type Drainable, drain, serverOf } from './drain/drain.js'
export type { Drain, Drained, DrainOptions } from './drain/server-drain.js'
export { APPLICATION_ERRORS, applicationError } from './errors.js'
export {
  type HealthReport,
  type HealthState,
  type Healthy,
  health,
  type SystemHealth,
} from './health/health.js'
export { HEALTH_CHECK_RULES, type HealthCheckOptions } from './health/health-checks.js'
export { applicationSurroundings, isolable } from './isolated/application-surroundings.js'
export {
  type Application,
  type ApplicationOptions,
  type ApplicationType,
  application,
  type StartPhase,
} from './lifecycle/application.js'
export type { RunningApplication, SystemExit } from './lifecycle/application-controller.js'
export { seenApplication } from './lifecycle/application-master.js'
export { type Ask, ObserverClient } from './observer-client.js'
export { type Plan, type PlannedApplication, type PlannedChild, planned, planOf } from './plan/plan.js'
export { COPY, PLANNED, type Planned, type PlannedIsolation, placeOf } from './plan/planned-child.js'
export { examine } from './plan/preflight-check.js'
export { branches, drawing } from './plan/tree-drawing.js'
export {
  EXIT_CODES,
  exitCode,
  exitCodeHelp,
  exitCodeOf,
  exitCodeOfStop,
  exitCodeOfSystem,
  isSignalCode,
  signalCode,
} from './program-exit/exit-codes.js'
export {
  flushAndExit,
  outputWritten,
  READER_PATIENCE,
  READER_PATIENCE_AT_ONCE,
} from './program-exit/flush-and-exit.js'
export { askToStop, onStopSignals } from './program-exit/stop-signals.js'
export {
  type Findings,
  HEALTH,
  LOGGER,
  logger,
  SCOPE,
  type Scope,
  type ScopeOptions,
  type ScopeSource,
  SETTINGS,
  setting,
} from './scope.js'
export { WATCHDOG_REPORTS, type WatchdogEvent } from './watchdog/watchdog.js'
