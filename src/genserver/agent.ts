/**
 * Agents: a value kept by a process of its own, read and changed by functions that run there one after the other.
 * The counterpart of Elixir's `Agent`, and a GenServer underneath.
 */
import { inspect } from 'node:util'
import {
  checkKnown,
  type ExitReason,
  errorsOf,
  isInstance,
  isThenable,
  KERNEL_ERRORS,
  type NameKeeper,
  type Pid,
  REGISTERS,
} from '../kernel/index.js'
import { type CallOptions, call, cast, stop } from './client/call-and-cast.js'
import {
  type Addressed,
  addressOf,
  isAddressed,
  type ServerRef,
  whereisServer,
} from './client/server-address.js'
import { UNHANDLED } from './messages/server-message.js'
import { badReturnOf } from './server/callback-result.js'
import type { Awaitable, Callbacks, CallResult, HandlerResult } from './server/callbacks.js'
import { START_OPTIONS, type StartOptions, start, startLink } from './server/start.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** The result of `getAndUpdate`'s function: the reply to the caller, and the new state. */
export interface AgentChange<Reply, State> {
  readonly reply: Reply
  readonly state: State
}

/** The child spec of an agent. */
export interface AgentChildSpec<State> {
  /** The name that the process will register, for checks of a tree that does not run. */
  readonly [REGISTERS]?: string | NameKeeper | undefined
  readonly id: string
  readonly start: () => Promise<Agent<State>>
  readonly restart?: 'permanent' | 'transient' | 'temporary'
  readonly shutdown?: number | 'brutal_kill'
  readonly significant?: boolean
}

/** What `Agent.childSpec` takes: options of the start, and fields of the spec. */
const SPEC_OPTIONS = [...START_OPTIONS, 'id', 'start', 'restart', 'shutdown', 'significant']

/**
 * A process that keeps a value. Elixir's `Agent`.
 *
 * The functions passed to its methods run inside the agent, one at a time, even if they are async: no other change can happen between
 * a read and the write. If a function throws, the agent ends, and the call that passed the function rejects. Keep the functions short,
 * because other callers wait. Do long work outside, with a copy of the value: `work(await agent.get((it) => it))`.
 *
 * @example
 * ```ts
 * const counter = await Agent.startLink(() => 0)
 * await counter.update((count) => count + 1)
 * await counter.get((count) => count) // 1
 * ```
 */
export class Agent<State> implements Addressed {
  readonly #address: Pid | string | Addressed

  /** Made by `Agent.start`, `Agent.startLink` and `Agent.ref`. */
  constructor(address: Pid | string | Addressed) {
    this.#address = address
  }

  /**
   * Starts an agent without a link. Elixir's `Agent.start/2`.
   *
   * @param init makes the first value, inside the agent; it may be async
   * @param options `name`, `timeout` of `init` in milliseconds (default Infinity), `label`
   * @throws START_FAILED with what `init` threw as `details.reason`; ALREADY_STARTED; START_TIMEOUT; NAME_INVALID; NOT_A_FUNCTION.
   *   All of them reject.
   * @example
   * ```ts
   * const settings = await Agent.start(() => readSettings(), { name: 'settings' })
   * ```
   */
  static async start<State>(init: () => Awaitable<State>, options?: StartOptions): Promise<Agent<State>> {
    checkFunction('start', init)
    checkKnown('Agent.start', options, START_OPTIONS)
    return new Agent(await start(keeping<State>(), init, { label: 'agent', ...options }))
  }

  /**
   * Starts an agent as `start` does, linked to the current process, its parent. Supervisors use it. Elixir's `Agent.start_link/2`.
   *
   * @throws as `start`; a failed `init` also ends a caller that does not trap exits, by the link
   * @example
   * ```ts
   * const counter = await Agent.startLink(() => 0)
   * ```
   */
  static async startLink<State>(init: () => Awaitable<State>, options?: StartOptions): Promise<Agent<State>> {
    checkFunction('startLink', init)
    checkKnown('Agent.startLink', options, START_OPTIONS)
    return new Agent(await startLink(keeping<State>(), init, { label: 'agent', ...options }))
  }

