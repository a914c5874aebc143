/** Classes that run in threads and programs of their own: their options, and what is around them there. */
import { applicationSurroundings, type PlannedIsolation } from '../application/index.js'
import { behaviourOf, type ServerClass } from '../genserver/index.js'
import { ISOLATION_RULES, type IsolableClass, type IsolationKind, isolableAs } from '../isolation/index.js'
import { type Behaviour, type Rules, rules } from '../kernel/index.js'
import { decoratorError } from './errors.js'
import { ContainerScope } from './injection/container-scope.js'
import { ContainerScopes } from './injection/container-scopes.js'

/** Whether a class runs elsewhere, and how. */
export interface IsolatedClassOptions {
  /** Runs it in a thread of its own, or in a program of its own, which can be ended whatever its code does. Default: here. */
  readonly isolate?: IsolationKind | undefined
  /** With `isolate`: `import.meta.url`. The class must be exported from there. */
  readonly module?: string | undefined
  /** With `isolate`: milliseconds that its code may run without a pause before it is ended with `{ blocked: ms }`. */
  readonly blockedFor?: number | undefined
  /** With `isolate`: bytes that its heap may grow to before it is ended with `{ heapLimit: bytes }`. */
  readonly heapLimit?: number | undefined
  /** With `isolate`: how many threads or programs wait with the class loaded, so that a restart is there at once. Default 0. */
  readonly warm?: number | undefined
}

/** What these options must be. */
export const ISOLATED_CLASS_RULES: Rules = { module: rules.text, ...ISOLATION_RULES }

/** Marks a server class, if it runs isolated. @throws DECORATOR_OPTION_INVALID without a module */
export function isolateServer(decorator: string, Class: ServerClass, options: IsolatedClassOptions): void {
  isolateAs(decorator, Class as IsolableClass, options, (args) => behaviourOf(Class, args, true))
}

/**
 * Marks a class, if it runs isolated.
 *
 * @param behaviour what runs there, of its arguments
 * @throws DECORATOR_OPTION_INVALID without a module
 */
export function isolateAs(
  decorator: string,
  Class: IsolableClass,
  { isolate, module }: IsolatedClassOptions,
  behaviour: (args: unknown) => Behaviour,
): void {
  if (isolate === undefined) return
  if (module !== undefined) {
    const surroundings = applicationSurroundings(
      (options) => new ContainerScope({ name: Class.name, ...options }),
    )
    isolableAs(Class, { module, behaviour, surroundings })
    return
  }
  const expected = 'import.meta.url, by which the other side finds the class'
  const mistakes = rules.mistakeDetails([{ field: 'module', value: module, expected }])
  throw decoratorError('DECORATOR_OPTION_INVALID', { decorator, target: Class.name, ...mistakes })
}

/** What the check of a tree needs to know of it; undefined for a class that runs here. */
export function plannedIsolation(
  Class: ServerClass,
  args: unknown,
  { isolate }: IsolatedClassOptions,
): PlannedIsolation | undefined {
  if (isolate === undefined) return undefined
  return { isolate, Class: Class as IsolableClass, args, scope: new ContainerScopes(undefined) }
}
