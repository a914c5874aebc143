/**
 * Requests that are answered by a message. They are sent now and waited for later, one or many at a time. A server that must
 * not block in a call sends a request and receives the answer among its other messages.
 */
import {
  checkKnown,
  currentKernel,
  DownMessage,
  type HeartwoodError,
  isInstance,
  noteWaitForAnswer,
  ReplyMessage,
  receive,
  receiveRef,
  SentRequest,
  self,
  sendRequest as sendTo,
  takeNow,
} from '../../kernel/index.js'
import { genServerError } from '../errors.js'
import { OPEN, RequestCollection, type RequestId } from './request-collection.js'
import { addressOf, type ServerRef } from './server-address.js'

/** The answer to a request: a reply, or the error that a call would have rejected with. */
export type Response<Reply = unknown> =
  | { readonly reply: Reply; readonly error?: never }
  | { readonly error: HeartwoodError; readonly reply?: never }

/** The answer to a request of a collection. */
export type LabelledResponse<Label> = Response & { readonly label: Label; readonly request: RequestId }

/** The options of waiting for an answer. */
export interface ResponseOptions {
  /** Milliseconds to wait, or `Infinity`, the default. */
  readonly timeout?: number
  /** True if `timeout` is a time on the kernel's clock (`currentKernel().now()`) instead of a duration. Default false. */
  readonly abs?: boolean
  /** Whether an answered request is removed from its collection. Default true. */
  readonly delete?: boolean
}

/**
 * Sends a request and does not wait. The answer arrives as a message, in order with all other messages of the server. It is
 * received with `receiveResponse` or `waitResponse`, or in a server's `handleInfo` with `checkResponse`. OTP's
 * `gen_server:send_request/2,4`.
 *
 * It does not fail if there is no such server; the answer will be the error. With a `collection`, the request is added there
 * under its `label`.
 *
 * @throws SERVER_REF_INVALID, NODE_UNKNOWN, PROCESS_DEAD
 * @example
 * ```ts
 * const request = sendRequest('counter', { add: 2 })
 * // something else
 * const answer = await receiveResponse(request, 1_000)
 * ```
 */
export function sendRequest(server: ServerRef, request: unknown): RequestId
export function sendRequest<Label>(
  server: ServerRef,
  request: unknown,
  label: Label,
  collection: RequestCollection<Label>,
): RequestId
export function sendRequest(
  server: ServerRef,
  request: unknown,
  label?: unknown,
  collection?: RequestCollection<unknown>,
): RequestId {
  if (collection !== undefined && !isInstance(collection, RequestCollection))
    throw genServerError('REQUEST_INVALID', { action: 'sendRequest', value: collection })
  const sent = sendTo(addressOf(server, 'sendRequest'), request) as unknown as RequestId
  collection?.add(sent, label)
  return sent
}

/**
 * Waits for the answer to a request, or to any request of a collection, and takes it out of the mailbox. After a timeout the
 * requests are **abandoned**: an answer that arrives later is dropped. OTP's `gen_server:receive_response/1,2,3`.
 *
 * @param options milliseconds, or options
 * @returns the answer; `'timeout'`; for a collection without requests `'no_request'`
 * @throws REQUEST_OVER, REQUEST_NOT_YOURS, REQUEST_INVALID, BAD_TIMEOUT. All of them reject.
 * @example
 * ```ts
 * const answer = await receiveResponse(request, 1_000)
 * if (answer !== 'timeout' && answer.error === undefined) console.log(answer.reply)
 * ```
 */
export function receiveResponse<Reply>(
  request: RequestId<Reply>,
  options?: number | ResponseOptions,
): Promise<Response<Reply> | 'timeout'>
export function receiveResponse<Label>(
  requests: RequestCollection<Label>,
  options?: number | ResponseOptions,
): Promise<LabelledResponse<Label> | 'timeout' | 'no_request'>
export async function receiveResponse(
  awaited: Awaited,
  options?: number | ResponseOptions,
): Promise<unknown> {
  const answer = await waitFor(awaited, options, 'receiveResponse')
  if (answer !== 'timeout') return answer
  for (const request of requestsOf(awaited)) request.abandon()
  if (awaited instanceof RequestCollection) awaited.clear()
  return answer
}

/**
 * As `receiveResponse`, but after a timeout the requests stay open and can be waited for again. OTP's
 * `gen_server:wait_response/1,2,3`.
 *
 * @param options milliseconds, or options
 * @returns the answer; `'timeout'`; for a collection without requests `'no_request'`
 * @throws REQUEST_OVER, REQUEST_NOT_YOURS, REQUEST_INVALID, BAD_TIMEOUT. All of them reject.
 * @example
 * ```ts
 * while ((await waitResponse(request, 1_000)) === 'timeout') console.log('still waiting')
 * ```
 */
export function waitResponse<Reply>(
  request: RequestId<Reply>,
  options?: number | ResponseOptions,
): Promise<Response<Reply> | 'timeout'>
export function waitResponse<Label>(
  requests: RequestCollection<Label>,
  options?: number | ResponseOptions,
): Promise<LabelledResponse<Label> | 'timeout' | 'no_request'>
export async function waitResponse(awaited: Awaited, options?: number | ResponseOptions): Promise<unknown> {
  return waitFor(awaited, options, 'waitResponse')
}

