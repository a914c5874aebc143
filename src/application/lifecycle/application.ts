import type { Awaitable } from '../../genserver/index.js'
import type { ExitReason } from '../../kernel/index.js'
import type { Child } from '../../supervisor/index.js'
import type { ScopeSource } from '../scope.js'

/** One phase of a start, and what its `startPhase` gets. */
export interface StartPhase {
  readonly phase: string
  readonly args?: unknown
}

/**
 * What the end of an application's tree means for the program (OTP's `permanent`, `transient`, `temporary`).
 *
 * | type | the tree ended `'normal'` | with any other reason, `'shutdown'` included |
 * | --- | --- | --- |
 * | `'permanent'` | everything stops | everything stops |
 * | `'transient'` | reported | everything stops |
 * | `'temporary'` | reported | reported |
 */
export type ApplicationType = 'permanent' | 'transient' | 'temporary'

/** What an application is made of. */
export interface ApplicationOptions {
  /** Names it in logs, in `dependencies` of others, and in error messages. */
  readonly name: string
  /** The top of its tree, a supervisor as a rule. */
  readonly root: Child
  /** Names of applications that must run before it starts, and until it has stopped. Default none. */
  readonly dependencies?: readonly string[] | undefined
  /** What its end means for the program. Default `'permanent'`. */
  readonly type?: ApplicationType | undefined
  /** Builds what the tree needs; opened at its start, disposed of at its end. Default none. */
  readonly scope?: ScopeSource | undefined
  /**
   * What is done, in order, when its tree is up and before anything that depends on it starts: `startPhase` is called
   * for each. A phase that fails is a start that failed. OTP's `start_phases`.
   */
  readonly startPhases?: readonly StartPhase[] | undefined
  /** Runs one phase. The applications it includes run theirs of the same name right after. */
  readonly startPhase?: ((phase: string, args: unknown) => Awaitable<void>) | undefined
  /**
   * Applications that are parts of this one: their roots stand somewhere in its tree, their phases run with its own,
   * and what they depend on it depends on. OTP's `included_applications`.
   */
  readonly includes?: readonly Application[] | undefined
  /** Runs before its tree is stopped, and also when the tree ended by itself. */
  readonly prepStop?: ((reason: ExitReason) => Awaitable<void>) | undefined
  /** Runs when its tree has stopped. */
  readonly stop?: ((reason: ExitReason) => Awaitable<void>) | undefined
  /** Milliseconds that `prepStop` and `stop` may each take; then the stop goes on without it. Default 5,000. */
  readonly hookTimeout?: number | undefined
}

/** A described application; made by `application`. */
export interface Application extends ApplicationOptions {
  readonly dependencies: readonly string[]
  readonly type: ApplicationType
}

/**
 * Describes an application: a tree with a name, started after the applications it depends on and stopped before
 * them. OTP's application resource.
 *
 * Nothing is started or checked here; `boot` does both.
 *
 * @example
 * application({ name: 'clock', root: supervisorSpec('clock', { children: [Clock] }) })
 */
export function application(options: ApplicationOptions): Application {
  return { ...options, dependencies: options.dependencies ?? [], type: options.type ?? 'permanent' }
}
