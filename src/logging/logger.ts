/** The logger: pino, configured so that each line names its process and every line is written before the log call returns. */
import { hostname } from 'node:os'
import type { DestinationStream, Logger as PinoLogger } from 'pino'
import { checkKnown, isError, namesOf, REDACTED, redactAlso, showAs } from '../kernel/index.js'
import { renameBoundFields } from './bound-fields.js'
import { type LogLevel, levelsOf, withLevels } from './levels.js'
import { loadedPino } from './loaded-pino.js'
import { contained } from './output/log-destination.js'
import { Descriptor, descriptor, logFile } from './output/log-file-descriptor.js'
import { logMixin } from './process-context.js'
import { showsColours } from './text/colours.js'
import { errorOf } from './text/failure-text.js'
import { PrettyStream } from './text/pretty-lines.js'

/** A logger: that of pino. */
export type Logger = PinoLogger

export const LOG_FORMATS = ['auto', 'json', 'pretty'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** The options of a log. */
export interface LogOptions {
  /** The lowest level that is written. Default `'info'`. */
  readonly level?: LogLevel | undefined
  /**
   * The levels of single processes and applications, by registered name, label or application: `{ 'checker:*': 'debug' }`.
   * Default none; `setLogLevel` changes them while the program runs.
   */
  readonly levels?: Readonly<Record<string, LogLevel>> | undefined
  /**
   * The format: `'json'`, one object per line; `'pretty'`, for people; `'auto'`: pretty on a terminal, else JSON. Default `'auto'`.
   * The pretty format shows each crash once, with the stack frames of the program only; at level `debug` it shows everything that JSON has.
   */
  readonly format?: LogFormat | undefined
  /**
   * Keys whose values are never shown, such as `'iban'`, or paths of keys such as `'user.email'` or `'*.taxId'`. Keys that sound secret
   * are hidden anyway. From then on they hold for everything that this program shows: reports, texts of errors, the observer. For lines
   * that the program logs itself, each is a path of pino's `redact`.
   */
  readonly redact?: readonly string[] | undefined
  /** The fields of every line. Default `host` and `osPid` (that of the operating system; `pid` is the Heartwood process). */
  readonly base?: Readonly<Record<string, unknown>> | undefined
  /**
   * Where lines are written: a file descriptor, the path of a file, or an object with `write`. Default 1, standard output. A failure to
   * write, now or later, is reported on standard error and crashes nothing. Lines are appended to a file; `reopenLog` opens it again.
   */
  readonly destination?: number | string | DestinationStream | undefined
}

const LOG_OPTIONS = namesOf<LogOptions>({
  level: true,
  levels: true,
  format: true,
  redact: true,
  base: true,
  destination: true,
})

/**
 * Makes a logger whose lines have the `pid` and `name` of the current process.
 *
 * Writing is synchronous: when a log call returns, the operating system has the line, so no line is lost in a crash. If the
 * operating system does not take it, as when nobody reads a pipe, up to 16 MiB wait in memory. Further lines are dropped, and the log
 * says how many when it is read again.
 *
 * @example
 * const log = createLogger({ level: 'debug', redact: ['user.email'] })
 * log.info({ target: 'api' }, 'check passed')
 */
export function createLogger(options: LogOptions = {}): Logger {
  checkKnown('createLogger', options, LOG_OPTIONS)
  const { level = 'info', levels = {}, format = 'auto', redact = [], destination = 1 } = options
  const { base = { host: hostname(), osPid: process.pid } } = options
  redactAlso(redact)
  const stream = streamOf(destination)
  const output = outputOf(destination)
  const pretty = format === 'pretty' || (format === 'auto' && output?.isTTY === true)
  const people = pretty ? new PrettyStream(stream, output !== undefined && showsColours(output)) : undefined
  const { pino, stdTimeFunctions } = loadedPino()
  const logger = pino(
    {
      level,
      base,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: logMixin,
      // A new object, since levels by name add a hook to it.
      hooks: {},
      // Reports contain finished records of errors. An error that a program logs as `err` gets the same form.
      serializers: { err: (error: unknown) => (isError(error) ? errorOf(error) : error) },
      ...(redact.length === 0 ? undefined : { redact: { paths: redact.flatMap(pathsOf), censor: REDACTED } }),
    },
    people ?? stream,
  )
  renameBoundFields(logger)
  withLevels(logger, level, levels)
  // At a low level people look for details, so the pretty format shows all of them.
  if (people !== undefined) people.wantsDetails = () => isDetailed(levelsOf(logger)?.base)
  if (stream instanceof Descriptor) {
    stream.onDropped = (lines) =>
      logger.warn({ kind: 'log', dropped: lines }, `${lines} lines of the log were dropped: nobody read it`)
  }
  return logger
}

function streamOf(destination: number | string | DestinationStream): DestinationStream {
  if (typeof destination === 'number') return descriptor(destination)
  return typeof destination === 'string' ? logFile(destination) : contained(destination)
}

function isDetailed(level: LogLevel | undefined): boolean {
  return level === 'debug' || level === 'trace'
}

// Each pino has it, of whichever copy it is.
showAs(Symbol.for('pino.serializers'), '[logger]')

/** The paths for pino of one key or path. A single key applies at the three highest levels, since pino has no pattern for any depth. */
function pathsOf(path: string): string[] {
  if (/[.[*]/.test(path)) return [path]
  const key = /^[\w$]+$/.test(path) ? path : `["${path}"]`
  const below = key.startsWith('[') ? key : `.${key}`
  return [key, `*${below}`, `*.*${below}`]
}

/** The stream of standard output or standard error for a descriptor; `undefined` for any other destination. */
function outputOf(destination: number | string | DestinationStream): NodeJS.WriteStream | undefined {
  if (destination === 1) return process.stdout
  return destination === 2 ? process.stderr : undefined
}
