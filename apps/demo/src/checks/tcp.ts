import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TcpTarget, TlsTarget } from '../target.js'
import type { Notes } from './check.js'

/** A connection that is taken is all that is wanted: the ping of those who may not send one. */
export async function tcpCheck(
  { host, port }: TcpTarget,
  signal: AbortSignal,
  notes: Notes,
): Promise<undefined> {
  await connected(() => connect({ host, port }), 'connect', signal)
  notes.answered()
}

/** A connection whose TLS handshake succeeds, with a certificate that is valid for the host. */
export async function tlsCheck(
  { host, port }: TlsTarget,
  signal: AbortSignal,
  notes: Notes,
): Promise<undefined> {
  // An address that is a number is no name to ask for.
  const options = { host, port, ...(isIP(host) === 0 && { servername: host }) }
  await connected(() => connectTls(options), 'secureConnect', signal)
  notes.answered()
}

/** Resolves when the socket has come so far; it is closed either way. */
function connected(
  open: () => Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = open()
    const end = (act: () => void): void => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      act()
    }
    const abort = (): void => end(() => reject(signal.reason))
    signal.addEventListener('abort', abort)
    socket.once(event, () => end(resolve))
    // After the end an error is nobody's any more.
    socket.on('error', (error) => end(() => reject(error)))
    // Closed before it came so far, without an error: a TLS server that hangs up.
    socket.once('close', () => end(() => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))))
  })
}
