import { behaviourOf, definitionOf, type ServerClass } from '../genserver/index.js'
import type { Behaviour } from '../kernel/index.js'
import { isolationError } from './errors.js'
import { runIsolated } from './isolated-program.js'
import type { Assignment } from './runtime/assignment.js'
import type { Surroundings } from './runtime/surroundings.js'

/**
 * The key under which a class has the function that runs it in another thread or program: that of the copy of Heartwood that its module has
 * imported.
 */
export const ISOLATED = 'heartwood.isolated'

const KEY = Symbol.for(ISOLATED)

interface Isolable {
  readonly module: string
  readonly run: (assignment: Assignment) => void
  readonly surroundings: Surroundings | undefined
}

/** How a class runs isolated. */
export interface IsolableOptions {
  /** `import.meta.url` */
  readonly module: string
  /** Makes the behaviour, on the other side, from the arguments of the start. */
  readonly behaviour: (args: unknown) => Behaviour
  readonly surroundings?: Surroundings | undefined
}

/** A class that can run isolated; `IsolableOptions` says how. */
export type IsolableClass = abstract new (...args: never[]) => object

/**
 * Records how a class runs isolated.
 *
 * @throws ISOLATE_MODULE
 */
export function isolableAs(Class: IsolableClass, { module, behaviour, surroundings }: IsolableOptions): void {
  if (typeof module !== 'string' || !/^(file|data):/.test(module)) {
    throw isolationError('ISOLATE_MODULE', {
      class: Class.name,
      module,
      problem: 'is no address of a module, as import.meta.url is',
    })
  }
  const run = (assignment: Assignment): void => runIsolated(behaviour, assignment, surroundings)
  const value: Isolable = { module, run, surroundings }
  Object.defineProperty(Class, KEY, { value, configurable: true })
}

/**
 * Does the same for a server class.
 *
 * @throws ISOLATE_MODULE, SERVER_INVALID
 */
export function isolableIn<C extends object>(
  Class: ServerClass<C>,
  module: string,
  surroundings?: Surroundings,
): void {
  definitionOf(Class)
  const behaviour = (args: unknown): Behaviour => behaviourOf(Class, args, true)
  isolableAs(Class as IsolableClass, { module, behaviour, surroundings })
}

/**
 * Returns the module of a class, and its surroundings.
 *
 * @throws NOT_ISOLATED_CLASS
 */
export function isolableOf(Class: IsolableClass): Pick<Isolable, 'module' | 'surroundings'> {
  const own = isIsolable(Class) ? (Class as { [KEY]?: Isolable })[KEY] : undefined
  if (own === undefined) throw isolationError('NOT_ISOLATED_CLASS', { class: Class.name })
  return own
}

/** Whether a value is a class that itself declares its module; a declaration of its base does not count. */
export function isIsolable(value: unknown): value is IsolableClass {
  return typeof value === 'function' && Object.hasOwn(value, KEY)
}
