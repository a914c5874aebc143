/** The functional form of state machines: makes callbacks into a machine that can be started. */
import {
  awaitsInit,
  type Behaviour,
  type ExitReason,
  isRevoked,
  namesOf,
  printed,
  rules,
} from '../../kernel/index.js'
import { runHandler } from '../class-form/class-callbacks.js'
import type { Succession } from '../class-form/succession.js'
import { checkCallbacks } from '../server/callback-names.js'
import type { Awaitable } from '../server/callbacks.js'
import { engine, type Startable } from '../server/custom-engine.js'
import type {
  HandleEvent,
  MachineInit,
  MachineStatus,
  StateFunction,
  StateFunctions,
} from './engine/callbacks.js'
import type { EnterEvent, MachineEvent } from './engine/events.js'
import { MachineEngine } from './engine/machine-engine.js'
import type { MachineLogic, MachineState } from './engine/machine-logic.js'
import { stateMachineError } from './errors.js'

/** Returns the states of a functional machine, and which states can follow each. */
export let tableOfMachine: (machine: Machine<never, never, never>) => CallbackTable

interface CallbackTable {
  readonly states: readonly string[]
  readonly transitions: Readonly<Record<string, readonly string[]>> | undefined
}

/** A machine that can be started with `start`, `startLink`, `startMonitor` and `startServer`; made by `stateMachine`. */
export class Machine<State, Data, Args> implements Startable<Args> {
  readonly #logic: MachineLogic<State, Data, Args>

