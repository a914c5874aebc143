import type { Process } from '../process/process.js'
import { context } from './async-scope.js'
import { currentProcess } from './current-process.js'

type Callback = (this: unknown, ...args: never[]) => unknown

/**
 * Makes a listener that runs as the current process, whoever emits. If the process itself emits, the listener is called directly, and its
 * errors reach the emitter, as in plain Node. If another process or no process emits, an error ends the listener's process and does not
 * reach the emitter. The listener is also called after the death of its process: it is left-over code then.
 *
 * @param returns whether its result reaches an emitter that does not belong to the process
 * @returns the listener itself outside any process
 */
export function bindListener<C extends Callback>(listener: C, returns: boolean): C {
  const process = currentProcess<Process>()
  if (process === undefined) return listener
  function guard(this: unknown, ...args: never[]): unknown {
    // An error of left-over code reaches nobody: it would keep Node from calling the listeners after it, which wait for the end of what
    // they listen to.
    if (currentProcess<Process>() === process && (process as Process).alive) return listener.apply(this, args)
    // The arguments are spread, so that V8 makes no array of them in the call above.
    const result = callAs(process as Process, listener, this, ...args)
    return returns ? result : undefined
  }
  return guard as C
}

/**
 * Makes a callback that runs as the current process, whoever calls it. An error ends the process and never reaches the caller. It is for
 * callers that lose the context of a callback, or lose it when the callback throws.
 *
 * @returns the callback itself outside any process
 */
export function bindCallback<C extends Callback>(callback: C): C {
  const process = currentProcess<Process>()
  if (process === undefined) return callback
  function guard(this: unknown, ...args: never[]): unknown {
    return callAs(process as Process, callback, this, ...args)
  }
  return guard as C
}

/**
 * Calls a callback as a process. Only the current process changes: other stores, such as those of a tracer, are those of the caller, as in
 * plain Node.
 */
function callAs(process: Process, callback: Callback, self: unknown, ...args: never[]): unknown {
  return context.run(process, () => {
    try {
      return callback.apply(self, args)
    } catch (error) {
      process.fail(error)
      return undefined
    }
  })
}
