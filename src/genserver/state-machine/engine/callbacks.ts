/**
 * The callbacks of the functional form of a state machine, and what they may return. OTP's `gen_statem` behaviour, with objects where
 * Erlang has tuples.
 */
import type { ExitReason } from '../../../kernel/index.js'
import type { Awaitable } from '../../server/callbacks.js'
import type { MachineActions, MachineReply } from './actions.js'
import type { EnterEvent, MachineEvent } from './events.js'

/**
 * The results that `init` may return: the first state, the data, and actions to begin with; or a result of a GenServer's `init` that means that the machine does not
 * start.
 */
export type MachineInit<State, Data> =
  | { readonly state: State; readonly data: Data; readonly actions?: MachineActions | undefined }
  | { readonly stop: ExitReason }
  | { readonly error: ExitReason }
  | 'ignore'

/** Goes to a state. If the machine is in that state already, the state is not entered again and postponed events stay postponed. */
export interface NextState<State, Data> {
  readonly nextState: State
  readonly data?: Data
  readonly actions?: MachineActions | undefined
  readonly repeatState?: never
  readonly stop?: never
}

/** Stays in the state. */
export interface KeepState<Data> {
  readonly data?: Data
  readonly actions?: MachineActions | undefined
  readonly nextState?: never
  readonly repeatState?: never
  readonly stop?: never
}

/** Stays, but enters the state once more. Postponed events stay postponed. */
export interface RepeatState<Data> {
  readonly repeatState: true
  readonly data?: Data
  readonly actions?: MachineActions | undefined
  readonly nextState?: never
  readonly stop?: never
}

/** Sends the replies, runs `terminate`, and exits with the reason `stop`. */
export interface StopMachine<Data> {
  readonly stop: ExitReason
  readonly data?: Data
  readonly replies?: MachineReply | readonly MachineReply[] | undefined
  readonly nextState?: never
  readonly repeatState?: never
  readonly actions?: never
}

/**
 * The results that a state callback may return. Without `data`, the data do not change.
 *
 * | result | OTP |
 * | --- | --- |
 * | `{ nextState, data?, actions? }` | `{next_state, State, Data, Actions}` |
 * | `'keep_state'`, `{ data?, actions? }` | `keep_state_and_data`, `{keep_state, Data, Actions}` … |
 * | `'repeat_state'`, `{ repeatState: true, data?, actions? }` | `repeat_state_and_data`, `{repeat_state, Data, Actions}` … |
 * | `{ stop, data?, replies? }` | `{stop, Reason, Data}`, `{stop_and_reply, Reason, Replies, Data}` |
 *
 * For an `'enter'` event the state must not change, and no event can be postponed or inserted. An `async` callback that returns
 * only one of the words must write `'keep_state' as const`; otherwise the compiler infers `string`.
 */
export type StateResult<State, Data> =
  | 'keep_state'
  | 'repeat_state'
  | NextState<State, Data>
  | KeepState<Data>
  | RepeatState<Data>
  | StopMachine<Data>

/** The argument of `formatStatus`, which returns it without secrets and with large parts shortened. */
export interface MachineStatus {
  readonly state: unknown
  readonly data: unknown
  /** The postponed events, oldest first. */
  readonly postponed: readonly unknown[]
  /** The time-outs that are set. */
  readonly timeouts: readonly unknown[]
  /** The event being handled when the machine crashed; absent for `getStatus`. */
  readonly message?: unknown
  /** The exit reason; absent for `getStatus`. */
  readonly reason?: ExitReason
}

interface Shared<State, Data, Args> {
  /** Runs first in the new process. The process that started the machine waits for the result. */
  init(args: Args): Awaitable<MachineInit<State, Data>>
  /** As for a GenServer, but it gets and returns state and data. The state is not entered; postponed events and timers stay. */
  codeChange?(
    before: { readonly state: unknown; readonly data: unknown },
    oldVersion: unknown,
    extra: unknown,
  ): Awaitable<{ readonly state: State; readonly data: Data }>
  /** The version of this code, which the `codeChange` of later code gets as `oldVersion`. */
  readonly version?: unknown
  /** As for a GenServer, with state and data: after a stop, a crash, `stop(machine)`, or the parent's exit when trapping. */
  terminate?(reason: ExitReason, state: State, data: Data): Awaitable<void>
  /** Shapes the status that crash reports and `getStatus` show. If it throws, the error is shown instead and the machine goes on. */
  formatStatus?(status: MachineStatus): MachineStatus
}

/** A machine without state-enter calls; the default. */
interface WithoutEnter {
  readonly stateEnter?: false
}

/** The callback is called with an `'enter'` event whenever a state is entered, before anything else. */
interface WithEnter {
  readonly stateEnter: true
}

/** The callback of one state. */
export type StateFunction<State, Data> = (
  event: MachineEvent,
  data: Data,
) => Awaitable<StateResult<State, Data>>

/** The callback of one state of a machine with state-enter calls. For the results of an `'enter'` event see `StateResult`. */
export type EnteringStateFunction<State, Data> = (
  event: MachineEvent | EnterEvent<State>,
  data: Data,
) => Awaitable<StateResult<State, Data>>

/**
 * A machine with a function for each state has no `handleEvent`. The key has a type all the same: the compiler checks `handleEvent` against
 * this form before it tries the other one, and would otherwise widen `'keep_state'` to `string`.
 */
interface NoHandleEvent<State, Data> {
  readonly handleEvent?: ((
    event: never,
    state: never,
    data: never,
  ) => Awaitable<StateResult<State, Data>>) & {
    readonly problem: 'a machine has states or handleEvent, not both'
  }
}

/** The declared transitions. If they are not declared, every state can lead to every other. */
interface Transitions<State extends string> {
  /**
   * For each state the states that it may lead to, besides itself. A state that is not a key leads nowhere. A transition that is not
   * declared ends the machine with TRANSITION_UNDECLARED.
   */
  readonly transitions?: { readonly [S in State]?: readonly State[] }
}

/** The callbacks of a machine with a function for each state; states are strings. OTP's `state_functions`. */
export type StateFunctions<State extends string, Data, Args = unknown> = Shared<NoInfer<State>, Data, Args> &
  Transitions<NoInfer<State>> &
  NoHandleEvent<State, Data> &
  (
    | (WithoutEnter & { readonly states: { readonly [S in State]: StateFunction<NoInfer<State>, Data> } })
    | (WithEnter & {
        readonly states: { readonly [S in State]: EnteringStateFunction<NoInfer<State>, Data> }
      })
  )

/**
 * The callbacks of a machine with one function for all states. A state can be any value; two states are the same if
 * they are deeply equal. OTP's `handle_event_function`.
 */
export type HandleEvent<State, Data, Args = unknown> = Shared<State, Data, Args> &
  (
    | (WithoutEnter & {
        handleEvent(event: MachineEvent, state: State, data: Data): Awaitable<StateResult<State, Data>>
      })
    | (WithEnter & {
        handleEvent(
          event: MachineEvent | EnterEvent<State>,
          state: State,
          data: Data,
        ): Awaitable<StateResult<State, Data>>
      })
  )
