/**
 * Starts servers. The caller waits until the server's `init` has finished.
 */
import {
  type Behaviour,
  checkKnown,
  currentKernel,
  isPromise,
  type MailboxOptions,
  type NameKeeper,
  namesOf,
  type Pid,
  type Reference,
  read,
  rejectedWith,
  type Started,
  sparedValue,
} from '../../kernel/index.js'
import { InstanceCallbacks } from '../class-form/class-callbacks.js'
import {
  definitionOf,
  isServerClass,
  type ServerClass,
  type ServerDefinition,
} from '../class-form/handler-table.js'
import { Ref } from '../client/ref.js'
import { genServerError } from '../errors.js'
import { checkCallbacks } from './callback-names.js'
import { CALLBACKS, type Callbacks } from './callbacks.js'
import { engine, isStartable, type Startable } from './custom-engine.js'
import { Server } from './server.js'

/** The options of starting a server. */
export interface StartOptions {
  /**
   * The name of the server. It is registered before `init` runs: with the kernel, or with the registry of the name. Default: the
   * name that the class declares; `undefined` means no name.
   */
  readonly name?: string | NameKeeper | undefined
  /** The milliseconds that `init` may take before the process is killed. Default `Infinity`. */
  readonly timeout?: number | undefined
  /** The label of the server in logs and in the observer. Default: the name of the class. */
  readonly label?: unknown
  /** The limits of its mailbox. Default: the limits that the class declares, or none. */
  readonly mailbox?: MailboxOptions | undefined
}

/** The options of `startServer`. */
export interface ServerOptions extends StartOptions {
  /** Links the server to the current process, which becomes its parent. Default false. */
  readonly link?: boolean
  /** Monitors the server. The result has the monitor's `ref`, and the current process becomes its parent. Default false. */
  readonly monitor?: boolean
}

/** The parameters of `start(server, …)` after the class or the callbacks: the argument of its `init`, and options. */
export type InitArguments<Init, Options> = Init extends (...args: infer Args) => unknown
  ? Args extends readonly []
    ? [args?: undefined, options?: Options]
    : unknown extends Args[0]
      ? [args?: unknown, options?: Options]
      : undefined extends Args[0]
        ? [args?: Args[0], options?: Options]
        : [args: Args[0], options?: Options]
  : [args?: undefined, options?: Options]

/** The type of the `init` of a class; undefined if it has none. */
export type InitOf<C> = C extends { init: infer Init } ? Init : undefined

/** Callbacks of any state and argument, or a custom engine. */
type AnyCallbacks = Callbacks<unknown, never> | Startable<unknown>

/**
 * Starts a server and waits for its `init`. `start`, `startLink` and `startMonitor` are built on it; here `'ignore'` is a
 * result, not an error. OTP's `gen_server:start*`, Elixir's `GenServer.start*`.
 *
 * @param server callbacks, or a class with a handler table
 * @param rest the argument of `init`, if it takes one, and options
 * @returns the pid (and the monitor's `ref`), or `'ignore'`
 * @throws START_FAILED with the reason in `details.reason` and as `cause`; ALREADY_STARTED with `details.pid`;
 *   START_TIMEOUT; NAME_INVALID. With `link`, a failed `init` ends a starter that does not trap exits, except
 *   `'ignore'` and `{ error }`. After a failure the name is free and no message is left behind.
 * @example
 * ```ts
 * const started = await startServer(cache, { size: 100 }, { name: 'cache', link: true })
 * if (started !== 'ignore') console.log(started.pid)
 * ```
 */
export function startServer<State, Args>(
  server: Callbacks<State, Args>,
  ...rest: InitArguments<(args: Args) => unknown, ServerOptions>
): Promise<Started | 'ignore'>
export function startServer<Args>(
  server: Startable<Args>,
  ...rest: InitArguments<(args: Args) => unknown, ServerOptions>
): Promise<Started | 'ignore'>
export function startServer<C extends object>(
  server: ServerClass<C>,
  ...rest: InitArguments<InitOf<C>, ServerOptions>
): Promise<Started | 'ignore'>
export function startServer(
  server: AnyCallbacks | ServerClass,
  args?: unknown,
  options: ServerOptions = {},
): Promise<Started | 'ignore'> {
  return begin(asIs, server, args, options, read(options, 'link') === true, read(options, 'monitor') === true)
}

