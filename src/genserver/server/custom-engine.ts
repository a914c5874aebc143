/** Custom engines: objects or classes that make an engine of their own, as a state machine does. They are started as callbacks are. */
import { type Behaviour, isRevoked } from '../../kernel/index.js'

/** The key of the method that makes the engine of one incarnation. */
export const engine: unique symbol = Symbol.for('heartwood.engine') as typeof engine

/** An object that makes its own engine. It is started with `start(it, args)`; `Args` is the argument of its `init`. */
export interface Startable<Args> {
  /** Makes the engine of one incarnation. `hasParent` tells whether the process that starts it is its parent. */
  [engine](args: Args, hasParent: boolean): Behaviour
}

export function isStartable(value: unknown): value is Startable<unknown> {
  return typeof value === 'object' && value !== null && !isRevoked(value) && engine in value
}
