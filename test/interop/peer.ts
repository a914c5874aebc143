/** A program of Heartwood that is a node, for others to call: `node peer.js NAME EPMD_PORT [CERTIFICATES]`. It ends with its input. */
import { defineServer, Kernel, start } from 'heartwood'
import { type ErlangOptions, erlang } from 'heartwood/erlang'

export const COOKIE = 'a cookie of thirty characters.'

type NodeTls = NonNullable<ErlangOptions['tls']>

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

const [, , name = '', epmd = '0', tls] = process.argv
if (name !== '') {
  const kernel = new Kernel({ node: name })
  const options = {
    cookie: COOKIE,
    tickTime: 4_000,
    epmd: { port: Number(epmd) },
    ...(tls === undefined ? {} : { tls: JSON.parse(tls) as NodeTls }),
  }
  await erlang(options).start(kernel, { development: true })
  await kernel.run(() => start(Echo))
  console.log('ready')
  process.stdin.on('end', () => process.exit(0)).resume()
}
