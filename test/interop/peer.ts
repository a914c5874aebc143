/** A program of Heartwood that is a node, for others to call: `node peer.js NAME EPMD_PORT CERTIFICATES HOST`, of which the last two may be empty. It ends with its input. */
import { currentKernel, defineServer, Kernel, noReply, type Pid, self, start } from 'heartwood'
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
  seen(): number {
    return this.#count
  }
  pid(): Pid {
    return self()
  }
  never(): unknown {
    return noReply
  }
  /** Lets nothing else run, for so many milliseconds. */
  block(ms: number): number {
    const kernel = currentKernel()
    for (const end = kernel.now() + ms; kernel.now() < end; );
    return ms
  }
  handleInfo(): void {
    this.#count++
  }
}
defineServer(Echo, { name: 'echo', calls: ['count', 'seen', 'pid', 'never', 'block'] })

const [, , name = '', epmd = '0', tls = '', host = ''] = process.argv
if (name !== '') {
  const kernel = new Kernel({ node: name })
  const options = {
    cookie: COOKIE,
    tickTime: 4_000,
    epmd: { port: Number(epmd) },
    ...(tls === '' ? {} : { tls: JSON.parse(tls) as NodeTls }),
    ...(host === '' ? {} : { host }),
  }
  await erlang(options).start(kernel, { development: true })
  await kernel.run(() => start(Echo))
  console.log('ready')
  process.stdin.on('end', () => process.exit(0)).resume()
}
