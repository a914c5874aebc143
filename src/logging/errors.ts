import { errorsOf } from '../kernel/index.js'

/** What this layer raises. */
export const LOGGING_ERRORS = {
  LOG_LEVEL_INVALID: 'the log level cannot be changed: {what} must be {expected}, but is {value}.',
  LOG_LEVELS_FIXED:
    'the log level cannot be changed: this logger was not made by createLogger. Change it by its own means, or give boot a logger of createLogger.',
} as const

export const loggingError = errorsOf(LOGGING_ERRORS)
