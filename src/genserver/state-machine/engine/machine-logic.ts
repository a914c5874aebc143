/** What the engine runs: the callbacks of a machine, whichever form they were written in. */
import type { ExitReason } from '../../../kernel/index.js'
import type { Succession } from '../../class-form/succession.js'
import type { Awaitable } from '../../server/callbacks.js'
import type { MachineInit, MachineStatus } from './callbacks.js'
import type { EnterEvent, MachineEvent } from './events.js'

/** Where a machine is. */
export interface MachineState {
  readonly state: unknown
  readonly data: unknown
}

export interface MachineLogic<State = unknown, Data = unknown, Args = unknown> {
  /** Whether states are entered with an `'enter'` event. */
  readonly stateEnter: boolean
  /** Whether callbacks see who called, and may hand that on: see `answerers`. */
  readonly showsFrom?: boolean
  init(args: Args): Awaitable<MachineInit<State, Data>>
  /** What is wrong with a state the machine is about to go to, if anything is; `from` is the one it is in, where it goes by itself. */
  problemWith?(state: State, machine: string, from?: State): Error | undefined
  /** Throws what is wrong with data that `replaceState` gives the machine, if anything is. */
  checkData?(before: Data, data: unknown): void
  /** Whether a message whose turn has come will be left out. */
  leavesOut?(message: unknown): boolean
  /** A `StateResult`, or a promise of one; the engine checks it, since callbacks are not always typed. */
  handle(event: MachineEvent | EnterEvent<State>, state: State, data: Data): unknown
  /** What whoever wrote it has of it: the class, or the machine that `stateMachine` made. */
  readonly code?: unknown
  readonly version?: unknown
  /** The state and data that this logic goes on with, where it takes over from another. */
  takeOver?(before: MachineState, change: Succession): Awaitable<MachineState>
  terminate?(reason: ExitReason, state: State, data: Data): Awaitable<void>
  formatStatus?(status: MachineStatus): MachineStatus
}
