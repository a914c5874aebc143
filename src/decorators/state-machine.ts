/** `@StateMachine` and its method decorators: a class whose methods handle events by the state the class is in. */
import 'reflect-metadata'
import {
  type Calls,
  type CreatedAnew,
  type Directive,
  defineMachine,
  type HandledEvent,
  type MachineHandler,
  machineHandlersOf,
  type ServerClass,
  type Stateful,
} from '../genserver/index.js'
import type { Pattern } from '../kernel/index.js'
import { type ChildSpec, childSpec } from '../supervisor/index.js'
import { decoratorError } from './errors.js'
import { GEN_SERVER_RULES, type GenServerOptions, specOf, type TakenBy } from './gen-server.js'
import type { MethodContext } from './handlers.js'
import { markInjectable } from './injection/class-dependencies.js'
import { buildAnewInScope, buildInScope } from './injection/container-scopes.js'
import { isolateServer } from './isolated-class.js'
import { checkOfInstances, type Handler, handlersOf, lineageOf, recordRole } from './recorded-metadata.js'
import { type ClassContext, ofMembers } from './standard-mode.js'
import { checkCalled, checkOptions, classAround, decorating, isWithheld } from './usage-check.js'

/** The options of a state machine class; the same as those of a `@GenServer`. */
export type StateMachineOptions<Args = never> = GenServerOptions<Args>

type AnyMethod = (...args: never[]) => unknown
type StateOf<T> = T extends { state: infer State } ? State : never

/** What a decorator says beside its purpose: nothing, or why it does not fit. */
type Known<States, T> = [States] extends [StateOf<T>] ? unknown : 'the field "state" cannot hold that state'
type Silent<F extends AnyMethod> = [Exclude<Awaited<ReturnType<F>>, Directive<never>>] extends [
  // biome-ignore lint/suspicious/noConfusingVoidType: a method without a result has the type void
  undefined | void,
]
  ? unknown
  : 'nobody waits for an answer, so the method must return nothing'
type Entering<T, F> = F extends (previous: StateOf<T>) => unknown
  ? unknown
  : 'the parameter does not take every state that the machine may come from'
type Accepted<P> = P extends (content: unknown) => content is infer M ? M : never
type Takes<F, P> = F extends (content: Accepted<P>) => unknown
  ? unknown
  : 'the parameter does not take what the guard lets through'

/** Clients see one method for an event, so all that handle it must look alike to them. */
type Alike<F extends AnyMethod, T, Event> = Event extends keyof T
  ? T[Event] extends AnyMethod
    ? F extends (...args: Parameters<T[Event]>) => unknown
      ? [Exclude<Awaited<ReturnType<F>>, Directive<never>>] extends [never]
        ? unknown
        : Calls<{ method: F }>['method'] extends (...args: never[]) => Promise<infer Reply>
          ? Calls<Pick<T, Event>> extends {
              readonly [K in Event]: (...args: never[]) => Promise<infer Known>
            }
            ? [Reply] extends [Known]
              ? unknown
              : 'the answer is not of the type that the event’s own method gives'
            : never
          : never
      : 'the parameters are not those of the event’s own method'
    : 'the event is not a method of this class'
  : 'the event is not a method of this class'

/** The decorators of states, legacy and standard. */
interface StatesDecorator<S> {
  <T extends Stateful, F extends AnyMethod>(
    prototype: T & Known<S, T>,
    method: string,
    _: TypedPropertyDescriptor<F>,
  ): void
  <T extends Stateful, F extends AnyMethod>(method: F, context: MethodContext<T> & Known<S, T>): void
}

interface OnDecorator<Event> {
  <T extends Stateful, F extends AnyMethod>(
    prototype: T,
    method: string,
    _: TypedPropertyDescriptor<F> & Alike<F, T, Event>,
  ): void
  <T extends Stateful, F extends AnyMethod>(method: F, context: MethodContext<T> & Alike<F, T, Event>): void
}

