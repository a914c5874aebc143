import { currentProcess } from './context.js'
import { actor } from './current.js'
import { kernelError } from './errors.js'
import { ReplyMessage } from './message.js'
import { Pid, routeOf } from './pid.js'
import { CallRequest, callError } from './request.js'

/**
 * A request that is answered by a message: a `ReplyMessage` in its sender's mailbox, or the `DownMessage` of its monitor.
 * So the answer has its place in the order of all that comes from the server.
 */
export class SentRequest extends CallRequest {
  /** Its answer was taken out of the mailbox, or is not wanted any more. */
  over = false

  reply(value: unknown): void {
    // Nor does the left-over code of a dead process reach anybody.
    if (!this.active || currentProcess()?.alive === false) return
    this.detach()
    const { owner } = this
    owner?.deliver(new ReplyMessage(this, owner.kernel.isolate(value), undefined))
  }

  dropped(): void {
    if (!this.active) return
    this.detach()
    this.owner?.deliver(new ReplyMessage(this, undefined, this.failure('overload')))
  }

  /** Its answer is not wanted any more: one that comes later is dropped. */
  abandon(): void {
    this.over = true
    this.detach()
  }

  /** What a call would have been rejected with, for the reason of the `DownMessage`, or for an overload. */
  failure(reason: unknown): Error {
    const code = this.codeOf(reason)
    const { server, payload } = this
    return callError(code, server, payload, reason, code === 'CALL_SERVER_EXITED' ? reason : undefined)
  }

  private codeOf(reason: unknown) {
    if (reason === 'overload') return 'MAILBOX_FULL'
    return reason === 'noproc' ? 'CALL_NOPROC' : 'CALL_SERVER_EXITED'
  }
}

/**
 * Sends a request and goes on; the answer comes as a message. To no process, the answer is the `DownMessage` with the
 * reason `'noproc'`. The ground of `gen_server:send_request/2`.
 */
export function sendRequest(server: Pid | string, payload: unknown): SentRequest {
  const caller = actor()
  const { kernel } = caller
  if (!(server instanceof Pid) && typeof server !== 'string') {
    throw kernelError('NOT_A_PID', { action: 'sendRequest', value: server })
  }
  const target = typeof server === 'string' ? kernel.names.get(server) : routeOf(server)
  const object = typeof server === 'string' ? { name: server, node: kernel.node } : server
  const request = new SentRequest(caller, object, 'DOWN', kernel.isolate(payload), server)
  if (target?.alive !== true) {
    request.fired('noproc')
    return request
  }
  request.attach(target)
  if (!target.offer(request)) request.dropped()
  return request
}