/**
 * Starts a server without a link. OTP's `gen_server:start/3,4`.
 *
 * @returns its pid; for a class, a typed `Ref` that means this process
 * @throws as `startServer`, and START_IGNORED when `init` returned `'ignore'`
 * @example
 * ```ts
 * const counter = await start(Counter, { start: 0 })
 * await counter.call.add(2)
 * ```
 */
export function start<State, Args>(
  server: Callbacks<State, Args>,
  ...rest: InitArguments<(args: Args) => unknown, StartOptions>
): Promise<Pid>
export function start<Args>(
  server: Startable<Args>,
  ...rest: InitArguments<(args: Args) => unknown, StartOptions>
): Promise<Pid>
export function start<C extends object>(
  server: ServerClass<C>,
  ...rest: InitArguments<InitOf<C>, StartOptions>
): Promise<Ref<C>>
export function start(
  server: AnyCallbacks | ServerClass,
  args?: unknown,
  options: StartOptions = {},
): Promise<Pid | Ref<object>> {
  return begin(handleOf, server, args, options, false, false)
}

/**
 * Starts a server linked to the current process, its parent: how a supervisor starts its children. OTP's
 * `gen_server:start_link/3,4`.
 *
 * @returns its pid; for a class, a typed `Ref` that means this process
 * @throws as `start`. If `init` stops or throws, a current process that does not trap exits ends by the link.
 * @example
 * ```ts
 * const counter = await startLink(Counter, { start: 0 }, { name: 'counter' })
 * ```
 */
export function startLink<State, Args>(
  server: Callbacks<State, Args>,
  ...rest: InitArguments<(args: Args) => unknown, StartOptions>
): Promise<Pid>
export function startLink<Args>(
  server: Startable<Args>,
  ...rest: InitArguments<(args: Args) => unknown, StartOptions>
): Promise<Pid>
export function startLink<C extends object>(
  server: ServerClass<C>,
  ...rest: InitArguments<InitOf<C>, StartOptions>
): Promise<Ref<C>>
export function startLink(
  server: AnyCallbacks | ServerClass,
  args?: unknown,
  options: StartOptions = {},
): Promise<Pid | Ref<object>> {
  return begin(handleOf, server, args, options, true, false)
}

/**
 * Starts and monitors a server in one step. The current process becomes its parent: its exit signal ends the server, and also a
 * server that traps exits, after `terminate`. OTP's `gen_server:start_monitor/3,4`.
 *
 * @returns its pid, the monitor's `ref`, and `server`: what `start` returns
 * @throws as `start`; after an error no DOWN message arrives
 * @example
 * ```ts
 * const { server, ref } = await startMonitor(Counter, { start: 0 })
 * const down = await receive({ ref })
 * ```
 */
export function startMonitor<State, Args>(
  server: Callbacks<State, Args>,
  ...rest: InitArguments<(args: Args) => unknown, StartOptions>
): Promise<Monitored<Pid>>
export function startMonitor<Args>(
  server: Startable<Args>,
  ...rest: InitArguments<(args: Args) => unknown, StartOptions>
): Promise<Monitored<Pid>>
export function startMonitor<C extends object>(
  server: ServerClass<C>,
  ...rest: InitArguments<InitOf<C>, StartOptions>
): Promise<Monitored<Ref<C>>>
export function startMonitor(
  server: AnyCallbacks | ServerClass,
  args?: unknown,
  options: StartOptions = {},
): Promise<Monitored<Pid | Ref<object>>> {
  return begin(monitoredOf, server, args, options, false, true)
}

/** A started server with the monitor on it. */
export interface Monitored<Handle> {
  readonly server: Handle
  readonly pid: Pid
  readonly ref: Reference
}

type Outcome = Started | 'ignore' | Promise<Started | 'ignore'>

/** Starts a server. A result that is known at once is returned without a promise, which would cost as much as the start itself. */
function launch(
  server: AnyCallbacks | ServerClass,
  args: unknown,
  options: StartOptions,
  link: boolean,
  monitor: boolean,
): Outcome {
  const { timeout } = options
  let { name, label, mailbox } = options
  // As in OTP, the process that starts it with a link or a monitor is its parent, and the parent's EXIT stops the server.
  const hasParent = link || monitor
  let behaviour: Behaviour
  if (typeof server === 'function') {
    const definition = definitionOf(server)
    if (!('name' in options)) name = definition.name
    if (!('label' in options)) label = server.name
    if (!('mailbox' in options)) mailbox = definition.mailbox
    behaviour = (definition.engine ?? serve)(server, definition, args, hasParent)
  } else if (isStartable(server)) behaviour = server[engine](args, hasParent)
  else if (typeof server === 'object' && server !== null) {
    checkCallbacks('a server', server, CALLBACKS, ['version'])
    behaviour = new Server(server as Callbacks<unknown>, args, hasParent)
  } else throw genServerError('SERVER_INVALID', { value: server })
  return currentKernel().startNow(behaviour, { name, link, monitor, timeout, label, mailbox })
}