/**
 * Checks whether a received message is the answer to a request, or to a request of a collection. Used in `handleInfo`, where
 * a server must not wait. OTP's `gen_server:check_response/2,3`.
 *
 * @returns the answer; `'no_reply'` when it is another message; for a collection without requests `'no_request'`
 * @throws REQUEST_INVALID
 * @example
 * ```ts
 * handleInfo(message, state) {
 *   const answer = checkResponse(message, state.request)
 *   return answer === 'no_reply' ? { state } : { state: { ...state, answer } }
 * }
 * ```
 */
export function checkResponse<Reply>(
  message: unknown,
  request: RequestId<Reply>,
): Response<Reply> | 'no_reply'
export function checkResponse<Label>(
  message: unknown,
  requests: RequestCollection<Label>,
  options?: Pick<ResponseOptions, 'delete'>,
): LabelledResponse<Label> | 'no_reply' | 'no_request'
export function checkResponse(
  message: unknown,
  awaited: Awaited,
  options?: Pick<ResponseOptions, 'delete'>,
): unknown {
  checkAwaited(awaited, 'checkResponse')
  checkKnown('checkResponse', options, ['delete'])
  if (isEmpty(awaited)) return 'no_request'
  return isAnswerTo(awaited)(message) ? taken(message, awaited, options?.delete) : 'no_reply'
}

type Awaited = RequestId | RequestCollection<unknown>
type Answer = ReplyMessage | DownMessage

/** The options of waiting, read from `ResponseOptions` or from a timeout alone. */
interface Waiting {
  readonly timeout?: number | undefined
  readonly abs?: boolean
  readonly delete?: boolean
}

async function waitFor(
  awaited: Awaited,
  options: number | ResponseOptions | undefined,
  action: string,
): Promise<unknown> {
  checkAwaited(awaited, action)
  checkMine(awaited)
  if (isEmpty(awaited)) return 'no_request'
  const given: Waiting = typeof options === 'object' ? options : { timeout: options }
  checkKnown(action, given, ['timeout', 'abs', 'delete'])
  const isAnswer = isAnswerTo(awaited)
  const timeout = timeoutOf(given)
  const wait = isFew(awaited) ? noteWaitForAnswer(() => requestsOf(awaited), timeout) : undefined
  let answer: Answer | undefined
  try {
    // An answer that arrived at the moment when the time was up still counts.
    answer = (await received(awaited, isAnswer, timeout)) ?? takeNow(isAnswer)
  } finally {
    wait?.over()
  }
  return answer === undefined ? 'timeout' : taken(answer, awaited, given.delete)
}

function received(
  awaited: Awaited,
  isAnswer: (message: unknown) => message is Answer,
  timeout: number,
): Promise<Answer | undefined> {
  if (awaited instanceof RequestCollection) return receive(isAnswer, { timeout })
  const clause = { matches: isAnswer, handle: (answer: Answer) => answer }
  return receiveRef(awaited as unknown as SentRequest, clause, { timeout })
}

function timeoutOf({ timeout = Number.POSITIVE_INFINITY, abs }: Waiting): number {
  if (abs !== true || typeof timeout !== 'number') return timeout
  return Math.max(0, timeout - currentKernel().now())
}

function isAnswerTo(awaited: Awaited): (message: unknown) => message is Answer {
  return (message): message is Answer => {
    if (!isInstance(message, ReplyMessage) && !isInstance(message, DownMessage)) return false
    const ref = message.ref as RequestId
    return awaited instanceof RequestCollection ? awaited.has(ref) : awaited === ref
  }
}

/** Makes the answer that the receiver gets, and marks the request as over. */
function taken(message: Answer, awaited: Awaited, deletes = true): unknown {
  const request = message.ref as SentRequest
  request.over = true
  const response = responseOf(message, request)
  if (!(awaited instanceof RequestCollection)) return response
  const id = request as unknown as RequestId
  const label = awaited.labelOf(id)
  if (deletes) awaited.delete(id)
  else awaited[OPEN].delete(request)
  return { ...response, label, request: id }
}

function responseOf(message: Answer, request: SentRequest): Response {
  if (message instanceof DownMessage) return { error: request.failure(message.reason) as HeartwoodError }
  if (message.error !== undefined) return { error: message.error as HeartwoodError }
  return { reply: message.value }
}

/** The requests that are still to be answered. */
function requestsOf(awaited: Awaited): SentRequest[] {
  if (!(awaited instanceof RequestCollection)) return [awaited as unknown as SentRequest]
  return awaited
    .toList()
    .map(([request]) => request as unknown as SentRequest)
    .filter(({ over }) => !over)
}

/** Whether so few are waited for that a circle is looked for through each: that is done at every wait. */
function isFew(awaited: Awaited): boolean {
  return !(awaited instanceof RequestCollection) || awaited.size <= 16
}

function isEmpty(awaited: Awaited): boolean {
  return awaited instanceof RequestCollection && awaited[OPEN].first() === undefined
}

function checkAwaited(awaited: unknown, action: string): void {
  if (isInstance(awaited, RequestCollection) || isInstance(awaited, SentRequest)) return
  throw genServerError('REQUEST_INVALID', { action, value: awaited })
}

function checkMine(awaited: Awaited): void {
  const isOne = !(awaited instanceof RequestCollection)
  const request = isOne
    ? (awaited as unknown as SentRequest)
    : awaited[OPEN].first((sender) => sender !== self())
  if (isOne && request?.over === true) throw genServerError('REQUEST_OVER', { request })
  if (request === undefined || request.caller === self()) return
  throw genServerError('REQUEST_NOT_YOURS', { request, sender: request.caller, pid: self() })
}
