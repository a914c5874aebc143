import { currentProcess } from '../context/current-process.js'
import { isPromise } from '../context/promise-owner.js'
import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import type { Closer } from '../resources/resource-closer.js'
import { isObject, isRevoked, read } from '../show/index.js'
import { Border } from './call-border.js'
import { sharedOriginal } from './shared-stand-in.js'
import { isClass, isThing } from './value-kind.js'

const ofTheProgram = new Border(undefined)

/**
 * Makes an object that several workers use and none of them owns: a pool, a client, a queue, a rate limiter. Use the result like the object
 * itself. It behaves as if each worker had its own:
 *
 * - Resources that it opens, now or later, belong to the program and not to the worker that happens to use it first.
 * - A function that a worker passes to it runs as that worker: a callback, a listener, a task, a function in options or
 *   set as a property. This also holds for objects that it returns, such as a pooled client, a transaction, a stream or a cursor. An error that the function
 *   throws ends that worker and no other. If the object waits for the function's result, as a queue does, it gets a rejection.
 * - The methods of an object that a worker passes to it (an observer, a job, a handler, a stream) run as that worker,
 *   with the object itself as `this`. The worker, and other code that gets the object from it, have the object itself.
 * - Promises resolve for the code that awaits them, as usual.
 * - When a worker is dead, its functions do not run any more, and results that the object waits for are rejected with
 *   PROCESS_DEAD. Methods of the worker's objects are left-over code, because a stream must still be ended and a job stopped.
 *
 * Plain objects, arrays, errors, dates, buffers, rows and documents pass unchanged in both directions.
 *
 * @returns a proxy of the object, the same one each time; for a promise, a promise of such a proxy
 * @throws NOT_SHAREABLE for a value that is neither an object nor a function
 * @example
 * ```ts
 * export const pool = shared(new pg.Pool({ max: 10 }))
 * ```
 */
export function shared<T>(thing: T): T {
  return shareIn(ofTheProgram, thing)
}

/** The objects that are excluded from sharing. */
const APART = new WeakSet<object>()

/**
 * Excludes the result of a binding's factory from sharing: each worker gets the object itself, and its methods run as
 * that worker. For the application's own code, not for a pool or a client.
 *
 * @returns the object
 * @example
 * ```ts
 * bind(PRICES).toDynamicValue(() => unshared(new Prices()))
 * ```
 */
export function unshared<T extends object>(thing: T): T {
  // A primitive value cannot be shared.
  if (isObject(thing)) APART.add(thing)
  return thing
}

/**
 * The methods of pools, clients and emitters, of which each has at least one. A method such as `close` or `get` is no sign: stores have it,
 * too.
 */
const OF_CLIENTS = [
  'on',
  'subscribe',
  'connect',
  '$connect',
  'acquire',
  'getConnection',
  'query',
  'transaction',
]
/** The methods of loggers, which are also streams and emitters. */
const OF_LOGGERS = ['info', 'warn']

/** Whether an object looks like a pool, a client or an emitter, and is neither `shared` nor `unshared`. */
export function lacksSharing(thing: unknown): thing is object {
  if (!isObject(thing) || sharedOriginal(thing) !== thing || APART.has(thing)) return false
  const has = (method: string): boolean => typeof read(thing, method) === 'function'
  if (!OF_CLIENTS.some(has) || OF_LOGGERS.every(has)) return false
  return typeof thing === 'function' ? !isClass(thing) : isThing(thing)
}

function shareIn<T>(border: Border, thing: T): T {
  const canBe = (typeof thing === 'object' && thing !== null) || typeof thing === 'function'
  if (!canBe || isRevoked(thing)) {
    throw kernelError('NOT_SHAREABLE', { value: thing })
  }
  return (isPromise(thing) ? border.out(thing) : border.share(thing)) as T
}

/**
 * The home of shared objects: the context of the process that makes it. It is for objects that live as long as that process and are used by
 * processes below it.
 */
export class Home {
  readonly #process = currentProcess<Process>()
  readonly #border = new Border(this.#process)

  /** Runs `act` as the process, or outside any process if there was none. */
  run<T>(act: () => T): T {
    return this.#border.atHome(act)
  }

  /**
   * Makes that process the owner of a resource, whoever calls. If the process is dead, the resource is closed at once; without a process it
   * is left alone.
   */
  own(resource: object, closer: Closer): void {
    this.#process?.owned.addOrClose(resource, closer)
  }

  /**
   * Does the same as `shared` for a thing that belongs to that process and not to the program. Values, classes and `unshared` objects stay
   * unchanged.
   */
  share<T>(thing: T): T {
    if ((typeof thing === 'function' && isClass(thing)) || APART.has(thing as object)) return thing
    return this.#border.out(thing) as T
  }
}
