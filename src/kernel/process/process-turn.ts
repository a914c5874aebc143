import type { Process } from './process.js'

/** Runs a turn of a process, inside its scope. Any error is a failure of the process, and not of its caller. */
export function runTurn(process: Process): boolean {
  try {
    return process.runInScope()
  } catch (error) {
    process.fail(error)
    return false
  }
}
