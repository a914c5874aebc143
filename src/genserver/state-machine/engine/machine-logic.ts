/** The logic of a machine: its callbacks, as the engine runs them, whichever form they were written in. */
import type { ExitReason } from '../../../kernel/index.js'
import type { Succession } from '../../class-form/succession.js'
import type { Awaitable } from '../../server/callbacks.js'
import type { MachineInit, MachineStatus } from './callbacks.js'
import type { EnterEvent, MachineEvent } from './events.js'

/** The state of a machine and its data. */
export interface MachineState {
  readonly state: unknown
  readonly data: unknown
}

export interface MachineLogic<State = unknown, Data = unknown, Args = unknown> {
  /** Whether states are entered with an `'enter'` event. */
  readonly stateEnter: boolean
  /** Whether callbacks get the `From` of a call and may pass it on: see `answerers`. */
  readonly showsFrom?: boolean
  init(args: Args): Awaitable<MachineInit<State, Data>>
  /**
   * Returns the error for a state that the machine must not go to; `undefined` if the state is valid. `from` is the current state, if the
   * machine itself changes its state.
   */
  problemWith?(state: State, machine: string, from?: State): Error | undefined
  /** Throws an error for data that `replaceState` must not set. */
  checkData?(before: Data, data: unknown): void
  /** Whether a message will be skipped when its turn comes. */
  leavesOut?(message: unknown): boolean
  /**
   * Handles an event. The result should be a `StateResult` or a promise of one; the engine checks it, since callbacks are not always typed.
   */
  handle(event: MachineEvent | EnterEvent<State>, state: State, data: Data): unknown
  /** The code as its author has it: the class, or the machine that `stateMachine` made. */
  readonly code?: unknown
  readonly version?: unknown
  /** Returns the state and data with which this logic continues after another one. */
  takeOver?(before: MachineState, change: Succession): Awaitable<MachineState>
  terminate?(reason: ExitReason, state: State, data: Data): Awaitable<void>
  formatStatus?(status: MachineStatus): MachineStatus
}
