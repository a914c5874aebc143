/** A server of `node:http` as a worker of the tree: `npm run service http`. Heartwood alone, without an adapter. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  application,
  boot,
  defineConfig,
  drain,
  GenServer,
  HeartwoodError,
  health,
  own,
  ref,
  Supervisor,
} from 'heartwood'
import { requestProcesses } from 'heartwood/http'
import { Prices, Shop, Stock, Till } from './shop.js'

class PriceList extends Prices {
  of(what: string): number {
    return what.length
  }
}

const [stock, till] = [ref(Stock), ref(Till)]

/** What is answered for a method and a path. */
async function answer(path: string, argument: string): Promise<{ status: number; body: unknown }> {
  switch (path) {
    case 'POST sell':
      return {
        status: 201,
        body: { left: await stock.call.take(argument), total: await till.call.sell(argument) },
      }
    case 'GET count':
      console.log('counting')
      return { status: 200, body: await till.call.count(Number(argument)) }
    case 'GET alive':
      return { status: 200, body: 'alive' }
    case 'GET health': {
      const { ready } = await health()
      return { status: ready.ok ? 200 : 503, body: ready }
    }
    case 'POST break': {
      if (argument === 'stock') stock.cast.breaks()
      else if (argument === 'till') till.cast.breaks()
      else setImmediate(() => JSON.parse('{'))
      return argument === 'request' ? new Promise(() => {}) : { status: 201, body: 'broken' }
    }
    default:
      return { status: 404, body: 'there is no such page' }
  }
}

async function handle({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, page, argument = ''] = url.split('/')
  const { status, body } = await answer(`${method} ${page}`, argument).catch((error: unknown) => {
    // A worker that crashed is there again soon; who asks is told to ask again.
    if (HeartwoodError.is(error)) return { status: 503, body: { error: error.code } }
    throw error
  })
  response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
}

@GenServer({ name: 'web' })
class Web {
  async init(): Promise<void> {
    const server = own(createServer(requestProcesses(handle)))
    drain(server)
    server.listen(Number(process.env.PORT ?? 0), '127.0.0.1')
    await once(server, 'listening')
    console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  }
}

@Supervisor({ children: [Shop, Web], intensity: 0 })
class Root {}

await boot(
  defineConfig({
    applications: [
      application({
        name: 'shop',
        root: Root,
        bindings: (bind) => bind(Prices).to(PriceList),
        stop: () => console.log('the tree has stopped'),
      }),
    ],
    log: { level: process.env.LOG === 'info' ? 'info' : 'fatal' },
  }),
  { signals: true },
)
