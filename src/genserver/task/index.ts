/** Tasks: processes that do one thing, and the values they give back. */
export { TASK_ERRORS } from './errors.js'
export { callers } from './job.js'
export type { YieldManyOptions } from './many.js'
export type { TaskPlace } from './place.js'
export type { TaskStreamProgress } from './progress.js'
export { isTaskReply, type TaskOutcome, TaskReply } from './reply.js'
export type { TaskShutdown } from './shutdown.js'
export { TaskStream, type TaskStreamOptions, type ZippedOutcome } from './stream.js'
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
export type { TaskWaitOptions } from './waiting.js'
