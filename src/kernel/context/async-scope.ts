import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { inspect } from 'node:util'
import type { Pid } from '../terms/pid.js'

/**
 * The current process, through every `await`, timer and callback it starts. The one ambient thing in Heartwood.
 *
 * Entering a process must cost a few nanoseconds, and `AsyncLocalStorage.run` makes a map on each entry. So each process
 * keeps an `AsyncResource` made in its context and enters that. On Node 24 even that holds a map of 200 bytes, a third
 * of all a process takes. There the process *is* what Node takes for such a map: see `Scope` and decision 8.
 */
export const context: AsyncLocalStorage<object> = new AsyncLocalStorage()

/** Gives the process again, where it is itself the frame of its context and not an entry in somebody else's. */
const frameItself: AsyncLocalStorage<Scope> = new AsyncLocalStorage()

type Store = AsyncLocalStorage<unknown>
type Values = ReadonlyMap<Store, unknown>

/**
 * What stores other than ours hold at some place, as a tracer's or an application's own. With frames they are a map,
 * undefined for none; without, a resource that was made there.
 */
export type Stores = AsyncResource | Values | undefined

/** What they hold here and now. */
export function storesOfNow(): Stores {
  // Not with the process that is current, which would be kept for as long as they are.
  if (FRAME === undefined) return context.run(undefined as never, newResource)
  const frame = frameItself.getStore()
  if (frame !== undefined) return frame.stores
  return others((newResource() as typeof door)[FRAME] as Values | undefined, context)
}

/** Calls `fn` as no process, with what other stores held at that place. */
export function inStores<T>(stores: Stores, fn: () => T): T {
  if (FRAME !== undefined) return through(stores as Values | undefined, fn, undefined)
  return stores === undefined ? fn() : (stores as AsyncResource).runInAsyncScope(fn)
}

const MANUAL = { requireManualDestroy: true }

const newResource = (): AsyncResource => new AsyncResource('heartwood.process', MANUAL)

/** Where an `AsyncResource` holds its frame, if this Node has frames and takes ours for one: found by trying. */
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

/** With frames, the one resource that all processes are entered through, each with itself as the frame. */
const door = newResource() as AsyncResource & Record<symbol, unknown>

/** Without frames, the resource that one process is entered through. */
class Door extends AsyncResource {
  /** @param stores apart from it, since `run` of a store changes the resource that it is called in */
  private constructor(readonly stores: AsyncResource) {
    super('heartwood.process', MANUAL)
  }

  static to(scope: Scope, stores: AsyncResource): Door {
    return stores.runInAsyncScope(() => context.run(scope, () => new Door(stores)))
  }
}

/** Whether the frame is made that is to hold nothing of a process. */
let leaving = false
const nobody: AsyncLocalStorage<undefined> = new AsyncLocalStorage()

/**
 * Has no process be the current one from now on, after an exception that no code caught.
 *
 * With frames, Node goes on in that of the code that threw where this was a `process.nextTick`: the frame is put back behind
 * the callback, and not in a `finally`. Connections that are accepted from then on, whoever listens, would be that process's.
 */
export function leaveFrame(): void {
  if (FRAME === undefined || context.getStore() === undefined) return
  leaving = true
  try {
    // A frame of nobody's: a copy of the current one, which gives nothing away.
    nobody.enterWith(undefined)
  } finally {
    leaving = false
  }
  // A map that somebody else made of it has copies of its own.
  if (context.getStore() !== undefined) context.enterWith(undefined as never)
  if (frameItself.getStore() !== undefined) frameItself.enterWith(undefined as never)
}

/** What is needed of a process to enter it. */
export abstract class Scope {
  abstract readonly pid: Pid

  /** With frames: what other stores than ours hold in it, mostly nothing. Without: the resource to enter it through. */
  #held: Values | Door | undefined

  /** @param stores what other stores than ours hold in it */
  constructor(stores: Stores) {
    this.#held = FRAME === undefined ? Door.to(this, stores as AsyncResource) : (stores as Values | undefined)
  }

  /** What those that it starts begin with: what it began with itself, whatever its handler has set meanwhile. */
  get stores(): Stores {
    return FRAME === undefined ? (this.#held as Door).stores : this.#held
  }

  /** Calls `fn` as this process. */
  enter<A, T>(fn: (argument: A) => T, argument: A): T {
    if (FRAME === undefined) return (this.#held as AsyncResource).runInAsyncScope(fn, undefined, argument)
    return through(this, fn, argument)
  }

  /** As `enter`, with what other stores held in it at first, also inside code of it that has set them. */
  enterAnew<T>(fn: () => T): T {
    if (FRAME !== undefined) return through(this, fn, undefined)
    return inStores(this.stores, () => context.run(this, fn))
  }

  /** Calls `fn` as this process, with `store` in place of it in our store, and with what other stores hold now. */
  runAs<T>(store: object, fn: () => T): T {
    // A frame of somebody else's around it is a map, and knows more.
    if (FRAME === undefined || frameItself.getStore() !== this) return context.run(store, fn)
    return through(new Variant(this, store), fn, undefined)
  }

  /** Short: what Node prints of a timer or a socket has its async context, which is this. */
  [inspect.custom](): string {
    return `Process${this.pid}`
  }

  // What Node asks a frame for.

  has(store: Store): boolean {
    return store === context || store === frameItself || this.#values?.has(store) === true
  }

  get(store: Store): unknown {
    return store === context || store === frameItself ? this : this.#values?.get(store)
  }

  disable(store: Store): void {
    this.#held = others(this.#values, store)
  }

  /** A map made of it for another store has ours as an entry, and is not the frame itself. */
  *[Symbol.iterator](): Iterator<[Store, unknown]> {
    if (leaving) return
    yield [context, this]
    if (this.#values !== undefined) yield* this.#values
  }

  get #values(): Values | undefined {
    return this.#held as Values | undefined
  }
}

/** The frame of a process, but for our own store: cheaper than the map that `run` would make. */
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

/** What `frame` holds besides `store`, for as long as anybody wants it; undefined for nothing. */
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
  // The trial: a frame of ours, in which a store is read, another one is set, and all is as before afterwards.
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
    // This Node wants more of a frame; without one it is as on Node 20.
    return undefined
  }
}
