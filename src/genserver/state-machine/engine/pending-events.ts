import type { ServerRef } from '../../client/server-address.js'
import { SystemRequest } from '../../messages/server-message.js'
import { ask } from '../../sys/sys-requests.js'
import { stateMachineError } from '../errors.js'
import type { EventQueue } from './event-queue.js'
import { type PendingEvent, plainEvent } from './events.js'
import type { MachineTimers, PendingTimeout } from './machine-timers.js'

/** The events that wait in a state machine. */
export interface PendingEvents {
  /** Time-outs that are set, in the order in which they were set. */
  readonly timeouts: readonly PendingTimeout[]
  /** The postponed events, oldest first. */
  readonly postponed: readonly PendingEvent[]
}

/** Returns the pending events of a machine, from inside it. */
export function pendingOf(events: EventQueue, timers: MachineTimers): PendingEvents {
  return { timeouts: timers.pending, postponed: events.postponed.map(plainEvent) }
}

/**
 * Returns the time-outs and the postponed events of a state machine as data, for tests and debugging. It changes nothing.
 *
 * @param timeout milliseconds; default 5,000
 * @throws MACHINE_EXPECTED for a server that is not a state machine; the errors of `call`
 * @example
 * ```ts
 * expect((await pendingEvents(door)).timeouts).toEqual([{ type: 'state_timeout', content: undefined, left: 10_000 }])
 * ```
 */
export async function pendingEvents(machine: ServerRef, timeout?: number): Promise<PendingEvents> {
  const pending = (await ask(machine, new SystemRequest('getPending'), timeout)) as PendingEvents | undefined
  if (pending === undefined)
    throw stateMachineError('MACHINE_EXPECTED', { action: 'pendingEvents', value: machine })
  return pending
}
