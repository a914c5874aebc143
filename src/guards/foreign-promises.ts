/**
 * Libraries that put a `Promise` of their own in the place of V8's, or replace what async context rests on.
 *
 * V8 tells nobody of such promises: their callbacks run as whoever settles the queue of the library, so as another worker,
 * and a rejection that nobody handles is told of by the library, or not at all. So a promise is written on when it is
 * made, by a setter for the first property that its constructor sets, and callbacks run in the context of their `then`.
 *
 * | what | how its rejections are heard of |
 * | --- | --- |
 * | zone.js | they wait in a list of Zone's, which is looked through before Zone does |
 * | bluebird | it emits `unhandledRejection` on `process`; its option `asyncHooks` has its callbacks keep their context |
 * | any other class | by `unhandledRejection`, where it emits that; a promise from its constructor is known by who rejects it |
 */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { types } from 'node:util'
import { NativePromise, ownPromise } from '../kernel/index.js'
import { type Callback, claimCallback, replaceOnce } from './callback-claims.js'
import { looksLike } from './guard-mark.js'

/** Asked about a rejection that nobody handled; true when it has been dealt with. */
export type Rejected = (reason: unknown, promise: unknown) => boolean

/** What was found in the program. */
export interface Stranger {
  readonly name: string
  /** What comes of it for the program, in sentences. */
  readonly consequence: string
  /** Messages of worker threads cannot be listened to. */
  readonly breaksThreads: boolean
}

interface PromiseClass {
  readonly name: string
  readonly prototype: Record<string, Callback | undefined>
  readonly config?: (options: object) => void
}

interface ZoneClass {
  readonly prototype: { scheduleMicroTask(source: string, callback: Callback, ...rest: unknown[]): unknown }
  __symbol__(name: string): string
  __load_patch(name: string, patch: (global: object, zone: object, api: ZoneApi) => void): void
}

interface ZoneApi {
  microtaskDrainDone(): void
}

/** A rejection that Zone has not told of yet. */
interface Waiting {
  readonly rejection: unknown
  readonly promise: unknown
}

const met = new WeakSet<object>()

/** Guards what is in the globals now. Each stranger is returned once. */
export function meetStrangers(rejected: Rejected): Stranger[] {
  const { Promise: found, Zone: zone } = globalThis as unknown as {
    Promise: unknown
    Zone?: ZoneClass
  }
  const strangers = [
    typeof zone?.__load_patch === 'function'
      ? meetZone(zone, found as PromiseClass, rejected)
      : meetPromises(found),
  ]
  return strangers.filter((each) => each !== undefined)
}

/** The same for the class of one promise, which may be in no global. */
export function meetClassOf(promise: unknown): Stranger | undefined {
  // V8 makes those of another realm, too.
  if (types.isPromise(promise) || typeof promise !== 'object' || promise === null) return undefined
  return 'then' in promise ? meetPromises(promise.constructor) : undefined
}

/** Whether async context comes along where Node carries it: a polyfill in place of `AsyncLocalStorage` may have lost it. */
export async function followsContext(): Promise<boolean> {
  const context = new AsyncLocalStorage<true>()
  return context.run(true, async () => {
    await new NativePromise((resolve) => setImmediate(resolve))
    return context.getStore() === true
  })
}

function meetPromises(found: unknown): Stranger | undefined {
  if (typeof found !== 'function' || met.has(found)) return undefined
  const promises = found as unknown as PromiseClass
  // A subclass, or a proxy, makes promises of V8's.
  if (
    (promises.prototype as unknown) === NativePromise.prototype ||
    promises.prototype instanceof NativePromise
  )
    return undefined
  if (typeof promises.prototype?.then !== 'function') return undefined
  met.add(found)
  const { config, name } = promises
  if ('_promiseCreated' in promises.prototype && typeof config === 'function') {
    replaceOnce('bluebird', () => {
      config.call(promises, { asyncHooks: true })
      ownWhenMade(promises.prototype, '_bitField')
    })
    return stranger(
      'bluebird',
      'Its option asyncHooks is on now, so that callbacks run as the process that handed them over. Not contained: what ' +
        'callbacks of asCallback() throw, which is thrown again as somebody else',
    )
  }
  keepContext(promises.prototype)
  return stranger(
    `a Promise that is not V8's (class ${name || 'without a name'})`,
    'Not contained: rejections that it keeps to itself instead of emitting unhandledRejection on process; one of a promise ' +
      'that another process rejects is the failure of that process',
  )
}

