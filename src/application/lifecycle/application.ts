import type { Awaitable } from '../../genserver/index.js'
import type { ExitReason } from '../../kernel/index.js'
import type { Child } from '../../supervisor/index.js'
import type { ScopeSource } from '../scope.js'

/** A start phase: its name, and the argument for `startPhase`. */
export interface StartPhase {
  readonly phase: string
  readonly args?: unknown
}

/**
 * The effect of an application's end on the program (OTP's `permanent`, `transient`, `temporary`).
 *
 * | type | the tree ended `'normal'` | with any other reason, `'shutdown'` included |
 * | --- | --- | --- |
 * | `'permanent'` | everything stops | everything stops |
 * | `'transient'` | reported | everything stops |
 * | `'temporary'` | reported | reported |
 */
export type ApplicationType = 'permanent' | 'transient' | 'temporary'

/** The options of an application. */
export interface ApplicationOptions {
  /** The name, for logs, error messages and `dependencies` of others. */
  readonly name: string
  /** The top of its tree, usually a supervisor. */
  readonly root: Child
  /** The names of applications that must run before it starts and until it has stopped. Default none. */
  readonly dependencies?: readonly string[] | undefined
  /** The effect of its end on the program. Default `'permanent'`. */
  readonly type?: ApplicationType | undefined
  /** The source of its scope, which is opened at its start and disposed of at its end. Default none. */
  readonly scope?: ScopeSource | undefined
  /**
   * The start phases, in order: `startPhase` is called for each of them when the tree has started and before applications that depend on
   * it start. If a phase fails, the start has failed. OTP's `start_phases`.
   */
  readonly startPhases?: readonly StartPhase[] | undefined
  /** Runs a phase. Included applications then run their phases with the same name. */
  readonly startPhase?: ((phase: string, args: unknown) => Awaitable<void>) | undefined
  /**
   * Applications that are parts of this one. Their roots are somewhere in its tree, their phases run with its phases, and their
   * dependencies are its dependencies. OTP's `included_applications`.
   */
  readonly includes?: readonly Application[] | undefined
  /** A hook that runs before the tree is stopped; also when the tree has ended by itself. */
  readonly prepStop?: ((reason: ExitReason) => Awaitable<void>) | undefined
  /** A hook that runs when the tree has stopped. */
  readonly stop?: ((reason: ExitReason) => Awaitable<void>) | undefined
  /** Milliseconds that `prepStop` and `stop` may each take. After that the stop goes on without it. Default 5,000. */
  readonly hookTimeout?: number | undefined
}

/** The description of an application, made by `application`. */
export interface Application extends ApplicationOptions {
  readonly dependencies: readonly string[]
  readonly type: ApplicationType
}

/**
 * Describes an application: a tree with a name, which is started after its dependencies and stopped before them. OTP's application
 * resource.
 *
 * Nothing is started or checked here; `boot` does both.
 *
 * @example
 * application({ name: 'clock', root: supervisorSpec('clock', { children: [Clock] }) })
 */
export function application(options: ApplicationOptions): Application {
  return { ...options, dependencies: options.dependencies ?? [], type: options.type ?? 'permanent' }
}
