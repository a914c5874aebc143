/** A process that has a turn. */
interface Turning {
  /** Does what is to be done, inside its scope. */
  runInScope(): boolean
  fail(error: unknown): void
}

/** Runs a turn of a process, inside its scope. Any error is a failure of the process, and not of its caller. */
export function runTurn(process: Turning): boolean {
  try {
    return process.runInScope()
  } catch (error) {
    process.fail(error)
    return false
  }
}
