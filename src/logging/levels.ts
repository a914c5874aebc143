/**
 * Log levels by name, which can be changed while the program runs.
 *
 * With a single level there is no extra cost: pino's methods below the level do nothing, those above it write. With levels by name
 * the logger has the lowest of them all, and each line is then compared with the level of the process that writes it.
 */
import type { Logger as PinoLogger } from 'pino'
import { currentPid, isElsewhere, type Pid, processInfo, read } from '../kernel/index.js'
import { loggingError } from './errors.js'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** The key under which a logger and its children have their `LogLevels`. */
const LEVELS = Symbol('heartwood.levels')
/** The key under which each copy of pino has its hooks. */
const HOOKS = Symbol.for('pino.hooks')

interface Rule {
  readonly pattern: string
  readonly level: LogLevel
  readonly matches: (name: string) => boolean
}

/** A function that returns the names of a process in the log, the nearest first: its registered name, its label, its application. */
export type NamesOf = (pid: Pid) => readonly string[]

/** The levels of a logger and all its children. */
export class LogLevels {
  readonly #own: PinoLogger | undefined
  #base: LogLevel
  /** A hook that the program itself has set. */
  readonly #theirs: LogMethod | undefined
  #applying = false
  readonly #listeners = new Set<() => void>()
  /** The rules in order of precedence: exact names, then patterns, the longest first. */
  #rules: readonly Rule[] = []
  /** Whether the line that is being written was admitted already. */
  #open = false
  namesOf: NamesOf = ownNames

