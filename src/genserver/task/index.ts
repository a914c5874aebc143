/** Tasks: processes that do one job and return its result. */

export type { YieldManyOptions } from './await-many.js'
export type { TaskWaitOptions } from './await-one.js'
export { TASK_ERRORS } from './errors.js'
export type { TaskStreamProgress } from './stream-progress.js'
export {
  asyncIn,
  streamIn,
  Task,
  type TaskChildSpec,
  type TaskOptions,
  type TaskOutcomes,
  type TaskValues,
  taskBody,
} from './task.js'
export type { TaskPlace } from './task-callers.js'
export { isTaskReply, type TaskOutcome, TaskReply } from './task-reply.js'
export type { TaskShutdown } from './task-shutdown.js'
export { TaskStream, type TaskStreamOptions, type ZippedOutcome } from './task-stream.js'
