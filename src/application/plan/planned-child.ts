import type { IsolableClass, IsolationKind } from '../../isolation/index.js'
import { codeAddress } from '../../kernel/index.js'
import type { DynamicSupervisorOptions, SupervisorOptions } from '../../supervisor/index.js'
import type { ScopeSource } from '../scope.js'

/** The key in a child spec of the data for plans. */
export const PLANNED: unique symbol = Symbol.for('heartwood.planned')

/** A function that identifies this copy of Heartwood and returns its location. Classes of another copy would run in another kernel. */
export const COPY: () => string | undefined = codeAddress

/** The location of a copy, for messages. */
export function placeOf(copy: () => string | undefined): string {
  return copy() ?? 'in a bundle'
}

/** The data of a child for plans: for checks and drawings of a tree that does not run. */
export interface Planned {
  /** The copy of Heartwood whose decorators made it. */
  readonly copy: () => string | undefined
  /** The class that its scope must build. */
  readonly builds?: unknown
  /** The argument of its `init`. */
  readonly args?: unknown
  /** The source of a scope for the child and all processes below it. */
  readonly scope?: ScopeSource | undefined
  /** The source of the child, such as its class. A supervisor that is found again below itself would start for ever. */
  readonly source?: unknown
  /** Whether its options and children are computed at its start. */
  readonly computes?: boolean | undefined
  /** Computes the new options of a supervisor, inside its process and its scope, for a change of code. */
  readonly again?: (() => PromiseLike<object | 'ignore'>) | undefined
  /** The data of a child that runs in a thread or program. */
  readonly isolated?: PlannedIsolation | undefined
  /** The options of a supervisor. */
  readonly supervises?: SupervisorOptions | undefined
  /** The options of a dynamic supervisor, whose children are not known. */
  readonly supervisesDynamically?: DynamicSupervisorOptions | undefined
}

/** The data of an isolated child for plans. */
export interface PlannedIsolation {
  readonly isolate: IsolationKind
  readonly Class: IsolableClass
  /** The argument of its `init`. */
  readonly args: unknown
  /** The source of the scope in which it is built there. */
  readonly scope: ScopeSource
}
