/**
 * Sends HTTP requests over loopback, each connection one after the other, and checks each answer. A program of its own,
 * so that it takes nothing from the server's core, and bare sockets, so that it is the faster of the two:
 *
 *     node load.js PORT PATH REQUESTS CONNECTIONS
 *
 * The answer must be `{"value":N}` with each N once. Sends `{ counted, ns }` to its parent.
 */
import { connect } from 'node:net'

const [port = 0, path = '/', requests = 0, connections = 1] = [
  Number(process.argv[2]),
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
]
const ANSWER = /^HTTP\/1\.1 200 OK\r\n[\s\S]*?\r\n\r\n\{"value":(\d+)\}$/
const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`

const seen = new Set<string>()
let sent = 0
let answered = 0
const start = performance.now()

for (let i = 0; i < connections; i++) {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  let text = ''
  const ask = (): void => {
    if (sent === requests) return
    sent++
    socket.write(request)
  }
  socket.on('connect', ask)
  socket.on('data', (data) => {
    text += data.toString('latin1')
    const value = ANSWER.exec(text)?.[1]
    if (value === undefined) return
    text = ''
    seen.add(value)
    if (++answered === requests) finish()
    else ask()
  })
  socket.on('error', (error) => {
    process.stderr.write(`load: ${error.message}\n`)
    process.exit(1)
  })
}

function finish(): void {
  const ns = ((performance.now() - start) * 1e6) / requests
  process.send?.({ counted: seen.size, ns }, () => process.exit(0))
}