interface EnterDecorator {
  <T extends Stateful, F extends AnyMethod>(
    prototype: T,
    method: string,
    _: TypedPropertyDescriptor<F> & Entering<T, F> & Silent<F>,
  ): void
  <T extends Stateful, F extends AnyMethod>(
    method: F,
    context: MethodContext<T> & Entering<T, F> & Silent<F>,
  ): void
}

/** Of an event that takes what the pattern lets through; where there is none, anything. */
interface EventDecorator<P = undefined> {
  <F extends AnyMethod>(
    prototype: Stateful,
    method: string,
    _: TypedPropertyDescriptor<F> & Takes<F, P> & Silent<F>,
  ): void
  <F extends AnyMethod>(method: F, context: MethodContext<Stateful> & Takes<F, P> & Silent<F>): void
}

/** What one decorator notes of a method. */
type Mark = Partial<MachineHandler> & { readonly method: string }

const MARKS = Symbol.for('heartwood.state-marks')

/** A decorator that notes this of its method. */
function marking<D>(decorator: string, said: Omit<Mark, 'method'>): D {
  return ofMembers(decorator, (prototype: object, method: string) => {
    const Class = classAround(prototype)
    decorating(Class, () => {
      checkOfInstances(prototype, decorator, method)
      Reflect.defineMetadata(MARKS, [...ownMarks(Class), { ...said, method }], Class)
    })
  })
}

function ownMarks(Class: object): readonly Mark[] {
  return (Reflect.getOwnMetadata(MARKS, Class) as readonly Mark[] | undefined) ?? []
}

/** The marks of a class by method; a method that a subclass marks anew has those of the subclass alone. */
function marksOf(Class: object): ReadonlyMap<string, readonly Mark[]> {
  const marks = new Map<string, readonly Mark[]>()
  for (const each of lineageOf(Class)) {
    const above = new Set(marks.keys())
    for (const mark of ownMarks(each)) {
      if (!above.has(mark.method)) marks.set(mark.method, [...(marks.get(mark.method) ?? []), mark])
    }
  }
  return marks
}

/**
 * Makes a class a state machine. Its state is the field `state`: the type of the field names all states, and its initial value is
 * the first state. If a method assigns another state, the state changes when the method is done: time-outs of the old state are cancelled,
 * the new state is entered, and postponed events are handled again. OTP's `gen_statem`.
 *
 * `@Call`, `@Cast` and `@Info` are those of a `@GenServer`; `@State` says in which states a method handles them. If no method handles a
 * call, a cast or a time-out in the current state, the machine ends with EVENT_UNEXPECTED; other
 * messages are reported and dropped. Constructor injection, `init`, `terminate`, `formatStatus`, `ref(Class)`, `child`
 * and supervisors work as for a `@GenServer`.
 *
 * @throws DECORATOR_OPTION_INVALID; DECORATED_TWICE; STATE_HANDLER_INVALID; HANDLER_INVALID
 * @example
 * ```ts
 * @StateMachine({ name: 'door' })
 * class Door {
 *   state: 'locked' | 'open' = 'locked'
 *
 *   @State('locked') @Call() unlock(code: string): 'welcome' | 'wrong code' {
 *     if (code !== '1234') return 'wrong code'
 *     this.state = 'open'
 *     return 'welcome'
 *   }
 *   @State('open') @On('unlock') alreadyOpen(): 'welcome' {
 *     return 'welcome'
 *   }
 *   @State('open') @After(10_000) lock(): void {
 *     this.state = 'locked'
 *   }
 * }
 * await ref(Door).call.unlock('1234')
 * ```
 */
