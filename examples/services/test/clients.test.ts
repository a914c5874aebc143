import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Redis } from 'ioredis'
import pg from 'pg'
import { type RunningServer, starterOf } from './servers.js'
import { Service } from './service.js'

const [startRedis, startPostgres] = [starterOf('redis'), starterOf('postgres')]
const skip =
  startRedis === undefined || startPostgres === undefined
    ? 'redis-server and postgresql are not both installed'
    : false

describe('clients that are owned by workers, with real servers', { skip }, () => {
  let redis: RunningServer
  let postgres: RunningServer
  let admin: pg.Client
  let operator: Redis
  let service: Service
  before(async () => {
    redis = await (startRedis as () => Promise<RunningServer>)()
    postgres = await (startPostgres as () => Promise<RunningServer>)()
    const DATABASE_URL = `postgres://postgres@127.0.0.1:${postgres.port}/postgres`
    admin = await connected(DATABASE_URL)
    operator = new Redis(redis.port)
    service = new Service('dist/programs/clients.js', {
      DATABASE_URL: `${DATABASE_URL}?application_name=shop`,
      REDIS_PORT: String(redis.port),
    })
  })
  after(async () => {
    await service[Symbol.asyncDispose]()
    await admin.end()
    operator.disconnect()
    await redis.stop()
    await postgres.stop()
  })

  /** A server that has just begun to listen may not be ready yet. */
  async function connected(url: string): Promise<pg.Client> {
    for (;;) {
      const client = new pg.Client(url)
      client.on('error', () => {})
      try {
        await client.connect()
        return client
      } catch {
        await new Promise(setImmediate)
      }
    }
  }

  const sessions = async (): Promise<number> => {
    const { rows } = await admin.query("select pid from pg_stat_activity where application_name = 'shop'")
    return rows.length
  }

  it('are opened by their workers, one each', async () => {
    assert.deepEqual(await service.request('sell/tea'), { status: 200, text: '1' })
    assert.deepEqual(await service.request('seen/tea'), { status: 200, text: '1' })
    assert.equal(await sessions(), 1)
  })

  it('are opened anew when the database ends the session; the other worker does not notice', async () => {
    for (let time = 0; time < 5; time++) {
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'shop'",
      )
      assert.equal((await service.request('alive')).text, 'alive')
      await service.until('sell/cake', 200)
    }
    assert.equal(await sessions(), 1)
    assert.deepEqual(await service.request('seen/tea'), { status: 200, text: '2' })
  })

  it('are opened anew when Redis ends the connection', async () => {
    for (let time = 0; time < 5; time++) {
      await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      await service.until('seen/cake', 200)
    }
    const clients = String(await operator.call('CLIENT', 'LIST', 'TYPE', 'normal'))
    assert.equal(clients.trim().split('\n').length, 2)
  })

  it('are closed when the program is stopped', async () => {
    service.kill('SIGTERM')
    assert.equal(await service.exited, 0)
    assert.equal(service.lines.at(-1), 'the tree has stopped')
    assert.equal(service.errors, '')
    while ((await sessions()) > 0);
    assert.equal(await sessions(), 0)
  })
})
