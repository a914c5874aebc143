import { Pid } from '../terms/pid.js'
import { kernelError } from './errors.js'

/** @throws NOT_A_PID, instead of the error that code further down would throw */
export function checkPid(value: unknown, action: string): asserts value is Pid {
  if (!(value instanceof Pid)) throw kernelError('NOT_A_PID', { action, value })
}

/** @throws BAD_OPTION unless the value may be the id of a process */
export function checkId(value: unknown, action: string): void {
  if (typeof value === 'number') return
  throw kernelError('BAD_OPTION', { action, option: 'the id', value, expected: 'a number' })
}

/** @throws BAD_OPTION */
export function checkText(value: unknown, action: string, option: string): void {
  if (typeof value !== 'string')
    throw kernelError('BAD_OPTION', { action, option, value, expected: 'a text' })
}

/**
 * Refuses a value that is not a function where it is passed. Where it is called, it would be the failure of another process.
 *
 * @throws NOT_A_FUNCTION
 */
export function checkFunction(value: unknown, action: string): void {
  if (typeof value !== 'function') throw notAFunction(action, value)
}

export function notAFunction(action: string, value: unknown): Error {
  return kernelError('NOT_A_FUNCTION', { action, value })
}
