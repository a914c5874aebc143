import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { inspect } from 'node:util'
import type { Pid } from '../terms/pid.js'

/**
 * The store of the current process, through every `await`, timer and callback that it starts. It is the only ambient state of Heartwood.
 *
 * Entering a process must cost a few nanoseconds, and `AsyncLocalStorage.run` makes a map on each entry. So each process keeps an
 * `AsyncResource` made in its context and enters that. On Node 24 even that holds a map of 200 bytes, a third of the memory of a process.
 * There the process *is* the object that Node takes for such a map: see `Scope` and decision 8.
 */
export const context: AsyncLocalStorage<object> = new AsyncLocalStorage()

/** A second store that has the process only where the process is itself the frame of its context, and not an entry in another map. */
const frameItself: AsyncLocalStorage<Scope> = new AsyncLocalStorage()

type Store = AsyncLocalStorage<unknown>
type Values = ReadonlyMap<Store, unknown>

/**
 * The values of other stores at some place, such as those of a tracer or an application. With frames they are a map, `undefined` for none;
 * without frames, a resource that was made there.
 */
export type Stores = AsyncResource | Values | undefined

/** Returns the values of other stores at this place. */
export function storesOfNow(): Stores {
  // Without the current process, which would otherwise be kept in memory as long as they are.
  if (FRAME === undefined) return context.run(undefined as never, newResource)
  const frame = frameItself.getStore()
  if (frame !== undefined) return frame.stores
  return others((newResource() as typeof door)[FRAME] as Values | undefined, context)
}

/** Calls `fn` outside any process, with the given values of other stores. */
export function inStores<T>(stores: Stores, fn: () => T): T {
  if (FRAME !== undefined) return through(stores as Values | undefined, fn, undefined)
  return stores === undefined ? fn() : (stores as AsyncResource).runInAsyncScope(fn)
}

const MANUAL = { requireManualDestroy: true }

const newResource = (): AsyncResource => new AsyncResource('heartwood.process', MANUAL)

/**
 * The key under which an `AsyncResource` holds its frame, if this Node has frames and accepts an object of ours as one; found by a trial.
 */
const FRAME: symbol | undefined = findFrame()

/**
 * Whether stores are entries of async resources, as on Node 20: found by trying. There Node calls the handlers of an unhandled
 * rejection in the context of the promise, and loses that of a microtask that throws. A Node of another kind is taken for a new one.
 */
export const STORES_ARE_IN_RESOURCES: boolean = (() => {
  const probe: AsyncLocalStorage<object> = new AsyncLocalStorage()
  const one = {}
  const resource = probe.run(one, newResource) as AsyncResource & Record<symbol, unknown>
  return Object.getOwnPropertySymbols(resource).some((key) => resource[key] === one)
})()

/** With frames: the one resource through which all processes are entered, each with itself as the frame. */
const door = newResource() as AsyncResource & Record<symbol, unknown>

/** Without frames: the resource through which one process is entered. */
class Door extends AsyncResource {
  /** @param stores kept separately, since `run` of a store changes the resource in which it is called */
  private constructor(readonly stores: AsyncResource) {
    super('heartwood.process', MANUAL)
  }

  static to(scope: Scope, stores: AsyncResource): Door {
    return stores.runInAsyncScope(() => context.run(scope, () => new Door(stores)))
  }
}

/** Whether a frame without a process is being made. */
let leaving = false
const nobody: AsyncLocalStorage<undefined> = new AsyncLocalStorage()

/**
 * Makes no process the current one from now on, after an exception that no code caught.
 *
 * With frames, Node continues in the frame of the code that threw, if that was a `process.nextTick`: the frame is restored after the
 * callback, and not in a `finally`. Connections that are accepted from then on would belong to that process, whoever listens.
 */
export function leaveFrame(): void {
  if (FRAME === undefined || context.getStore() === undefined) return
  leaving = true
  try {
    // This makes a frame without a process: a copy of the current frame, which yields no entries.
    nobody.enterWith(undefined)
  } finally {
    leaving = false
  }
  // A map that other code made from the frame has copies of the entries.
  if (context.getStore() !== undefined) context.enterWith(undefined as never)
  if (frameItself.getStore() !== undefined) frameItself.enterWith(undefined as never)
}

/** The part of a process that is needed to enter it. */
export abstract class Scope {
  abstract readonly pid: Pid

  /** With frames: the values of other stores in it, mostly none. Without frames: the resource through which it is entered. */
  #held: Values | Door | undefined

  /** @param stores the values of other stores in it */
  constructor(stores: Stores) {
    this.#held = FRAME === undefined ? Door.to(this, stores as AsyncResource) : (stores as Values | undefined)
  }

