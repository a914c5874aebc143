/** What happened, in words: messages and reasons on one line. */
import { inspect, types } from 'node:util'
import { isCast, MethodCall } from '../../genserver/index.js'
import {
  CallRequest,
  DownMessage,
  ExitMessage,
  errorLine,
  formatReason,
  inherits,
  isError,
  jsonOf,
  keysOf,
  oneLine,
  Pid,
  ReplyMessage,
  read,
  snapshot,
  TimeoutMessage,
  withoutSecrets,
} from '../../kernel/index.js'

/** Objects with more keys are not handed to `inspect`, which prints them all. */
const MOST_KEYS = 50
const SHOWN = {
  depth: 1,
  breakLength: Number.POSITIVE_INFINITY,
  maxArrayLength: 5,
  maxStringLength: 60,
} as const
const LONGEST = 120

/** How processes are named in what is written. */
export type NameOf = (pid: Pid) => string

/** Any value on one short line. */
export function shown(value: unknown, nameOf: NameOf): string {
  if (inherits(value, Pid.prototype)) return nameOf(value as Pid)
  if (isError(value)) return cut(errorLine(value, LONGEST))
  return cut(inspected(value))
}

/** As Node shows it; what Node cannot show, or would show at any length, as data. */
function inspected(value: unknown): string {
  try {
    const small =
      typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Array.isArray(value)
    if (typeof value !== 'bigint' && (small || keysOf(value, 0).count <= MOST_KEYS))
      return withoutSecrets(inspect(value, SHOWN))
  } catch {
    // A trap, a getter or an `inspect` of its own threw.
  }
  return jsonOf(snapshot(value, { depth: 1, breadth: 5, length: 60, size: 20, privates: 0 }))
}

/** A message as whoever sent it would write it: `call add(2)`, `cast reset()`, `'tick'`. */
export function messageText(message: unknown, nameOf: NameOf): string {
  // None of the kernel's kinds is one, and its class cannot be asked for.
  if (types.isProxy(message)) return shown(message, nameOf)
  if (CallRequest.is(message)) return `call ${requestText(message.payload, nameOf)}`
  if (isCast(message)) return `cast ${requestText(message.request, nameOf)}`
  if (message instanceof ExitMessage) return `EXIT of ${nameOf(message.from)}: ${reasonText(message.reason)}`
  if (message instanceof DownMessage) {
    const { object } = message
    const who = object instanceof Pid ? nameOf(object) : object.name
    return `${shown(message.tag, nameOf).replaceAll("'", '')} of ${who}: ${reasonText(message.reason)}`
  }
  if (message instanceof ReplyMessage) return `reply ${shown(message.value, nameOf)}`
  if (message instanceof TimeoutMessage) return `timeout ${shown(message.message, nameOf)}`
  return shown(message, nameOf)
}

export function reasonText(reason: unknown): string {
  return cut(formatReason(reason))
}

function requestText(request: unknown, nameOf: NameOf): string {
  if (inherits(request, MethodCall.prototype)) {
    const { method, args } = request as MethodCall
    return `${method}(${args.map((each) => shown(each, nameOf)).join(', ')})`
  }
  return isOrder(request) ? orderText(request, nameOf) : shown(request, nameOf)
}

/** What is asked of the engine of a server, or of a supervisor. */
interface Order {
  readonly operation: string
  readonly argument?: unknown
}

function isOrder(request: unknown): request is Order {
  return typeof read(request, 'operation') === 'string' && read(request, 'constructor') !== Object
}

function orderText({ operation, argument }: Order, nameOf: NameOf): string {
  const named = read(argument, 'id') ?? argument
  return named === undefined ? operation : `${operation} ${shown(named, nameOf)}`
}

function cut(text: string): string {
  const line = oneLine(text.replaceAll('\n', '⏎'))
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