/** The body of a server of a class, for callers that start its process themselves. */
export function behaviourOf(Class: ServerClass, args: unknown, hasParent: boolean): Behaviour {
  const definition = definitionOf(Class)
  return (definition.engine ?? serve)(Class, definition, args, hasParent)
}

/** The body of a server of callbacks, for callers that start its process themselves. */
export function callbacksBehaviour<State, Args>(
  callbacks: Callbacks<State, Args>,
  args: Args,
  hasParent: boolean,
): Behaviour {
  return new Server(callbacks as Callbacks<unknown>, args, hasParent)
}

/** The default engine of a class. */
function serve(
  Class: ServerClass,
  definition: ServerDefinition,
  args: unknown,
  hasParent: boolean,
): Behaviour {
  return new Server(InstanceCallbacks.of(Class, definition), args, hasParent)
}

/** The promise of the last start that had finished at once, with its result. */
const latest: { promise: unknown; value: unknown } = { promise: undefined, value: undefined }

/**
 * The result of the start that has just returned `promise`, if it is known already; undefined if it must be awaited. Supervisors
 * use it: awaiting a promise costs as much as the start and lets other processes run in between.
 */
export function knownStart(promise: unknown): unknown {
  return promise === latest.promise ? latest.value : undefined
}

/** Makes the result of a start for the caller: a pid, or a ref for a class. */
type Handing<Handle> = (
  started: Started | 'ignore',
  server: AnyCallbacks | ServerClass,
  options: StartOptions,
) => Handle

/** The options of a start. `link` and `monitor` are not among them, since they have functions of their own: `startLink` and `startMonitor`. */
export const START_OPTIONS = namesOf<StartOptions>({ name: true, timeout: true, label: true, mailbox: true })
const SERVER_OPTIONS = [...START_OPTIONS, 'link', 'monitor']

/** Starts a server and returns a promise of the result of `hand`. It makes no closures, since each start would allocate them. */
function begin<Handle>(
  hand: Handing<Handle>,
  server: AnyCallbacks | ServerClass,
  args: unknown,
  options: StartOptions,
  link: boolean,
  monitor: boolean,
): Promise<Handle> {
  try {
    checkKnown('a start', options, (hand as unknown) === asIs ? SERVER_OPTIONS : START_OPTIONS)
    const outcome = launch(server, args, options, link, monitor)
    if (isPromise(outcome)) return outcome.then((started) => hand(started, server, options))
    const handle = hand(outcome, server, options)
    const promise = sparedValue(handle)
    latest.promise = promise
    latest.value = handle
    return promise
  } catch (error) {
    return rejectedWith(error)
  }
}

function asIs(started: Started | 'ignore'): Started | 'ignore' {
  return started
}

/** The pid of a started server. An ignored start is an error. */
function pidOf(started: Started | 'ignore', server: AnyCallbacks | ServerClass, options: StartOptions): Pid {
  if (started !== 'ignore') return started.pid
  throw genServerError('START_IGNORED', { server: options.name ?? nameOf(server) })
}

function nameOf(server: AnyCallbacks | ServerClass): unknown {
  return typeof server === 'function' ? server.name : 'a server'
}

function handleOf(
  started: Started | 'ignore',
  server: AnyCallbacks | ServerClass,
  options: StartOptions,
): Pid | Ref<object> {
  const pid = pidOf(started, server, options)
  return isServerClass(server) ? new Ref(definitionOf(server), pid) : pid
}

function monitoredOf(
  started: Started | 'ignore',
  server: AnyCallbacks | ServerClass,
  options: StartOptions,
): Monitored<Pid | Ref<object>> {
  const handle = handleOf(started, server, options)
  const { pid, ref } = started as Started
  return { server: handle, pid, ref: ref as Reference }
}