export function StateMachine<Args = never>(options: StateMachineOptions<Args> = {}, ...misplaced: never[]) {
  checkCalled('StateMachine', options, misplaced)
  return <C extends Stateful>(Class: ServerClass<C> & TakenBy<C, Args>, context?: ClassContext): void => {
    decorating(Class, () => {
      recordRole(Class, '@StateMachine', context)
      checkOptions('StateMachine', Class.name, options, GEN_SERVER_RULES)
      const handlers = machineHandlers(Class)
      if (isWithheld(Class)) return
      markInjectable(Class)
      defineMachine<C, string>(Class, {
        ...(typeof options.name === 'function' ? undefined : { name: options.name }),
        handlers,
        mailbox: options.mailbox,
        create: (Exact) => buildInScope(Exact) as C | Promise<C>,
        createAnew: (Exact) => buildAnewInScope(Exact) as Promise<CreatedAnew<C>>,
        codeChange: options.codeChange,
      })
      isolateServer('StateMachine', Class, options)
      Object.defineProperty(Class, childSpec, {
        configurable: true,
        value(this: ServerClass, args?: Args): ChildSpec {
          return specOf('StateMachine', this, options, args)
        },
      })
    })
  }
}

const KINDS = { Call: 'call', Cast: 'cast', Info: 'info' } as const

/** What the decorators of a class amount to. */
function machineHandlers(Class: ServerClass): MachineHandler<never>[] {
  const invalid = (method: string, problem: string): void =>
    decorating(Class, () => {
      throw decoratorError('STATE_DECORATOR_INVALID', { class: Class, method, problem })
    })
  const plain: MachineHandler[] = handlersOf(Class).flatMap((handler) => {
    const { kind, method, pattern, skipAbandoned } = handler
    const problem = problemInMachine(handler)
    if (problem === undefined)
      return [{ on: KINDS[kind as keyof typeof KINDS], method, pattern, skipAbandoned }]
    invalid(method, problem)
    return []
  })
  const marks = marksOf(Class)
  const handlers: MachineHandler[] = plain.map((handler) => within(handler, marks.get(handler.method) ?? []))
  for (const [method, list] of marks) {
    let handles = plain.some((each) => each.method === method)
    for (const { on, event, name, pattern, after } of list) {
      const kinds = event === undefined ? (on === undefined ? [] : [on]) : kindsOf(Class, plain, event)
      if (event !== undefined && kinds.length === 0)
        invalid(method, `@On('${event}') needs a method "${event}" with @Call() or @Cast().`)
      for (const kind of kinds) handlers.push(within({ on: kind, method, event, name, pattern, after }, list))
      handles ||= kinds.length > 0 || event !== undefined
    }
    if (handles) continue
    invalid(method, 'it has @State or @Postpone, but nothing says what it handles. Add @Call() or its like.')
  }
  return handlers as MachineHandler<never>[]
}

/** What servers have and state machines do not. */
function problemInMachine({ kind, concurrent = false }: Handler): string | undefined {
  if (kind === 'Health')
    return '@Health is for servers. In a state machine, add the check in init: health.check(name, fn).'
  if (kind === 'Cron') return '@Cron is for servers. In a state machine, set a time-out of the state.'
  if (kind === 'ConfigChange')
    return 'a state machine is not told of changed settings. Ask for the value with setting(token).'
  if (concurrent === false) return undefined
  return 'a state machine handles one event at a time, and no call beside it. Have a process or a task do the work, and return noReply: it answers with reply(from, value).'
}

/** The handler with the states that its method is marked with. */
function within(handler: MachineHandler, marks: readonly Mark[]): MachineHandler {
  const all = (key: 'states' | 'postponed' | 'to') => marks.flatMap((mark) => mark[key] ?? [])
  const [states, postponed, to] = [all('states'), all('postponed'), all('to')]
  return {
    ...handler,
    ...(states.length > 0 && { states }),
    ...(postponed.length > 0 && { postponed }),
    ...(to.length > 0 && { to }),
  }
}

/** Whether clients call or cast the event, in the class itself or else in the machine that it extends. */
function kindsOf(Class: ServerClass, plain: readonly MachineHandler[], event: string): HandledEvent[] {
  const own = plain.filter((each) => each.method === event && each.on !== 'info').map(({ on }) => on)
  if (own.length > 0) return own
  const inherited = machineHandlersOf(Class).filter((each) => (each.event ?? each.method) === event)
  return [...new Set(inherited.map(({ on }) => on))].filter((on) => on === 'call' || on === 'cast')
}

