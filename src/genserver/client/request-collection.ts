import { isInstance, type Pid, type Reference, SentRequest } from '../../kernel/index.js'
import { genServerError } from '../errors.js'

/** The type-only key of a request's reply type. */
declare const REPLY: unique symbol

/** A request that was sent and not yet answered. Returned by `sendRequest`. Opaque. OTP's `gen_server:request_id()`. */
export interface RequestId<out Reply = unknown> extends Reference {
  readonly [REPLY]: Reply
}

/**
 * The requests of a collection that may still be answered, by their senders. A request that is over is removed when it is next
 * seen, once, so that taking n answers takes a time proportional to n.
 */
class OpenRequests {
  readonly #bySender = new Map<Pid | undefined, Set<SentRequest>>()
  readonly #onOver: (request: SentRequest) => void

  /** @param onOver called for a request that is found to be over because its answer was taken elsewhere */
  constructor(onOver: (request: SentRequest) => void) {
    this.#onOver = onOver
  }

  add(request: SentRequest): void {
    const known = this.#bySender.get(request.caller)
    if (known === undefined) this.#bySender.set(request.caller, new Set([request]))
    else known.add(request)
  }

  delete(request: SentRequest): void {
    this.#bySender.get(request.caller)?.delete(request)
  }

  clear(): void {
    this.#bySender.clear()
  }

  /** The first request whose sender fits; undefined if there is none. */
  first(wanted: (sender: Pid | undefined) => boolean = () => true): SentRequest | undefined {
    for (const [sender, requests] of this.#bySender) {
      if (!wanted(sender)) continue
      for (const request of requests) {
        if (!request.over) return request
        requests.delete(request)
        this.#onOver(request)
      }
      this.#bySender.delete(sender)
    }
    return undefined
  }
}

/** The key of a collection's open requests. */
export const OPEN: unique symbol = Symbol('heartwood.open-requests')

/**
 * A set of requests, each with a label. A process can wait for the first answer to any of them. OTP's
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
  /** @internal */
  readonly [OPEN] = new OpenRequests((request) => this.#labels.delete(request as unknown as RequestId))

  /**
   * The number of requests. A request that was answered or abandoned on its own, not through the collection, is removed
   * when the collection is next asked for an answer. OTP's `reqids_size/1`.
   */
  get size(): number {
    return this.#labels.size
  }

  /** Adds a request. OTP's `reqids_add/3`. @throws REQUEST_ADDED, REQUEST_INVALID */
  add(request: RequestId, label: Label): this {
    if (!isRequest(request)) throw genServerError('REQUEST_INVALID', { action: 'add', value: request })
    if (this.#labels.has(request)) {
      throw genServerError('REQUEST_ADDED', { request, label: this.#labels.get(request) })
    }
    this.#labels.set(request, label)
    this[OPEN].add(request as unknown as SentRequest)
    return this
  }

  has(request: RequestId): boolean {
    return this.#labels.has(request)
  }

  labelOf(request: RequestId): Label | undefined {
    return this.#labels.get(request)
  }

  delete(request: RequestId): boolean {
    if (isRequest(request)) this[OPEN].delete(request as unknown as SentRequest)
    return this.#labels.delete(request)
  }

  clear(): void {
    this[OPEN].clear()
    this.#labels.clear()
  }

  /** The requests and their labels, in the order they were added. OTP's `reqids_to_list/1`. */
  toList(): [request: RequestId, label: Label][] {
    return [...this.#labels]
  }
}

function isRequest(value: unknown): boolean {
  return isInstance(value, SentRequest)
}
