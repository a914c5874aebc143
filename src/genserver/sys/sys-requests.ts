/**
 * System requests: inspecting, suspending and resuming a running server. OTP's `sys`, both its functions and the server's side.
 *
 * The engine handles a system request between two messages, without a callback, also while the server is suspended.
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

/** The result of `getStatus`. */
export interface ServerStatus {
  readonly pid: Pid
  readonly mode: 'running' | 'suspended'
  /** The process whose EXIT stops the server: the one that started it with a link or a monitor, otherwise the server itself. */
  readonly parent: Pid
  /** The state as shaped by `formatStatus`. */
  readonly state: unknown
  /** The error that `formatStatus` threw, if any. The state is hidden then. */
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

/** The arguments of a change of code. */
export interface CodeChange {
  /** The new code, as a start takes it. */
  readonly to: unknown
  /** The version of the old code that the caller gave. */
  readonly told: { readonly oldVersion: unknown } | undefined
  /** OTP's `Extra`. */
  readonly extra: unknown
}

/** An answer in an envelope, so that the isolation of messages does not freeze a state that is only looked at. */
class Shown {
  /**
   * @param of the process whose state is shown. It may change the state after it has answered
   * @param elsewhere the answer for another kernel, where the state itself cannot be used
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

/** An answer that is an error, which the asking process throws. */
class Refusal {
  constructor(readonly error: Error) {}
}
portable(Refusal, { name: 'heartwood.Refusal' })

/** Whether a message is a system request, which the engine itself handles. */
export function isSystemCall(message: unknown): message is CallRequest & { readonly payload: SystemRequest } {
  return CallRequest.is(message) && SystemRequest.is(message.payload)
}

/** Whether a message is handled while the server is suspended. A change of settings is not: it waits as other messages do. */
function isOrder(message: unknown): boolean {
  return isSystemCall(message) && message.payload.operation !== 'configChange'
}

/** Answers a system request that does not suspend, resume or stop the server. */
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
  // Resuming a running server and suspending a suspended one change nothing.
  call.reply(undefined)
}

/** Runs a command on the debug functions of a server. A server without debug functions keeps no `Debugging`. */
function debugBy(command: DebugCommand, access: SystemAccess): unknown {
  const debugging = access.debugging() ?? new Debugging(access.pid)
  const answer = command(debugging)
  access.setDebugging(debugging.idle ? undefined : debugging)
  return answer
}

/** The status with a page of the state, as plain data, in place of the state. The place is checked, since any process may send it. */
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
 * Serves a suspended server until it is resumed or stopped. Only system requests and the parent's exit are taken from the mailbox;
 * all other messages stay there, in order.
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

/** Changes the code of a server. As in OTP the server must be suspended, so that the old code is not handling a message. */
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
 * Gets the state of a server, running or suspended. For a server in the class form it is the instance. For debugging and tests, not
 * for communication with a server. `showState` also shows the `#private` fields. OTP's `sys:get_state/1,2`.
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
 * Replaces the state of a server by the result of `change`, which runs inside the server. OTP's
 * `sys:replace_state/2,3`.
 *
 * @param timeout milliseconds; default 5,000
 * @returns the new state
 * @throws REPLACE_STATE_FAILED when `change` throws or returns an invalid state. For a server in the class form the state is an
 *   instance of its class, such as the old one with changed fields (`Object.assign(it, { … })`). The server goes on
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
 * Gets the status of a server. OTP's `sys:get_status/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 * @returns the status. For a server in another kernel its `state` is plain data, as `showState` returns it
 * @example
 * ```ts
 * const { mode } = await getStatus(counter) // 'running'
 * ```
 */
export async function getStatus(server: ServerRef, timeout?: number): Promise<ServerStatus> {
  return (await ask(server, new SystemRequest('getStatus'), timeout)) as ServerStatus
}

/** A place in a state and the number of entries wanted. See `pageOf`. */
export interface StatePart {
  readonly steps: readonly string[]
  readonly offset: number
  readonly limit: number
}

/** Gets the status with one page of the state in place of the state. The page is made inside the server; undefined if the place does not exist. */
export async function getStatusAt(
  server: ServerRef,
  place: StatePart,
  timeout?: number,
): Promise<ServerStatus & { readonly state: ValuePage | undefined }> {
  return (await ask(server, new SystemRequest('getStatus', place), timeout)) as never
}

/**
 * Gets the state of a server as crash reports and the observer show it: plain data, shaped by `formatStatus`, with `#private`
 * fields, without secrets, and limited in size. For debugging and tests.
 *
 * @param timeout milliseconds; default 5,000
 * @throws as `call` does; the error of `formatStatus`
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
 * Suspends a server: it leaves all messages in its mailbox until `resume`, so callers wait and may time out. It still answers
 * the functions of this module, `stop`, and its parent's exit. Suspending it again changes nothing. OTP's `sys:suspend/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 */
export async function suspend(server: ServerRef, timeout?: number): Promise<void> {
  await ask(server, new SystemRequest('suspend'), timeout)
}

/**
 * Resumes a suspended server. On a running server it changes nothing. OTP's `sys:resume/1,2`.
 *
 * @param timeout milliseconds; default 5,000
 */
export async function resume(server: ServerRef, timeout?: number): Promise<void> {
  await ask(server, new SystemRequest('resume'), timeout)
}

/** Runs `command` on the debug functions of a server, inside the server. The functions of `sys` are built on it. */
export function debug(server: ServerRef, command: DebugCommand, timeout?: number): Promise<never> {
  return ask(server, new SystemRequest('debug', command), timeout) as Promise<never>
}

/** @param use how long the current process uses a state that is shown: only at once, or also later */
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
