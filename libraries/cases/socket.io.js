import { once } from 'node:events'
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { lost } from '../lost.js'

export const open = async () => {
  const http = createServer()
  const server = new Server(http)
  server.on('connection', (socket) => socket.on('ask', (answer) => answer('x')))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const client = io(`http://127.0.0.1:${http.address().port}`, { transports: ['websocket'] })
  await new Promise((resolve) => client.once('connect', resolve))
  return { server, client }
}
export const use = ({ client }) => client.emitWithAck('ask')
export const close = ({ server, client }) => {
  client.disconnect()
  return server.close()
}
export const failures = {
  callback: ({ client }) => client.emit('ask', lost),
  listener: ({ server, client }) => {
    client.once('news', lost)
    server.emit('news')
  },
  "listener on the server's sockets": async ({ server, client }) => {
    const [socket] = await server.fetchSockets()
    for (const each of server.sockets.sockets.values()) each.once('tell', lost)
    client.emit('tell', socket.id)
  },
  rejection: async ({ client }) => {
    await client.emitWithAck('ask')
    lost()
  },
}
