import { CallRequest, callError } from '../calls/pending-call.js'
import { droppedHere } from '../context/current-process.js'
import type { Process } from '../process/process.js'
import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import type { Connection } from './connection.js'
import type { CallFailure } from './signal.js'

/**
 * A call from another kernel, as its server has it. Its caller waits there, with a time-out and a signal. Here it is a monitor of the
 * server, and its answer is sent back at once, so that it keeps its place among the signals of the server.
 */
export class IncomingCall extends CallRequest {
  readonly #connection: Connection
  readonly #wireId: number

  constructor(
    connection: Connection,
    id: number,
    caller: Process | undefined,
    target: Process,
    payload: unknown,
    server: Pid | string,
  ) {
    super(caller, target, payload, server)
    this.#connection = connection
    this.#wireId = id
  }

  protected override answer(value: unknown): void {
    const { target } = this
    if (target === undefined || (!target.onStack && droppedHere())) return
    // A value that cannot be sent is the failure of the code that replies; the call continues and ends otherwise.
    this.#connection.reply(this.#wireId, value)
    this.detach()
  }

  override fired(reason: ExitReason): void {
    this.#fails('ended', reason)
  }

  override dropped(): void {
    if (this.active) this.#fails('overload', undefined)
  }

  override unsaid(error: unknown): void {
    if (this.active) this.#fails('refused', error)
  }

  override refuse(cycle: string): void {
    if (this.active) this.#fails('cycle', cycle)
  }

  /** Called when the caller does not wait for the answer any more. */
  override abandoned(): void {
    this.left(callError('CALL_ABORTED', this.server, this.payload, 'timeout', undefined))
  }

  #fails(why: CallFailure, reason: unknown): void {
    this.detach()
    this.#connection.callFails(this.#wireId, why, reason)
  }
}
