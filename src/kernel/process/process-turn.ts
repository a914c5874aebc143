import type { Process } from './process.js'

/** A turn of a process, from inside its scope. What is thrown in it anywhere is its failure, not that of who gives it. */
export function runTurn(process: Process): boolean {
  try {
    return process.runInScope()
  } catch (error) {
    process.fail(error)
    return false
  }
}
