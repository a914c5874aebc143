import { isTimeout } from '../../kernel/index.js'
import { taskError } from './errors.js'

/** Refuses a wrong time before anything is begun. @throws TASK_OPTION_INVALID */
export function checkTimeout(action: string, value: unknown, option = 'the time-out'): void {
  if (isTimeout(value)) return
  throw taskError('TASK_OPTION_INVALID', {
    action,
    option,
    expected: 'milliseconds from 0, or Infinity',
    value,
  })
}
