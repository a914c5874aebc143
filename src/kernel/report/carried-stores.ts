import type { AsyncLocalStorage } from 'node:async_hooks'
import { HeartwoodError } from '../errors/errors.js'
import type { Kernel } from '../kernel.js'
import { type DeliveryEvent, deliveries, type HandlerEvent, handlers } from './diagnostics-channels.js'
import { guardedChannel } from './guarded-channel.js'
import { ARRIVALS, type ArrivalEvent, DEPARTURES, type DepartureEvent } from './message-attachments.js'
import { nameOfStore, storeNamed } from './portable-store.js'

type Store = AsyncLocalStorage<unknown>
type Noted = Record<symbol, unknown[] | undefined>

/** The prefix of the names of stores in data for other kernels; the rest of the name is the one given by `portable`. */
const STORE = 'store '

const departures = guardedChannel(DEPARTURES)
const arrivals = guardedChannel(ARRIVALS)

/** The carried stores of each kernel, for kernels that it starts. */
const carrying = new WeakMap<Kernel, Set<Store>>()

/**
 * Carries AsyncLocalStorage stores with messages: the value of a store where a message is sent is its value where the message is handled, for calls, casts, sends and timers. A store
 * without a value at the sender keeps the value of the process. Tasks and concurrent calls have all stores of their caller anyway. It uses
 * the channels of messages and handlers, so without it a message costs no more than the two checks of these channels.
 *
 * Other kernels get copies, for stores that `portable` has named.
 *
 * @returns a function that ends it
 */
export function carryStores(kernel: Kernel, stores: readonly Store[]): Disposable {
  const carried = Symbol('heartwood.carried')
  const all = carrying.get(kernel) ?? new Set()
  carrying.set(kernel, all)
  for (const store of stores) all.add(store)
  const crossing = new StoreCrossing(kernel, stores)
  const delivered = (message: unknown): void => {
    const event = message as DeliveryEvent
    if (event.kernel !== kernel) return
    const values = valuesOf(stores)
    if (values !== undefined) (event.delivery as Noted)[carried] = values
  }
  const handled = (message: unknown): void => {
    const event = message as HandlerEvent
    if (event.kernel !== kernel) return
    const values = (event.delivery as Noted)[carried]
    if (values === undefined) return
    for (const [at, value] of values.entries()) {
      if (value === undefined) continue
      const { run } = event
      event.run = () => (stores[at] as Store).run(value, run)
    }
  }
  deliveries.subscribe(delivered)
  handlers.subscribe(handled)
  departures.subscribe(crossing.departs)
  arrivals.subscribe(crossing.arrives)
  return {
    [Symbol.dispose]() {
      deliveries.unsubscribe(delivered)
      handlers.unsubscribe(handled)
      departures.unsubscribe(crossing.departs)
      arrivals.unsubscribe(crossing.arrives)
      for (const store of stores) all.delete(store)
    },
  }
}

/** The names of the stores that a kernel carries into others. */
export function carriedNames(kernel: Kernel): string[] {
  return [...(carrying.get(kernel) ?? [])].map(nameOfStore).filter((name) => name !== undefined)
}

/**
 * Makes a kernel carry the stores with these names that this program has. A store whose module is not loaded here cannot be read by any
 * code here.
 */
export function carryNamed(kernel: Kernel, names: readonly string[]): void {
  const stores = names.map(storeNamed).filter((store) => store !== undefined)
  if (stores.length > 0) carryStores(kernel, stores)
}

/** Sends the values of stores to other kernels, and sets received ones. */
class StoreCrossing {
  /** The stores for which a value that cannot be sent was reported; each is reported once. */
  readonly #told = new Set<Store>()

  constructor(
    private readonly kernel: Kernel,
    private readonly stores: readonly Store[],
  ) {}

  readonly departs = (message: unknown): void => {
    const event = message as DepartureEvent
    if (event.kernel !== this.kernel) return
    for (const store of this.stores) {
      const value = store.getStore()
      if (value !== undefined) this.#bring(event, store, value)
    }
  }

  readonly arrives = (message: unknown): void => {
    const event = message as ArrivalEvent
    if (event.kernel !== this.kernel) return
    for (const store of this.stores) {
      const value = event.brought[`${STORE}${nameOfStore(store)}`]
      if (value === undefined) continue
      const { run } = event
      event.run = () => store.run(value, run)
    }
  }

  #bring(event: DepartureEvent, store: Store, value: unknown): void {
    const name = nameOfStore(store)
    if (name === undefined) {
      this.#tell(store, 'it has no name there: call portable(store, { name }) where it is made')
      return
    }
    try {
      event.bring(`${STORE}${name}`, value)
    } catch (error) {
      if (!HeartwoodError.is(error, 'NOT_CLONEABLE')) throw error
      this.#tell(store, `${name}: ${error.message}`)
    }
  }

  #tell(store: Store, why: string): void {
    if (this.#told.has(store)) return
    this.#told.add(store)
    const message = `what a carried store holds does not get to another thread or node: ${why}`
    this.kernel.report({ level: 'warn', kind: 'carry', message })
  }
}

function valuesOf(stores: readonly Store[]): unknown[] | undefined {
  let values: unknown[] | undefined
  for (let at = 0; at < stores.length; at++) {
    const value = (stores[at] as Store).getStore()
    if (value === undefined) continue
    values ??= new Array<unknown>(stores.length).fill(undefined)
    values[at] = value
  }
  return values
}
