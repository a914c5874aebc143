/**
 * The actions of a state callback: what the engine is to do besides a change of the state. All actions of one event become one transition.
 */
import { isTime as isKernelTime } from '../../../kernel/index.js'
import type { From } from '../../server/callbacks.js'
import { insertedEvent, isFrom, type MachineEvent, type QueuedEvent } from './events.js'
import { EVENT_TIMER, STATE_TIMER, type TimerOrder } from './machine-timers.js'
import { ValueMap } from './value-map.js'

/** Answers a call: OTP's `{reply, From, Reply}`. */
export interface MachineReply {
  readonly reply: unknown
  readonly to: From
}

/**
 * A time-out in milliseconds; fractions are rounded up. `0` comes before any message that has not been received yet. `Infinity` and
 * `'cancel'` cancel a running time-out. `'update'` changes the content of a running time-out and keeps its time; if none
 * is running, it sets one of `0`.
 */
export type MachineTime = number | 'cancel' | 'update'

/**
 * Fires unless the state changes before; setting it again replaces it. OTP's `{state_timeout, Time, Content, Opts}`.
 */
export interface StateTimeoutAction {
  readonly stateTimeout: MachineTime
  /** What the event carries. */
  readonly content?: unknown
  /** The time is a point on the kernel's clock (`currentKernel().now()`); default false. */
  readonly abs?: boolean
}

/**
 * Without `name`: fires unless any event comes before, even an inserted or a postponed one (OTP's `{timeout, Time, Content}`).
 * With `name`: fires whatever happens in between, and there can be one for every name (`{{timeout, Name}, Time, Content}`).
 * Names are compared as values: `['retry', 1]` is `['retry', 1]`.
 */
export interface TimeoutAction {
  readonly timeout: MachineTime
  readonly name?: unknown
  readonly content?: unknown
  readonly abs?: boolean
}

/**
 * The actions that a state callback may return. Replies are sent and events inserted in the order of the list. Of several
 * actions on the same timer, only the last counts.
 *
 * | action | meaning | OTP |
 * | --- | --- | --- |
 * | `{ reply, to }` | answers a call | `{reply, From, Reply}` |
 * | `'postpone'` | this event is handled again when the state has changed | `postpone` |
 * | `{ nextEvent }` | that event is handled next, before all waiting events | `{next_event, Type, Content}` |
 * | `{ stateTimeout, content?, abs? }` | fires unless the state changes before | `{state_timeout, …}` |
 * | `{ timeout, content?, abs? }` | fires unless an event comes before | `{timeout, …}` |
 * | `{ timeout, name, content?, abs? }` | fires | `{{timeout, Name}, …}` |
 * | `'hibernate'` | accepted for parity, it changes nothing in Node | `hibernate` |
 */
export type MachineAction =
  | MachineReply
  | 'postpone'
  | { readonly postpone: boolean }
  | { readonly nextEvent: MachineEvent }
  | StateTimeoutAction
  | TimeoutAction
  | 'hibernate'
  | { readonly hibernate: boolean }

/** One action or a list of actions. */
export type MachineActions = MachineAction | readonly MachineAction[]

/** The transition of one event: the sum of its actions and of those of the state-enter call that follows it. */
export class Transition<State, Data> {
  postpone = false
  inserted: QueuedEvent[] | undefined = undefined
  /** The time-outs to set or cancel, by timer. A later action for a timer replaces an earlier one and moves it to the end. */
  timers: ValueMap<TimerOrder> | undefined = undefined
  /** Called for each reply that is sent, while the machine is debugged. */
  readonly #replied: ((action: MachineReply) => void) | undefined

  /**
   * @param state the state when the event came
   * @param data the data when the event came
   */
  constructor(
    readonly state: State,
    readonly data: Data,
    replied: ((action: MachineReply) => void) | undefined,
  ) {
    this.#replied = replied
  }

