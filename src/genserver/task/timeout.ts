import { taskError } from './errors.js'

/** Erlang's longest receive: 2³² − 1 ms. */
const LONGEST = 2 ** 32 - 1

/** Refuses a wrong time before anything is begun. @throws TASK_OPTION_INVALID */
export function checkTimeout(action: string, value: unknown, option = 'the time-out'): void {
  if (value === Number.POSITIVE_INFINITY) return
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LONGEST) return
  throw taskError('TASK_OPTION_INVALID', {
    action,
    option,
    expected: 'whole milliseconds from 0, or Infinity',
    value,
  })
}
