import { behaviourOf, definitionOf, type ServerClass } from '../genserver/index.js'
import type { Behaviour } from '../kernel/index.js'
import { isolationError } from './errors.js'
import { runIsolated } from './isolated-program.js'
import type { Assignment } from './runtime/assignment.js'
import type { Surroundings } from './runtime/surroundings.js'

/** Under which a class has what runs it in another thread or program: of the copy of Heartwood that its module has imported. */
export const ISOLATED = 'heartwood.isolated'

const KEY = Symbol.for(ISOLATED)

interface Isolable {
  readonly module: string
  readonly run: (assignment: Assignment) => void
  readonly surroundings: Surroundings | undefined
}

/** A class that can run isolated, and how. */
export interface IsolableOptions {
  /** `import.meta.url` */
  readonly module: string
  /** Makes what runs, on the other side, of the arguments that it is started with. */
  readonly behaviour: (args: unknown) => Behaviour
  readonly surroundings?: Surroundings | undefined
}

/** Any class: what it is for, `IsolableOptions` says. */
export type IsolableClass = abstract new (...args: never[]) => object

/** Notes how a class runs isolated. @throws ISOLATE_MODULE */
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

/** The same of a server class. @throws ISOLATE_MODULE, SERVER_INVALID */
export function isolableIn<C extends object>(
  Class: ServerClass<C>,
  module: string,
  surroundings?: Surroundings,
): void {
  definitionOf(Class)
  const behaviour = (args: unknown): Behaviour => behaviourOf(Class, args, true)
  isolableAs(Class as IsolableClass, { module, behaviour, surroundings })
}

/** Where a class is, and what is to be around it. @throws NOT_ISOLATED_CLASS */
export function isolableOf(Class: IsolableClass): Pick<Isolable, 'module' | 'surroundings'> {
  const own = isIsolable(Class) ? (Class as { [KEY]?: Isolable })[KEY] : undefined
  if (own === undefined) throw isolationError('NOT_ISOLATED_CLASS', { class: Class.name })
  return own
}

/** Whether it is a class that says itself, and not a base of it, where its module is. */
export function isIsolable(value: unknown): value is IsolableClass {
  return typeof value === 'function' && Object.hasOwn(value, KEY)
}
