import { currentProcess } from '../context/current-process.js'
import { isPromise } from '../context/promise-owner.js'
import { kernelError } from '../errors/errors.js'
import type { Closer } from '../resources/resource-closer.js'
import { isObject, isRevoked, read } from '../show/index.js'
import { Border } from './call-border.js'
import { thingBehind } from './thing-behind.js'
import { isClass, isThing } from './value-kind.js'

const ofTheProgram = new Border(undefined)

/**
 * What several workers use and none of them owns: a pool, a client, a queue, a rate limiter. It is used as the thing
 * itself, and behaves as if each worker had one of its own:
 *
 * - What it opens, also later, belongs to the program and not to the worker that happened to be the first to use it.
 * - A function that a worker hands to it runs as that worker: a callback, a listener, a task, a function in options or
 *   set as a property, also on what the thing gives out, as a pooled client, a transaction, a stream or a cursor. What it
 *   throws ends that worker and reaches nobody else. Where the thing waits for its result, as a queue does, it is told.
 * - An object of a class that a worker hands to it, as an observer, a job, a handler or a stream, has its methods run as that worker,
 *   with the object itself as `this`. The worker, and whoever the thing gives it to, have the object itself.
 * - Promises come back to who awaits them, as ever.
 * - When a worker is dead, its functions do not run any more, and what the thing waits for of them is rejected with
 *   PROCESS_DEAD. Methods of its objects are left-over code, since a stream still has to be ended, and a job to be stopped.
 *
 * Plain objects, arrays, errors, dates, buffers, rows and documents are given out, and handed in, as they are.
 *
 * @returns the thing's stand-in, the same for the same thing; of a promise, one of what it resolves with
 * @throws NOT_SHAREABLE for what is neither object nor function
 * @example
 * ```ts
 * export const pool = shared(new pg.Pool({ max: 10 }))
 * ```
 */
export function shared<T>(thing: T): T {
  return shareIn(ofTheProgram, thing)
}

/** What is not shared where it would be. */
const APART = new WeakSet<object>()

/**
 * Takes what a binding's factory makes from being shared: it is given to each worker as it is, and what is called of it runs as
 * that worker. For what is code of the application's own, and no pool or client.
 *
 * @returns the thing
 * @example
 * ```ts
 * bind(PRICES).toDynamicValue(() => unshared(new Prices()))
 * ```
 */
export function unshared<T extends object>(thing: T): T {
  // A value is nothing that could be shared.
  if (isObject(thing)) APART.add(thing)
  return thing
}

/** What pools, clients and emitters have one of. A method such as `close` or `get` is no sign: stores have it, too. */
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
/** What loggers have, which are streams and emitters, too. */
const OF_LOGGERS = ['info', 'warn']

/** Whether it looks like a pool, a client or an emitter, and is neither `shared` nor `unshared`. */
export function lacksSharing(thing: unknown): thing is object {
  if (!isObject(thing) || thingBehind(thing) !== thing || APART.has(thing)) return false
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

/** The context of the process that makes it, for what lives as long as that one and is used by those below it. */
export class Home {
  readonly #process = currentProcess()
  readonly #border = new Border(this.#process)

  /** Runs `act` as the process, and as nobody where there was none. */
  run<T>(act: () => T): T {
    return this.#border.atHome(act)
  }

  /** As `own`, by that process, whoever calls; closed at once where it is dead. What nobody is at home for is left alone. */
  own(resource: object, closer: Closer): void {
    this.#process?.owned.addOrClose(resource, closer)
  }

  /** As `shared`, of what belongs to that process and not to the program. Values, classes and what is `unshared` stay as they are. */
  share<T>(thing: T): T {
    if ((typeof thing === 'function' && isClass(thing)) || APART.has(thing as object)) return thing
    return this.#border.out(thing) as T
  }
}
