import { genServerError } from './errors.js'
import type { RequestId } from './response.js'

/**
 * Requests on their way, each with a label, so that the answer that comes first can be waited for. OTP's
 * `gen_server:request_id_collection()`, but changed in place.
 *
 * @example
 * ```ts
 * const requests = new RequestCollection<string>()
 * for (const name of ['a', 'b', 'c']) requests.add(sendRequest(name, 'size'), name)
 * while (requests.size > 0) {
 *   const answer = await receiveResponse(requests, 5_000)
 *   if (typeof answer === 'object' && 'reply' in answer) console.log(answer.label, answer.reply)
 * }
 * ```
 */
export class RequestCollection<Label = unknown> {
  readonly #labels = new Map<RequestId, Label>()

  /** How many requests are in it. OTP's `reqids_size/1`. */
  get size(): number {
    return this.#labels.size
  }

  /** Adds a request. OTP's `reqids_add/3`. @throws REQUEST_ADDED */
  add(request: RequestId, label: Label): this {
    if (this.#labels.has(request)) {
      throw genServerError('REQUEST_ADDED', { request, label: this.#labels.get(request) })
    }
    this.#labels.set(request, label)
    return this
  }

  has(request: RequestId): boolean {
    return this.#labels.has(request)
  }

  labelOf(request: RequestId): Label | undefined {
    return this.#labels.get(request)
  }

  delete(request: RequestId): boolean {
    return this.#labels.delete(request)
  }

  clear(): void {
    this.#labels.clear()
  }

  /** The requests and their labels, in the order they were added. OTP's `reqids_to_list/1`. */
  toList(): [request: RequestId, label: Label][] {
    return [...this.#labels]
  }
}
