/** The class form, as callbacks for the engine. Their state is an instance of the class. */
import {
  awaitsInit,
  CallRequest,
  discardAbandoned,
  type ExitReason,
  isAsyncFunction,
  isThenable,
  read,
  runAsyncHandler,
  runOnStack,
  self,
} from '../../kernel/index.js'
import { genServerError } from '../errors.js'
import { MethodCall, type MethodCast, methodMeant, UNCHANGED, UNHANDLED } from '../messages/server-message.js'
import { type SettingsChange, settingAt } from '../messages/settings-change.js'
import type {
  Awaitable,
  Callbacks,
  CallResult,
  Concurrently,
  From,
  HandlerResult,
  InitResult,
  Status,
} from '../server/callbacks.js'
import { ContinueWith, Directive, Idle, Stopping } from './directives.js'
import { memberKind, type ServerClass, type ServerDefinition, thenable } from './handler-table.js'

/** The optional methods that the engine calls, and the handlers of the table, by name. */
interface Instance {
  init?(args: unknown): unknown
  handleCall?(request: unknown): unknown
  handleCast?(request: unknown): unknown
  handleInfo?(message: unknown): unknown
  handleContinue?(continuation: unknown): unknown
  configChange?(change: SettingsChange): unknown
  terminate?(reason: ExitReason): Awaitable<void>
  formatStatus?(status: Status): Status
  readonly [method: string]: unknown
}

type Method = (...args: readonly unknown[]) => unknown

/** The callbacks of a class-form server: one object for all its instances, which are the state. */
export class InstanceCallbacks implements Callbacks<Instance> {
  readonly #Class: ServerClass
  readonly #definition: ServerDefinition

  constructor(Class: ServerClass, definition: ServerDefinition) {
    this.#Class = Class
    this.#definition = definition
  }

