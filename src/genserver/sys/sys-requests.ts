/**
 * Looking into a running server and holding it still: OTP's `sys`, both its functions and the server's answers.
 *
 * A system request is handled between messages, by the engine and not by a callback, also while suspended.
 */
import {
  CallRequest,
  checkFunction,
  currentKernel,
  ExitMessage,
  type ExitReason,
  formatReason,
  isFollowed,
  isThenable,
  type Pid,
  pageOf,
  portable,
  read,
  reasonOf,
  receive,
  self,
  snapshot,
  type ValuePage,
} from '../../kernel/index.js'
import { addressOf, type ServerRef } from '../client/server-address.js'
import { genServerError } from '../errors.js'
import { SystemRequest } from '../messages/server-message.js'
import { type DebugCommand, Debugging } from './debug-events.js'
import { describe } from './server-report.js'

/** What `getStatus` tells. */
export interface ServerStatus {
  readonly pid: Pid
  readonly mode: 'running' | 'suspended'
  /** The process whose EXIT is an order to stop: who started it with a link or a monitor, else the server itself. */
  readonly parent: Pid
  /** The state, as `formatStatus` shapes it. */
  readonly state: unknown
  /** What `formatStatus` threw, if it did; the state is hidden then. */
  readonly formatError?: unknown
}

/** The parts of an engine that system requests read and change. */
export interface SystemAccess extends Pick<ServerStatus, 'pid' | 'parent' | 'mode'> {
  getState(): unknown
  /** Replaces the state. Throws if the new state is invalid. */
  setState(state: unknown): void
  /** The state in the form of `formatStatus`. */
  status(): Pick<ServerStatus, 'state' | 'formatError'>
  /** The pending events of a state machine; other servers have none. */
  pending?(): unknown
  /** The debug functions; `undefined` if there are none. */
  debugging(): Debugging | undefined
  setDebugging(debugging: Debugging | undefined): void
  /** Replaces the code. Rejects if the server keeps its old code. */
  changeCode(change: CodeChange): Promise<void>
}

/** The code that a server is to go on with. */
export interface CodeChange {
  /** What it would be started from. */
  readonly to: unknown
  /** The version of the old code, as whoever changes it has it. */
  readonly told: { readonly oldVersion: unknown } | undefined
  /** OTP's `Extra`. */
  readonly extra: unknown
}

/** An answer in an envelope: a state that is looked at must not be frozen by the isolation of messages. */
class Shown {
  /**
   * @param of whose state it is, or is part of: the server may change it when it has answered
   * @param elsewhere what of it is shown in another kernel, where a state is not what it is here
   */
  constructor(
    readonly value: unknown,
    readonly of?: Pid,
    readonly elsewhere: () => unknown = () => snapshot(value),
  ) {}
}
portable(Shown, {
  name: 'heartwood.Shown',
  fields: ({ elsewhere }) => [elsewhere()],
  make: ([value]: [unknown]) => new Shown(value),
})

/** An answer that the asking side throws. */
class Refusal {
  constructor(readonly error: Error) {}
}
portable(Refusal, { name: 'heartwood.Refusal' })

/** Whether a message is for the engine itself. */
export function isSystemCall(message: unknown): message is CallRequest & { readonly payload: SystemRequest } {
  return CallRequest.is(message) && SystemRequest.is(message.payload)
}

/** A change of settings is handled as a message is, and waits as one. */
function isOrder(message: unknown): boolean {
  return isSystemCall(message) && message.payload.operation !== 'configChange'
}

/** Answers a request that does not change the course of the loop. */
export function answerSystem(call: CallRequest, access: SystemAccess): void | PromiseLike<void> {
  const { operation, argument } = call.payload as SystemRequest
  if (operation === 'getState') return call.reply(new Shown(access.getState(), self()))
  if (operation === 'getStatus') {
    const { pid, parent, mode } = access
    const status: ServerStatus = { ...access.status(), pid, parent, mode }
    if (argument !== undefined) {
      const shown = statusAt(status, argument)
      return call.reply(new Shown(shown, undefined, () => shown))
    }
    return call.reply(new Shown(status, self(), () => ({ ...status, state: snapshot(status.state) })))
  }
  if (operation === 'getPending') return call.reply(new Shown(access.pending?.(), self()))
  if (operation === 'replaceState') return replace(call, argument as (state: unknown) => unknown, access)
  if (operation === 'changeCode') return change(call, argument as CodeChange, access)
  if (operation === 'debug') return call.reply(new Shown(debugBy(argument as DebugCommand, access)))
  // To resume a running server, or to suspend a suspended one, changes nothing.
  call.reply(undefined)
}