  constructor(
    private readonly logger: PinoLogger,
    base: LogLevel,
    own?: PinoLogger,
  ) {
    this.#base = base
    this.#own = own
    this.#theirs = hooksOf(logger)?.logMethod
    // The level of processes without a rule is that of the program's own logger.
    own?.on('level-change', () => {
      if (!this.isPlain && !this.#applying) this.#apply()
    })
  }

  /** The level of all processes without a level by name. */
  get base(): LogLevel {
    return (this.#own?.level as LogLevel | undefined) ?? this.#base
  }

  /** The levels by name or pattern. */
  get byName(): Readonly<Record<string, LogLevel>> {
    return Object.fromEntries(this.#rules.map(({ pattern, level }) => [pattern, level]))
  }

  /** Sets a level by name; without a name, the level of all others. @throws LOG_LEVEL_INVALID */
  set(name: string | undefined, level: LogLevel | undefined): void {
    if (level !== undefined && !LOG_LEVELS.includes(level)) throw invalidLevel(level)
    if (name !== undefined && (typeof name !== 'string' || name === '')) throw invalidName(name)
    if (name === undefined) this.#setBase(level ?? 'info')
    else {
      const others = this.#rules.filter(({ pattern }) => pattern !== name)
      this.#rules = level === undefined ? others : [...others, ruleOf(name, level)].sort(tellingFirst)
    }
    this.#apply()
  }

  /** Replaces all levels. @throws LOG_LEVEL_INVALID */
  replace(base: LogLevel, byName: Readonly<Record<string, LogLevel>>): void {
    this.#rules = []
    for (const [name, level] of Object.entries(byName)) this.set(name, level)
    this.set(undefined, base)
  }

  /** Whether there is a single level for all lines, so that pino's own check is enough. */
  get isPlain(): boolean {
    return this.#rules.length === 0
  }

  /** Whether a line of this level is written. It is about the process `pid`, by default the current one, and `name`. */
  admits(level: number, pid = currentPid(), name?: string): boolean {
    const names = pid === undefined ? [] : this.namesOf(pid)
    return level >= this.#numberOf(this.#levelOf(name === undefined ? names : [name, ...names]))
  }

  /** Writes a line that was admitted already, whatever the level of the current process is. */
  through(write: () => void): void {
    this.#open = true
    try {
      write()
    } finally {
      this.#open = false
    }
  }

  #setBase(level: LogLevel): void {
    this.#base = level
    if (this.#own !== undefined) this.#own.level = level
  }

  #apply(): void {
    this.#applying = true
    try {
      this.#setLevels()
    } finally {
      this.#applying = false
    }
    for (const changed of this.#listeners) changed()
  }

  #setLevels(): void {
    const lowest = [this.base, ...this.#rules.map(({ level }) => level)].reduce((low, level) =>
      this.#numberOf(level) < this.#numberOf(low) ? level : low,
    )
    const hooks = hooksOf(this.logger)
    // pino chooses its methods when the level is set, so the hook must be there before.
    if (hooks !== undefined) hooks.logMethod = this.isPlain ? this.#theirs : this.#hook
    this.logger.level = lowest
    if (this.isPlain && this.#own !== undefined) inheritLevel(this.logger)
  }

  /** Registers a function that is called after each change of a level. @returns a function that removes it */
  onChange(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => this.#listeners.delete(changed)
  }

  readonly #hook = function (
    this: PinoLogger,
    args: unknown[],
    method: (...args: unknown[]) => void,
    level: number,
  ): void {
    const levels = (this as Levelled)[LEVELS]
    if (levels !== undefined && !levels.#open && !levels.admits(level)) return
    const theirs = levels === undefined ? undefined : levels.#theirs
    if (theirs === undefined) method.apply(this, args)
    else theirs.call(this, args, method, level)
  }

  #levelOf(names: readonly string[]): LogLevel {
    for (const name of names) {
      const rule = this.#rules.find(({ matches }) => matches(name))
      if (rule !== undefined) return rule.level
    }
    return this.base
  }

  #numberOf(level: LogLevel): number {
    return this.logger.levels.values[level] ?? Number.POSITIVE_INFINITY
  }
}

type LogMethod = (
  this: PinoLogger,
  args: unknown[],
  method: (...args: unknown[]) => void,
  level: number,
) => void

function hooksOf(logger: PinoLogger): { logMethod: LogMethod | undefined } | undefined {
  return (logger as unknown as Record<symbol, { logMethod: LogMethod | undefined } | undefined>)[HOOKS]
}

/** Makes a child take its level from its parent again, by deleting the properties in which pino stores a level. */
function inheritLevel(child: PinoLogger): void {
  const own = child as unknown as Record<PropertyKey, unknown>
  const value = Object.getOwnPropertySymbols(own).find((key) => key.description === 'pino.levelVal')
  if (value !== undefined) delete own[value]
  for (const name of Object.keys(child.levels.values)) delete own[name]
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

/** Gives levels by name to the child of a program's own pino logger. The level of that logger stays the level of all others. */
export function ownLevels(child: PinoLogger, own: PinoLogger): void {
  // pino's default hooks are one object that all loggers share, so the child gets a copy.
  Object.assign(child, { [HOOKS]: { ...hooksOf(child) } })
  Object.defineProperty(child, LEVELS, { value: new LogLevels(child, own.level as LogLevel, own) })
}

/** The levels of a logger; `undefined` for a logger that `createLogger` did not make. */
export function levelsOf(logger: PinoLogger): LogLevels | undefined {
  return read(logger, LEVELS) as LogLevels | undefined
}

/**
 * Changes the level of a logger and all its children while the program runs.
 *
 * Without a name it is the level of all processes without a level by name. With a name it is the level of one process or application:
 * by registered name, label or name of the application; `*` in it matches any text. The nearest name of a process counts, and an
 * exact name before a pattern. Erlang's `logger:set_module_level/2`.
 *
 * @param logger a logger made by `createLogger`, or a child of one
 * @param level the level; `undefined` removes the level of a name
 * @throws LOG_LEVEL_INVALID; LOG_LEVELS_FIXED for any other logger
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

/** The registered name and the label of a process. */
export function ownNames(pid: Pid): readonly string[] {
  // The name of a process in another kernel is in its report.
  if (isElsewhere(pid)) return []
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

function invalidLevel(value: unknown): Error {
  return loggingError('LOG_LEVEL_INVALID', { what: 'a level', expected: LOG_LEVELS.join(', '), value })
}

function invalidName(value: unknown): Error {
  const expected = 'a name, or a pattern such as "checker:*"'
  return loggingError('LOG_LEVEL_INVALID', { what: 'what has a level of its own', expected, value })
}
