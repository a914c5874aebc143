/**
 * The mistakes that are found while a config module is imported, such as those of decorators. Elsewhere such a mistake is thrown at
 * once. During the import that would hide all mistakes in the modules that import the failing one. So they are collected, and the import
 * fails at its end with all of them.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { HeartwoodError } from '../../kernel/index.js'
import { problemsError } from './problems.js'

/** The mistakes of the current import, by async context. */
const noted = new AsyncLocalStorage<HeartwoodError[]>()

/** Throws `error`; during the import of a config module it is only collected. */
export function refuse(error: HeartwoodError): void {
  const mistakes = noted.getStore()
  if (mistakes === undefined) throw error
  mistakes.push(error)
}

/**
 * Imports a module and collects its mistakes.
 *
 * @throws the mistake, or PLAN_INVALID for several; errors of the import itself
 */
export async function withImportMistakes<T>(load: () => Promise<T>): Promise<T> {
  const mistakes: HeartwoodError[] = []
  const imported = await noted.run(mistakes, load).catch((error: unknown) => {
    // An error of the import is mostly a consequence of the mistakes, so it comes last.
    if (mistakes.length === 0 || !HeartwoodError.is(error)) throw error
    mistakes.push(error)
    return undefined
  })
  // On Node 20 an active store slows down every promise of the program.
  noted.disable()
  if (mistakes.length > 0) throw problemsError(mistakes)
  return imported as T
}
