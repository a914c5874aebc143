/**
 * Log levels by name, changed while the program runs.
 *
 * Without any but the one level, nothing is asked of anybody: pino's methods below the level do nothing, those above it
 * write. With levels by name, the logger lets through what the lowest of them does, and each line is then held against the
 * level of the process that writes it.
 */
import { type Logger as PinoLogger, pino } from 'pino'
import { currentPid, type Pid, processInfo } from '../kernel/index.js'
import { loggingError } from './errors.js'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Where a logger and its children have their levels. */
const LEVELS = Symbol('heartwood.levels')

interface Rule {
  readonly pattern: string
  readonly level: LogLevel
  readonly matches: (name: string) => boolean
}

/** The names that a process goes by in the log, the nearest first: its own, its label, its application. */
export type NamesOf = (pid: Pid) => readonly string[]

/** The levels of one logger and all its children. */
export class LogLevels {
  #base: LogLevel
  /** The most telling first: exact names, then patterns, the longest first. */
  #rules: readonly Rule[] = []
  /** The line that is being written was admitted already. */
  #open = false
  namesOf: NamesOf = ownNames

  constructor(
    private readonly logger: PinoLogger,
    base: LogLevel,
  ) {
    this.#base = base
  }

  /** The level of all that has none by name. */
  get base(): LogLevel {
    return this.#base
  }

  /** Levels by name or pattern. */
  get byName(): Readonly<Record<string, LogLevel>> {
    return Object.fromEntries(this.#rules.map(({ pattern, level }) => [pattern, level]))
  }

  /** @throws LOG_LEVEL_INVALID */
  set(name: string | undefined, level: LogLevel | undefined): void {
    if (level !== undefined && !LOG_LEVELS.includes(level)) throw invalidLevel(level)
    if (name !== undefined && (typeof name !== 'string' || name === '')) throw invalidName(name)
    if (name === undefined) this.#base = level ?? 'info'
    else {
      const others = this.#rules.filter(({ pattern }) => pattern !== name)
      this.#rules = level === undefined ? others : [...others, ruleOf(name, level)].sort(tellingFirst)
    }
    this.#apply()
  }

  /** All of them at once. @throws LOG_LEVEL_INVALID */
  replace(base: LogLevel, byName: Readonly<Record<string, LogLevel>>): void {
    this.#rules = []
    for (const [name, level] of Object.entries(byName)) this.set(name, level)
    this.set(undefined, base)
  }

  /** Whether all lines are held against one level, which the logger does by itself. */
  get isPlain(): boolean {
    return this.#rules.length === 0
  }

  /** Whether a line of that level is written, about that process and name; default about who writes it. */
  admits(level: number, pid = currentPid(), name?: string): boolean {
    const names = pid === undefined ? [] : this.namesOf(pid)
    return level >= numberOf(this.#levelOf(name === undefined ? names : [name, ...names]))
  }

  /** Writes a line that was admitted, whoever writes it. */
  through(write: () => void): void {
    this.#open = true
    try {
      write()
    } finally {
      this.#open = false
    }
  }

  #apply(): void {
    const lowest = [this.#base, ...this.#rules.map(({ level }) => level)].reduce((low, level) =>
      numberOf(level) < numberOf(low) ? level : low,
    )
    const hooks = (this.logger as unknown as Record<symbol, { logMethod: unknown }>)[pino.symbols.hooksSym]
    // What the methods call is decided when the level is set.
    if (hooks !== undefined) hooks.logMethod = this.#rules.length === 0 ? undefined : this.#hook
    this.logger.level = lowest
  }

  readonly #hook = function (
    this: PinoLogger,
    args: unknown[],
    method: (...args: unknown[]) => void,
    level: number,
  ): void {
    const levels = (this as Levelled)[LEVELS]
    if (levels === undefined || levels.#open || levels.admits(level)) method.apply(this, args)
  }

  #levelOf(names: readonly string[]): LogLevel {
    for (const name of names) {
      const rule = this.#rules.find(({ matches }) => matches(name))
      if (rule !== undefined) return rule.level
    }
    return this.#base
  }
}

type Levelled = PinoLogger & { [LEVELS]?: LogLevels }

/** Gives a logger levels by name. */
export function withLevels(
  logger: PinoLogger,
  base: LogLevel,
  byName: Readonly<Record<string, LogLevel>>,
): void {
  const levels = new LogLevels(logger, base)
  Object.defineProperty(logger, LEVELS, { value: levels })
  if (Object.keys(byName).length > 0) levels.replace(base, byName)
}

/** The levels of a logger; undefined for one that `createLogger` did not make. */
export function levelsOf(logger: PinoLogger): LogLevels | undefined {
  return (logger as Levelled)[LEVELS]
}

/**
 * Changes the level of a logger and all its children while the program runs, for all that has no level by name.
 *
 * With a name, for one process or application: its registered name, its label or its application's name; `*` in it stands
 * for anything. The nearest name counts, an exact one before a pattern. Erlang's `logger:set_module_level/2`.
 *
 * @param logger made by `createLogger`, or a child of such a one
 * @param level undefined: no longer one of its own
 * @throws LOG_LEVEL_INVALID; LOG_LEVELS_FIXED for a logger that was made otherwise
 * @example
 * ```ts
 * setLogLevel(log, 'checker:*', 'debug')
 * setLogLevel(log, 'warn')
 * ```
 */
export function setLogLevel(logger: PinoLogger, level: LogLevel): void
export function setLogLevel(logger: PinoLogger, name: string, level: LogLevel | undefined): void
export function setLogLevel(logger: PinoLogger, ...rest: [LogLevel] | [string, LogLevel | undefined]): void {
  const levels = levelsOf(logger)
  if (levels === undefined) throw loggingError('LOG_LEVELS_FIXED')
  const [first, second] = rest
  if (rest.length === 1) levels.set(undefined, first as LogLevel)
  else levels.set(first, second)
}

/** What a process is called. */
export function ownNames(pid: Pid): readonly string[] {
  const names = [processInfo(pid, 'registeredName'), processInfo(pid, 'label')]
  return names.filter((name) => typeof name === 'string')
}

function ruleOf(pattern: string, level: LogLevel): Rule {
  if (!pattern.includes('*')) return { pattern, level, matches: (name) => name === pattern }
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
  const regular = new RegExp(`^${parts.join('.*')}$`, 's')
  return { pattern, level, matches: (name) => regular.test(name) }
}

function tellingFirst(a: Rule, b: Rule): number {
  const [wild, other] = [a.pattern.includes('*'), b.pattern.includes('*')]
  return wild === other ? b.pattern.length - a.pattern.length : wild ? 1 : -1
}

function numberOf(level: LogLevel): number {
  return pino.levels.values[level] ?? Number.POSITIVE_INFINITY
}

function invalidLevel(value: unknown): Error {
  return loggingError('LOG_LEVEL_INVALID', { what: 'a level', expected: LOG_LEVELS.join(', '), value })
}

function invalidName(value: unknown): Error {
  const expected = 'a name, or a pattern such as "checker:*"'
  return loggingError('LOG_LEVEL_INVALID', { what: 'what has a level of its own', expected, value })
}