/**
 * Names the states in which the method handles its event. Without `@State` it handles the event in all states that no other method names.
 *
 * @example
 * ```ts
 * @State('locked', 'open') @Call() ring(): string {
 *   return 'ding'
 * }
 * ```
 */
export function State<const S extends string>(...states: readonly [S, ...S[]]): StatesDecorator<S> {
  return marking('State', { states })
}

/**
 * Names the states in which the event waits. When the state changes, the machine handles the event again. OTP's `postpone`.
 *
 * @example
 * ```ts
 * @State('open') @Postpone('opening') @Call() enter(): string {
 *   return 'come in'
 * }
 * ```
 */
export function Postpone<const S extends string>(...states: readonly [S, ...S[]]): StatesDecorator<S> {
  return marking('Postpone', { postponed: states })
}

/**
 * Names the states that the method may go to; it may always stay in the current state. `heartwood machine` draws them. A
 * method that goes to another state ends the machine with TRANSITION_UNDECLARED.
 *
 * @example
 * ```ts
 * @State('locked') @To('open') @Call() unlock(code: string): boolean {
 *   if (code === '1234') this.state = 'open'
 *   return this.state === 'open'
 * }
 * ```
 */
export function To<const S extends string>(...states: readonly [S, ...S[]]): StatesDecorator<S> {
  return marking('To', { to: states })
}

/**
 * Makes the method handle the call or cast of another method's name, in other states than that method. Clients call
 * `unlock`, and the state decides which method answers.
 *
 * @param event the name of a method with `@Call()` or `@Cast()`, this method must have the same parameters and result
 * @example
 * ```ts
 * @State('open') @On('unlock') alreadyOpen(): 'welcome' {
 *   return 'welcome'
 * }
 * ```
 */
export function On<const Event extends string>(event: Event): OnDecorator<Event> {
  return marking('On', { event })
}

/**
 * Runs the method whenever the machine enters a state, including the first state, before any other event. Its argument is the
 * previous state. It must not assign the state. OTP's state-enter calls.
 *
 * @example
 * ```ts
 * @State('open') @Enter() light(previous: DoorState): void {
 *   this.lamp.on()
 * }
 * ```
 */
export function Enter(): EnterDecorator {
  return marking('Enter', { on: 'enter' })
}

/**
 * Runs the method when the machine has been in the state for `ms` milliseconds. OTP's `state_timeout`, set on entering.
 *
 * @example
 * ```ts
 * @State('open') @After(10_000) lock(): void {
 *   this.state = 'locked'
 * }
 * ```
 */
export function After(ms: number): EventDecorator {
  return marking('After', { on: 'state_timeout', after: ms })
}

/**
 * Makes the method handle the state's time-out, which other methods set with `acting({ stateTimeout: ms, content })`. Its
 * argument is the content.
 */
export function StateTimeout(): EventDecorator {
  return marking('StateTimeout', { on: 'state_timeout' })
}

/**
 * Makes the method handle a time-out set with `acting({ timeout: ms, name, content })`; without a name, the time-out that any
 * event cancels. Its argument is the content.
 *
 * @example
 * ```ts
 * @Timeout() forget(): void {
 *   this.digits = ''
 * }
 * ```
 */
export function Timeout(name?: string): EventDecorator {
  return marking('Timeout', name === undefined ? { on: 'timeout' } : { on: 'named_timeout', name })
}

/**
 * Makes the method handle internal events, which the machine sends to itself with `acting({ nextEvent: { type: 'internal',
 * content } })`, if the content matches `pattern`, as in `receive`.
 *
 * @param pattern default: matches every content
 */
export function Internal<const P extends Pattern>(pattern?: P): EventDecorator<P> {
  return marking('Internal', { on: 'internal', pattern })
}
