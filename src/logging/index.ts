/** Logging by pino: reports of the kernel as structured records, and the current process in each line. */

export { LOGGING_ERRORS } from './errors.js'
export { LOG_LEVELS, type LogLevel, levelsOf, ownNames, setLogLevel } from './levels.js'
export {
  createLogger,
  LOG_FORMATS,
  type LogFormat,
  type Logger,
  type LogOptions,
} from './logger.js'
export { flushLog, reopenLog } from './output/kept-lines.js'
export { isFailureOfLog } from './output/log-destination.js'
export { dropHeldBackLogs, logBytesHeldBack } from './output/log-file-descriptor.js'
export { adopted } from './own-pino.js'
export { logMixin } from './process-context.js'
export { type LogReporter, logLine, logReporter } from './reporter.js'
export { type Paint, painter, type Style, showsColours } from './text/colours.js'
export { type ErrorRecord, errorOf, reasonLine } from './text/failure-text.js'
export { prettyLine } from './text/pretty-lines.js'
