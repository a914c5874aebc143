import { errorsOf } from '../../kernel/index.js'

/** The errors of tasks. Waiting with a wrong timeout throws the kernel's `BAD_TIMEOUT`. */
export const TASK_ERRORS = {
  TASK_NOT_OWNER:
    '{task} belongs to {owner}, but {caller} asked for its result. Results go to the process that started the task: ask there, and send the value on.',
  TASK_TIMEOUT: '{task} gave no result within {timeout} ms. {*why}',
  TASK_EXITED: '{task} exited before it gave a result ({reason}).',
  TASK_STREAM_TIMEOUT: 'a task of the stream gave no result within {timeout} ms. {*why}',
  TASK_STREAM_EXITED: 'the process that keeps the tasks of the stream exited ({reason}).',
  TASK_OPTION_INVALID: '{action}: {option} must be {expected}, but got {value}.',
} as const

export const taskError = errorsOf(TASK_ERRORS)
