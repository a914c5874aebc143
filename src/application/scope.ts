/**
 * Scopes: sets of bindings from which the instances of servers are built and injected.
 *
 * This layer only opens scopes, passes them down the tree and closes them. Their content belongs to the implementation of
 * `ScopeSource`; the decorators implement it with an injection container.
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

/** The dictionary key of a scope. A process finds its scope in its own dictionary or in that of a process above it. */
export const SCOPE = processKey<Scope>('heartwood.scope')

/** The injection token and dictionary key of the application's logger. */
export const LOGGER: unique symbol = Symbol.for('heartwood.logger')

/** The injection token and dictionary key of the health of the system. */
export const HEALTH: unique symbol = Symbol.for('heartwood.health')

/**
 * The logger of the application of the current process; it can also be injected by the token `LOGGER`. Outside any application it is a
 * logger with the default options. It also works in left-over code of a dead process, and in code of an OpenTelemetry SDK.
 *
 * @example
 * const log = logger()
 * log.info({ target }, 'check passed')
 */
export function logger(): Logger {
  return (stillInherited(LOGGER) as Logger | undefined) ?? loggerOfNobody() ?? createLogger()
}

/** The logger that an application of a kernel provided last. */
const lastOf = new WeakMap<Kernel, Logger>()

/** Provides a logger for the current process and all processes below it. */
export function provideLogger(logger: Logger): void {
  put(LOGGER, logger)
  lastOf.set(currentKernel(), logger)
}

/** The last logger of the kernel, for a process whose tree is dead, or that represents a library outside any tree. */
function loggerOfNobody(): Logger | undefined {
  const pid = currentPid()
  return pid !== undefined && (isLibrary(pid) || !isAlive(pid)) ? lastOf.get(currentKernel()) : undefined
}

/** The dictionary key of the settings of the program. */
export const SETTINGS = processKey<LiveSettings>('heartwood.settings')

/**
 * The value of a setting at this moment, in the application of the current process. A constructor can have it injected by the same
 * token. Erlang's `application:get_env/1`.
 *
 * @throws SETTING_UNKNOWN outside applications with settings, and for a key that cannot exist
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

/** The result of checking a class. */
export interface Findings {
  /** The mistakes that prevent it from being built. */
  readonly problems: readonly HeartwoodError[]
  /** The warnings: it can be built, but something looks wrong. */
  readonly warnings: readonly HeartwoodError[]
  /** Bindings that look as if they must be shared, but are not; each with a function that makes the warning for several named users. */
  readonly unshared: ReadonlyMap<object, (users: string) => HeartwoodError>
}

/** The bindings for the tree below a supervisor or an application. The process that opens a scope owns the instances made in it. */
export interface Scope {
  /** The names of the application and the supervisors down to this scope. */
  readonly path: readonly string[]
  /** The mistakes in its bindings, independent of their use. */
  readonly mistakes: readonly HeartwoodError[]
  /** Checks how `target` would be built in this scope, without building anything. */
  check(target: unknown): Findings
  /** The overrides, by token, that replace no binding and that no checked class uses. */
  unusedOverrides(): ReadonlyMap<unknown, HeartwoodError>
  /** How often its bindings were replaced. */
  readonly changes: number
  /**
   * Takes over the bindings of new code. An unchanged binding stays, with its instances. For a changed binding a new instance is made at
   * its next use; the old instances are disposed of with the scope.
   *
   * @throws mistakes in the bindings; then nothing has changed
   */
  follow(source: ScopeSource): void
  /** The value that overrides all other bindings of a token; `undefined` if there is none. */
  override(token: symbol): { readonly value: unknown } | undefined
}

/** The options of a new scope. */
export interface ScopeOptions {
  /** The name of its application or supervisor. */
  readonly name: string
  /** The enclosing scope. */
  readonly parent?: Scope | undefined
  /** The values that the framework provides, by token. */
  readonly provided?: ReadonlyMap<symbol, unknown> | undefined
  /** The settings of the program. Each is provided by its token, with its value at the moment of use. */
  readonly settings?: LiveSettings | undefined
  /** `check` looks into initialisers, too, also of the scopes below: for commands, since it takes time. Default false. */
  readonly initialisers?: boolean | undefined
}

/** The source of scopes: it opens a new scope for each incarnation of an application or supervisor. */
export interface ScopeSource {
  /**
   * Makes a scope for checks only, in which no instance is made. User code that it runs is not run again for the first scope that is
   * opened.
   *
   * @param plan the same object for all scopes of a plan
   */
  plan(options: ScopeOptions, plan: object): Scope
  open(options: ScopeOptions): Scope
}
