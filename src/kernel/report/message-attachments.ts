/**
 * What goes along with a message to another kernel: whoever has something that does is asked as it leaves, by one channel, and gets
 * around its delivery there by the other. These are between the layers of Heartwood; nothing is paid while nobody listens.
 */
import type { Kernel } from '../kernel.js'
import type { Connection } from '../remote/connection.js'
import { deliverTimed, isTimed } from './diagnostics-channels.js'
import { guardedChannel } from './guarded-channel.js'

export const DEPARTURES = 'heartwood.message.departure'
export const ARRIVALS = 'heartwood.message.arrival'

/** A message leaves: what was sent, or a `CallRequest`. It is published in the context of whoever sent it. */
export interface DepartureEvent {
  readonly kernel: Kernel
  readonly message: unknown
  /** Has a copy of a value go along. @throws NOT_CLONEABLE */
  bring(key: string, value: unknown): void
}

/** A message has come that something came with. */
export interface ArrivalEvent {
  readonly kernel: Kernel
  readonly brought: Readonly<Record<string, unknown>>
  /** Delivers it. A subscriber may put another function here that calls it inside something of its own. */
  run: () => void
}

const departures = guardedChannel(DEPARTURES)
const arrivals = guardedChannel(ARRIVALS)

/** That a timer has sent it. */
const TIMED = 'timed'

/** What goes along with a message, as the carrier takes it; undefined for nothing. */
export function broughtWith(connection: Connection, message: unknown): unknown {
  if (!departures.hasSubscribers || connection.carrier.brings !== true) return undefined
  let brought: Record<string, unknown> | undefined
  const bring = (key: string, value: unknown): void => {
    const copy = connection.encode(value)
    brought ??= isTimed() ? { [TIMED]: connection.encode(true) } : {}
    brought[key] = copy
  }
  const { kernel } = connection.node.nodes
  departures.publish({ kernel, message, bring } satisfies DepartureEvent)
  return brought
}

/** Delivers a message inside what came with it. */
export function deliverWith(connection: Connection, encoded: unknown, deliver: () => void): void {
  const brought: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(encoded as object)) brought[key] = connection.decode(value)
  const { kernel } = connection.node.nodes
  const run = brought[TIMED] === true ? () => deliverTimed(deliver) : deliver
  const event: ArrivalEvent = { kernel, brought, run }
  arrivals.publish(event)
  event.run()
}
