/**
 * What the log hears of a server, as structure: the report of its crash, and the warning about a message that it
 * does not understand.
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

/** The callback that shapes what is shown. */
type Shaping = Pick<Callbacks<unknown>, 'formatStatus'>

/** A server as messages name it: `counter <0.12>`. */
export function describe(pid: Pid): string {
  const name = nameOf(pid)
  return name === undefined ? String(pid) : `${printed(name)} ${pid}`
}

/**
 * OTP's error report of a terminating server: for every end but `normal`, `shutdown` and `{ shutdown: x }`. The crash is told
 * by the report of its process, which has what is told here, too: this one is at level `info`.
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

/** A message without a handler is dropped, but not in silence (semantics G25). */
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

/** The status as `formatStatus` wants it shown; when that fails, the bare status with the failure beside it. */
export function statusOf(callbacks: Shaping, status: Status): Status & { formatError?: unknown } {
  if (callbacks.formatStatus === undefined) return status
  try {
    return callbacks.formatStatus(status)
  } catch (formatError) {
    // What it was to hide is not shown either.
    return {
      ...status,
      state: 'hidden: formatStatus failed',
      message: 'hidden: formatStatus failed',
      formatError,
    }
  }
}

/** What a message is about, without its envelope. */
export function messageOf(current: unknown): unknown {
  if (CallRequest.is(current)) return current.payload
  if (isCast(current)) return current.request
  if (current instanceof Continuation) return { continue: current.value }
  return current
}

function nameOf(pid: Pid): unknown {
  return processInfo(pid, 'registeredName') ?? processInfo(pid, 'label')
}
