import { errorsOf } from '../kernel/index.js'

/** The errors of schedules. */
export const CRON_ERRORS = {
  CRON_INVALID: '{action} cannot be done so: {*problems}.',
  CRON_TIMEOUT:
    'the run of {*name} for {*at} took longer than {timeout} ms: {*end}. Raise its timeout, or let it do less.',
} as const

export const cronError = errorsOf(CRON_ERRORS)
