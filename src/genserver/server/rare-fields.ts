import type { IdleTimeout } from '../messages/idle-timeout.js'
import type { Debugging } from '../sys/debug-events.js'
import type { Continuing } from './callbacks.js'
import { ConcurrentCalls } from './concurrent-calls.js'

/** The fields of a server that most servers never use. They are an object of their own, so that millions of waiting servers stay small. */
export class RareFields<State> {
  /** The continuation or timeout that `init` asked for. It takes effect after the starter has its result. */
  first: Continuing<State> | undefined = undefined
  /** The current idle period. */
  idle: IdleTimeout | undefined = undefined
  /** The concurrent calls; undefined before the first one. */
  concurrent: ConcurrentCalls | undefined = undefined
  /** The debug functions. */
  debugging: Debugging | undefined = undefined
  /**
   * Sends the reply of a stop. It runs after `terminate`, also when that crashed (semantics G22), and only when the name is
   * free, since the caller may start the server again at once.
   */
  farewell: (() => void) | undefined = undefined

  /** The concurrent calls, made on first use. */
  get beside(): ConcurrentCalls {
    this.concurrent ??= new ConcurrentCalls()
    return this.concurrent
  }

  /** Ends the idle period. */
  disarm(): void {
    this.idle?.cancel()
    this.idle = undefined
  }
}
