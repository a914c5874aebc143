/**
 * A pino of the program's own, as the log of a system: its format, its levels and its destination stay, and what a record says is
 * what the contract of the records says. The logger that the program made is not changed but for its level.
 */
import type { Logger as PinoLogger } from 'pino'
import { renameBoundFields } from './bound-fields.js'
import { levelsOf, ownLevels } from './levels.js'
import { logMixin } from './process-context.js'
import { isFinished } from './text/failure-text.js'
import { symbolOf } from './text/pino-symbols.js'

/** The system's logger for each, so that two systems with one pino have one. */
const adoptedBy = new WeakMap<PinoLogger, PinoLogger>()

type Open = Record<symbol, unknown>
type Mixin = (fields: object, level: number, logger: PinoLogger) => object
type Serializer = (value: unknown) => unknown

/**
 * The logger for a system that was given this one. One of `createLogger` stays as it is, and so does what is no pino.
 *
 * - Lines say which process wrote them, as by `logMixin`.
 * - Fields of its own that are called `pid` and `name` come as `osPid` and `logger`, and so do those of children: a key that is there twice has no meaning in JSON.
 * - Errors in reports are finished; its serializer for errors gets those alone that the program logs.
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

/** What pino keeps its parts under: each copy of pino has symbols of its own. */
function keysOf(logger: PinoLogger): { mixin: symbol; serializers: symbol } | undefined {
  const mixin = symbolOf(logger, 'pino.mixin')
  const serializers = symbolOf(logger, 'pino.serializers')
  if (mixin === undefined || serializers === undefined) return undefined
  return { mixin, serializers }
}