  /**
   * Adds the actions of a callback. Replies are sent at once.
   *
   * @returns the first value that is not an action, with the kind of mistake; `undefined` if all are
   */
  take(actions: unknown, entering: boolean): BadAction | undefined {
    if (actions === undefined) return undefined
    if (!Array.isArray(actions)) return this.#take(actions, entering)
    for (const action of actions) {
      const bad = this.#take(action, entering)
      if (bad !== undefined) return bad
    }
    return undefined
  }

  #take(action: unknown, entering: boolean): BadAction | undefined {
    const { postpone, nextEvent, stateTimeout, timeout, hibernate } = fieldsOf(action)
    // A misspelt key would make it another action: without its name, a time-out is a different time-out.
    if (typeof action === 'object' && hasStrangeKey(action)) return { badActionFromStateFunction: action }
    if (stateTimeout !== undefined) return this.#setTimer(STATE_TIMER, stateTimeout, action)
    if (timeout !== undefined) {
      const { name } = action as TimeoutAction
      return this.#setTimer(name === undefined ? EVENT_TIMER : name, timeout, action)
    }
    if (isReply(action)) {
      action.to.reply(action.reply)
      this.#replied?.(action)
      return undefined
    }
    if (typeof postpone === 'boolean') {
      if (entering) return { badStateEnterActionFromStateFunction: action }
      this.postpone = postpone
      return undefined
    }
    if (nextEvent !== undefined) {
      if (entering) return { badStateEnterActionFromStateFunction: action }
      const event = insertedEvent(nextEvent)
      if (event === undefined) return { badActionFromStateFunction: action }
      this.inserted ??= []
      this.inserted.push(event)
      return undefined
    }
    return typeof hibernate === 'boolean' ? undefined : { badActionFromStateFunction: action }
  }

  #setTimer(name: unknown, time: unknown, action: unknown): BadAction | undefined {
    const { content, abs = false } = action as TimeoutAction
    if (!isTime(time, abs)) return { badActionFromStateFunction: action }
    this.timers ??= new ValueMap()
    const key = this.timers.keyOf(name)
    this.timers.delete(key)
    this.timers.set(key, { time, content, abs })
    return undefined
  }
}

/** The exit reason of a machine whose callback asked for something that does not exist. */
export type BadAction =
  | { readonly badActionFromStateFunction: unknown }
  | { readonly badStateEnterActionFromStateFunction: unknown }

/** The keys of each action, by the key that identifies the action. */
const KEYS = {
  stateTimeout: ['stateTimeout', 'content', 'abs'],
  timeout: ['timeout', 'name', 'content', 'abs'],
  reply: ['reply', 'to'],
  postpone: ['postpone'],
  nextEvent: ['nextEvent'],
  hibernate: ['hibernate'],
} as const

function hasStrangeKey(action: object | null): boolean {
  if (action === null) return false
  for (const kind in KEYS) {
    if (!(kind in action)) continue
    const keys: readonly string[] = KEYS[kind as keyof typeof KEYS]
    for (const key in action) if (!keys.includes(key)) return true
    return false
  }
  return false
}

type Fields = {
  readonly [K in 'postpone' | 'nextEvent' | 'stateTimeout' | 'timeout' | 'hibernate']?: unknown
}

const POSTPONE: Fields = { postpone: true }
const HIBERNATE: Fields = { hibernate: true }
const NOTHING: Fields = {}

function fieldsOf(action: unknown): Fields {
  if (action === 'postpone') return POSTPONE
  if (action === 'hibernate') return HIBERNATE
  return typeof action === 'object' && action !== null ? action : NOTHING
}

/** Whether an action is a reply that can be sent. */
export function isReply(action: unknown): action is MachineReply {
  return (
    typeof action === 'object' && action !== null && 'reply' in action && isFrom((action as MachineReply).to)
  )
}

/** Whether a value is a time of a time-out. An absolute time may be in the past; a relative one must not be negative. */
function isTime(time: unknown, abs: unknown): time is MachineTime {
  if (time === 'cancel' || time === 'update') return true
  if (typeof time !== 'number' || typeof abs !== 'boolean') return false
  return time === Number.POSITIVE_INFINITY || (abs ? Number.isFinite(time) : isKernelTime(time))
}
