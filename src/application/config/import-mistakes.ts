/**
 * Mistakes that are found while a config module is imported, as those of decorators. In a program of its own such a mistake is
 * thrown where it is made; the first one would keep all modules that import that one from being looked at. So while a config module is
 * imported it is noted, and the import fails at its end, with all of them.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { HeartwoodError } from '../../kernel/index.js'
import { problemsError } from './problems.js'

/** What was noted in the import that the code runs in. */
const noted = new AsyncLocalStorage<HeartwoodError[]>()

/** Throws `error`; while a config module is imported, only notes it. */
export function refuse(error: HeartwoodError): void {
  const mistakes = noted.getStore()
  if (mistakes === undefined) throw error
  mistakes.push(error)
}

/**
 * Imports something.
 *
 * @throws the mistake that was noted; PLAN_INVALID for several; what the import throws
 */
export async function withImportMistakes<T>(load: () => Promise<T>): Promise<T> {
  const mistakes: HeartwoodError[] = []
  const imported = await noted.run(mistakes, load).catch((error: unknown) => {
    // Mostly a consequence, and told last.
    if (mistakes.length === 0 || !HeartwoodError.is(error)) throw error
    mistakes.push(error)
    return undefined
  })
  // What has a context of its own costs every promise of a program something on Node 20.
  noted.disable()
  if (mistakes.length > 0) throw problemsError(mistakes)
  return imported as T
}
