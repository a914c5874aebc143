import { isTime, type VirtualClock } from '../../kernel/index.js'
import { testingError } from '../errors.js'

/**
 * The time up to which a test waits.
 *
 * @param within milliseconds of virtual time, or Infinity
 * @throws TEST_OPTION_INVALID
 */
export function limitOf(clock: VirtualClock, within: unknown, action: string): number {
  if (isTime(within) || within === Number.POSITIVE_INFINITY) return clock.now() + within
  const expected = 'milliseconds from 0, or Infinity'
  throw testingError('TEST_OPTION_INVALID', { action, option: 'within', value: within, expected })
}
