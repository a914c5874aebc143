import type { IdleTimeout } from '../messages/idle-timeout.js'
import type { Debugging } from '../sys/debug-events.js'
import type { Continuing } from './callbacks.js'
import { ConcurrentCalls } from './concurrent-calls.js'

/** What most servers never have, so that those that wait by the million do not pay for it. */
export class RareFields<State> {
  /** What `init` asked for; it happens once the starter has been told. */
  first: Continuing<State> | undefined = undefined
  /** The idle period that is running. */
  idle: IdleTimeout | undefined = undefined
  /** The calls that are answered beside it, once there was one. */
  concurrent: ConcurrentCalls | undefined = undefined
  /** Who watches. */
  debugging: Debugging | undefined = undefined
  /**
   * The reply of a stop goes out after `terminate`, also when that crashed (semantics G22), and only when the name is
   * free: whoever gets it may start the server anew.
   */
  farewell: (() => void) | undefined = undefined

  /** The same, made if there were none. */
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
