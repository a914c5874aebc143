/** A program of Heartwood that is a node, for others to call: `node peer.js NAME PORT EPMD_PORT`. It ends with its input. */
import { defineServer, Kernel, start } from 'heartwood'
import { erlang } from 'heartwood/erlang'

export const COOKIE = 'a cookie of thirty characters.'

/** Answers what it is called with, and counts what it is sent. */
class Echo {
  #count = 0
  handleCall(request: unknown): unknown {
    return request
  }
  count(): number {
    const count = this.#count
    this.#count = 0
    return count
  }
  handleInfo(): void {
    this.#count++
  }
}
defineServer(Echo, { name: 'echo', calls: ['count'] })

const [, , name = '', port = '0', epmd = '0'] = process.argv
if (name !== '') {
  const kernel = new Kernel({ node: name })
  await erlang({ cookie: COOKIE, port: Number(port), epmd: { port: Number(epmd) } }).start(kernel, {
    development: true,
  })
  await kernel.run(() => start(Echo))
  console.log('ready')
  process.stdin.on('end', () => process.exit(0)).resume()
}
