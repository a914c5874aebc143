/** A program that ends while its configuration is read: nobody else would say why. */

import { applicationError, exitCodeOf, faultText, isSignalCode } from '../../application/index.js'
import { printError, printFailure } from './failure-output.js'

/** Waits for what loads a config module; a program that ends before it is through says so, and is no success. */
export async function whileLoading<T>(path: string, json: boolean, loading: Promise<T>): Promise<T> {
  let reason = 'the program ended meanwhile. Does it call process.exit()?'
  const onIdle = (): void => {
    reason = 'it, or the schema of its settings, waits for something that never comes.'
    // Before Node says that its own `await` of all this is not settled.
    process.exit()
  }
  const onExit = (code: number): void => {
    // A signal came, as in a container that is stopped again at once.
    if (isSignalCode(code)) return
    const error = applicationError('CONFIG_IMPORT_FAILED', { path, reason })
    process.exitCode = exitCodeOf(error)
    printError(error, false)
    if (json) printFailure(error, exitCodeOf(error))
  }
  const onFailure = (error: unknown): void => {
    reason = `nobody caught an error of it: ${faultText(error)}`
  }
  process.once('uncaughtExceptionMonitor', onFailure)
  process.once('beforeExit', onIdle)
  process.once('exit', onExit)
  try {
    const loaded = await loading
    // Node tells of rejections that nobody handles when no microtask is left; a check would be over before.
    await new Promise((resolve) => setImmediate(resolve))
    return loaded
  } finally {
    process.off('uncaughtExceptionMonitor', onFailure)
    process.off('beforeExit', onIdle)
    process.off('exit', onExit)
  }
}
