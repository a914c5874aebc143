/**
 * Clients of PostgreSQL and Redis, each owned by the worker that uses it: `DATABASE_URL=… REDIS_PORT=… npm run service clients`. A connection
 * that is lost is the crash of its worker; its successor opens another, and nobody else notices.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  application,
  Call,
  child,
  defineConfig,
  disown,
  GenServer,
  HeartwoodError,
  own,
  ownCallback,
  ref,
  Supervisor,
} from 'heartwood'
import { bootBeside, requestProcesses } from 'heartwood/http'
import { Redis } from 'ioredis'
import pg from 'pg'

@GenServer({ name: 'ledger' })
class Ledger {
  #client: pg.Client | undefined

  async init(): Promise<void> {
    const client = own(new pg.Client(process.env.DATABASE_URL))
    const lost = ownCallback((error?: Error) => {
      // There is nothing left to close.
      disown(client)
      throw error ?? new Error('the database has closed the connection')
    })
    client.on('error', lost).on('end', lost)
    await client.connect()
    await client.query('create table if not exists sold (what text not null)')
    this.#client = client
  }

  @Call() async sell(what: string): Promise<number> {
    await this.#client?.query('insert into sold values ($1)', [what])
    const counted = await this.#client?.query<{ count: number }>('select count(*)::int as count from sold')
    return counted?.rows[0]?.count ?? 0
  }
}

@GenServer({ name: 'cache' })
class Cache {
  #redis: Redis | undefined

  async init(): Promise<void> {
    // The supervisor connects again, with its own waits, and in a worker without anything that was half done.
    const port = Number(process.env.REDIS_PORT ?? 6379)
    const redis = own(new Redis({ port, lazyConnect: true, retryStrategy: () => null }))
    redis.on('error', () => {})
    redis.on(
      'end',
      ownCallback(() => {
        throw new Error('redis has closed the connection')
      }),
    )
    await redis.connect()
    this.#redis = redis
  }

  @Call() async seen(what: string): Promise<number> {
    return (await this.#redis?.incr(what)) ?? 0
  }
}

const backoff = { initial: 20, max: 5_000 }

@Supervisor({
  intensity: 100,
  children: [child(Ledger, undefined, { backoff }), child(Cache, undefined, { backoff })],
})
class Root {}

/** Waits for a worker that is just being restarted. What it had when it crashed is not repeated: nobody knows how far it was. */
const soon = { waitForRestart: 5_000 }

const server = createServer(
  requestProcesses(async ({ url = '' }, response) => {
    const [, page, what = ''] = url.split('/')
    try {
      if (page === 'sell') response.end(String(await ref(Ledger).with(soon).call.sell(what)))
      else if (page === 'seen') response.end(String(await ref(Cache).with(soon).call.seen(what)))
      else response.end('alive')
    } catch (error) {
      if (!HeartwoodError.is(error)) throw error
      response.writeHead(503).end(error.code)
    }
  }),
)

await bootBeside(
  server,
  defineConfig({
    applications: [
      application({ name: 'shop', root: Root, stop: () => console.log('the tree has stopped') }),
    ],
    log: { level: process.env.LOG === 'info' ? 'info' : 'fatal' },
  }),
  { signals: true },
)
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
