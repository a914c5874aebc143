import { actor } from '../context/current-kernel.js'
import { droppedHere } from '../context/current-process.js'
import { quietFence } from '../context/dead-process-error.js'
import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import { handed } from '../signals/message-border.js'
import type { ExitReason } from '../terms/exit-reason.js'
import { Pid, routeOf } from '../terms/pid.js'
import { DownMessage, ReplyMessage } from '../terms/signal-messages.js'
import { CallRequest, callError } from './pending-call.js'

/**
 * A request that is answered by a message: a `ReplyMessage` in the mailbox of its sender, or the `DownMessage` of its monitor. So the
 * answer has its place in the order of everything that comes from the server.
 */
export class SentRequest extends CallRequest {
  /** Whether its answer was taken out of the mailbox, or is not wanted any more. */
  over = false

  override get answersByMessage(): boolean {
    return true
  }

  protected override answer(value: unknown): void {
    // Left-over code of a dead process reaches nobody.
    if (!this.active || droppedHere()) return
    this.#deliver(value, undefined)
  }

  override dropped(): void {
    if (this.active) this.#deliver(undefined, this.failure('overload'))
  }

  override noProcess(): void {
    this.unanswered('noproc')
  }

  override fired(reason: ExitReason): void {
    const { owner, server } = this
    const object = typeof server === 'string' ? { name: server, node: this.object.node } : server
    owner?.deliver(new DownMessage('DOWN', this, object, reason))
  }

  override abandoned(): void {
    const { owner } = this
    if (owner !== undefined) this.left(quietFence(owner))
  }

  /** Gives up the request: an answer that comes later is dropped. */
  abandon(): void {
    this.over = true
    if (this.active) this.left(callError('CALL_ABORTED', this.server, this.payload, 'timeout', undefined))
    this.detach()
  }

  /** Returns the error with which a call would have been rejected, for the reason of the `DownMessage` or for an overload. */
  failure(reason: unknown): Error {
    const code = this.codeOf(reason)
    const { server, payload } = this
    return callError(code, server, payload, reason, code === 'CALL_SERVER_EXITED' ? reason : undefined)
  }

  #deliver(value: unknown, error: Error | undefined): void {
    const { owner } = this
    const isolated = owner && handed(owner.kernel, value, this.target, owner, this.payload)
    this.detach()
    owner?.deliver(new ReplyMessage(this, isolated, error))
  }

  private codeOf(reason: unknown) {
    if (reason === 'overload') return 'MAILBOX_FULL'
    return reason === 'noproc' ? 'CALL_NOPROC' : 'CALL_SERVER_EXITED'
  }
}

/**
 * Sends a request without waiting; the answer comes as a message. If there is no such process, the answer is the `DownMessage` with the
 * reason `'noproc'`. The basis of OTP's `gen_server:send_request/2`.
 */
export function sendRequest(server: Pid | string, payload: unknown): SentRequest {
  const caller = actor()
  const { kernel } = caller
  if (!(server instanceof Pid) && typeof server !== 'string') {
    throw kernelError('NOT_A_PID', { action: 'sendRequest', value: server })
  }
  if (typeof server !== 'string') kernel.touches(server)
  const target = typeof server === 'string' ? kernel.names.get(server) : routeOf<Process>(server)
  // A request to no process is attached to its own sender, since it needs a target, and ends at once.
  const request = new SentRequest(caller, target ?? caller, handed(kernel, payload, caller, target), server)
  if (target?.alive === true) {
    if (target.bound === undefined) target.deliver(request)
    else target.bound.take(target, request, false)
    return request
  }
  request.detach()
  request.fired('noproc')
  return request
}
