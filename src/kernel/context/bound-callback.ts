import type { Process } from '../process/process.js'
import { context } from './async-scope.js'
import { currentProcess } from './current-process.js'

type Callback = (this: unknown, ...args: never[]) => unknown

/**
 * A listener that runs as the current process, whoever emits. Emitted by the process itself it is called directly, and
 * what it throws reaches the emitter, as in plain Node. Emitted by another process or by nobody, its throw ends its own
 * process and does not reach the emitter. It is called after the death of its process too: it is left-over code then.
 *
 * @param returns whether what it returns reaches an emitter that is not of the process; default true
 * @returns the listener itself outside any process
 */
export function bindListener<C extends Callback>(listener: C, returns = true): C {
  const process = currentProcess()
  if (process === undefined) return listener
  function guard(this: unknown, ...args: never[]): unknown {
    // The throw of left-over code reaches nobody: it would keep Node from telling the listeners after it, who wait for the
    // end of what it listens to.
    if (currentProcess() === process && (process as Process).alive) return listener.apply(this, args)
    // Spread, so that V8 makes no array of the arguments on the way above.
    const result = callAs(process as Process, listener, this, ...args)
    return returns ? result : undefined
  }
  return guard as C
}

/**
 * A callback that runs as the current process, whoever calls. What it throws ends the process and never reaches the
 * caller: for callers that lose the context of a callback, or lose it when the callback throws.
 *
 * @returns the callback itself outside any process
 */
export function bindCallback<C extends Callback>(callback: C): C {
  const process = currentProcess()
  if (process === undefined) return callback
  function guard(this: unknown, ...args: never[]): unknown {
    return callAs(process as Process, callback, this, ...args)
  }
  return guard as C
}

/** Only the current process changes: other stores, such as a tracer's, are those of the caller, as in plain Node. */
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
