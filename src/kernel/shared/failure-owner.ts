import { currentProcess } from '../context/current-process.js'
import { ownerOf } from '../context/promise-owner.js'
import type { Process } from '../process/process.js'

interface Blame {
  readonly process: Process
  /** Whose context the thing belongs to that was told. */
  readonly home: Process | undefined
}

const BLAMED = new WeakMap<object, Blame>()

/**
 * Notes whose function failed with `error`, which a thing is told. A thing that tells nobody else leaves a promise of its own
 * rejected, and that is no failure of the program or the scope that the thing belongs to.
 */
export function blame(error: unknown, process: Process, home: Process | undefined): void {
  if (isBlamable(error)) BLAMED.set(error, { process, home })
}

export function isBlamable(error: unknown): error is object {
  return typeof error === 'object' && error !== null
}

/**
 * Who is at fault for a failure that no code caught.
 *
 * @param promise the one whose rejection nobody handled
 */
export function atFault(error: unknown, promise: unknown): Process | undefined {
  const process = ownerOf(promise) ?? currentProcess()
  const blamed = BLAMED.get(error as object)
  return blamed !== undefined && blamed.home === process ? blamed.process : process
}
