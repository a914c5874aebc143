/** What can be started besides callbacks: an object or a class that makes an engine of its own, as a state machine does. */
import type { Behaviour } from '../../kernel/index.js'

/** The key of the method that makes the engine of one incarnation. */
export const engine: unique symbol = Symbol.for('heartwood.engine') as typeof engine

/** Started with `start(it, args)` like callbacks; `Args` is what its `init` takes. */
export interface Startable<Args> {
  /** Makes the engine of one incarnation; `hasParent` says whether whoever starts it is its parent. */
  [engine](args: Args, hasParent: boolean): Behaviour
}

export function isStartable(value: unknown): value is Startable<unknown> {
  return typeof value === 'object' && value !== null && engine in value
}
