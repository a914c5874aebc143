import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { inspect } from 'node:util'
import type { Handling } from './context.js'
import type { Process } from './process.js'

/**
 * The current process, through every `await`, timer and callback it starts. The one ambient thing in Heartwood.
 *
 * Entering a process must cost a few nanoseconds, and `AsyncLocalStorage.run` makes a map on each entry. So each process
 * keeps an `AsyncResource` made in its context and enters that. On Node 24 even that holds a map of 200 bytes, a third
 * of all a process takes. There the process *is* what Node takes for such a map: see `Scope` and decision 8.
 */
export const context: AsyncLocalStorage<Process | Handling> = new AsyncLocalStorage()

/** Gives the process again, where it is itself the frame of its context and not an entry in somebody else's. */
const frameItself: AsyncLocalStorage<Scope> = new AsyncLocalStorage()

type Store = AsyncLocalStorage<unknown>
type Stores = ReadonlyMap<Store, unknown>

const MANUAL = { requireManualDestroy: true }

const newResource = (): AsyncResource => new AsyncResource('heartwood.process', MANUAL)

/** Where an `AsyncResource` holds its frame, if this Node has frames and takes ours for one: found by trying. */
const FRAME: symbol | undefined = findFrame()

/** With frames, the one resource that all processes are entered through, each with itself as the frame. */
const door = newResource() as AsyncResource & Record<symbol, unknown>

/** What is needed of a process to enter it. */
export class Scope {
  /**
   * With frames: what other stores than ours hold here, as a tracer's, inherited from where it was made; mostly nothing.
   * Without: the resource to enter it through.
   */
  #held: AsyncResource | Stores | undefined

  constructor() {
    this.#held = FRAME === undefined ? context.run(this as never, newResource) : inheritedStores(FRAME)
  }

  /** Calls `fn` as this process. */
  enter<A, T>(fn: (argument: A) => T, argument: A): T {
    if (FRAME === undefined) return (this.#held as AsyncResource).runInAsyncScope(fn, undefined, argument)
    door[FRAME] = this
    try {
      return door.runInAsyncScope(fn, undefined, argument)
    } finally {
      door[FRAME] = undefined
    }
  }

  /** Short: what Node prints of a timer or a socket has its async context, which is this. */
  [inspect.custom](): string {
    return `Process${(this as unknown as Process).pid}`
  }

  // What Node asks a frame for.

  has(store: Store): boolean {
    return store === context || store === frameItself || this.#stores?.has(store) === true
  }

  get(store: Store): unknown {
    return store === context || store === frameItself ? this : this.#stores?.get(store)
  }

  disable(store: Store): void {
    this.#held = others(this.#stores, store)
  }

  /** A map made of it for another store has ours as an entry, and is not the frame itself. */
  *[Symbol.iterator](): Iterator<[Store, unknown]> {
    yield [context, this]
    if (this.#stores !== undefined) yield* this.#stores
  }

  get inherited(): Stores | undefined {
    return this.#stores
  }

  get #stores(): Stores | undefined {
    return this.#held as Stores | undefined
  }
}

/** What a new process inherits, of stores that are not ours. */
function inheritedStores(key: symbol): Stores | undefined {
  const frame = frameItself.getStore()
  if (frame !== undefined) return frame.inherited
  return others((newResource() as typeof door)[key] as Stores | undefined, context)
}

/** What `frame` holds besides `store`, for as long as anybody wants it; undefined for nothing. */
function others(frame: Stores | undefined, store: Store): Stores | undefined {
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
