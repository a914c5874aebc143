import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Kernel } from '../kernel.js'
import { type DeliveryEvent, deliveries, type HandlerEvent, handlers } from './diagnostics-channels.js'

type Store = AsyncLocalStorage<unknown>
type Noted = Record<symbol, unknown[] | undefined>

/**
 * Has what these stores hold where a message is sent be held where it is handled: of calls, casts, sends and timers. A store
 * that holds nothing there is as it is in the process. Tasks and concurrent calls have all stores of whoever asked anyway. It is
 * made of the channels of messages and handlers: without it, a message passes the two checks that it passes in any case.
 *
 * @returns what ends it
 */
export function carryStores(kernel: Kernel, stores: readonly Store[]): Disposable {
  const carried = Symbol('heartwood.carried')
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
  return {
    [Symbol.dispose]() {
      deliveries.unsubscribe(delivered)
      handlers.unsubscribe(handled)
    },
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
