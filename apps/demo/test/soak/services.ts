/** What is watched: a program of its own that answers 200 on every path but those that it is told to answer 503 on. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the soak tells: the path, and whether it is well from now on. */
export interface Turn {
  readonly path: string
  readonly isUp: boolean
}

const down = new Set<string>()
process.on('message', ({ path, isUp }: Turn) => {
  if (isUp) down.delete(path)
  else down.add(path)
})
const server = createServer(({ url = '/' }, response) => {
  response.statusCode = down.has(url) ? 503 : 200
  response.end('an answer')
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', 4_096, () => process.send?.((server.address() as AddressInfo).port))

// Whoever started it is gone.
process.on('disconnect', () => process.exit())
