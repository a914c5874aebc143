import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'
import type { GrpcTarget } from '../target.js'
import type { Notes } from './check.js'
import { ProtocolError } from './failure.js'

/** A message of the health service is a few bytes; a longer answer is none. */
const ANSWER_LIMIT = 1_024
const SERVING = 1
const STATES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/**
 * Asks the standard health service, `grpc.health.v1.Health/Check`, for one service, or for the whole server. Resolves with
 * what is wrong.
 */
export async function grpcCheck(
  { address, service }: GrpcTarget,
  signal: AbortSignal,
  notes: Notes,
): Promise<string | undefined> {
  signal.throwIfAborted()
  const session = connect(address.reveal())
  const abort = (): void => session.destroy()
  signal.addEventListener('abort', abort)
  try {
    const { headers, trailers, body } = await answerOf(session, framed(requestOf(service)))
    // A session that is destroyed ends its stream as if there had been an answer.
    signal.throwIfAborted()
    notes.answered()
    if (headers[':status'] !== 200) return `answered ${headers[':status']}, expected 200`
    const status = String(trailers['grpc-status'] ?? headers['grpc-status'] ?? 'none')
    if (status !== '0') return `answered with gRPC status ${status}${MEANINGS[status] ?? ''}`
    const state = stateOf(body)
    return state === SERVING ? undefined : `says ${STATES[state] ?? state}, expected SERVING`
  } finally {
    signal.removeEventListener('abort', abort)
    session.destroy()
  }
}

/** What a status means that says something about the check itself. */
const MEANINGS: Readonly<Record<string, string>> = {
  '5': ': it does not know the service',
  '7': ': it does not allow the question',
  '12': ': it has no health service',
  '14': ': it is unavailable',
  '16': ': it wants to know who asks',
}

interface Answer {
  readonly headers: IncomingHttpHeaders & { readonly ':status'?: number | undefined }
  readonly trailers: IncomingHttpHeaders
  readonly body: Buffer
}

function answerOf(session: ClientHttp2Session, message: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Destroyed by the signal it says nothing.
    session.once('error', reject)
    session.once('close', () => reject(new ProtocolError('connection closed by the server')))
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'Pulse/0.1 (uptime monitor)',
    })
    const pieces: Buffer[] = []
    let length = 0
    let headers: Answer['headers'] = {}
    let trailers: IncomingHttpHeaders = {}
    stream.on('response', (received) => {
      headers = received
    })
    stream.on('trailers', (received) => {
      trailers = received
    })
    stream.on('data', (piece: Buffer) => {
      pieces.push(piece)
      length += piece.length
      if (length > ANSWER_LIMIT) reject(new ProtocolError('the answer is too long for a state of health'))
    })
    stream.once('error', reject)
    stream.once('end', () => resolve({ headers, trailers, body: Buffer.concat(pieces) }))
    stream.end(message)
  })
}

/** One field of protocol buffers: number 1, of bytes. */
function requestOf(service: string): Buffer {
  const name = Buffer.from(service, 'utf8')
  return name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name])
}

/** gRPC puts a byte that says whether it is compressed, and the length, before each message. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Field 1, a small number; a message without it says 0. */
function stateOf(body: Buffer): number {
  if (body.length < 5 || body[0] !== 0 || body.length !== 5 + body.readUInt32BE(1)) {
    throw new ProtocolError('the answer is no state of health')
  }
  const message = body.subarray(5)
  if (message.length === 0) return 0
  const [tag, state = 0] = message
  if (tag !== 0x08 || message.length !== 2 || state > 127) {
    throw new ProtocolError('the answer is no state of health')
  }
  return state
}
