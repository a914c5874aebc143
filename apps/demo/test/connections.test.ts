import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { limitConnections } from '../src/web/connections.js'

it('when nearly all connections are taken, those go that have waited longest for the rest of a request', async () => {
  const held: (() => void)[] = []
  const server = createServer((request, response) => {
    if (request.url === '/slow') held.push(() => response.end('at last'))
    else response.end('fine')
  })
  limitConnections(server, { most: 10, free: 4 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const slow = fetch(`http://127.0.0.1:${port}/slow`)
  while (held.length === 0) await new Promise(setImmediate)
  const sockets: Socket[] = []
  for (let n = 0; n < 30; n++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    onTestFinished(() => void socket.destroy())
    socket.write('GET / HTTP/1.1\r\nx: ')
    sockets.push(socket)
    await new Promise((resolve) => socket.once('connect', resolve))
  }
  for (let n = 0; n < 3; n++) {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
    expect(await response.text()).toBe('fine')
  }
  // Who is being answered is left alone.
  for (const end of held) end()
  expect(await (await slow).text()).toBe('at last')
})