/** Runs a command on the debug functions of a server. A server without debug functions keeps no `Debugging`. */
function debugBy(command: DebugCommand, access: SystemAccess): unknown {
  const debugging = access.debugging() ?? new Debugging(access.pid)
  const answer = command(debugging)
  access.setDebugging(debugging.idle ? undefined : debugging)
  return answer
}

/** The status with a page of the state in its stead, which is plain data wherever it is asked from. Anybody may have asked. */
function statusAt(status: ServerStatus, place: unknown): ServerStatus {
  const steps = read(place, 'steps')
  const page = pageOf(
    status.state,
    Array.isArray(steps) ? steps.slice(0, MOST_STEPS).map(String) : [],
    countIn(read(place, 'offset'), Number.MAX_SAFE_INTEGER),
    countIn(read(place, 'limit'), MOST_ENTRIES),
  )
  return { ...status, state: page }
}

const MOST_STEPS = 50
const MOST_ENTRIES = 500

function countIn(value: unknown, most: number): number {
  return typeof value === 'number' && value >= 0 ? Math.min(most, Math.trunc(value)) : 0
}

/**
 * Serves a suspended server until it is to go on, or to stop. Only orders are taken from the mailbox; everything else
 * stays there, in its place.
 *
 * @returns the reason to stop with, or undefined to go on
 */
export async function holdStill(
  access: SystemAccess,
): Promise<{ readonly terminate: ExitReason } | undefined> {
  const isParentExit = (message: unknown): boolean =>
    message instanceof ExitMessage && message.from === access.parent
  for (;;) {
    const order = await receive((message: unknown) => isOrder(message) || isParentExit(message))
    if (!isSystemCall(order)) return { terminate: (order as ExitMessage).reason }
    const { operation, argument } = order.payload
    if (operation === 'terminate') return { terminate: argument }
    if (operation === 'resume') {
      order.reply(undefined)
      return undefined
    }
    await answerSystem(order, access)
  }
}

function replace(
  call: CallRequest,
  change: (state: unknown) => unknown,
  access: SystemAccess,
): void | PromiseLike<void> {
  const replaced = (state: unknown): void => {
    access.setState(state)
    call.reply(new Shown(state, self()))
  }
  const failed = (thrown: unknown): void => {
    const reason = reasonOf(thrown)
    const details = { server: describe(access.pid), reason: formatReason(reason) }
    call.reply(new Refusal(genServerError('REPLACE_STATE_FAILED', details, { cause: reason })))
  }
  try {
    const state = change(access.getState())
    return isThenable(state) ? Promise.resolve(state).then(replaced).catch(failed) : replaced(state)
  } catch (thrown) {
    return failed(thrown)
  }
}

/** As in OTP only while it is suspended: the old code must not be about to handle something. */
function change(call: CallRequest, given: CodeChange, access: SystemAccess): void | PromiseLike<void> {
  const server = describe(access.pid)
  if (access.mode !== 'suspended')
    return call.reply(new Refusal(genServerError('CODE_CHANGE_RUNNING', { server })))
  const failed = (thrown: unknown): void => {
    const reason = reasonOf(thrown)
    const details = { server, reason: formatReason(reason) }
    call.reply(new Refusal(genServerError('CODE_CHANGE_FAILED', details, { cause: reason })))
  }
  return access.changeCode(given).then(() => call.reply(undefined), failed)
}

/**
 * The state of a server, running or suspended; of a class-form server, its instance. For debugging and tests, not for
 * talking to a server. `showState` tells what is in its `#private` fields. OTP's `sys:get_state/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 * @throws as `call` does
 * @example
 * ```ts
 * expect(await getState(counter)).toBe(3)
 * ```
 */
export function getState(server: ServerRef, timeout?: number): Promise<unknown> {
  return ask(server, new SystemRequest('getState'), timeout)
}

