/**
 * What may be given as a time, wherever one is taken. Fractions of a millisecond are fine, since arithmetic with times
 * gives them (jitter, what is left until a point on the clock): the kernel's timers round up, never early.
 */
import { kernelError } from './errors.js'

/** Erlang's longest receive: 2³² − 1 ms. */
export const LONGEST_TIMEOUT = 2 ** 32 - 1

/** Whether `value` is milliseconds from 0 to 2³² − 1, fractions included, or Infinity. */
export function isTimeout(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    value >= 0 &&
    (value <= LONGEST_TIMEOUT || value === Number.POSITIVE_INFINITY)
  )
}

/** Whether `value` is milliseconds from 0, fractions included, of which a number can hold each one. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}

/** @throws BAD_TIMEOUT unless `value` is milliseconds from 0 to 2³² − 1, or Infinity */
export function checkTimeout(value: unknown, action: string): number {
  if (isTimeout(value)) return value
  throw kernelError('BAD_TIMEOUT', { action, value })
}

/** @throws BAD_TIME unless `value` is milliseconds from 0 */
export function checkTime(value: unknown, action: string): number {
  if (isTime(value)) return value
  throw kernelError('BAD_TIME', { action, value })
}
