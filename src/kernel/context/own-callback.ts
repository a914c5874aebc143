import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import { actor } from './current-kernel.js'
import { Callbacks } from './own-callback-table.js'

/** Runs `run` as `process`, if that lives. A throw is the end of the process, whether failures are contained or not. */
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
 * A callback or listener that runs as the current process, whoever calls it: for an emitter or a connection that
 * another process made, where a plain one runs as that other, and its throw would be that other's crash.
 *
 * A throw in it ends the current process, and does not reach who calls. Once the process is dead it is not called any more.
 *
 * @returns a function to hand over instead; it returns what `callback` returns, or undefined when that threw or was not called
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
