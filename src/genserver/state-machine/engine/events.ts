/**
 * What happens to a state machine: the events its callbacks get, and the objects they are while they wait their turn.
 */
import { CallRequest, type HandlerRun, isOfSignal } from '../../../kernel/index.js'
import { isCast } from '../../messages/server-message.js'
import type { From } from '../../server/callbacks.js'

/**
 * An event, told apart by `type` (OTP's event types).
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

/** One shape for all events of the engine, since every event passes through the same code. */
export class QueuedEvent {
  /** What its first handling is a part of; not there while nobody watches. */
  declare run?: HandlerRun
  /** The same, while it is postponed. */
  declare postponedIn?: HandlerRun | undefined

  /** Others have sent it of their own accord, to a machine whose mailbox has a limit. */
  declare ofOthers?: boolean

  constructor(
    readonly type: MachineEvent['type'],
    readonly content: unknown,
    readonly from: From | undefined = undefined,
    readonly name: unknown = undefined,
  ) {}

  /** For those who watch, one that was postponed is handled for whoever sent it, and not for who changed the state. */
  again(handle: () => void | PromiseLike<void>): void | PromiseLike<void> {
    const run = this.postponedIn as HandlerRun
    this.postponedIn = undefined
    return run.again(handle) as void | PromiseLike<void>
  }

  /** Whether what its handler threw is only what the signal of the call has brought about. */
  excuses(thrown: unknown): boolean {
    return this.from !== undefined && isOfSignal(this.from, thrown)
  }
}

/** The event that a message from the mailbox is. */
export function eventOf(message: unknown): QueuedEvent {
  if (CallRequest.is(message)) return new QueuedEvent('call', message.payload, message)
  if (isCast(message)) return new QueuedEvent('cast', message.request)
  return new QueuedEvent('info', message)
}

/** The event that an action inserts; undefined for what is no event. */
export function insertedEvent(event: unknown): QueuedEvent | undefined {
  if (event instanceof QueuedEvent) return event
  if (typeof event !== 'object' || event === null) return undefined
  const { type, content, from, name } = event as Partial<QueuedEvent>
  if (!TYPES.has(type) || (type === 'call' && !isFrom(from))) return undefined
  return new QueuedEvent(type as MachineEvent['type'], content, from, name)
}

/** Whether something can be answered. */
export function isFrom(value: unknown): value is From {
  return typeof value === 'object' && value !== null && typeof (value as From).reply === 'function'
}

/** An event as data: what its callback gets, without who is to be answered. */
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

/** An event as reports show it. */
export function shownEvent({ type, content, name }: QueuedEvent): unknown {
  if (type === 'info') return content
  return name === undefined ? { [type]: content } : { [type]: content, name }
}
