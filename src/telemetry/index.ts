/** Telemetry: the diagnostics channels of a program, and metrics for Prometheus. */
export {
  BOOTS,
  type BootEvent,
  WATCHDOG_REPORTS,
  type WatchdogEvent,
} from '../application/index.js'
export {
  type CallEvent,
  type DeadLetterEvent,
  type DeliveryEvent,
  type DiscardCause,
  type DiscardEvent,
  type ExitEvent,
  type HandlerEvent,
  KERNEL_CHANNELS,
  REPORTS,
  type ReportEvent,
  type SpawnEvent,
  snapshot as shown,
  type TerminateEvent,
} from '../kernel/index.js'
export {
  type BackoffReport,
  type ChildReport,
  type ChildStart,
  type HookReport,
  isProgressReport,
  isSupervisorReport,
  type LoanEvent,
  POOL_LOANS,
  type ProgressEvent,
  type ProgressReport,
  type ReportContext,
  type ReportedChild,
  type RestartEvent,
  SUPERVISOR_PROGRESS,
  SUPERVISOR_REPORTS,
  SUPERVISOR_RESTARTS,
  SUPERVISOR_STARTS,
  type SupervisorEvent,
  type SupervisorReport,
  type UnexpectedMessageReport,
} from '../supervisor/index.js'
export { measureThere } from './isolated/metrics-there.js'
export { Metrics, type MetricsOptions, startMetrics } from './prometheus.js'