  static {
    tableOfMachine = (machine) => (machine.#logic as unknown as CallbackLogic).table
  }

  constructor(logic: MachineLogic<State, Data, Args>) {
    this.#logic = logic
  }

  [engine](args: Args, hasParent: boolean): Behaviour {
    return new MachineEngine(this.#logic, args, hasParent)
  }
}

/** The callbacks of both modes, with the types that the engine uses. */
interface AnyCallbacks {
  readonly stateEnter?: boolean
  readonly states?: Readonly<Record<string, StateFunction<unknown, unknown>>>
  readonly transitions?: Readonly<Record<string, readonly string[]>>
  init(args: unknown): Awaitable<MachineInit<unknown, unknown>>
  handleEvent?(event: unknown, state: unknown, data: unknown): unknown
  codeChange?(before: MachineState, oldVersion: unknown, extra: unknown): unknown
  readonly version?: unknown
  terminate?(reason: ExitReason, state: unknown, data: unknown): Awaitable<void>
  formatStatus?(status: MachineStatus): MachineStatus
}

const CALLBACKS = namesOf<AnyCallbacks>({
  init: true,
  states: true,
  handleEvent: true,
  stateEnter: true,
  transitions: true,
  codeChange: true,
  version: true,
  terminate: true,
  formatStatus: true,
})

/** The callbacks of one machine, as the engine runs them. */
class CallbackLogic implements MachineLogic {
  code: unknown = undefined
  readonly stateEnter: boolean
  readonly showsFrom = true
  readonly formatStatus?: (status: MachineStatus) => MachineStatus
  readonly #callbacks: AnyCallbacks

  constructor(callbacks: AnyCallbacks) {
    this.#callbacks = callbacks
    this.stateEnter = callbacks.stateEnter === true
    if (callbacks.formatStatus !== undefined)
      this.formatStatus = (status) => callbacks.formatStatus?.(status) ?? status
  }

  init(args: unknown): Awaitable<MachineInit<unknown, unknown>> {
    const { init } = this.#callbacks
    return awaitsInit(init, init.call(this.#callbacks, args))
  }

  get version(): unknown {
    return this.#callbacks.version
  }

  async takeOver(before: MachineState, { oldVersion, extra }: Succession): Promise<MachineState> {
    const { codeChange } = this.#callbacks
    if (codeChange === undefined) return before
    const after: unknown = await runHandler(this.#callbacks, codeChange, [before, oldVersion, extra])
    if (rules.isRecord(after) && 'state' in after && 'data' in after) return after as unknown as MachineState
    throw stateMachineError('STATE_REPLACEMENT_INVALID', { value: after })
  }

  get table(): CallbackTable {
    const { states = {}, transitions } = this.#callbacks
    return { states: Object.keys(states), transitions }
  }

  problemWith(state: unknown, machine: string, from?: unknown): Error | undefined {
    const { states, transitions } = this.#callbacks
    if (states === undefined) return undefined
    if (!Object.hasOwn(states, state as string)) {
      return stateMachineError('STATE_UNKNOWN', { machine, state, known: Object.keys(states).join(', ') })
    }
    if (transitions === undefined || from === undefined || from === state) return undefined
    const to = transitions[from as string] ?? []
    if (to.includes(state as string)) return undefined
    const by = `transitions.${from}`
    return stateMachineError('TRANSITION_UNDECLARED', { machine, from, to: state, by, known: to.join(', ') })
  }

  handle(event: MachineEvent | EnterEvent<unknown>, state: unknown, data: unknown): unknown {
    const { states } = this.#callbacks
    if (states === undefined)
      return runHandler(this.#callbacks, this.#callbacks.handleEvent, [event, state, data])
    return runHandler(states, states[state as string], [event, data])
  }

  terminate(reason: ExitReason, state: unknown, data: unknown): Awaitable<void> {
    return runHandler(this.#callbacks, this.#callbacks.terminate, [reason, state, data]) as Awaitable<void>
  }
}

/**
 * Makes a state machine of callbacks: OTP's `gen_statem`. It is started like any server: `start(machine, args, options)`. All functions for
 * servers work with it: `call`, `cast`, `stop`, `getState`. A call waits 5,000 ms by default, like every
 * call (OTP's `gen_statem:call` waits for ever: set `Infinity` if an answer may have to wait for another state).
 *
 * There are two modes. With `states`, each state has a function; the keys are the states, and the compiler knows them. With
 * `handleEvent`, one function gets every event with the state, which can be any value.
 *
 * Events that follow from one event are handled before the next message: first the events that `nextEvent` inserted; then, if the
 * state changed, the postponed events, oldest first; then time-outs of zero. With `stateEnter`, an `'enter'` event comes
 * before all of them whenever the machine enters a state, including the first.
 *
 * A result of another form makes the machine exit with `{ badReturnFromStateFunction: result }`, an
 * action of another form with `{ badActionFromStateFunction: action }`. An error that a callback throws is the exit reason.
 *
 * @throws MACHINE_INVALID; BAD_OPTION for an unknown callback; the machine itself ends with STATE_UNKNOWN if it goes to a state that `states` does not have
 * @example
 * ```ts
 * const turnstile = stateMachine({
 *   init: () => ({ state: 'locked', data: { coins: 0 } }),
 *   states: {
 *     locked: (event, data) =>
 *       event.content === 'coin' ? { nextState: 'open', data: { coins: data.coins + 1 } } : 'keep_state',
 *     open: (event) => (event.content === 'push' ? { nextState: 'locked' } : 'keep_state'),
 *   },
 * })
 * const pid = await startLink(turnstile)
 * cast(pid, 'coin')
 * ```
 */
export function stateMachine<State extends string, Data, Args = unknown>(
  callbacks: StateFunctions<State, Data, Args>,
): Machine<State, Data, Args>
export function stateMachine<State, Data, Args = unknown>(
  callbacks: HandleEvent<State, Data, Args>,
): Machine<State, Data, Args>
export function stateMachine(callbacks: unknown): Machine<never, never, never> {
  const problem = problemWith(callbacks)
  if (problem !== undefined) throw stateMachineError('MACHINE_INVALID', { problem })
  checkCallbacks('stateMachine', callbacks as object, CALLBACKS, [
    'stateEnter',
    'states',
    'transitions',
    'version',
  ])
  const logic = new CallbackLogic(callbacks as AnyCallbacks)
  const machine = new Machine(logic as MachineLogic<never, never, never>)
  logic.code = machine
  return machine
}

function problemWith(callbacks: unknown): string | undefined {
  if (typeof callbacks !== 'object' || callbacks === null || isRevoked(callbacks))
    return `got ${printed(callbacks)}`
  const { init, states, handleEvent, transitions } = callbacks as Partial<AnyCallbacks>
  if (typeof init !== 'function') return 'init is missing'
  if (states === undefined) return typeof handleEvent === 'function' ? undefined : 'both are missing'
  if (handleEvent !== undefined) return 'both are there'
  if (typeof states !== 'object' || states === null) return 'states is no object'
  const wrong = Object.keys(states).find((state) => typeof states[state] !== 'function')
  return wrong === undefined ? transitionProblem(states, transitions) : `the state "${wrong}" is no function`
}

function transitionProblem(states: object, transitions: AnyCallbacks['transitions']): string | undefined {
  if (transitions === undefined) return undefined
  if (typeof transitions !== 'object' || transitions === null) return 'transitions is no object'
  for (const [from, to] of Object.entries(transitions)) {
    if (!Array.isArray(to)) return `transitions.${from} is no list of states`
    const unknown = [from, ...to].find((state) => !Object.hasOwn(states, state))
    if (unknown !== undefined) return `transitions names the state "${unknown}", which is not there`
  }
  return undefined
}
