import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import { actor } from './current-kernel.js'
import { Callbacks } from './own-callback-table.js'

/** Runs `run` as `process`, if that lives. An error ends the process, whether failures are contained or not. */
export function runAs<T>(process: Process, run: () => T): T | undefined {
  if (!process.alive) return undefined
  return process.within(() => {
    try {
      return run()
    } catch (error) {
      process.fail(error)
      return undefined
    }
  })
}

/**
 * Makes a callback or listener that runs as the current process, for an emitter or a connection of
 * another process. Without it, the callback runs as that other process, and an error that it throws would crash that process.
 *
 * An error that it throws ends the current process and does not reach the code that calls it. When the process is dead, the callback does nothing.
 *
 * @returns the function to pass; it returns the result of `callback`, or undefined if `callback` threw or was not called
 * @throws NOT_A_FUNCTION, PROCESS_DEAD
 * @example
 * ```ts
 * shared.on('message', ownCallback((message) => send(me, message)))
 * ```
 */
export function ownCallback<This, Args extends unknown[], Result>(
  callback: (this: This, ...args: Args) => Result,
): (this: This, ...args: Args) => Result | undefined {
  const process = actor()
  if (typeof callback !== 'function') {
    throw kernelError('NOT_A_FUNCTION', { action: 'ownCallback', value: callback })
  }
  process.callbacks ??= new Callbacks(process)
  const { callbacks } = process
  function owned(this: This, ...args: Args): Result | undefined {
    const owner = callbacks.process
    if (owner === undefined) return undefined
    const kept = callbacks.of(owned) as typeof callback
    return runAs(owner, () => kept.apply(this, args))
  }
  callbacks.keep(owned, callback)
  return owned
}
