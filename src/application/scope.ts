/**
 * Scopes: who builds the instances of servers, and what they are given.
 *
 * This layer only opens scopes, hands them down the tree and closes them. What is in one is the business of whoever
 * implements `ScopeSource`; the decorators do so with an injection container.
 */

import { type ConfigToken, type LiveSettings, pathOfToken } from '../config/index.js'
import {
  currentKernel,
  currentPid,
  type HeartwoodError,
  inherited,
  isAlive,
  isLibrary,
  type Kernel,
  printed,
  processKey,
  put,
  stillInherited,
} from '../kernel/index.js'
import { createLogger, type Logger } from '../logging/index.js'
import { applicationError } from './errors.js'

/** Where a process finds its scope: in its dictionary, or in that of a process above it. */
export const SCOPE = processKey<Scope>('heartwood.scope')

/** The token and dictionary key of the application's logger. */
export const LOGGER: unique symbol = Symbol.for('heartwood.logger')

/** The dictionary key of the health of the system, and the token it can be injected by. */
export const HEALTH: unique symbol = Symbol.for('heartwood.health')

/**
 * The logger of the application that the current process belongs to; it can be injected, too, by the token `LOGGER`.
 * Outside any application: one that writes as the defaults say. In left-over code of a dead process, and where an SDK of OpenTelemetry runs by
 * itself, it is there, too.
 *
 * @example
 * const log = logger()
 * log.info({ target }, 'check passed')
 */
export function logger(): Logger {
  return (stillInherited(LOGGER) as Logger | undefined) ?? loggerOfNobody() ?? createLogger()
}

/** The logger that an application of a kernel had last. */
const lastOf = new WeakMap<Kernel, Logger>()

/** Gives a logger to the current process and to those below it. */
export function provideLogger(logger: Logger): void {
  put(LOGGER, logger)
  lastOf.set(currentKernel(), logger)
}

/** Of a process whose whole tree is dead, or that stands for a library and is in none. */
function loggerOfNobody(): Logger | undefined {
  const pid = currentPid()
  return pid !== undefined && (isLibrary(pid) || !isAlive(pid)) ? lastOf.get(currentKernel()) : undefined
}

/** Where a process finds the settings of its program. */
export const SETTINGS = processKey<LiveSettings>('heartwood.settings')

/**
 * The value of a setting, in the application that the current process belongs to, as it is at the moment; what the
 * constructor of a server can have injected by the same token. Erlang's `application:get_env/1`.
 *
 * @throws SETTING_UNKNOWN outside applications with settings, and for a key that cannot be
 * @example
 * const pool = setting(settings.token('db.pool'))
 */
export function setting<T>(token: ConfigToken<T>): T {
  const scope = inherited(SCOPE)
  const override = scope?.override(token)
  if (override !== undefined) return override.value as T
  const source = inherited(SETTINGS)?.source(token)
  if (source === undefined)
    throw applicationError('SETTING_UNKNOWN', { key: pathOfToken(token) ?? printed(token) })
  return source() as T
}

/** What a check finds. */
export interface Findings {
  /** What would keep it from being built. */
  readonly problems: readonly HeartwoodError[]
  /** What works, and is worth a look. */
  readonly warnings: readonly HeartwoodError[]
  /** What looks as if it had to be shared, and is not; what is to be said if several, which are named, have it injected. */
  readonly unshared: ReadonlyMap<object, (users: string) => HeartwoodError>
}

/** What is bound, from one supervisor (or application) downwards. What it makes is owned by the process that opens it. */
export interface Scope {
  /** The names of the application and the supervisors down to this scope. */
  readonly path: readonly string[]
  /** What is wrong with what is bound in it, whoever asks for it. */
  readonly mistakes: readonly HeartwoodError[]
  /** What is to be said of `target` as it would be built here, found without building anything. */
  check(target: unknown): Findings
  /** By its token, each override that replaces nothing and that none of what was checked asks for. */
  unusedOverrides(): ReadonlyMap<unknown, HeartwoodError>
  /** How often it took other bindings. */
  readonly changes: number
  /**
   * Takes the bindings of new code. What is bound as before stays, with what was made of it; what is bound otherwise is made anew for the
   * next that wants it, and what the old binding made is disposed of with the scope.
   *
   * @throws what is wrong with what is bound; then nothing has changed
   */
  follow(source: ScopeSource): void
  /** What a token is bound to for good, over everything else; undefined when it is not. */
  override(token: symbol): { readonly value: unknown } | undefined
}

/** What a scope is opened with. */
export interface ScopeOptions {
  /** The application or supervisor it belongs to. */
  readonly name: string
  /** The scope around it. */
  readonly parent?: Scope | undefined
  /** What the framework itself provides, by token. */
  readonly provided?: ReadonlyMap<symbol, unknown> | undefined
  /** The settings of the program, each to be provided by its token as it is at the moment. */
  readonly settings?: LiveSettings | undefined
  /** `check` looks into initialisers, too, also of the scopes below: for commands, since it takes time. Default false. */
  readonly initialisers?: boolean | undefined
}

/** Opens a fresh scope for each incarnation of what it belongs to. */
export interface ScopeSource {
  /**
   * A scope to look at, in which nothing is made. What had to be run for it is not run again for the first that is opened.
   *
   * @param plan the same object for all scopes of one plan
   */
  plan(options: ScopeOptions, plan: object): Scope
  open(options: ScopeOptions): Scope
}
