/** Logging: pino, with reports of the kernel as structured records and the process on each line. */
export { type Paint, painter, type Style, showsColours } from './colours.js'
export { dropHeldBackLogs, logBytesHeldBack } from './descriptor.js'
export { isFailureOfLog } from './destination.js'
export { LOGGING_ERRORS } from './errors.js'
export { type ErrorRecord, errorOf, reasonLine } from './failure.js'
export { LOG_LEVELS, type LogLevel, levelsOf, ownNames, setLogLevel } from './levels.js'
export {
  createLogger,
  LOG_FORMATS,
  type LogFormat,
  type Logger,
  type LogOptions,
} from './logger.js'
export { prettyLine } from './pretty.js'
export { logReporter } from './reporter.js'
