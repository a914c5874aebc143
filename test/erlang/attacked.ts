/** The program that is attacked, see attack.ts: `node --expose-gc attacked.js PORT`. */
import { defineServer, Kernel, type Report, start } from 'heartwood'
import { erlang } from 'heartwood/erlang'

export const COOKIE = 'a cookie of thirty characters.'
export const ATTACKED = 'attacked@127.0.0.1'

const reports = new Map<string, number>()

/** Answers what it is called with, and how the program is. */
class Echo {
  handleCall(request: unknown): unknown {
    return request
  }
  vitals(): { rss: number; heap: number; sockets: number } {
    globalThis.gc?.()
    globalThis.gc?.()
    const { rss, heapUsed, external } = process.memoryUsage()
    const sockets = process.getActiveResourcesInfo().filter((each) => each === 'TCPSocketWrap').length
    return { rss, heap: heapUsed + external, sockets }
  }
  told(): [kind: string, count: number][] {
    return [...reports]
  }
  handleInfo(): void {}
}
defineServer(Echo, { name: 'echo', calls: ['vitals', 'told'] })

const [, , port = ''] = process.argv
if (port !== '') {
  const report = ({ level, kind, message }: Report): void => {
    const key = `${level} ${kind}`
    const count = reports.get(key) ?? 0
    reports.set(key, count + 1)
    if (count < 3) console.error(`   ${key}: ${message.slice(0, 150)}`)
  }
  const kernel = new Kernel({ node: ATTACKED, report })
  await erlang({ cookie: COOKIE, epmd: false, port: Number(port), resolve: () => undefined }).start(kernel, {
    development: true,
  })
  await kernel.run(() => start(Echo))
  console.log('ready')
  process.stdin.on('end', () => process.exit(0)).resume()
}
