import { definitionOf, type ServerClass } from '../genserver/index.js'
import { isolationError } from './errors.js'
import type { Assignment } from './habitat/assignment.js'
import { runIsolated } from './isolated-program.js'

/** Under which a class has what runs it in another thread or program: of the copy of Heartwood that its module has imported. */
export const ISOLATED = 'heartwood.isolated'

const KEY = Symbol.for(ISOLATED)

interface Isolable {
  readonly module: string
  readonly run: (assignment: Assignment) => void
}

/**
 * Says where the module of a server class is, so that it can be started isolated (`startIsolated`). The decorator does it with its
 * option `module`. The class must be exported from there, by its name or as the default.
 *
 * @param module `import.meta.url`
 * @throws ISOLATE_MODULE when that is no address of a file; SERVER_INVALID for a class without a handler table
 * @example
 * ```ts
 * export class Parser {
 *   parse(text: string): unknown { return JSON.parse(text) }
 * }
 * defineServer(Parser, { calls: ['parse'] })
 * isolable(Parser, import.meta.url)
 * ```
 */
export function isolable<C extends object>(Class: ServerClass<C>, module: string): void {
  definitionOf(Class)
  if (typeof module !== 'string' || !/^(file|data):/.test(module)) {
    throw isolationError('ISOLATE_MODULE', {
      class: Class.name,
      module,
      problem: 'is no address of a module, as import.meta.url is',
    })
  }
  const value: Isolable = { module, run: (assignment) => runIsolated(Class, assignment) }
  Object.defineProperty(Class, KEY, { value, configurable: true })
}

/** The address of the module of a class. @throws NOT_ISOLATED_CLASS */
export function moduleOf(Class: ServerClass): string {
  const own = Object.hasOwn(Class, KEY) ? (Class as { [KEY]?: Isolable })[KEY] : undefined
  if (own === undefined) throw isolationError('NOT_ISOLATED_CLASS', { class: Class.name })
  return own.module
}
