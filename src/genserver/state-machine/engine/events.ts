/** The events of a state machine: what its callbacks get, and the objects that represent events while they wait. */
import { CallRequest, type HandlerRun, isOfSignal } from '../../../kernel/index.js'
import { isCast } from '../../messages/server-message.js'
import type { From } from '../../server/callbacks.js'

/**
 * An event. Its `type` is one of OTP's event types.
 *
 * | `type` | comes from | has |
 * | --- | --- | --- |
 * | `'call'` | `call(machine, content)` | `from`, to be answered |
 * | `'cast'` | `cast(machine, content)` | |
 * | `'info'` | any other message | |
 * | `'internal'` | nothing but a `nextEvent` action | |
 * | `'state_timeout'` | the action `stateTimeout` | |
 * | `'timeout'` | the action `timeout`: no event came in time | |
 * | `'named_timeout'` | the action `timeout` with a `name` | `name` |
 */
export type MachineEvent =
  | { readonly type: 'call'; readonly content: unknown; readonly from: From }
  | {
      readonly type: 'cast' | 'info' | 'internal' | 'state_timeout' | 'timeout'
      readonly content?: unknown
    }
  | { readonly type: 'named_timeout'; readonly name: unknown; readonly content?: unknown }

/** The event of entering a state, for a machine with `stateEnter`. At the start, `previous` is the first state itself. */
export interface EnterEvent<State> {
  readonly type: 'enter'
  readonly previous: State
  readonly content?: undefined
}

const TYPES: ReadonlySet<unknown> = new Set([
  'call',
  'cast',
  'info',
  'internal',
  'state_timeout',
  'timeout',
  'named_timeout',
])

/** An event inside the engine. All events have this one shape, since every event passes through the same code. */
export class QueuedEvent {
  /** The handler run of its first handling; set only while handlers are observed. */
  declare run?: HandlerRun
  /** The handler run that postponed the event; set only while handlers are observed. */
  declare postponedIn?: HandlerRun | undefined

  /** Whether the limit of the mailbox applies to it: other processes sent it unrequested. */
  declare ofOthers?: boolean

  constructor(
    readonly type: MachineEvent['type'],
    readonly content: unknown,
    readonly from: From | undefined = undefined,
    readonly name: unknown = undefined,
  ) {}

  /** Handles a postponed event again. Observers see a run in the context of its sender, and not of the event that changed the state. */
  again(handle: () => void | PromiseLike<void>): void | PromiseLike<void> {
    const run = this.postponedIn as HandlerRun
    this.postponedIn = undefined
    return run.again(handle) as void | PromiseLike<void>
  }

  /** Whether an error of its handler comes only from the signal of the call, whose caller has given up. */
  excuses(thrown: unknown): boolean {
    return this.from !== undefined && isOfSignal(this.from, thrown)
  }
}

/** Makes the event for a message from the mailbox. */
export function eventOf(message: unknown): QueuedEvent {
  if (CallRequest.is(message)) return new QueuedEvent('call', message.payload, message)
  if (isCast(message)) return new QueuedEvent('cast', message.request)
  return new QueuedEvent('info', message)
}

/** Makes the event that an action inserts; `undefined` if the value is not an event. */
export function insertedEvent(event: unknown): QueuedEvent | undefined {
  if (event instanceof QueuedEvent) return event
  if (typeof event !== 'object' || event === null) return undefined
  const { type, content, from, name } = event as Partial<QueuedEvent>
  if (!TYPES.has(type) || (type === 'call' && !isFrom(from))) return undefined
  return new QueuedEvent(type as MachineEvent['type'], content, from, name)
}

/** Whether a value is a `From`, which can be answered. */
export function isFrom(value: unknown): value is From {
  return typeof value === 'object' && value !== null && typeof (value as From).reply === 'function'
}

/** Returns an event as data: what its callback gets, without the caller. */
export function plainEvent({ type, content, name }: QueuedEvent): PendingEvent {
  return name === undefined ? { type, content } : { type, name, content }
}

/** An event that has not been handled. */
export interface PendingEvent {
  readonly type: MachineEvent['type']
  /** For a named time-out: its name. */
  readonly name?: unknown
  readonly content: unknown
}

/** Returns an event in the form that reports show. */
export function shownEvent({ type, content, name }: QueuedEvent): unknown {
  if (type === 'info') return content
  return name === undefined ? { [type]: content } : { [type]: content, name }
}
