/** What happened, in words: messages and reasons on one line. */
import { inspect } from 'node:util'
import { isCast, MethodCall } from '../../genserver/index.js'
import {
  CallRequest,
  DownMessage,
  ExitMessage,
  formatReason,
  Pid,
  ReplyMessage,
  TimeoutMessage,
} from '../../kernel/index.js'

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
  if (value instanceof Pid) return nameOf(value)
  if (value instanceof Error) return cut(`${value.name}: ${value.message}`)
  return cut(inspect(value, SHOWN))
}

/** A message as whoever sent it would write it: `call add(2)`, `cast reset()`, `'tick'`. */
export function messageText(message: unknown, nameOf: NameOf): string {
  if (message instanceof CallRequest) return `call ${requestText(message.payload, nameOf)}`
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
  if (request instanceof MethodCall) {
    return `${request.method}(${request.args.map((each) => shown(each, nameOf)).join(', ')})`
  }
  return isOrder(request) ? orderText(request, nameOf) : shown(request, nameOf)
}

/** What is asked of the engine of a server, or of a supervisor. */
interface Order {
  readonly operation: string
  readonly argument?: unknown
}

function isOrder(request: unknown): request is Order {
  const made = typeof request === 'object' && request !== null && request.constructor !== Object
  return made && 'operation' in request && typeof request.operation === 'string'
}

function orderText({ operation, argument }: Order, nameOf: NameOf): string {
  const named = typeof argument === 'object' && argument !== null && 'id' in argument ? argument.id : argument
  return named === undefined ? operation : `${operation} ${shown(named, nameOf)}`
}

function cut(text: string): string {
  const line = text.replaceAll('\n', '⏎')
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