  /** Returns the callbacks of a class. They are made at its first start and kept with its table. */
  static of(Class: ServerClass, definition: ServerDefinition): InstanceCallbacks {
    const known = definition.callbacks
    // The table can be that of a base class, which another subclass uses too.
    if (known instanceof InstanceCallbacks && known.#Class === Class) return known
    const made = new InstanceCallbacks(Class, definition)
    definition.callbacks = made
    return made
  }

  get className(): string {
    return this.#Class.name
  }

  get Class(): ServerClass {
    return this.#Class
  }

  /** The method of an instance that handles a call. */
  handlerOf(request: unknown, instance: unknown): unknown {
    return read(instance, MethodCall.is(request) ? request.method : 'handleCall')
  }

  get version(): unknown {
    return versionOf(this.#Class)
  }

  init(args: unknown): Awaitable<InitResult<Instance>> {
    const instance = createInstance(this.#Class, this.#definition)
    return isThenable(instance)
      ? Promise.resolve(instance).then((made) => this.#initialise(made as Instance, args))
      : this.#initialise(instance as Instance, args)
  }

  leavesOut(message: unknown): boolean {
    const { skipAbandoned } = this.#definition
    return CallRequest.is(message) && isSkipped(skipAbandoned, message.payload, message)
  }

  handleCall(request: unknown, from: From, instance: Instance): Awaitable<CallResult<Instance>> {
    const { concurrent, skipAbandoned, calls } = this.#definition
    if (!MethodCall.is(request)) {
      const meant = methodMeant(request, calls, instance.handleCall)
      if (meant !== undefined) return this.handleCall(meant, from, instance)
    }
    if (isSkipped(skipAbandoned, request, from)) {
      skip()
      return UNCHANGED as never
    }
    if (concurrent !== undefined && MethodCall.is(request) && concurrent.has(request.method)) {
      const { method, args } = request
      const answer = () => runHandler(instance, instance[method], args)
      return { state: instance, concurrently: answer, most: concurrent.get(method) } as Concurrently<Instance>
    }
    const value = this.#dispatch(request, instance, 'call')
    // Most methods return a value that is no object: it is recognized without reading a property.
    if (typeof value !== 'object' || value === null) {
      return value === UNHANDLED ? (UNHANDLED as never) : { reply: value, state: instance }
    }
    return isThenable(value)
      ? Promise.resolve(value).then((late) => replyResult(late, instance))
      : replyResult(value, instance)
  }

  handleCast(request: unknown, instance: Instance): Awaitable<HandlerResult<Instance>> {
    const { casts } = this.#definition
    const meant = MethodCall.is(request) ? undefined : methodMeant(request, casts, instance.handleCast)
    if (meant !== undefined) return this.handleCast(meant, instance)
    return this.#result(this.#dispatch(request, instance, 'cast'), instance)
  }

  /**
   * Does the same as `handleCast` for a cast that a client class made. If the client was made from this table, the name of the method need
   * not be looked up.
   */
  handleMethod(cast: MethodCast, instance: Instance): Awaitable<HandlerResult<Instance>> {
    const { method, args, table } = cast
    const { casts } = this.#definition
    if (table !== casts && !casts.has(method)) throw this.#unknown('cast', method, casts)
    return this.#result(runHandler(instance, instance[method] as Method, args), instance)
  }

  handleInfo(message: unknown, instance: Instance): Awaitable<HandlerResult<Instance>> {
    for (const { matches, method } of this.#definition.infos) {
      if (matches(message))
        return this.#result(runHandler(instance, instance[method] as Method, [message]), instance)
    }
    if (instance.handleInfo === undefined) return UNHANDLED as never
    return this.#result(runHandler(instance, instance.handleInfo as Method, [message]), instance)
  }

  handleContinue(continuation: unknown, instance: Instance): Awaitable<HandlerResult<Instance>> {
    if (instance.handleContinue === undefined) return UNHANDLED as never
    return this.#result(runHandler(instance, instance.handleContinue as Method, [continuation]), instance)
  }

  /** Calls the methods for single settings, in the order of the table, then `configChange`, until one returns a directive. */
  async configChange(change: SettingsChange, instance: Instance): Promise<HandlerResult<Instance>> {
    for (const { key, method } of this.#definition.configChanges) {
      if (!change.touches(key)) continue
      const args = [settingAt(change.settings, key), settingAt(change.previous, key)]
      const value = await runHandler(instance, instance[method] as Method, args)
      if (value instanceof Directive) return withDirective(value, instance) as HandlerResult<Instance>
    }
    return this.#result(await runHandler(instance, instance.configChange, [change]), instance)
  }

  /** Whether the class has a handler for a change of settings. */
  wants(change: SettingsChange): boolean {
    const { configChanges } = this.#definition
    if (configChanges.some(({ key }) => change.touches(key))) return true
    return memberKind(this.#Class, 'configChange') === 'method'
  }

  terminate(reason: ExitReason, instance: Instance): Awaitable<void> {
    return runHandler(instance, instance.terminate, [reason]) as Awaitable<void>
  }

  formatStatus(status: Status): Status {
    const instance = status.state as Instance
    return instance.formatStatus === undefined ? status : instance.formatStatus(status)
  }

  /** @throws STATE_NOT_INSTANCE */
  checkState(before: object, state: unknown): void {
    checkInstance(this.#Class, before, state)
  }

  #initialise(instance: Instance, args: unknown): Awaitable<InitResult<Instance>> {
    const value = instance.init?.(args)
    return isThenable(value)
      ? Promise.resolve(awaitsInit(instance.init as Method, value)).then((late) =>
          this.#initResult(late, instance),
        )
      : this.#initResult(value, instance)
  }

  #initResult(value: unknown, instance: Instance): InitResult<Instance> {
    if (value === undefined) return { state: instance }
    if (value instanceof Stopping && !value.replies) return { stop: value.reason }
    if ((value instanceof ContinueWith || value instanceof Idle) && !value.replies) {
      return withDirective(value, instance) as InitResult<Instance>
    }
    // This is `'ignore'`, or a value that an init must not return: the engine reports it.
    return value as 'ignore'
  }

  #dispatch(request: unknown, instance: Instance, kind: 'call' | 'cast'): unknown {
    if (MethodCall.is(request)) {
      const { method, args } = request
      const table = kind === 'call' ? this.#definition.calls : this.#definition.casts
      if (table.has(method)) return runHandler(instance, instance[method] as Method, args)
      throw this.#unknown(kind, method, table)
    }
    const fallback = kind === 'call' ? instance.handleCall : instance.handleCast
    return fallback === undefined ? UNHANDLED : runHandler(instance, fallback as Method, [request])
  }

  #result(value: unknown, instance: Instance): Awaitable<HandlerResult<Instance>> {
    if (typeof value !== 'object' || value === null) {
      return (value === UNHANDLED ? UNHANDLED : UNCHANGED) as never
    }
    if (isThenable(value)) return Promise.resolve(value).then((late) => this.#result(late, instance))
    return value instanceof Directive
      ? (withDirective(value, instance) as HandlerResult<Instance>)
      : (UNCHANGED as never)
  }

  #unknown(kind: string, method: string, table: ReadonlySet<string>): Error {
    const known = table.size === 0 ? `it has no ${kind}s` : `${kind}s: ${[...table].join(', ')}`
    return genServerError('METHOD_UNKNOWN', { server: `${this.#Class.name} ${self()}`, kind, method, known })
  }
}

/** Whether a call is to be skipped: its method is in `skipAbandoned`, and its caller does not wait for the answer any more. */
export function isSkipped(
  skipAbandoned: ReadonlySet<string> | undefined,
  request: unknown,
  from: unknown,
): boolean {
  if (skipAbandoned === undefined || !MethodCall.is(request)) return false
  return skipAbandoned.has(request.method) && CallRequest.is(from) && !from.active
}

/** Skips the call whose turn has come. A call that was put by has a handler run by now, which ends here. */
export function skip(): void {
  discardAbandoned()
  runOnStack()?.skip()
}

/** Returns the static `version` of a class, which later code gets as the old version. */
export function versionOf(Class: ServerClass): unknown {
  return (Class as { readonly version?: unknown }).version
}

/** Runs a handler. What an async handler does after an `await` is recognized as its own: see `runAsyncHandler`. */
export function runHandler(holder: object, method: unknown, args: readonly unknown[]): unknown {
  if (typeof method !== 'function') return undefined
  return isAsyncFunction(method)
    ? runAsyncHandler(method, () => method.apply(holder, args))
    : method.apply(holder, args)
}

/**
 * Makes an instance for one incarnation of a class.
 *
 * @throws CONSTRUCTOR_NEEDS_ARGUMENTS; HANDLER_INVALID for an instance that would be taken for a promise
 */
export function createInstance(Class: ServerClass, { create }: ServerDefinition): Awaitable<object> {
  const made = create === undefined ? construct(Class) : create(Class)
  // It has a field `then`, or its class is a subclass without a table of its own that has such a method.
  if (made instanceof Class && isThenable(made)) throw thenable(Class)
  return made
}

function construct(Class: ServerClass): object {
  const count = Class.length
  if (count > 0) throw genServerError('CONSTRUCTOR_NEEDS_ARGUMENTS', { class: Class.name, count })
  return new (Class as unknown as new () => object)()
}

/**
 * Refuses a value that cannot be the state of a server of a class. The fields of another object are not copied into an instance: `#private`
 * fields would be missing, and nobody knows what a missing field means.
 *
 * @throws STATE_NOT_INSTANCE
 */
export function checkInstance(Class: ServerClass, before: object, state: unknown): void {
  if (state instanceof Class) return
  // An object that `create` made need not be an instance of the class.
  const isAlike =
    typeof state === 'object' &&
    state !== null &&
    Object.getPrototypeOf(state) === Object.getPrototypeOf(before)
  if (!isAlike) throw genServerError('STATE_NOT_INSTANCE', { class: Class.name, value: state })
}

function replyResult(value: unknown, instance: Instance): CallResult<Instance> {
  if (value instanceof Directive) return withDirective(value, instance)
  return { reply: value, state: instance }
}

/** Converts a directive into a result for the engine. If it has a reply where nobody waits for one, the engine refuses it. */
function withDirective(directive: Directive, state: Instance): CallResult<Instance> {
  const step = stepOf(directive, state)
  return directive.replies ? { ...step, reply: directive.reply } : step
}

function stepOf(directive: Directive, state: Instance): HandlerResult<Instance> {
  if (directive instanceof Stopping) return { stop: directive.reason, state }
  if (directive instanceof ContinueWith) return { state, continue: directive.continuation }
  if (directive instanceof Idle) return { state, timeout: directive.timeout }
  return { state }
}
