/** Logging: pino, with reports of the kernel as structured records and the process on each line. */
export { type Paint, painter, showsColours } from './colours.js'
export { errorOf, reasonLine } from './failure.js'
export {
  createLogger,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type Logger,
  type LogLevel,
  type LogOptions,
} from './logger.js'
export { prettyLine } from './pretty.js'
export { logReporter } from './reporter.js'
export { type Limits, snapshot } from './snapshot.js'
