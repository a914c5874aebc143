/**
 * Supervisors: child specs, strategies, restart intensity and shutdown, static and dynamic.
 */

export type { Fitting, FittingChildren } from './child-arguments.js'
export {
  CHILD_RULES,
  type CheckedSpec,
  type Child,
  type ChildClass,
  type ChildOverrides,
  type ChildSource,
  type ChildSpec,
  type ChildState,
  type ChildType,
  checkChildSpecs,
  childSpec,
  type Restart,
  type Shutdown,
  type StartReturn,
  toChildSpec,
} from './child-spec.js'
export { codeChangeReason } from './code-change-reason.js'
export {
  type DynamicSupervisorSpec,
  dynamicSupervisorSpec,
  startDynamicSupervisor,
} from './dynamic-supervisor.js'
export { addRestart, isExceeded, NO_RESTARTS, type RestartHistory } from './engine/restart-intensity.js'
export type { AutoShutdown, Strategy } from './engine/restart-strategy.js'
export { type ChildStart, SUPERVISOR_STARTS } from './engine/start-events.js'
export type { ChildEntry } from './engine/supervised-child.js'
export {
  type BackoffReport,
  type ChildReport,
  type HookReport,
  isProgressReport,
  isSupervisorReport,
  type ProgressEvent,
  type ProgressReport,
  type ReportContext,
  type ReportedChild,
  type RestartEvent,
  SUPERVISOR_PROGRESS,
  SUPERVISOR_REPORTS,
  SUPERVISOR_RESTARTS,
  type SupervisorEvent,
  type SupervisorReport,
  type UnexpectedMessageReport,
} from './engine/supervisor-report.js'
export type { Renewal, SupervisorStartOptions } from './engine/supervisor-server.js'
export { SUPERVISOR_ERRORS } from './errors.js'
export { type ChildSight, isSupervisor, type SupervisorSight, seenSupervisor } from './inspection.js'
export { hashOfText, type PartitionKey, partition, partitions } from './partition.js'
export {
  type PartitionSupervisorInit,
  type PartitionSupervisorOptions,
  partitionSupervisorSpec,
  resizePartitions,
  startPartitionSupervisor,
} from './partition-supervisor.js'
export { Loan } from './pool/loan.js'
export {
  type MemberOf,
  POOL_NAME,
  type PoolInit,
  plannedPool,
  poolRef,
  poolSpec,
  startPool,
} from './pool/pool.js'
export { type LoanEvent, POOL_LOANS } from './pool/pool-events.js'
export {
  optionsOfClass,
  POOL_LIMIT_RULES,
  type PooledRef,
  type PooledResource,
  type PooledWorker,
  type PoolLimits,
  type PoolOptions,
  type WorkerPoolOptions,
} from './pool/pool-options.js'
export { type CheckOutOptions, PoolRef } from './pool/pool-ref.js'
export type { PoolStatus } from './pool/pool-server.js'
export {
  type Backoff,
  backoffMistakes,
  type CheckedBackoff,
  delayOf,
  withDefaults,
} from './restart-backoff.js'
export { type SupervisorSpec, startSupervisor, supervisorBehaviour, supervisorSpec } from './supervisor.js'
export {
  type ChildCounts,
  countChildren,
  deleteChild,
  getChildSpec,
  restartChild,
  type StartedChild,
  startChild,
  terminateChild,
  whichChildren,
} from './supervisor-client.js'
export {
  checkDynamicSupervisor,
  checkSupervisor,
  DYNAMIC_SUPERVISOR_RULES,
  type DynamicSupervisorInit,
  type DynamicSupervisorOptions,
  examineSupervisor,
  SUPERVISOR_RULES,
  type SupervisorInit,
  type SupervisorOptions,
} from './supervisor-options.js'
export {
  type SupervisedStreamOptions,
  type SupervisedTaskOptions,
  type TaskChildOptions,
  TaskSupervisor,
  type TaskSupervisorOptions,
} from './task-supervisor.js'
