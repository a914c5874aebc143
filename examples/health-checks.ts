/** A process for each of 100 services: all are asked at the same time, and a slow one keeps nobody waiting. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { own, receive, self, send, spawn } from 'heartwood'

// The services of this example, all on one loopback port: every tenth is down.
const services = own(
  createServer((request, response) => {
    response.writeHead(/^\/api-\d*0\//.test(request.url ?? '') ? 503 : 200).end()
  }),
)
await new Promise<void>((resolve) => services.listen(0, '127.0.0.1', resolve))
const { port } = services.address() as AddressInfo

const main = self()

function check(name: string): void {
  spawn(async () => {
    const { status } = await fetch(`http://127.0.0.1:${port}/${name}/health`)
    console.log(status === 200 ? `✓ ${name} is healthy` : `✗ ${name} is down`)
    send(main, 'checked')
  })
}

for (let n = 1; n <= 100; n++) check(`api-${n}`)
for (let n = 1; n <= 100; n++) await receive('checked')
console.log('all 100 are checked')
services.close()
