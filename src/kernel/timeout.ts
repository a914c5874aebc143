import { kernelError } from './errors.js'
import { LONGEST } from './rules.js'

/** @throws BAD_TIMEOUT unless `value` is whole milliseconds from 0 to 2³² − 1, or Infinity */
export function checkTimeout(value: unknown, action: string): number {
  if (value === Number.POSITIVE_INFINITY) return value as number
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LONGEST) return value
  throw kernelError('BAD_TIMEOUT', { action, value })
}

/** @throws BAD_TIME unless `value` is whole milliseconds from 0 */
export function checkTime(value: unknown, action: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw kernelError('BAD_TIME', { action, value })
}
