/** The log: pino, set up so that each line says which process wrote it and the last line is on disk. */
import { hostname } from 'node:os'
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'
import { checkKnown, isError, namesOf, REDACTED, redactAlso, showAs } from '../kernel/index.js'
import { renameBoundFields } from './bound-fields.js'
import { type LogLevel, levelsOf, withLevels } from './levels.js'
import { contained } from './output/log-destination.js'
import { Descriptor, descriptor, logFile } from './output/log-file-descriptor.js'
import { logMixin } from './process-context.js'
import { showsColours } from './text/colours.js'
import { errorOf } from './text/failure-text.js'
import { PrettyStream } from './text/pretty-lines.js'

/** What logs are written with: a pino logger. */
export type Logger = PinoLogger

export const LOG_FORMATS = ['auto', 'json', 'pretty'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** How the log is written. */
export interface LogOptions {
  /** The lowest level that is written. Default `'info'`. */
  readonly level?: LogLevel | undefined
  /**
   * Levels of single processes and applications, by registered name, label or application: `{ 'checker:*': 'debug' }`.
   * Default none; `setLogLevel` changes them while the program runs.
   */
  readonly levels?: Readonly<Record<string, LogLevel>> | undefined
  /**
   * `'json'`, one object a line; `'pretty'`, for people; `'auto'`: pretty on a terminal, else JSON. Default `'auto'`.
   * For people a crash is told once, with frames of the program only; at level `debug` they have all that JSON has.
   */
  readonly format?: LogFormat | undefined
  /**
   * Keys whose values are never shown, such as `'iban'`, or paths of keys such as `'user.email'` or `'*.taxId'`, beside
   * those that sound secret by themselves. They hold for all that this program shows, from then on: reports, texts of
   * errors, what the observer tells. In lines that the program logs itself, each is a path of pino's `redact`.
   */
  readonly redact?: readonly string[] | undefined
  /** Fields of every line. Default `host` and `osPid` (the operating system's; `pid` is the process inside). */
  readonly base?: Readonly<Record<string, unknown>> | undefined
  /**
   * Where lines go: a file descriptor, the path of a file, or anything that takes them. Default 1, standard output. That it fails,
   * now or later, is said on standard error and ends nothing. A file is appended to, and `reopenLog` has it opened again.
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
 * A logger whose lines written inside a process carry its `pid` and `name`.
 *
 * Writing is synchronous: when a log call returns, the line is with the operating system, so nothing is lost in a
 * crash. Where the operating system does not take it, as from a pipe that nobody reads, up to 16 MiB wait in memory; lines
 * that come then are dropped, and the log says how many once it is read again.
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
  const logger = pino(
    {
      level,
      base,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: logMixin,
      // An object of its own: levels by name put a hook in.
      hooks: {},
      // Reports bring finished records; what programs log themselves as `err` gets the same form.
      serializers: { err: (error: unknown) => (isError(error) ? errorOf(error) : error) },
      ...(redact.length === 0 ? undefined : { redact: { paths: redact.flatMap(pathsOf), censor: REDACTED } }),
    },
    people ?? stream,
  )
  renameBoundFields(logger)
  withLevels(logger, level, levels)
  // Whoever lowers the level is looking for something.
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

showAs(pino.symbols.streamSym, '[logger]')

/** The paths of pino for one of ours: a key by itself is meant wherever it stands, as far as pino can be told so. */
function pathsOf(path: string): string[] {
  if (/[.[*]/.test(path)) return [path]
  const key = /^[\w$]+$/.test(path) ? path : `["${path}"]`
  const below = key.startsWith('[') ? key : `.${key}`
  return [key, `*${below}`, `*.*${below}`]
}

/** The program's own output that a descriptor stands for; others are files. */
function outputOf(destination: number | string | DestinationStream): NodeJS.WriteStream | undefined {
  if (destination === 1) return process.stdout
  return destination === 2 ? process.stderr : undefined
}
