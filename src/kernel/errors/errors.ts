/**
 * Errors for callers. An error has a stable `code`, a message that says what happened, to whom, what was expected and what to do, and typed
 * `details`. Exit reasons are values and not such errors.
 */

import { printed, read } from '../show/index.js'

const BRAND = Symbol.for('heartwood.error')

/** The place of the documentation. The package contains it, so that it can be read where the program runs. */
export const DOCUMENTATION = 'heartwood/docs'

/**
 * The error table of a layer: from code to message template. `{name}` is replaced by the detail of that name, printed like any value: short
 * and without secrets. `{*name}` is replaced by a text of our own as it is, such as a list of problems. Values of user code in such a text
 * must be printed already.
 */
export type ErrorTable = Readonly<Record<string, string>>

/**
 * The base class of all errors of Heartwood.
 *
 * @example
 * ```ts
 * try {
 *   await call('nobody', 'ping')
 * } catch (error) {
 *   if (HeartwoodError.is(error, 'CALL_NOPROC')) console.log(error.details)
 * }
 * ```
 */
export class HeartwoodError extends Error {
  /** The stable name of the kind of error; `docs` says where it is explained. */
  readonly code: string
  /** The values in the message, and other data about the failure. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }

  /** The place in the documentation that explains the code, such as `'heartwood/docs/errors.md#CALL_TIMEOUT'`. */
  get docs(): string {
    return pageOfCode(this.code)
  }

  static {
    Object.defineProperty(HeartwoodError.prototype, 'name', {
      value: 'HeartwoodError',
      writable: true,
      configurable: true,
    })
    Object.defineProperty(HeartwoodError.prototype, BRAND, { value: true })
  }

  /** Whether `value` is a Heartwood error (with that code), also across two installed copies of the package. */
  static is(value: unknown, code?: string): value is HeartwoodError {
    if (typeof value !== 'object' || value === null || read(value, BRAND) !== true) return false
    return code === undefined || read(value, 'code') === code
  }
}

/** The place in the documentation that explains an error code. */
export function pageOfCode(code: string): string {
  return `${DOCUMENTATION}/errors.md#${code}`
}

/** Makes the function that makes the errors of one table: `raise('CODE', details)`. Details named in the template are printed. */
export function errorsOf<const T extends ErrorTable>(table: T) {
  return (code: keyof T & string, details: Record<string, unknown> = {}, options?: ErrorOptions) => {
    const template: string = table[code] ?? code
    const message = template.replace(/\{(\*?)(\w+)\}/g, (_, whole: string, key: string) => {
      const detail = details[key]
      return whole !== '' && typeof detail === 'string' ? detail : printed(detail)
    })
    return new HeartwoodError(code, message, details, options)
  }
}

export const KERNEL_ERRORS = {
  PROCESS_DEAD:
    'process {pid} is dead ({reason}): code that outlives its process cannot act. Let the code end; the restarted process does the work.',
  NAME_UNKNOWN: 'no process is registered as "{name}". Register it first, or send to a pid.',
  NAME_TAKEN: 'the name "{name}" already belongs to {owner}. Choose another name or unregister it first.',
  NAME_INVALID: 'a process name must be a non-empty string other than "undefined", but got {name}.',
  ALREADY_NAMED: 'process {pid} is already registered as "{name}"; a process has one name at most.',
  NOT_ALIVE: '{pid} is not a living process, so it cannot be {action}.',
  NOT_A_PID: '{action} takes a Pid, but got {value}.',
  NOT_LOCAL:
    '{action} takes a process of its own kernel, but {pid} belongs to {node}. Send a message to that node, or call a server there, instead.',
  NODE_NAME:
    'connected kernels must have different names: the other is "{name}", this one "{here}". Give each kernel its own `node`.',
  NO_CONNECTION: 'there is no connection to {node}: it was never made, or it broke.',
  NO_TRANSPORT:
    'this node, {here}, cannot be connected with {node}: it is not part of a network of nodes. Give the configuration a `node` with a name and a carrier.',
  NOT_THE_NODE:
    '{action}: {here} runs an isolated server and is not a node. It can send to, call, link and monitor other nodes through {node}; let a process there do this.',
  STARTS_NOTHING: '{node} starts no process for another kernel. List there what it may start.',
  NOT_CLONEABLE:
    'a message to another kernel contains a value that cannot be sent: {*path} is {what}. Send data, or {*advice}.',
  NOT_A_FUNCTION: '{action} takes a function, but got {value}. Give it the callback itself, not its result.',
  NOT_A_REFERENCE: '{action} takes a Reference, but got {value}.',
  BAD_DESTINATION:
    'a message goes to a Pid, a registered name, { name, node }, an alias, or a Ref or another object with a target, but the destination is {value}.',
  BAD_TIMEOUT: '{action} takes milliseconds from 0 to 4294967295, or Infinity, but got {value}.',
  BAD_TIME: '{action} takes milliseconds from 0, but got {value}.',
  BAD_PATTERN:
    'a receive pattern is a guard, a literal or an object of expected properties, but got {value}.',
  BAD_OPTION: '{action} does not know the option {option}: {value}. Expected {expected}.',
  BAD_INFO_ITEM: 'processInfo has no item "{item}". Known items: {known}.',
  NO_PROCESS:
    'linking to {pid} failed: there is no such process. Trap exits to be told by a message instead.',
  NOT_OWNABLE:
    'own() cannot close {value}: expected something with Symbol.asyncDispose, Symbol.dispose, destroy, terminate, close, kill, end, abort, disconnect, cancel, or a Node timer.',
  NOT_SHAREABLE:
    'shared() takes an object or a function that several workers use, but got {value}. A value needs no sharing: pass it as it is.',
  ALREADY_STARTED: 'a process is already started under the name "{name}": {pid}.',
  START_FAILED: 'process {name} did not start: {reason}',
  START_TIMEOUT: 'process {name} did not finish its init within {timeout} ms and was killed.',
  CALL_TIMEOUT: 'the call of {request} to {server} got no reply within {timeout} ms. {*why}',
  CALL_NOPROC:
    'the call of {request} failed: no process {server} is alive. Is it started, and under this name?{*copies}',
  CALL_SERVER_EXITED: 'the call of {request} failed: {server} exited before replying ({reason}).',
  CALL_SELF:
    'process {server} called itself ({request}) while handling a message, which would wait forever. Call the method directly, or cast. If another process makes this call, its code runs in a queue or pool that this process used last: wrap the queue or pool in shared(…).',
  CALL_CYCLE:
    'the call of {request} to {server} would wait for ever: its handlers wait for each other ({cycle}). Let one of them cast, reply later, or make its call in a process of its own.',
  MAILBOX_FULL:
    'the mailbox of {server} has no room for {request}: as many messages wait as its limit allows. Send less, or try again later.',
  MAILBOX_OVERFLOW:
    'the mailbox of {pid} overflowed its limit of {limit} messages, whose policy is to crash. Send less, handle faster, or choose another policy.',
  CALL_ABORTED: 'the call of {request} to {server} was aborted by its signal.',
  NOT_ISOLATED:
    'a message cannot be {what}: {path} fails with {reason}. The kernel isolates messages; send data that can be read, or an instance of a class, which passes as it is.',
  PROCESS_EXITED: 'process {pid} exited: {reason}',
} as const

export const kernelError = errorsOf(KERNEL_ERRORS)
