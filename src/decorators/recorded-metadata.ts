/** What the method decorators record, for the class decorator to read. They do nothing else. */
import 'reflect-metadata'
import type { HealthCheckOptions } from '../application/index.js'
import type { ServerClass } from '../genserver/index.js'
import type { Pattern } from '../kernel/index.js'
import { decoratorError } from './errors.js'
import { settle } from './standard-mode.js'
import { classAround, decorating } from './usage-check.js'

/** How a method of a worker is asked for its health. */
export interface HealthOptions extends HealthCheckOptions {
  /** What reasons call it. Default the name of the process, else of the class; with the method's, if there are several. */
  readonly name?: string | undefined
}

/** A method that handles something. */
export interface Handler {
  readonly kind: 'Call' | 'Cast' | 'Info' | 'ConfigChange' | 'Health' | 'Cron'
  readonly method: string
  readonly pattern?: Pattern | undefined
  /** The setting whose changes it handles. */
  readonly key?: string
  /** A call that runs beside the server, and how many do at once. */
  readonly concurrent?: boolean | { readonly limit: number }
  /** A call that is left out when nobody waits for it any more. */
  readonly skipAbandoned?: boolean
  /** Of a health check. */
  readonly check?: HealthOptions
  /** The call by which it is asked for, of one that nobody calls by its name. */
  readonly call?: string
  /** Called as each worker of the class when it has its instance. */
  readonly started?: (Class: ServerClass) => void
}

const HANDLERS = Symbol.for('heartwood.handlers')
const ROLE = Symbol.for('heartwood.role')

/** @throws HANDLER_STATIC */
export function checkOfInstances(prototype: object, decorator: string, method: string): void {
  if (typeof prototype === 'function')
    throw decoratorError('HANDLER_STATIC', { decorator, class: prototype, method })
}

/** Notes that a method of the class with this prototype is a handler. */
export function recordHandler(prototype: object, handler: Handler): void {
  const { kind: decorator, method } = handler
  const Class = classAround(prototype)
  decorating(Class, () => {
    checkOfInstances(prototype, decorator, method)
    Reflect.defineMetadata(HANDLERS, [...recorded(Class), handler], Class)
  })
}

/**
 * The handlers of a class, in the order of its source, then those of its base classes, up to one that is a server
 * itself: that one's handler table is inherited as a whole.
 */
export function handlersOf(Class: object): readonly Handler[] {
  const handlers: Handler[] = []
  for (const each of lineageOf(Class)) {
    const overridden = new Set(handlers.map(({ method }) => method))
    handlers.push(...recorded(each).filter(({ method }) => !overridden.has(method)))
  }
  return handlers
}

const STARTUPS = Symbol.for('heartwood.startups')

/** What is called as each worker of a class: for its own handlers, and for those that a base class which is a server has and it does not override. */
export function startupsOf(
  Class: object,
  handlers: readonly Handler[],
): readonly ((Class: ServerClass) => void)[] {
  const inherited = (Reflect.getMetadata(STARTUPS, Class) as readonly Handler[] | undefined) ?? []
  const rest = inherited.filter(({ method }) => handlers.every((each) => each.method !== method))
  const all = [...handlers, ...rest].filter(({ started }) => started !== undefined)
  Reflect.defineMetadata(STARTUPS, all, Class)
  return all.flatMap(({ started }) => started ?? [])
}

/** A class and its base classes, up to one that has a role of its own. */
export function* lineageOf(Class: object): Generator<object> {
  yield Class
  for (
    let base = Object.getPrototypeOf(Class);
    typeof base === 'function' && !Reflect.hasOwnMetadata(ROLE, base);
    base = Object.getPrototypeOf(base)
  ) {
    yield base
  }
}

function recorded(Class: object): readonly Handler[] {
  return (Reflect.getOwnMetadata(HANDLERS, Class) as readonly Handler[] | undefined) ?? []
}

/** Notes what a class is. A class is one thing. `context`: what a standard decorator gets. */
export function recordRole(Class: object, role: string, context: unknown): void {
  settle(Class, context)
  const first: unknown = Reflect.getOwnMetadata(ROLE, Class)
  if (first !== undefined) throw decoratorError('DECORATED_TWICE', { class: Class, first, second: role })
  Reflect.defineMetadata(ROLE, role, Class)
}
