import { errorsOf } from '../kernel/index.js'

/** The errors of this layer, by code. */
export const LOGGING_ERRORS = {
  LOG_LEVEL_INVALID: 'the log level cannot be changed: {what} must be {expected}, but is {value}.',
  LOG_FILE_UNUSABLE:
    'the log cannot be written to the file {file}: {why}. Give log.destination the path of a file in a folder that is there, and that the program may write to.',
  LOG_LEVELS_FIXED:
    'the log level cannot be changed: this logger was not made by createLogger. Change it by its own means; system.setLogLevel changes that of a pino that boot was given.',
} as const

export const loggingError = errorsOf(LOGGING_ERRORS)
