/** What is watched under load: one server on loopback that answers every path at once. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((_request, response) => response.end('fine'))
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', 4_096, () => process.send?.((server.address() as AddressInfo).port))

// Whoever started it is gone.
process.on('disconnect', () => process.exit())
