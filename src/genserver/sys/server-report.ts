/**
 * The structured reports of a server to the log: the report of its crash, and the warning about a message that it does not
 * understand.
 */
import {
  CallRequest,
  type ExitReason,
  formatReason,
  isOrderly,
  type Kernel,
  type Pid,
  printed,
  processInfo,
} from '../../kernel/index.js'
import { Continuation, isCast } from '../messages/server-message.js'
import type { Callbacks, Status } from '../server/callbacks.js'

/** The callback that shapes the state and messages for reports. */
type Shaping = Pick<Callbacks<unknown>, 'formatStatus'>

/** The name of a server in texts: `counter <0.12>`. */
export function describe(pid: Pid): string {
  const name = nameOf(pid)
  return name === undefined ? String(pid) : `${printed(name)} ${pid}`
}

/**
 * Reports the end of a server, unless its reason is `normal`, `shutdown` or `{ shutdown: x }`. OTP's error report of a terminating
 * server. Its level is `info`, since the crash report of the process, which contains the same data, has the level of an error.
 */
export function reportTermination(
  kernel: Kernel,
  pid: Pid,
  callbacks: Shaping,
  state: unknown,
  current: unknown,
  reason: ExitReason,
): void {
  if (isOrderly(reason)) return
  const isHeard = kernel.hears('info', 'server')
  if (!isHeard && !kernel.hears('error', 'crash')) return
  const status = statusOf(callbacks, { state, message: messageOf(current), reason })
  const details = {
    lastMessage: status.message,
    state: status.state,
    client: CallRequest.is(current) ? current.caller : undefined,
    ...(status.formatError === undefined ? undefined : { formatError: status.formatError }),
  }
  kernel.incidents.say(pid, details)
  if (!isHeard) return
  const via = processInfo(pid, 'via')
  kernel.report({
    level: 'info',
    kind: 'server',
    message: `server ${describe(pid)} terminating: ${formatReason(status.reason)}`,
    pid,
    name: processInfo(pid, 'registeredName'),
    label: processInfo(pid, 'label'),
    ...(via === undefined ? undefined : { via: printed(via) }),
    reason: status.reason,
    incident: kernel.incidents.of(pid, reason),
    ...details,
  })
}

/** Reports a message that has no handler. It is dropped, but not silently (semantics G25). */
export function reportUnexpected(kernel: Kernel, pid: Pid, message: unknown): void {
  kernel.report({
    level: 'warn',
    kind: 'server',
    message: `server ${describe(pid)} got a message it has no handler for: ${printed(message)}. Add handleInfo to take it.`,
    pid,
    name: processInfo(pid, 'registeredName'),
    lastMessage: message,
  })
}

/** The status as shaped by `formatStatus`. If that throws, the unshaped status with the error beside it. */
export function statusOf(callbacks: Shaping, status: Status): Status & { formatError?: unknown } {
  if (callbacks.formatStatus === undefined) return status
  try {
    return callbacks.formatStatus(status)
  } catch (formatError) {
    // The parts that `formatStatus` should have hidden are not shown either.
    return {
      ...status,
      state: 'hidden: formatStatus failed',
      message: 'hidden: formatStatus failed',
      formatError,
    }
  }
}

/** The content of a message, without its envelope. */
export function messageOf(current: unknown): unknown {
  if (CallRequest.is(current)) return current.payload
  if (isCast(current)) return current.request
  if (current instanceof Continuation) return { continue: current.value }
  return current
}

function nameOf(pid: Pid): unknown {
  return processInfo(pid, 'registeredName') ?? processInfo(pid, 'label')
}
