import type { IsolableClass, IsolationKind } from '../../isolation/index.js'
import { codeAddress } from '../../kernel/index.js'
import type { DynamicSupervisorOptions, SupervisorOptions } from '../../supervisor/index.js'
import type { ScopeSource } from '../scope.js'

/** The key under which a child spec tells what can be known of the child before it is started. */
export const PLANNED: unique symbol = Symbol.for('heartwood.planned')

/** This copy of Heartwood, which tells where it lies: classes of another one would run in a kernel of their own. */
export const COPY: () => string | undefined = codeAddress

/** Where a copy lies, in words. */
export function placeOf(copy: () => string | undefined): string {
  return copy() ?? 'in a bundle'
}

/** What a child spec knows of its child beforehand; for checks and drawings of a tree that does not run. */
export interface Planned {
  /** The copy of Heartwood whose decorators made it. */
  readonly copy: () => string | undefined
  /** What its scope has to build. */
  readonly builds?: unknown
  /** What its `init` gets. */
  readonly args?: unknown
  /** Opened for the child and all below it. */
  readonly scope?: ScopeSource | undefined
  /** What it was made from; a supervisor that is found again below itself would start for ever. */
  readonly source?: unknown
  /** It decides on its options and children when it starts. */
  readonly computes?: boolean | undefined
  /** A supervisor's options as they are now, computed inside it, in the scope that it has: what its code is changed to. */
  readonly again?: (() => PromiseLike<object | 'ignore'>) | undefined
  /** It runs in a thread or program of its own. */
  readonly isolated?: PlannedIsolation | undefined
  /** What it supervises. */
  readonly supervises?: SupervisorOptions | undefined
  /** It is a dynamic supervisor: its children are not known. */
  readonly supervisesDynamically?: DynamicSupervisorOptions | undefined
}

/** What can be known of a child that runs isolated. */
export interface PlannedIsolation {
  readonly isolate: IsolationKind
  readonly Class: IsolableClass
  /** What its `init` gets. */
  readonly args: unknown
  /** What it is built in there. */
  readonly scope: ScopeSource
}
