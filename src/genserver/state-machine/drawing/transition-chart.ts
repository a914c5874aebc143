/** The chart of a state machine, made without starting it: its states, and which event leads from which state to which. */
import { isInstance, printed, rules } from '../../../kernel/index.js'
import type { ServerClass } from '../../class-form/handler-table.js'
import type { MachineHandler } from '../class-form/handler-index.js'
import { handlersOf, isMachineClass } from '../class-form/handler-table.js'
import { stateMachineError } from '../errors.js'
import { Machine, tableOfMachine } from '../state-machine.js'

/** One event in one state. */
export interface MachineTransition {
  readonly from: string
  /** The next state; undefined for an event after which the machine stays, or whose next state is not declared. */
  readonly to: string | undefined
  /** The event: the name of a call or cast, `after 50 ms`, and so on; undefined if only the states are declared. */
  readonly event: string | undefined
  /** Whether the event is postponed in this state. */
  readonly postponed: boolean
}

/** A state machine as data. */
export interface MachineChart {
  readonly name: string
  /** The first state; undefined if only a start can tell. */
  readonly initial: string | undefined
  readonly states: readonly string[]
  readonly transitions: readonly MachineTransition[]
}

/** Whether a value is a state machine: a class with `@StateMachine` or `defineMachine`, or what `stateMachine` returned. */
export function isMachine(value: unknown): value is ServerClass | Machine<unknown, unknown, unknown> {
  return value instanceof Machine || isMachineClass(value)
}

/**
 * Returns the declared states and transitions of a machine. It starts nothing. A method declares its next states with `@To` (`to` in
 * `defineMachine`), callbacks with `transitions`. The first state is that of a new instance, if the constructor has no parameters.
 *
 * @param name the title of the chart; default the name of the class
 * @throws MACHINE_EXPECTED
 * @example
 * ```ts
 * machineChart(Door).transitions // [{ from: 'locked', to: 'open', event: 'unlock', postponed: false }, …]
 * ```
 */
export function machineChart(machine: unknown, name?: string): MachineChart {
  if (isInstance(machine, Machine))
    return chartOfCallbacks(machine as Machine<never, never, never>, name ?? 'machine')
  if (isMachineClass(machine)) return chartOfClass(machine, name ?? machine.name)
  throw stateMachineError('MACHINE_EXPECTED', { action: 'machineChart', value: machine })
}

function chartOfCallbacks(machine: Machine<never, never, never>, name: string): MachineChart {
  const { states, transitions } = tableOfMachine(machine)
  const declared = transitions ?? {}
  return {
    name,
    initial: undefined,
    states,
    transitions: Object.keys(declared).flatMap((from) =>
      (declared[from] ?? []).map((to) => ({ from, to, event: undefined, postponed: false })),
    ),
  }
}

function chartOfClass(Class: ServerClass, name: string): MachineChart {
  const handlers = handlersOf(Class)
  const initial = firstStateOf(Class)
  const states = [
    ...new Set([
      ...(initial === undefined ? [] : [initial]),
      ...handlers.flatMap(({ states = [], to = [], postponed = [] }) => [...states, ...to, ...postponed]),
    ]),
  ]
  return {
    name,
    initial,
    states,
    transitions: handlers.flatMap((each) => transitionsOf(each, handlers, states)),
  }
}

function transitionsOf(
  handler: MachineHandler,
  all: readonly MachineHandler[],
  states: readonly string[],
): MachineTransition[] {
  const event = eventOf(handler)
  const { postponed = [], to = [] } = handler
  const waiting = postponed.map((from) => ({ from, to: undefined, event, postponed: true }))
  const targets = to.length === 0 ? [undefined] : to
  const here = handler.states ?? states.filter((state) => !isTaken(state, handler, all))
  const going = here.flatMap((from) =>
    targets.map((target) => ({ from, to: target === from ? undefined : target, event, postponed: false })),
  )
  return [...going, ...waiting]
}

/** Whether another method is declared for the event in that state. */
function isTaken(state: string, handler: MachineHandler, all: readonly MachineHandler[]): boolean {
  const key = eventOf(handler, false)
  return [handler, ...all].some(
    (each) =>
      eventOf(each, false) === key &&
      ((each.states ?? []).includes(state) || (each.postponed ?? []).includes(state)),
  )
}

/**
 * Returns the name of an event.
 *
 * @param timed whether the name of a time-out contains its time
 */
function eventOf({ on, method, event, name, pattern, after }: MachineHandler, timed = true): string {
  if (on === 'call' || on === 'cast') return event ?? method
  if (on === 'state_timeout') return timed && after !== undefined ? `after ${after} ms` : 'state time-out'
  if (on === 'timeout') return 'time-out'
  if (on === 'named_timeout') return `time-out ${printed(name)}`
  if (on === 'enter') return 'enter'
  if (pattern === undefined) return on
  return `${on} ${typeof pattern === 'function' ? pattern.name || 'of a pattern' : printed(pattern)}`
}

/** Returns the first state of a class whose constructor has no parameters; `undefined` if the constructor throws. */
function firstStateOf(Class: ServerClass): string | undefined {
  if (Class.length > 0) return undefined
  try {
    const instance: unknown = new (Class as unknown as new () => object)()
    return rules.isRecord(instance) && typeof instance.state === 'string' ? instance.state : undefined
  } catch {
    return undefined
  }
}
