/** WebSocket connections of a drained server: each gets a close frame, as RFC 6455 requires of a server that goes away. */
import type { IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { AttachedListeners } from '../../kernel/index.js'

/** A close frame of a server (FIN, opcode 8, two bytes of payload, no mask) with the code 1001, "going away". */
const GOING_AWAY = Buffer.from([0x88, 0x02, 1001 >> 8, 1001 & 0xff])

/** Sends the close frame, after all that the server has written. The client answers it, and both sides close the connection. */
export function sayGoingAway(socket: Socket): void {
  if (socket.writable) socket.write(GOING_AWAY)
}

/**
 * Calls `upgraded` for each connection of `server` that is upgraded to a WebSocket.
 *
 * Node emits `upgrade` only while it has listeners, and otherwise answers the request as a plain one. So this function listens only while
 * the server's own code does.
 */
export function onWebSocket(
  server: Server,
  ears: AttachedListeners,
  upgraded: (socket: Socket) => void,
): void {
  const watch = (request: IncomingMessage, socket: Socket): void => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') upgraded(socket)
  }
  let watching = false
  const begin = (): void => {
    if (watching) return
    watching = true
    server.prependListener('upgrade', watch)
  }
  if (server.listenerCount('upgrade') > 0) begin()
  ears.on(server, 'newListener', (event: string, listener: unknown) => {
    if (event === 'upgrade' && listener !== watch) begin()
  })
  ears.also(() => server.off('upgrade', watch))
  ears.on(server, 'removeListener', (event: string, listener: unknown) => {
    if (event !== 'upgrade' || listener === watch || server.listenerCount('upgrade') > 1) return
    watching = false
    server.off('upgrade', watch)
  })
}
