import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The most connections that are open at a time. */
const CONNECTIONS = 1_000
/** Of these, so many are kept free for whoever comes next. */
const FREE = 100

/**
 * Limits the connections of a server so that nobody can hold them all: when nearly all are taken, the ones go that have waited longest
 * for a request, or for the rest of one. So neither half requests nor idle connections shut others out, from wherever they come.
 */
export function limitConnections(server: Server, { most = CONNECTIONS, free = FREE } = {}): void {
  server.maxConnections = most
  /** Those that no request is being answered on, the longest first. */
  const waiting = new Set<Socket>()
  let open = 0
  server.on('connection', (socket: Socket) => {
    open += 1
    waiting.add(socket)
    socket.once('close', () => {
      open -= 1
      waiting.delete(socket)
    })
    const [longest] = waiting
    if (open > most - free && longest !== socket) longest?.destroy()
  })
  server.on('request', ({ socket }, response) => {
    waiting.delete(socket)
    response.once('close', () => {
      if (!socket.destroyed) waiting.add(socket)
    })
  })
}
