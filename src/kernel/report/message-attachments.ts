/**
 * Attachments of messages to other kernels. When a message leaves, the subscribers of one channel can attach data; when it arrives, the
 * subscribers of another channel can run its delivery inside something of their own. The channels are for the layers of Heartwood; without
 * subscribers they cost nothing.
 */
import type { Kernel } from '../kernel.js'
import type { Connection } from '../remote/connection.js'
import { deliverTimed, isTimed } from './diagnostics-channels.js'
import { guardedChannel } from './guarded-channel.js'

export const DEPARTURES = 'heartwood.message.departure'
export const ARRIVALS = 'heartwood.message.arrival'

/** The event of a message that leaves: the sent value, or a `CallRequest`. It is published in the context of the sender. */
export interface DepartureEvent {
  readonly kernel: Kernel
  readonly message: unknown
  /**
   * Attaches a copy of a value.
   *
   * @throws NOT_CLONEABLE
   */
  bring(key: string, value: unknown): void
}

/** The event of a message that arrived with attachments. */
export interface ArrivalEvent {
  readonly kernel: Kernel
  readonly brought: Readonly<Record<string, unknown>>
  /** Delivers the message. A subscriber may replace it by a function that calls it inside something of its own. */
  run: () => void
}

const departures = guardedChannel(DEPARTURES)
const arrivals = guardedChannel(ARRIVALS)

/** The key of the attachment that says that a timer has sent the message. */
const TIMED = 'timed'

/** Returns the attachments of a message in the form of the carrier; `undefined` if there are none. */
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

/** Delivers a message inside the functions of the subscribers. */
export function deliverWith(connection: Connection, encoded: unknown, deliver: () => void): void {
  const brought: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(encoded as object)) brought[key] = connection.decode(value)
  const { kernel } = connection.node.nodes
  const run = brought[TIMED] === true ? () => deliverTimed(deliver) : deliver
  const event: ArrivalEvent = { kernel, brought, run }
  arrivals.publish(event)
  event.run()
}
