/** What an error of a check says: about the target, or about the machine that Pulse runs on. */
import { withoutAddresses } from '../address.js'

/** The reason with which the signal given to a check is aborted when the target took too long. */
export class CheckTimeout extends Error {
  override readonly name = 'CheckTimeout'
  constructor(readonly timeout: number) {
    super(`no answer within ${timeout} ms`)
  }
}

/** The server answered in a way that its protocol does not have. The message is shown as it is. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
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

/**
 * What Pulse or its machine is short of, where that is why the check failed. With several addresses all of them have to
 * fail for a reason of our own.
 */
export async function ownFault(
  error: unknown,
  resolverAnswers: () => Promise<boolean>,
): Promise<string | undefined> {
  const codes = causesOf(error).map(codeOf)
  const [code = ''] = codes
  if (code === 'EAI_AGAIN') return (await resolverAnswers()) ? undefined : 'the name servers do not answer'
  return codes.every((each) => each in OWN_FAULTS) ? OWN_FAULTS[code] : undefined
}

/** fetch says no more than "fetch failed"; what happened is in the cause, or in several where several addresses failed. */
function causesOf(error: unknown): readonly unknown[] {
  if (error instanceof ProtocolError) return [error]
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof AggregateError && cause.errors.length > 0 ? cause.errors : [cause]
}

export const codeOf = (error: unknown): string =>
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
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS',
  ERR_HTTP2_ERROR: 'the server does not speak HTTP/2',
}

/** Why a target counts as down, in words without an address in them. */
export function failureReason(error: unknown, signal: AbortSignal): string {
  if (signal.aborted)
    return signal.reason instanceof CheckTimeout ? signal.reason.message : 'check was aborted'
  const causes = causesOf(error)
  const cause = causes.find((each) => !(codeOf(each) in OWN_FAULTS)) ?? causes[0]
  if (!(cause instanceof Error)) return `request failed: ${withoutAddresses(String(cause))}`
  if (cause instanceof ProtocolError) return cause.message
  const code = codeOf(cause)
  // Node 24 gives the parser's error no code.
  if (code.startsWith('HPE_') || cause.name === 'HTTPParserError') return 'the answer is not HTTP'
  return REASONS[code] ?? `request failed: ${withoutAddresses(cause.message)}`
}