function meetZone(zone: ZoneClass, promises: PromiseClass, rejected: Rejected): Stranger | undefined {
  if (met.has(zone)) return undefined
  met.add(zone)
  met.add(promises)
  replaceOnce('zone.js', () => {
    zone.__load_patch('heartwood', (_global, _zone, api) => {
      const name = zone.__symbol__('uncaughtPromiseErrors')
      hearRejections(
        api,
        () => (promises as unknown as Record<string, Waiting[] | undefined>)[name],
        rejected,
      )
    })
    ownWhenMade(promises.prototype, zone.__symbol__('state'))
    keepContext(promises.prototype)
    guardMicroTasks(zone)
  })
  // The build for browsers takes over event targets, and fails at each message of a thread.
  const breaksThreads = zone.__symbol__('addEventListener') in EventTarget.prototype
  const threads =
    'This build is made for browsers and breaks worker threads on Node, so there is no watchdog: import zone.js/node instead. '
  return stranger(
    'zone.js',
    `${breaksThreads ? threads : ''}Not contained: what is thrown in a zone with an onHandleError of its own, which has it`,
    breaksThreads,
  )
}

/** Rejections wait in a list until Zone has done its microtasks; what is contained is taken off first. */
function hearRejections(api: ZoneApi, list: () => Waiting[] | undefined, rejected: Rejected): void {
  const { microtaskDrainDone } = api
  api.microtaskDrainDone = () => {
    const waiting = list() ?? []
    const others = waiting.filter(({ rejection, promise }) => !rejected(rejection, promise))
    waiting.splice(0, waiting.length, ...others)
    microtaskDrainDone()
  }
}

/** Zone runs the callbacks of several processes in one go, in the context of the first, and prints what they throw. */
function guardMicroTasks({ prototype }: ZoneClass): void {
  const original = prototype.scheduleMicroTask
  prototype.scheduleMicroTask = looksLike(original, function (this: unknown, source, callback, ...rest) {
    const claims = CLAIMED.has(source) && typeof callback === 'function'
    return original.call(this as never, source, claims ? claimCallback(callback) : callback, ...rest)
  })
}

/** Those of promises run for whoever settles; what they call has its own context. */
const CLAIMED: ReadonlySet<string> = new Set(['queueMicrotask', 'process.nextTick'])

/** Writes on each promise who made it, when its constructor sets the first of its properties. */
function ownWhenMade(prototype: object, first: string): void {
  Object.defineProperty(prototype, first, {
    configurable: true,
    set(this: object, value: unknown) {
      Object.defineProperty(this, first, { configurable: true, enumerable: true, writable: true, value })
      ownPromise(this)
    },
  })
}

/** Has callbacks run in the context of whoever handed them over, as those of V8's promises do. */
function keepContext(prototype: PromiseClass['prototype']): void {
  for (const name of ['then', 'finally']) {
    const original = prototype[name]
    if (typeof original !== 'function') continue
    const keeping = looksLike(original, function (this: unknown, ...callbacks: unknown[]): unknown {
      const bound = callbacks.map((each) =>
        typeof each === 'function' ? AsyncResource.bind(each as (...args: unknown[]) => unknown) : each,
      )
      const made = original.apply(this, bound as never[])
      if (typeof made === 'object' && made !== null) ownPromise(made)
      return made
    })
    Object.defineProperty(prototype, name, {
      ...Object.getOwnPropertyDescriptor(prototype, name),
      value: keeping,
    })
  }
}

function stranger(name: string, consequence: string, breaksThreads = false): Stranger {
  return { name, consequence, breaksThreads }
}
