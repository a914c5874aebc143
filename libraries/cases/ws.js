import { once } from 'node:events'
import { WebSocket, WebSocketServer } from 'ws'
import { lost } from '../lost.js'

export const open = async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) => socket.on('message', (text) => socket.send(text)))
  await once(server, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`)
  await once(client, 'open')
  return { server, client }
}
export const use = async ({ client }) => {
  client.send('x')
  await once(client, 'message')
}
export const close = ({ server, client }) => {
  client.terminate()
  server.close()
}
export const failures = {
  callback: ({ client }) => client.send('x', lost),
  listener: ({ client }) => {
    client.once('message', lost)
    client.send('x')
  },
  'property with a listener': ({ client }) => {
    client.onmessage = () => {
      client.onmessage = null
      lost()
    }
    client.send('x')
  },
  "listener on the server's sockets": ({ server, client }) => {
    for (const socket of server.clients) socket.once('message', lost)
    client.send('x')
  },
  rejection: async ({ client }) => {
    client.send('x')
    await once(client, 'message')
    lost()
  },
}
