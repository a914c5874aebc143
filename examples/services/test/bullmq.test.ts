import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Queue } from 'bullmq'
import { type RunningServer, starterOf } from './servers.js'
import { Service } from './service.js'

const start = starterOf('redis')
const skip = start === undefined ? 'no redis-server is installed' : false

describe('a consumer of BullMQ, with a real Redis', { skip }, () => {
  let redis: RunningServer
  let queue: Queue
  before(async () => {
    redis = await (start as () => Promise<RunningServer>)()
    queue = new Queue('orders', { connection: { host: '127.0.0.1', port: redis.port } })
  })
  after(async () => {
    await queue.close()
    await redis.stop()
  })

  async function consuming(settings: Record<string, string> = {}): Promise<Service> {
    await queue.obliterate({ force: true })
    const service = new Service('dist/programs/bullmq.js', { REDIS_PORT: String(redis.port), ...settings })
    await service.line('consuming')
    return service
  }

  const add = (...orders: { id: number; does?: string }[]): Promise<unknown> =>
    queue.addBulk(orders.map((data) => ({ name: 'order', data, opts: { attempts: 2 } })))
  const orders = (count: number, does?: string): { id: number; does?: string }[] =>
    Array.from({ length: count }, (_, at) => ({ id: at + 1, ...(does && { does }) }))

  /** Resolves when so many jobs are through, with how many of them were done. */
  async function through(count: number): Promise<number> {
    for (;;) {
      const { completed = 0, failed = 0 } = await queue.getJobCounts('completed', 'failed')
      if (completed + failed >= count) return completed
    }
  }

  it('handles what is in the queue', async () => {
    await using service = await consuming()
    await add(...orders(20))
    assert.equal(await through(20), 20)
    await service.line('order 20 is done')
  })

  it('has a job that crashes fail alone, and tried again', async () => {
    await using service = await consuming()
    await add(...orders(3), { id: 4, does: 'crash' }, { id: 5, does: 'reject' }, ...orders(3, 'slow'))
    assert.equal(await through(8), 8)
    const begun = (id: number): number => service.lines.filter((line) => line === `begins ${id}`).length
    assert.deepEqual([begun(4), begun(5)], [2, 2])
    // The consumer itself was never restarted, nor was the program.
    assert.equal(service.errors, '')
  })

  it('ends jobs that never end, whose places are free for others', async () => {
    await using service = await consuming({ LIMIT: '200' })
    // As many as are handled at once.
    await add(...orders(4, 'hang'), ...orders(12))
    assert.equal(await through(16), 12)
    assert.equal(service.errors, '')
  })

  it('goes on when the consumer itself crashes', async () => {
    await using service = await consuming()
    await add(...orders(4))
    assert.equal(await through(4), 4)
    service.kill('SIGUSR2')
    await add(...orders(4))
    assert.equal(await through(8), 8)
  })

  it('finishes the jobs that it has when it is stopped, and leaves the rest in the queue', async () => {
    await using service = await consuming()
    await add(...orders(200, 'slow'))
    await service.line('begins 1')
    service.kill('SIGTERM')
    assert.equal(await service.exited, 0)
    assert.equal(service.lines.at(-1), 'the tree has stopped')
    const {
      completed = 0,
      waiting = 0,
      active = 0,
    } = await queue.getJobCounts('completed', 'waiting', 'active')
    assert.deepEqual({ all: completed + waiting, active }, { all: 200, active: 0 })
    assert.ok(completed > 0 && waiting > 0)
  })
})
