/** The sockets between nodes: TCP, or TLS where both sides show a certificate for the host in their name. */
import { connect, createServer, isIP, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import * as tls from 'node:tls'
import type { NodeName } from './node-name.js'

/** The certificate of this node, and who vouches for those of others. As for `tls.createSecureContext`. */
export type NodeTls = Pick<
  tls.SecureContextOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'minVersion' | 'maxVersion'
>

export interface Transport {
  /** Bytes of a length in the handshake. */
  readonly lengthBytes: 2 | 4
  /** @param ready once it may be written to */
  dial(name: NodeName, host: string, port: number, ready: () => void): Duplex
  /** @param refused is told why somebody was not taken */
  serve(timeout: number, take: (socket: Socket) => void, refused: (problem: string) => void): Server
  /** Whether who is on the other side may have that name. */
  mayBe(socket: Duplex, name: NodeName): boolean
}

export const tcp: Transport = {
  lengthBytes: 2,
  dial(_, host, port, ready) {
    return quick(connect(port, host, ready))
  },
  serve(_, take) {
    return createServer((socket) => take(quick(socket)))
  },
  mayBe: () => true,
}

export function tlsTransport(own: NodeTls): Transport {
  return {
    lengthBytes: 4,
    dial(name, host, port, ready) {
      const options: tls.ConnectionOptions = {
        ...own,
        host,
        port,
        rejectUnauthorized: true,
        checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name.host, certificate),
        ...(isIP(name.host) === 0 ? { servername: name.host } : {}),
      }
      const socket = tls.connect(options, ready)
      socket.setNoDelay(true)
      return socket
    },
    serve(timeout, take, refused) {
      const options = { ...own, requestCert: true, rejectUnauthorized: true, handshakeTimeout: timeout }
      const server = tls.createServer(options, (socket) => {
        socket.setNoDelay(true)
        take(socket)
      })
      server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
        const { authorizationError, remoteAddress = 'somebody' } = socket
        const isCertificate = authorizationError !== undefined && authorizationError !== null
        // Who only hangs up was never here.
        if (!isCertificate && error.code === 'ECONNRESET') return
        const why = isCertificate
          ? `its certificate does not count, ${String(authorizationError)}`
          : error.message
        refused(`${remoteAddress} is refused by TLS: ${why}`)
      })
      return server
    },
    mayBe(socket, name) {
      const certificate = (socket as tls.TLSSocket).getPeerCertificate()
      return tls.checkServerIdentity(name.host, certificate) === undefined
    },
  }
}

function quick(socket: Socket): Socket {
  return socket.setNoDelay(true)
}
