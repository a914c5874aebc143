/**
 * The use of a program's own pino logger as the log of a system. Its format, levels and destination stay, and records have the
 * documented fields. The logger itself is not changed, except its level.
 */
import type { Logger as PinoLogger } from 'pino'
import { renameBoundFields } from './bound-fields.js'
import { levelsOf, ownLevels } from './levels.js'
import { logMixin } from './process-context.js'
import { isFinished } from './text/failure-text.js'
import { symbolOf } from './text/pino-symbols.js'

/** The adopted child of each logger, so that two systems with one logger share it. */
const adoptedBy = new WeakMap<PinoLogger, PinoLogger>()

type Open = Record<symbol, unknown>
type Mixin = (fields: object, level: number, logger: PinoLogger) => object
type Serializer = (value: unknown) => unknown

/**
 * Makes a child of a program's own logger for use by a system. A logger of `createLogger`, or one that is no pino, is returned as it is.
 *
 * - Its lines name the current process, as by `logMixin`.
 * - Its bound fields `pid` and `name`, and those of its children, are renamed `osPid` and `logger`, since a duplicate key has no meaning in JSON.
 * - Its serializer for errors gets only the errors that the program logs; those in reports are finished records.
 */
export function adopted(logger: PinoLogger): PinoLogger {
  if (levelsOf(logger) !== undefined) return logger
  const known = adoptedBy.get(logger)
  if (known !== undefined) return known
  const keys = keysOf(logger)
  if (keys === undefined) return logger
  const child = logger.child({})
  const open = child as unknown as Open
  renameBoundFields(child)
  const { [keys.mixin]: mixin } = open as { [key: symbol]: Mixin | undefined }
  open[keys.mixin] =
    mixin === undefined || (mixin as unknown) === logMixin
      ? logMixin
      : (((...line) => Object.assign({}, mixin(...line), logMixin())) satisfies Mixin)
  const serializers = open[keys.serializers] as Record<string, Serializer>
  open[keys.serializers] = Object.assign(Object.create(null), serializers, {
    err: (error: unknown) => (isFinished(error) ? error : (serializers.err?.(error) ?? error)),
  })
  ownLevels(child, logger)
  adoptedBy.set(logger, child)
  return child
}

/** The symbols under which pino stores its parts. Each copy of pino has its own symbols. */
function keysOf(logger: PinoLogger): { mixin: symbol; serializers: symbol } | undefined {
  const mixin = symbolOf(logger, 'pino.mixin')
  const serializers = symbolOf(logger, 'pino.serializers')
  if (mixin === undefined || serializers === undefined) return undefined
  return { mixin, serializers }
}
