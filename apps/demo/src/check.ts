import { withoutAddresses } from './address.js'
import type { ResolverAnswers } from './resolver.js'
import type { Target } from './target.js'

/** What one check found. */
export interface CheckResult {
  readonly target: string
  /** When the check began, in epoch milliseconds. */
  readonly at: number
  readonly up: boolean
  /** Milliseconds until the answer's head arrived, or until the check was given up. */
  readonly latency: number
  /** The HTTP status, when there was an answer. */
  readonly status?: number
  /** Why the target counts as down, in words. */
  readonly reason?: string
}

/** A check that came to nothing, through no fault of the target's. */
export interface OwnFault {
  readonly target: string
  readonly at: number
  /** What Pulse or its machine is short of, in words. */
  readonly fault: string
}

/** Where a check takes its time and its network from. */
export interface CheckTools {
  readonly fetch: typeof fetch
  /** Monotonic milliseconds. */
  now(): number
  /** Epoch milliseconds. */
  wallTime(): number
  readonly resolverAnswers: ResolverAnswers
}

/** The reason with which the signal given to {@link check} is aborted when the target took too long. */
export class CheckTimeout extends Error {
  override readonly name = 'CheckTimeout'
  constructor(readonly timeout: number) {
    super(`no answer within ${timeout} ms`)
  }
}

/** So much of a body is searched for the expected text; a longer one is cut off here. */
const BODY_LIMIT = 1_048_576

/**
 * Makes one HTTP request and judges the answer. Never rejects: whatever goes wrong is the target's result, but for what
 * Pulse and its machine are short of.
 *
 * @param signal aborts the request; aborted with a {@link CheckTimeout} the target is reported as too slow
 */
export async function check(
  target: Target,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<CheckResult | OwnFault> {
  const at = tools.wallTime()
  const started = tools.now()
  let latency: number | undefined
  let status: number | undefined
  try {
    const response = await tools.fetch(target.address.reveal(), {
      signal,
      // A target that should answer 301 must not be followed to where it leads.
      redirect: target.status >= 300 && target.status < 400 ? 'manual' : 'follow',
      headers: {
        'user-agent': 'Pulse/0.1 (uptime monitor)',
        accept: '*/*',
        // Where a redirect leads to another host, fetch leaves this header out.
        ...(target.authorization && { authorization: target.authorization.reveal() }),
      },
    })
    latency = tools.now() - started
    status = response.status
    const reason = await judge(response, target)
    return { target: target.name, at, up: reason === undefined, latency, status, ...(reason && { reason }) }
  } catch (error) {
    const fault = signal.aborted ? undefined : await ownFault(error, tools)
    if (fault !== undefined) return { target: target.name, at, fault }
    return {
      target: target.name,
      at,
      up: false,
      latency: latency ?? tools.now() - started,
      ...(status !== undefined && { status }),
      reason: failureReason(error, signal),
    }
  }
}

async function judge(response: Response, target: Target): Promise<string | undefined> {
  if (response.status !== target.status) {
    await response.body?.cancel()
    return `answered ${response.status}, expected ${target.status}`
  }
  if (target.body === undefined) {
    await response.body?.cancel()
    return undefined
  }
  return (await contains(response.body, target.body)) ? undefined : `body does not contain "${target.body}"`
}

/** Searches a body piece by piece, and lets the rest of it go as soon as the text was found. */
async function contains(body: ReadableStream<Uint8Array> | null, text: string): Promise<boolean> {
  if (body === null) return false
  const decoder = new TextDecoder()
  let seen = ''
  let length = 0
  // Leaving the loop early cancels the body.
  for await (const chunk of body) {
    length += chunk.byteLength
    // Only the end of what was searched can be the beginning of the text.
    seen = seen.slice(-text.length) + decoder.decode(chunk, { stream: true })
    if (seen.includes(text)) return true
    if (length >= BODY_LIMIT) return false
  }
  return (seen + decoder.decode()).includes(text)
}

/** What keeps any check from being made, whoever it is of. */
const OWN_FAULTS: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  ENOMEM: 'no memory is left',
  ENOBUFS: 'no memory is left for the network',
  EADDRNOTAVAIL: 'no port is left to connect from',
  ENETDOWN: 'the network of this machine is down',
  EAI_MEMORY: 'no memory is left to look names up',
  EAI_SYSTEM: 'names cannot be looked up',
}

/** With several addresses all of them have to fail for a reason of our own. */
async function ownFault(error: unknown, { resolverAnswers }: CheckTools): Promise<string | undefined> {
  const codes = causesOf(error).map(codeOf)
  const [code = ''] = codes
  if (code === 'EAI_AGAIN') return (await resolverAnswers()) ? undefined : 'the name servers do not answer'
  return codes.every((each) => each in OWN_FAULTS) ? OWN_FAULTS[code] : undefined
}

/** fetch says no more than "fetch failed"; what happened is in the cause, or in several where several addresses failed. */
function causesOf(error: unknown): readonly unknown[] {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof AggregateError && cause.errors.length > 0 ? cause.errors : [cause]
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the server',
  UND_ERR_SOCKET: 'connection closed by the server',
  EPIPE: 'connection closed by the server',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'no answer from the server',
  UND_ERR_BODY_TIMEOUT: 'the body stopped arriving',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be looked up',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  CERT_HAS_EXPIRED: 'TLS certificate has expired',
  CERT_NOT_YET_VALID: 'TLS certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS certificate chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS certificate is for another host',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS',
}

function failureReason(error: unknown, signal: AbortSignal): string {
  if (signal.aborted)
    return signal.reason instanceof CheckTimeout ? signal.reason.message : 'check was aborted'
  const causes = causesOf(error)
  const cause = causes.find((each) => !(codeOf(each) in OWN_FAULTS)) ?? causes[0]
  if (!(cause instanceof Error)) return `request failed: ${withoutAddresses(String(cause))}`
  const code = codeOf(cause)
  // Node 24 gives the parser's error no code.
  if (code.startsWith('HPE_') || cause.name === 'HTTPParserError') return 'the answer is not HTTP'
  return REASONS[code] ?? `request failed: ${withoutAddresses(cause.message)}`
}
