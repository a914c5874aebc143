/**
 * The handler table of a class-form state machine: it says which method handles which event in which states. The decorators write one;
 * `defineMachine` writes one without decorators.
 */
import { checkKnown, errorsOf, isTime, KERNEL_ERRORS, type MailboxOptions } from '../../../kernel/index.js'
import {
  type CodeChangePolicy,
  type CreatedAnew,
  checkClass,
  defineServer,
  definitionOf,
  type MethodName,
  memberKind,
  type ServerClass,
  type ServerName,
} from '../../class-form/handler-table.js'
import type { Awaitable } from '../../server/callbacks.js'
import { MachineEngine } from '../engine/machine-engine.js'
import { stateMachineError } from '../errors.js'
import { InstanceLogic } from './class-callbacks.js'
import { type HandledEvent, HandlerIndex, type MachineHandler } from './handler-index.js'

/** The property of all instances of a state machine class: the current state. */
export interface Stateful {
  state: string
}

/** The options of `defineMachine`. */
export interface MachineTable<C extends Stateful, Method extends string = MethodName<C>> {
  /** The name under which an instance is registered, and under which `ref(Class)` finds it. */
  readonly name?: ServerName | undefined
  readonly handlers: readonly MachineHandler<C['state'], Method>[]
  /** The limit of the mailbox of an instance. Default: no limit. */
  readonly mailbox?: MailboxOptions | undefined
  /** Makes the instance, in the new process, at every start and restart. Default: `new Class()`. */
  readonly create?: ((Class: ServerClass<C>) => Awaitable<C>) | undefined
  /** As for a server: see `HandlerTable`. */
  readonly createAnew?: ((Class: ServerClass<C>) => Awaitable<CreatedAnew<C>>) | undefined
  /** As for a server: see `HandlerTable`. */
  readonly codeChange?: CodeChangePolicy | undefined
}

const kernelError = errorsOf(KERNEL_ERRORS)

const HANDLER = [
  'on',
  'method',
  'states',
  'event',
  'pattern',
  'name',
  'after',
  'postponed',
  'to',
  'skipAbandoned',
]

/** The key of the handlers on the class itself, so that a subclass inherits them. */
const HANDLERS = Symbol.for('heartwood.state-machine')

type Defined = { [HANDLERS]?: readonly MachineHandler[] }

/**
 * Makes a class a state machine without decorators: the table names the methods that handle events, and their states. It corresponds to `@StateMachine`,
 * `@State`, `@Call` and the other decorators.
 *
 * The state is the field `state`. If a method assigns another state, the state changes when the method is done:
 * the time-out of the old state is cancelled, the new state is entered, and postponed events are handled again.
 *
 * A subclass adds to the table of its base, and its entries come first. Its entry for a method replaces the base's entry for that
 * method. The name and `create` are not inherited.
 *
 * @throws BAD_OPTION for an unknown key; STATE_HANDLER_INVALID if a method does not exist, or two handle the same event in the same state;
 *   HANDLER_INVALID if the engine itself calls a method
 * @example
 * ```ts
 * class Lamp {
 *   state: 'off' | 'on' = 'off'
 *   press(): string {
 *     this.state = this.state === 'off' ? 'on' : 'off'
 *     return this.state
 *   }
 *   save(): void { this.state = 'off' }
 * }
 * defineMachine(Lamp, {
 *   name: 'lamp',
 *   handlers: [
 *     { on: 'call', method: 'press' },
 *     { on: 'state_timeout', method: 'save', states: ['on'], after: 60_000 },
 *   ],
 * })
 * await ref(Lamp).call.press()
 * ```
 */
export function defineMachine<C extends Stateful, Method extends string = MethodName<C>>(
  Class: ServerClass<C>,
  table: MachineTable<C, NoInfer<Method>>,
): void {
  checkClass('defineMachine', Class)
  const action = `defineMachine(${Class.name})`
  checkKnown(action, table, ['name', 'handlers', 'mailbox', 'create', 'createAnew', 'codeChange'])
  if (!Array.isArray(table?.handlers))
    throw kernelError('BAD_OPTION', {
      action,
      option: 'handlers',
      value: table?.handlers,
      expected: 'an array',
    })
  for (const handler of table.handlers) checkKnown(`${action}: handlers`, handler, HANDLER)
  const base = (Class as Defined)[HANDLERS] ?? []
  const own: readonly MachineHandler[] = table.handlers
  for (const handler of own) check(Class, handler)
  const events = (kind: HandledEvent) => [
    ...new Set(own.filter(({ on }) => on === kind).map(({ event, method }) => event ?? method)),
  ]
  defineServer<C, string>(Class, {
    ...('name' in table ? { name: table.name } : undefined),
    calls: events('call'),
    casts: events('cast'),
    infos: own.filter(({ on }) => on !== 'call' && on !== 'cast').map(({ method }) => ({ method })),
    skipAbandoned: own
      .filter(({ on, skipAbandoned }) => on === 'call' && skipAbandoned === true)
      .map(({ event, method }) => event ?? method),
    mailbox: table.mailbox,
    create: table.create,
    createAnew: table.createAnew,
    codeChange: table.codeChange,
  })
  const anew = new Set(own.map(({ method }) => method))
  const inherited = base.filter(({ method }) => !anew.has(method))
  Object.defineProperty(Class, HANDLERS, { value: [...own, ...inherited], configurable: true })
  const index = new HandlerIndex(Class.name, own, inherited)
  definitionOf(Class).engine = (Exact, definition, args, hasParent) =>
    new MachineEngine(new InstanceLogic(Exact, definition, index), args, hasParent)
}

/** Whether a class is a state machine. */
export function isMachineClass(value: unknown): value is ServerClass {
  return typeof value === 'function' && (value as Defined)[HANDLERS] !== undefined
}

/** Returns the handlers of a machine: those of the class come before those of its bases. */
export function handlersOf(Class: ServerClass): readonly MachineHandler[] {
  return (Class as Defined)[HANDLERS] ?? []
}

function check(Class: ServerClass, handler: MachineHandler): void {
  const problem = problemWith(Class, handler)
  if (problem === undefined) return
  throw stateMachineError('STATE_HANDLER_INVALID', { class: Class.name, method: handler.method, problem })
}

function problemWith(Class: ServerClass, handler: MachineHandler): string | undefined {
  const { on, method, name, after, postponed, to } = handler
  if (memberKind(Class, method) !== 'method') return 'the class has no such method.'
  if (on === 'named_timeout' && name === undefined) return 'a named time-out needs its name.'
  if (on === 'enter' && postponed !== undefined)
    return 'a state is entered at once; that cannot be postponed.'
  if (on === 'enter' && to !== undefined) return 'entering a state does not lead to another.'
  if (after === undefined) return undefined
  if (on !== 'state_timeout') return 'only a state time-out is set on entering the state.'
  if (isTime(after)) return undefined
  return `a time-out is set to milliseconds from 0, not to ${after}.`
}
