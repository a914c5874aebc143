import { currentProcess, type ProcessInContext } from '../context/current-process.js'
import { ownerOf } from '../context/promise-owner.js'

interface Blame {
  readonly process: object
  /** The process to whose context the thing belongs that got the error. */
  readonly home: object | undefined
}

const BLAMED = new WeakMap<object, Blame>()

/**
 * Notes the process whose function failed with `error`, which a thing gets. If the thing passes it to nobody, it leaves a rejected promise
 * of its own. That is not a failure of the program or of the scope to which the thing belongs.
 */
export function blame(error: unknown, process: object, home: object | undefined): void {
  if (isBlamable(error)) BLAMED.set(error, { process, home })
}

export function isBlamable(error: unknown): error is object {
  return typeof error === 'object' && error !== null
}

/**
 * Returns the process that is at fault for a failure that no code caught.
 *
 * @param promise the promise whose rejection no code handled
 */
export function atFault<P extends ProcessInContext>(error: unknown, promise: unknown): P | undefined {
  const process = ownerOf<P>(promise) ?? currentProcess<P>()
  const blamed = BLAMED.get(error as object)
  return blamed !== undefined && blamed.home === process ? (blamed.process as P) : process
}