/**
 * Replaces the state of a server by what `change` makes of it; `change` runs inside the server. OTP's
 * `sys:replace_state/2,3`.
 *
 * @param timeout milliseconds; default 5,000
 * @returns the new state
 * @throws REPLACE_STATE_FAILED when `change` throws, or gives what cannot be the state: of a class-form server that is an
 *   instance of its class, such as the one it has with other fields (`Object.assign(it, { … })`). The server goes on
 * @example
 * ```ts
 * await replaceState(counter, (count) => Number(count) + 1)
 * ```
 */
export async function replaceState(
  server: ServerRef,
  change: (state: never) => unknown,
  timeout?: number,
): Promise<unknown> {
  checkFunction(change, 'replaceState')
  return ask(server, new SystemRequest('replaceState', change), timeout)
}

/**
 * What a server is at the moment. OTP's `sys:get_status/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 * @returns of a server in another kernel its `state` as plain data, as `showState` gives it
 * @example
 * ```ts
 * const { mode } = await getStatus(counter) // 'running'
 * ```
 */
export async function getStatus(server: ServerRef, timeout?: number): Promise<ServerStatus> {
  return (await ask(server, new SystemRequest('getStatus'), timeout)) as ServerStatus
}

/** A place in a state, and how much of it is wanted: see `pageOf`. */
export interface StatePart {
  readonly steps: readonly string[]
  readonly offset: number
  readonly limit: number
}

/** The same with one page of the state in its stead, made where the server is: undefined where nothing stands there. */
export async function getStatusAt(
  server: ServerRef,
  place: StatePart,
  timeout?: number,
): Promise<ServerStatus & { readonly state: ValuePage | undefined }> {
  return (await ask(server, new SystemRequest('getStatus', place), timeout)) as never
}

/**
 * The state of a server as crash reports and the observer show it: plain data, shaped by `formatStatus`, with its
 * `#private` fields, without secrets, and capped. For debugging and tests.
 *
 * @param timeout milliseconds; default 5,000
 * @throws as `call` does; what `formatStatus` throws
 * @example
 * ```ts
 * expect(await showState(counter)).toEqual({ '#count': 3 })
 * ```
 */
export async function showState(server: ServerRef, timeout?: number): Promise<unknown> {
  const status = ask(server, new SystemRequest('getStatus'), timeout, 'state')
  const { state, formatError } = (await status) as ServerStatus
  if (formatError !== undefined) throw formatError
  return snapshot(state)
}

/**
 * Makes a server leave all messages in its mailbox until `resume`; callers wait and may time out. It still answers
 * the functions of this module, `stop`, and its parent's exit. Twice is once. OTP's `sys:suspend/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 */
export async function suspend(server: ServerRef, timeout?: number): Promise<void> {
  await ask(server, new SystemRequest('suspend'), timeout)
}

/**
 * Lets a suspended server go on with its mailbox; harmless when it is running. OTP's `sys:resume/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 */
export async function resume(server: ServerRef, timeout?: number): Promise<void> {
  await ask(server, new SystemRequest('resume'), timeout)
}

/** Has `command` act on the debug functions of a server, inside it. What the functions of `sys` are made of. */
export function debug(server: ServerRef, command: DebugCommand, timeout?: number): Promise<never> {
  return ask(server, new SystemRequest('debug', command), timeout) as Promise<never>
}

/** @param use of a state that is shown: only at once, or whenever the current process likes */
export async function ask(
  server: ServerRef,
  request: SystemRequest,
  timeout = 5_000,
  use: 'state' | 'state lent' = 'state lent',
): Promise<unknown> {
  const address = addressOf(server, request.operation)
  const answer = await currentKernel().request(address, request, { timeout, control: true })
  if (answer instanceof Refusal) throw answer.error
  if (!(answer instanceof Shown)) return answer
  // Whoever awaits it would wait for it.
  if (isFollowed(answer.value)) {
    throw genServerError('STATE_IS_PROMISE', {
      operation: request.operation,
      server: address,
      value: answer.value,
    })
  }
  const { value, of } = answer
  if (of !== undefined && typeof value === 'object' && value !== null) currentKernel().touches(of, use)
  return value
}
