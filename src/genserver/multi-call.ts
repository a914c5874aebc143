/**
 * One request to many servers at once.
 */
import { HeartwoodError } from '../kernel/index.js'
import type { ServerRef } from './address.js'
import { type CallOptions, call, cast } from './client.js'

/** What came of a `multiCall`. */
export interface MultiCallResult {
  /** Who answered what, in the order of the servers. */
  readonly replies: readonly { readonly server: ServerRef; readonly reply: unknown }[]
  /** Who did not, and why, as `call` would have rejected. */
  readonly failed: readonly { readonly server: ServerRef; readonly error: HeartwoodError }[]
}

/**
 * Calls several servers at once and waits until each has answered or failed. The failure of one is no failure of the
 * others, nor of the whole. OTP's `gen_server:multi_call/2,3,4`, which calls one name on many nodes.
 *
 * @param options the time-out in milliseconds for each call (default 5,000; `Infinity` waits for ever), or options
 * @throws BAD_TIMEOUT, SERVER_REF_INVALID. Both reject.
 * @example
 * ```ts
 * const { replies, failed } = await multiCall(['cache_1', 'cache_2'], 'size', 1_000)
 * ```
 */
export async function multiCall(
  servers: Iterable<ServerRef>,
  request: unknown,
  options?: number | CallOptions,
): Promise<MultiCallResult> {
  const called = [...servers]
  const outcomes = await Promise.allSettled(called.map((server) => call(server, request, options)))
  const replies: { server: ServerRef; reply: unknown }[] = []
  const failed: { server: ServerRef; error: HeartwoodError }[] = []
  for (const [at, outcome] of outcomes.entries()) {
    const server = called[at] as ServerRef
    if (outcome.status === 'fulfilled') replies.push({ server, reply: outcome.value })
    else failed.push({ server, error: failureOf(outcome.reason) })
  }
  return { replies, failed }
}

/** A wrong use fails the whole, as it would any call. */
function failureOf(error: unknown): HeartwoodError {
  const misuse = HeartwoodError.is(error, 'BAD_TIMEOUT') || HeartwoodError.is(error, 'SERVER_REF_INVALID')
  if (!HeartwoodError.is(error) || misuse) throw error
  return error
}

/**
 * Casts the same request to several servers. Those that do not exist get nothing, and nobody hears of it. OTP's
 * `gen_server:abcast/2,3`.
 *
 * @throws SERVER_REF_INVALID
 * @example
 * ```ts
 * abcast(['cache_1', 'cache_2'], 'clear')
 * ```
 */
export function abcast(servers: Iterable<ServerRef>, request: unknown): void {
  for (const server of servers) cast(server, request)
}