  /**
   * The values of other stores for the processes that it starts: those with which it began itself, whatever its handler has set meanwhile.
   */
  get stores(): Stores {
    return FRAME === undefined ? (this.#held as Door).stores : this.#held
  }

  /** Calls `fn` as this process. */
  enter<A, T>(fn: (argument: A) => T, argument: A): T {
    if (FRAME === undefined) return (this.#held as AsyncResource).runInAsyncScope(fn, undefined, argument)
    return through(this, fn, argument)
  }

  /** Does the same as `enter`, with the values that other stores had at its beginning, even inside its code that has set them. */
  enterAnew<T>(fn: () => T): T {
    if (FRAME !== undefined) return through(this, fn, undefined)
    return inStores(this.stores, () => context.run(this, fn))
  }

  /** Calls `fn` as this process, with `store` instead of the process in our store, and with the current values of other stores. */
  runAs<T>(store: object, fn: () => T): T {
    // A frame that other code made is a map with further entries.
    if (FRAME === undefined || frameItself.getStore() !== this) return context.run(store, fn)
    return through(new Variant(this, store), fn, undefined)
  }

  /** The printed form is short, since Node prints the async context of a timer or a socket, which is this object. */
  [inspect.custom](): string {
    return `Process${this.pid}`
  }

  // The methods of a frame that Node calls.

  has(store: Store): boolean {
    return store === context || store === frameItself || this.#values?.has(store) === true
  }

  get(store: Store): unknown {
    return store === context || store === frameItself ? this : this.#values?.get(store)
  }

  disable(store: Store): void {
    this.#held = others(this.#values, store)
  }

  /** When Node makes a map of it for another store, our store becomes an entry; `frameItself` does not. */
  *[Symbol.iterator](): Iterator<[Store, unknown]> {
    if (leaving) return
    yield [context, this]
    if (this.#values !== undefined) yield* this.#values
  }

  get #values(): Values | undefined {
    return this.#held as Values | undefined
  }
}

/** The frame of a process with another value for our store: cheaper than the map that `run` would make. */
class Variant {
  constructor(
    readonly scope: Scope,
    readonly store: object,
  ) {}

  has(store: Store): boolean {
    return this.scope.has(store)
  }

  get(store: Store): unknown {
    return store === context ? this.store : this.scope.get(store)
  }

  disable(store: Store): void {
    this.scope.disable(store)
  }

  *[Symbol.iterator](): Iterator<[Store, unknown]> {
    for (const [store, value] of this.scope) yield [store, store === context ? this.store : value]
  }
}

function through<A, T>(frame: Scope | Variant | Values | undefined, fn: (argument: A) => T, argument: A): T {
  const key = FRAME as symbol
  door[key] = frame
  try {
    return door.runInAsyncScope(fn, undefined, argument)
  } finally {
    door[key] = undefined
  }
}

/** Returns the entries of `frame` without `store` and without empty ones; `undefined` if there are none. */
function others(frame: Values | undefined, store: Store): Values | undefined {
  let rest: Map<Store, unknown> | undefined
  for (const [key, value] of frame ?? []) {
    if (key === store || value === undefined) continue
    rest ??= new Map()
    rest.set(key, value)
  }
  return rest
}

function findFrame(): symbol | undefined {
  const probe: AsyncLocalStorage<object> = new AsyncLocalStorage()
  const [one, two] = [{}, {}]
  const resource = probe.run(one, newResource) as AsyncResource & Record<symbol, unknown>
  const key = Object.getOwnPropertySymbols(resource).find((each) => {
    const held = resource[each] as { get?: unknown } | undefined
    return typeof held?.get === 'function' && held.get(probe) === one
  })
  if (key === undefined) return undefined
  // The trial: with a frame of ours, a store is read, another store is set, and afterwards everything is as before.
  resource[key] = {
    has: (store: Store) => store === probe,
    get: (store: Store) => (store === probe ? two : undefined),
    *[Symbol.iterator]() {
      yield [probe, two]
    },
  }
  try {
    const other: AsyncLocalStorage<object> = new AsyncLocalStorage()
    const seen = resource.runInAsyncScope(() => [
      probe.getStore(),
      other.getStore(),
      ...other.run(one, () => [probe.getStore(), other.getStore()]),
      probe.getStore(),
    ])
    const wanted = [two, undefined, two, one, two]
    return seen.every((each, at) => each === wanted[at]) && probe.getStore() === undefined ? key : undefined
  } catch {
    // This Node needs more of a frame. Without frames everything works as on Node 20.
    return undefined
  }
}
