/** The class form of state machines, as the engine runs it: the data are an instance of the class, and the state is its field `state`. */
import {
  awaitsInit,
  CallRequest,
  currentKernel,
  type ExitReason,
  isThenable,
  printed,
  self,
} from '../../../kernel/index.js'
import {
  checkInstance,
  createInstance,
  isSkipped,
  runHandler,
  skip,
  versionOf,
} from '../../class-form/class-callbacks.js'
import { ContinueWith, Directive, Idle, NoReply, Stopping } from '../../class-form/directives.js'
import type { ServerClass, ServerDefinition } from '../../class-form/handler-table.js'
import { type Succession, successor } from '../../class-form/succession.js'
import { genServerError } from '../../errors.js'
import { mentionsFrom } from '../../messages/from.js'
import { MethodCall, methodMeant } from '../../messages/server-message.js'
import type { Awaitable } from '../../server/callbacks.js'
import { describe, reportUnexpected } from '../../sys/server-report.js'
import type { MachineAction } from '../engine/actions.js'
import type { MachineInit, MachineStatus, StateResult } from '../engine/callbacks.js'
import type { EnterEvent, MachineEvent } from '../engine/events.js'
import type { MachineLogic, MachineState } from '../engine/machine-logic.js'
import { stateMachineError } from '../errors.js'
import { Acting, Postponing, Repeating } from './directives.js'
import { type Found, type HandlerIndex, WAIT } from './handler-index.js'

interface Instance {
  state: unknown
  init?(args: unknown): unknown
  handleCall?(request: unknown): unknown
  handleCast?(request: unknown): unknown
  handleInfo?(message: unknown): unknown
  terminate?(reason: ExitReason): Awaitable<void>
  formatStatus?(status: MachineStatus): MachineStatus
  readonly [method: string]: unknown
}

type Method = (...args: readonly unknown[]) => unknown
type AnyEvent = MachineEvent | EnterEvent<unknown>

/** The logic of one incarnation of a class-form machine. */
export class InstanceLogic implements MachineLogic<unknown, Instance> {
  readonly stateEnter: boolean
  readonly #Class: ServerClass
  readonly #definition: ServerDefinition
  readonly #index: HandlerIndex
  #instance!: Instance
  /** The value of the field `state`. */
  #state: unknown = undefined
  #handling = false

  constructor(Class: ServerClass, definition: ServerDefinition, index: HandlerIndex) {
    this.#Class = Class
    this.#definition = definition
    this.#index = index
    this.stateEnter = index.stateEnter
  }

  get className(): string {
    return this.#Class.name
  }

  get code(): ServerClass {
    return this.#Class
  }

