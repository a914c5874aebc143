/** An index of the handlers of a class. It answers the question of the engine: which method handles this event in this state? */
import { matcherOf, type Pattern } from '../../../kernel/index.js'
import { ValueMap } from '../engine/value-map.js'
import { stateMachineError } from '../errors.js'

/** The kinds of event that a method can handle. */
export type HandledEvent =
  | 'call'
  | 'cast'
  | 'info'
  | 'internal'
  | 'enter'
  | 'state_timeout'
  | 'timeout'
  | 'named_timeout'

/** The entry of one method: the event it handles, and the states. */
export interface MachineHandler<State extends string = string, Method extends string = string> {
  readonly on: HandledEvent
  readonly method: Method
  /** The states in which it handles the event. Default: all states that no other method names. */
  readonly states?: readonly State[] | undefined
  /** For a call or cast: the name that clients use. Default the method's own name. */
  readonly event?: Method | undefined
  /** For an info or internal event: the pattern that it must match, as in `receive`. Default: matches all. */
  readonly pattern?: Pattern | undefined
  /** For a named time-out: its name. */
  readonly name?: unknown
  /** For a state time-out: the milliseconds to which it is set whenever the state is entered. */
  readonly after?: number | undefined
  /** The states in which the event is postponed. */
  readonly postponed?: readonly State[] | undefined
  /** The states that the method may go to; it may always stay. Another state ends the machine with TRANSITION_UNDECLARED. Default: any state. */
  readonly to?: readonly State[] | undefined
  /** For a call: it is skipped if the caller is gone when its turn comes. */
  readonly skipAbandoned?: boolean | undefined
}

/** The event is postponed: it waits for another state. */
export const WAIT = Symbol('wait')

/** What to do with an event: run the method with this name, or postpone it (`WAIT`); `undefined` if the class does not handle it. */
export type Found = string | typeof WAIT | undefined

/** The methods for one event. */
class Choice {
  readonly #byState = new Map<unknown, string | typeof WAIT>()
  #otherwise: string | undefined = undefined
  readonly #after = new Map<unknown, number>()
  #afterOtherwise: number | undefined = undefined

  /**
   * Adds a method.
   *
   * @returns a state for which there is another method already; `undefined` if there is none
   */
  add({ method, states, postponed, after }: MachineHandler, inherited: boolean): string | undefined {
    for (const state of states ?? []) {
      if (this.#byState.has(state)) {
        if (!inherited) return `the state "${state}"`
        continue
      }
      this.#byState.set(state, method)
      if (after !== undefined) this.#after.set(state, after)
    }
    for (const state of postponed ?? []) {
      if (this.#byState.has(state) && !inherited) return `the state "${state}"`
      if (!this.#byState.has(state)) this.#byState.set(state, WAIT)
    }
    if (states !== undefined) return undefined
    if (this.#otherwise !== undefined) return inherited ? undefined : 'every other state'
    this.#otherwise = method
    this.#afterOtherwise = after
    return undefined
  }

  find(state: unknown): Found {
    return this.#byState.get(state) ?? this.#otherwise
  }

  after(state: unknown): number | undefined {
    return this.#byState.has(state) ? this.#after.get(state) : this.#afterOtherwise
  }
}

interface Matching {
  readonly matches: (message: unknown) => boolean
  readonly choice: Choice
}

export class HandlerIndex {
  readonly #named = new Map<string, ValueMap<Choice>>()
  readonly #to = new Map<string, readonly unknown[]>()
  readonly #matching: Readonly<Record<'info' | 'internal', Matching[]>> = { info: [], internal: [] }

  constructor(
    private readonly Class: string,
    own: readonly MachineHandler[],
    inherited: readonly MachineHandler[],
  ) {
    for (const handler of own) this.#add(handler, false)
    for (const handler of inherited) this.#add(handler, true)
    for (const { method, to } of [...own, ...inherited]) if (to !== undefined) this.#to.set(method, to)
  }

  /** Returns the states that a method may go to; `undefined` if it declares none. */
  statesAfter(method: string): readonly unknown[] | undefined {
    return this.#to.get(method)
  }

  /** Whether the class has a method or a time-out for the entry of any state. */
  get stateEnter(): boolean {
    return this.#named.has('enter') || this.#named.has('state_timeout')
  }

  /** Finds the method for an event by its kind and, for calls, casts and named time-outs, by a name. */
  find(kind: HandledEvent, state: unknown, name?: unknown): Found {
    const choices = this.#named.get(kind)
    return choices?.get(choices.keyOf(name))?.find(state)
  }

  /** Whether the class has a call or cast with that name, in any state. */
  knows(kind: 'call' | 'cast', name: string): boolean {
    return this.#named.get(kind)?.has(name) ?? false
  }

  /** Finds the method for an event by its content. A method for this state goes before a method for all states. */
  match(kind: 'info' | 'internal', state: unknown, content: unknown): Found {
    for (const { matches, choice } of this.#matching[kind]) {
      const found = choice.find(state)
      if (found !== undefined && matches(content)) return found
    }
    return undefined
  }

  /** Returns the milliseconds to which the state time-out is set when the state is entered. */
  after(state: unknown): number | undefined {
    return this.#named.get('state_timeout')?.get(undefined)?.after(state)
  }

  #add(handler: MachineHandler, inherited: boolean): void {
    const { on, method, states, event, pattern, name } = handler
    if (on === 'info' || on === 'internal') {
      const choice = new Choice()
      choice.add(handler, inherited)
      const matches = pattern === undefined ? () => true : matcherOf(pattern)
      const list = this.#matching[on]
      // Methods for certain states come before methods for all states.
      const at = list.findIndex((each) => each.choice.find(undefined) !== undefined)
      list.splice(states === undefined || at < 0 ? list.length : at, 0, { matches, choice })
      return
    }
    const choices = this.#named.get(on) ?? new ValueMap<Choice>()
    this.#named.set(on, choices)
    const key = on === 'call' || on === 'cast' ? (event ?? method) : on === 'named_timeout' ? name : undefined
    const choice = choices.get(choices.keyOf(key)) ?? new Choice()
    choices.set(choices.keyOf(key), choice)
    const taken = choice.add(handler, inherited)
    if (taken === undefined) return
    throw stateMachineError('STATE_HANDLER_INVALID', {
      class: this.Class,
      method,
      problem: `there is a method for that event already in ${taken}.`,
    })
  }
}
