/** Checks an isolated server before it is started. */
import { StructuredCodec } from '../carrier/index.js'
import { HeartwoodError, type Pid, type Reference, type Terms } from '../kernel/index.js'
import { isolationError } from './errors.js'
import { type IsolableClass, isIsolable, isolableOf } from './isolable.js'
import { CompiledModules } from './runtime/compiled-modules.js'
import type { IsolationKind } from './runtime/isolate-options.js'

/** The terms for a check: pids and references can be sent wherever they come from. */
const TERMS: Terms = {
  addressOf: ({ node, id }: (Pid | Reference) & { readonly node?: string }) => ({
    node: node ?? '',
    creation: 0,
    id,
  }),
  pidAt: () => {
    throw new TypeError('nothing is decoded here')
  },
  referenceAt: () => {
    throw new TypeError('nothing is decoded here')
  },
}

/** Returns why the arguments of an isolated server cannot be sent to it; `undefined` if they can. */
export function refusalOfArguments(args: unknown, isolate: IsolationKind): HeartwoodError | undefined {
  try {
    new StructuredCodec({ memory: isolate === 'thread', moving: false }).encode(args, TERMS, false)
    return undefined
  } catch (error) {
    if (HeartwoodError.is(error)) return error
    throw error
  }
}

/** Returns why the other side will not find a class; `undefined` if it will. The module is loaded here as it will be there. */
export async function refusalOfModule(Class: IsolableClass): Promise<HeartwoodError | undefined> {
  const { module } = isolableOf(Class)
  // A test compiles it when it imports it, and here it would be loaded once more: the start reports what is wrong.
  if (CompiledModules.of(module) !== undefined) return undefined
  try {
    const loaded: Record<string, unknown> = await loadedWhileSomethingIsLeft(module)
    const found = Object.values(loaded).some((each) => isIsolable(each) && each.name === Class.name)
    return found ? undefined : unfound(Class.name, module, Object.keys(loaded))
  } catch (error) {
    const problem = `cannot be loaded: ${String(error)}`
    return isolationError('ISOLATE_MODULE', { class: Class.name, module, problem })
  }
}

/**
 * Loads a module, while something else keeps the program running. A module that awaits at its top level something that waits for it to be
 * loaded, as `boot` does that checks it, is never loaded; Node then ends the program without a message when nothing else is left to do.
 */
async function loadedWhileSomethingIsLeft(module: string): Promise<Record<string, unknown>> {
  let idle = (): void => {}
  const waits = new Promise<never>((_, reject) => {
    idle = () =>
      reject(
        new Error(
          'it awaits at its top level what waits for it to be loaded, as boot(…) does. Put the class into a module of its own',
        ),
      )
  })
  process.once('beforeExit', idle)
  try {
    return await Promise.race([import(/* @vite-ignore */ module), waits])
  } finally {
    process.off('beforeExit', idle)
  }
}

/** @param names the names that the module exports */
export function unfound(className: string, module: string, names: readonly string[]): HeartwoodError {
  const problem = names.length === 0 ? 'exports nothing' : `exports only ${names.join(', ')}`
  return isolationError('ISOLATE_MODULE', { class: className, module, problem })
}