  /**
   * Returns a running agent, by pid or by name; also by a name of a registry, or a partition. By name, each use finds the
   * process that has the name at that moment. The type of the value is not checked.
   *
   * @throws SERVER_REF_INVALID
   * @example
   * ```ts
   * await Agent.ref<number>('counter').update((count) => count + 1)
   * ```
   */
  static ref<State>(server: ServerRef): Agent<State> {
    if (isInstance(server, Agent)) return new Agent(server.#address)
    const address = addressOf(server, 'Agent.ref')
    return new Agent(isAddressed(server) ? server : address)
  }

  /**
   * Makes the child spec of an agent. After a restart it begins with a new value of `init`. Elixir's
   * `Agent.child_spec/1`.
   *
   * @param options as for `start`, and fields of the spec that differ; `id` is the name by default
   * @example
   * ```ts
   * await startSupervisor({ children: [Agent.childSpec(() => 0, { name: 'counter' })] })
   * ```
   */
  static childSpec<State>(
    init: () => Awaitable<State>,
    options: StartOptions & Partial<AgentChildSpec<State>> = {},
  ): AgentChildSpec<State> {
    checkFunction('childSpec', init)
    checkKnown('Agent.childSpec', options, SPEC_OPTIONS)
    const { name, timeout, label, mailbox, ...overrides } = options
    const started: StartOptions = {
      ...(name === undefined ? undefined : { name }),
      ...(timeout === undefined ? undefined : { timeout }),
      ...(label === undefined ? undefined : { label }),
      ...(mailbox === undefined ? undefined : { mailbox }),
    }
    return {
      id: typeof name === 'string' ? name : 'Agent',
      start: () => Agent.startLink(init, started),
      ...overrides,
      ...(name === undefined ? undefined : { [REGISTERS]: name }),
    }
  }

  /** The address that messages go to at this moment. */
  get target(): Pid | string {
    return addressOf(this.#address, 'Agent')
  }

  get latest(): Pid | undefined {
    return (this.#address as Addressed).latest
  }

  get expected(): string | undefined {
    return (this.#address as Addressed).expected
  }

  /** The process at this moment; undefined if the name is not registered. */
  get pid(): Pid | undefined {
    return whereisServer(this.target)
  }

  /** Its name; undefined for an agent by pid, or by a name of a registry. */
  get name(): string | undefined {
    return typeof this.#address === 'string' ? this.#address : undefined
  }

  /**
   * Returns the result of `read` for the value. Elixir's `Agent.get/3`.
   *
   * @param options the time-out in milliseconds (default 5,000, or Infinity), or options
   * @throws CALL_SERVER_EXITED, with what `read` threw as `cause`; NOT_A_FUNCTION, which does not end the agent; and the other errors of `call`
   * @example
   * ```ts
   * const size = await cache.get((entries) => entries.size)
   * ```
   */
  get<Reply>(read: (state: State) => Reply, options?: number | CallOptions): Promise<Awaited<Reply>> {
    return this.#ask('get', read, options) as Promise<Awaited<Reply>>
  }

  /**
   * Replaces the value by the result of `change`, and waits until that is done. Elixir's `Agent.update/3`.
   *
   * @throws as `get`
   * @example
   * ```ts
   * await cache.update((entries) => entries.set(key, page))
   * ```
   */
  update(change: (state: State) => Awaitable<State>, options?: number | CallOptions): Promise<void> {
    return this.#ask('update', change, options) as Promise<void>
  }

  /**
   * Replaces the value and returns a reply, in one step. Elixir's `Agent.get_and_update/3`.
   *
   * @param change returns `{ reply, state }`; anything else ends the agent with BAD_RETURN_VALUE
   * @throws as `get`
   * @example
   * ```ts
   * const job = await queue.getAndUpdate(([first, ...rest]) => ({ reply: first, state: rest }))
   * ```
   */
  getAndUpdate<Reply>(
    change: (state: State) => Awaitable<AgentChange<Reply, State>>,
    options?: number | CallOptions,
  ): Promise<Reply> {
    return this.#ask('getAndUpdate', change, options) as Promise<Reply>
  }

  /**
   * Changes the value as `update` does, without waiting; the caller does not learn whether it was done. Elixir's `Agent.cast/2`.
   *
   * @throws NOT_A_FUNCTION
   * @example
   * ```ts
   * hits.cast((count) => count + 1)
   * ```
   */
  cast(change: (state: State) => Awaitable<State>): void
  cast(change: (state: State) => Awaitable<State>): unknown {
    checkFunction('cast', change)
    return cast(this.#address, new AgentRequest('cast', change))
  }

  /** Refuses a value that is not a function here: inside the agent, it would end the agent for all its users. */
  #ask(
    method: AgentRequest['method'],
    apply: (state: never) => unknown,
    options: number | CallOptions | undefined,
  ): Promise<unknown> {
    if (typeof apply !== 'function') return Promise.reject(notAFunction(method, apply))
    return call(this.#address, new AgentRequest(method, apply), options)
  }

  /**
   * Ends the agent and waits until it is dead. Elixir's `Agent.stop/3`.
   *
   * @param reason the exit reason; default `'normal'`
   * @param timeout milliseconds to wait; default Infinity
   * @throws as `stop` of a server
   */
  stop(reason: ExitReason = 'normal', timeout: number = Number.POSITIVE_INFINITY): Promise<void> {
    return stop(this.#address, reason, timeout)
  }

  toString(): string {
    return `Agent(${this.#address})`
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

/** The request of an agent's method. It is a class, so that the isolation of messages leaves its function alone. */
class AgentRequest {
  /** The mark by which `is` recognizes a request. */
  readonly #own = true

  constructor(
    /** The name of the method, for errors. */
    readonly method: 'get' | 'update' | 'getAndUpdate' | 'cast',
    readonly apply: (state: never) => unknown,
  ) {}

  /** Tests a private field and not `instanceof`: the value can be of any kind, also a proxy that throws. */
  static is(request: unknown): request is AgentRequest {
    return typeof request === 'object' && request !== null && #own in request
  }

  toString(): string {
    return this.method
  }
}

/** @throws NOT_A_FUNCTION */
function checkFunction(method: string, value: unknown): void {
  if (typeof value !== 'function') throw notAFunction(method, value)
}

function notAFunction(method: string, value: unknown): Error {
  return kernelError('NOT_A_FUNCTION', { action: `${method} of an agent`, value })
}

/** The callbacks of all agents; the state is the value itself. */
const callbacks: Callbacks<unknown, () => unknown> = {
  init(make) {
    const state = make()
    return isThenable(state) ? state.then((late) => ({ state: late })) : { state }
  },

  handleCall(request, _from, state) {
    if (!AgentRequest.is(request)) return UNHANDLED as never
    const result = request.apply(state as never)
    return isThenable(result)
      ? result.then((late) => answered(request, state, late))
      : answered(request, state, result)
  },

  handleCast(request, state): Awaitable<HandlerResult<unknown>> {
    if (!AgentRequest.is(request)) return UNHANDLED as never
    const result = request.apply(state as never)
    return isThenable(result) ? result.then((late) => ({ state: late })) : { state: result }
  },
}

/** The callbacks, for an agent that keeps a `State`. */
function keeping<State>(): Callbacks<State, () => Awaitable<State>> {
  return callbacks as unknown as Callbacks<State, () => Awaitable<State>>
}

function answered({ method }: AgentRequest, state: unknown, result: unknown): CallResult<unknown> {
  if (method === 'get') return { reply: result, state }
  if (method === 'update') return { reply: undefined, state: result }
  if (isChange(result)) return { reply: result.reply, state: result.state }
  const problem = 'which is no object with a reply and a state'
  return { stop: badReturnOf(`the function of ${method}`, result, problem, '{ reply, state }'), state }
}

/** Whether a result is a reply with a state. A proxy that throws is not. */
function isChange(result: unknown): result is AgentChange<unknown, unknown> {
  try {
    return typeof result === 'object' && result !== null && 'reply' in result && 'state' in result
  } catch {
    return false
  }
}