  get showsFrom(): boolean {
    return mentionsFrom(this.#Class)
  }

  get version(): unknown {
    return versionOf(this.#Class)
  }

  async takeOver({ state, data }: MachineState, change: Succession): Promise<MachineState> {
    const prepare = (made: object) => Object.assign(made, { state })
    const instance = (await successor(this.#Class, this.#definition, data, change, prepare)) as Instance
    // `codeChange` may have assigned another state. `state` is a plain field until the engine takes it over.
    const { state: next } = instance
    this.#state = next
    this.#adopt(instance)
    return { state: next, data: instance }
  }

  init(args: unknown): Awaitable<MachineInit<unknown, Instance>> {
    const made = createInstance(this.#Class, this.#definition)
    return isThenable(made)
      ? Promise.resolve(made).then((instance) => this.#initialise(instance as Instance, args))
      : this.#initialise(made as Instance, args)
  }

  leavesOut(message: unknown): boolean {
    const { skipAbandoned } = this.#definition
    return CallRequest.is(message) && isSkipped(skipAbandoned, message.payload, message)
  }

  handle(event: AnyEvent, state: unknown, instance: Instance): unknown {
    if (instance !== this.#instance) this.#adopt(instance)
    this.#state = state
    if (event.type === 'enter') return this.#enter(event, state)
    const meant = this.#meant(event, instance)
    return meant === undefined ? this.#handle(event, state, instance) : this.#handle(meant, state, instance)
  }

  /** The event for a request that came as a term of another system, if the class has such a method; as in a server. */
  #meant(event: MachineEvent, instance: Instance): MachineEvent | undefined {
    const { type, content } = event
    if ((type !== 'call' && type !== 'cast') || typeof content !== 'object' || MethodCall.is(content))
      return undefined
    const { calls, casts } = this.#definition
    const meant =
      type === 'call'
        ? methodMeant(content, calls, instance.handleCall)
        : methodMeant(content, casts, instance.handleCast)
    return meant === undefined ? undefined : { ...event, content: meant }
  }

  #handle(event: MachineEvent, state: unknown, instance: Instance): unknown {
    const { skipAbandoned } = this.#definition
    if (event.type === 'call' && isSkipped(skipAbandoned, event.content, event.from)) {
      skip()
      return 'keep_state'
    }
    const found = this.#find(event, state)
    if (found === WAIT) return { actions: 'postpone' }
    if (found === undefined) return this.#unhandled(event, state)
    const handler = () => runHandler(instance, instance[found] as Method, argumentsOf(event))
    return this.#run(event, state, handler, [], found)
  }

  terminate(reason: ExitReason, state: unknown, instance: Instance): Awaitable<void> {
    // A method that failed may have assigned a state that the machine never entered.
    this.#state = state
    return runHandler(instance, instance.terminate, [reason]) as Awaitable<void>
  }

  formatStatus(status: MachineStatus): MachineStatus {
    return this.#instance.formatStatus === undefined ? status : this.#instance.formatStatus(status)
  }

  checkData(before: Instance, data: unknown): void {
    checkInstance(this.#Class, before, data)
  }

  #initialise(instance: Instance, args: unknown): Awaitable<MachineInit<unknown, Instance>> {
    const value = instance.init?.(args)
    return isThenable(value)
      ? Promise.resolve(awaitsInit(instance.init as object, value)).then((late) =>
          this.#initialised(instance, late),
        )
      : this.#initialised(instance, value)
  }

  #initialised(instance: Instance, value: unknown): MachineInit<unknown, Instance> {
    if (value instanceof Stopping && !value.replies) return { stop: value.reason }
    refuseServers(value)
    const acts = value instanceof Acting && !value.replies
    // This is `'ignore'`, or a value that an init must not return: the engine reports it.
    if (value !== undefined && !acts) return value as 'ignore'
    const { state } = instance
    if (state === undefined) throw stateMachineError('STATE_MISSING', { class: this.#Class.name })
    this.#state = state
    this.#adopt(instance)
    return { state, data: instance, ...(acts && { actions: value.actions }) }
  }

  /** Replaces the field `state` by an accessor of the state kept here, so that only a handler can assign it. */
  #adopt(instance: Instance): void {
    this.#instance = instance
    Object.defineProperty(instance, 'state', {
      configurable: true,
      enumerable: true,
      get: () => this.#state,
      set: (state: unknown) => {
        if (!this.#handling) throw stateMachineError('STATE_NOT_ASSIGNABLE', { class: this.#Class.name })
        this.#state = state
      },
    })
  }

  #find(event: MachineEvent, state: unknown): Found {
    const { type, content } = event
    if (type === 'call' || type === 'cast') {
      return MethodCall.is(content) ? this.#index.find(type, state, content.method) : undefined
    }
    if (type === 'info' || type === 'internal') return this.#index.match(type, state, content)
    return this.#index.find(type, state, type === 'named_timeout' ? event.name : undefined)
  }

  #enter(event: EnterEvent<unknown>, state: unknown): unknown {
    const ms = this.#index.after(state)
    const after = ms === undefined ? [] : [{ stateTimeout: ms }]
    const found = this.#index.find('enter', state)
    if (typeof found !== 'string') return { actions: after }
    return this.#run(
      event,
      state,
      () => runHandler(this.#instance, this.#instance[found] as Method, [event.previous]),
      after,
    )
  }

  #unhandled(event: MachineEvent, state: unknown): unknown {
    const { type, content } = event
    const instance = this.#instance
    if (type === 'info') {
      if (instance.handleInfo !== undefined)
        return this.#run(event, state, () => runHandler(instance, instance.handleInfo, [content]))
      reportUnexpected(currentKernel(), self(), content)
      return 'keep_state'
    }
    const server = describe(self())
    if (type === 'call' || type === 'cast') {
      if (MethodCall.is(content) && !this.#index.knows(type, content.method)) {
        const table = type === 'call' ? this.#definition.calls : this.#definition.casts
        const known = table.size === 0 ? `it has no ${type}s` : `${type}s: ${[...table].join(', ')}`
        throw genServerError('METHOD_UNKNOWN', { server, kind: type, method: content.method, known })
      }
      const fallback = type === 'call' ? instance.handleCall : instance.handleCast
      if (!MethodCall.is(content) && fallback !== undefined)
        return this.#run(event, state, () => runHandler(instance, fallback as Method, [content]))
    }
    const subject = 'name' in event && event.name !== undefined ? event.name : (content ?? '')
    const shown = `${type} ${printed(subject)}`.trim()
    throw stateMachineError('EVENT_UNEXPECTED', { machine: server, event: shown, state })
  }

  /** @param name the name of the method, if the method may declare its next states */
  #run(
    event: AnyEvent,
    state: unknown,
    method: () => unknown,
    before: MachineAction[] = [],
    name?: string,
  ): unknown {
    this.#handling = true
    let value: unknown
    try {
      value = method()
    } catch (thrown) {
      this.#handling = false
      throw thrown
    }
    if (!isThenable(value)) return this.#result(event, state, value, before, name)
    return Promise.resolve(value).then(
      (late) => this.#result(event, state, late, before, name),
      (thrown: unknown) => {
        this.#handling = false
        throw thrown
      },
    )
  }

  /** Converts the value that a method returned, and the state that it assigned, into a result for the engine. */
  #result(
    event: AnyEvent,
    state: unknown,
    value: unknown,
    before: MachineAction[],
    name: string | undefined,
  ): unknown {
    this.#handling = false
    if (name !== undefined && this.#state !== state) this.#checkTransition(name, state)
    const from = event.type === 'call' ? event.from : undefined
    const directive = value instanceof Directive ? value : undefined
    refuseServers(directive)
    if (directive?.replies === true && from === undefined) return value
    if (directive instanceof Stopping) {
      const replies = directive.replies && from ? [{ reply: directive.reply, to: from }] : []
      return { stop: directive.reason, replies }
    }
    const actions: MachineAction[] = [...before]
    if (from !== undefined && directive === undefined) actions.push({ reply: value, to: from })
    if (from !== undefined && directive?.replies === true) actions.push({ reply: directive.reply, to: from })
    if (directive instanceof Acting) actions.push(...[directive.actions].flat())
    else if (directive instanceof Postponing) actions.push('postpone')
    else if (!(directive instanceof Repeating || directive instanceof NoReply || directive === undefined))
      return value
    return stepTo(this.#state, state, directive instanceof Repeating, actions)
  }

  /** @throws TRANSITION_UNDECLARED */
  #checkTransition(method: string, from: unknown): void {
    const known = this.#index.statesAfter(method)
    const to = this.#state
    if (known === undefined || known.includes(to)) return
    // The machine never entered the state that the method assigned.
    this.#state = from
    const by = `${this.#Class.name}.${method}`
    const details = { machine: describe(self()), from, to, by, known: known.join(', ') }
    throw stateMachineError('TRANSITION_UNDECLARED', details)
  }
}

/** Refuses a directive that only a server can follow. */
function refuseServers(directive: unknown): void {
  if (!(directive instanceof ContinueWith || directive instanceof Idle)) return
  const instead =
    directive instanceof Idle
      ? 'acting({ timeout: ms }), and handle it with @Timeout()'
      : "acting({ nextEvent: { type: 'internal', content } }), and handle it with @Internal()"
  throw stateMachineError('MACHINE_DIRECTIVE_INVALID', {
    machine: describe(self()),
    directive: directive instanceof Idle ? 'idle(ms)' : 'continueWith(value)',
    instead,
  })
}

function stepTo(
  next: unknown,
  state: unknown,
  repeats: boolean,
  actions: MachineAction[],
): StateResult<unknown, Instance> {
  // A result cannot do both at once: the engine reports it.
  if (repeats) return { repeatState: true, actions, ...(next !== state && ({ nextState: next } as object)) }
  return next === state ? { actions } : { nextState: next, actions }
}

function argumentsOf(event: MachineEvent): readonly unknown[] {
  const { content } = event
  return MethodCall.is(content) ? content.args : [content]
}
