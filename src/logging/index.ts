/** Logging: pino, with reports of the kernel as structured records and the process on each line. */
export { type Paint, painter, type Style, showsColours } from './colours.js'
export { LOGGING_ERRORS } from './errors.js'
export { type ErrorRecord, errorOf, reasonLine } from './failure-text.js'
export { LOG_LEVELS, type LogLevel, levelsOf, ownNames, setLogLevel } from './levels.js'
export { isFailureOfLog } from './log-destination.js'
export { dropHeldBackLogs, logBytesHeldBack } from './log-file-descriptor.js'
export {
  createLogger,
  LOG_FORMATS,
  type LogFormat,
  type Logger,
  type LogOptions,
} from './logger.js'
export { prettyLine } from './pretty-lines.js'
export { logReporter } from './reporter.js'
