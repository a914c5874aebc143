import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Cluster, IS_INSTALLED } from './kafka-cluster.js'
import { Service } from './service.js'

const orders = (count: number, does?: string): { readonly id: number }[] =>
  Array.from({ length: count }, (_, at) => ({ id: at + 1, ...(does && { does }) }))

/** The orders of which a line of this kind tells, as they came. */
const told = ({ lines }: Service, begin: string, end = ''): number[] =>
  lines.flatMap((line) => (line.startsWith(begin) && line.endsWith(end) ? [Number(/\d+/.exec(line))] : []))
const done = (service: Service): number[] => told(service, 'order ', 'is done')

describe('a consumer of Kafka, with the mock cluster of librdkafka', {
  skip: IS_INSTALLED ? false : 'kcat is not installed',
}, () => {
  let cluster: Cluster
  before(async () => {
    cluster = await Cluster.start()
  })
  after(() => cluster[Symbol.asyncDispose]())

  async function consuming(topic: string): Promise<Service> {
    // The mock cluster lets nobody in for so long after a member has left.
    const env = { KAFKA_BROKERS: cluster.broker, TOPIC: topic, SESSION: '6000' }
    const service = new Service('dist/programs/kafka.js', env)
    await service.line('consuming')
    return service
  }

  async function finished(service: Service, count: number): Promise<void> {
    for (let from = 0; new Set(done(service)).size < count; from = service.lines.length)
      await service.line('is done', from)
  }

  async function committed(topic: string, count: number): Promise<void> {
    while ((await cluster.committed(topic)) < count) await new Promise((resolve) => setImmediate(resolve))
  }

  it('commits what is handled, each partition in its order', async () => {
    await cluster.publish('plain', ...orders(20))
    await using service = await consuming('plain')
    await finished(service, 20)
    await committed('plain', 20)
    for (const of of [0, 1, 2, 3]) {
      const inOrder = done(service).filter((id) => (id - 1) % 4 === of)
      assert.deepEqual(
        inOrder,
        [...inOrder].sort((a, b) => a - b),
      )
    }
  })

  it('has one message of each partition in hand', async () => {
    await cluster.publish('slow', ...orders(12, 'slow'))
    await using service = await consuming('slow')
    await finished(service, 12)
    let [inHand, most] = [0, 0]
    for (const line of service.lines) {
      if (line.startsWith('begins')) most = Math.max(most, ++inHand)
      if (line.endsWith('is done')) inHand--
    }
    assert.equal(most, 4)
  })

  it('handles a message again over which its worker crashed, and puts it aside the second time', async () => {
    await cluster.publish(
      'crashing',
      { id: 1, does: 'crash' },
      { id: 2, does: 'crash twice' },
      ...orders(8).slice(2),
    )
    await using service = await consuming('crashing')
    await finished(service, 7)
    await committed('crashing', 8)
    assert.deepEqual([told(service, 'begins 1').length, told(service, 'begins 2').length], [2, 2])
    assert.equal(done(service).includes(2), false)
    assert.equal(await cluster.published('crashing.dead'), 1)
  })

  it('puts a message aside that is no order', async () => {
    await cluster.publish('strange', '{', { id: 2 })
    await using service = await consuming('strange')
    await committed('strange', 2)
    assert.deepEqual(done(service).includes(2), true)
  })

  it('connects again when it crashes itself, and what it had is delivered again', async () => {
    await cluster.publish('breaking', ...orders(12, 'slow'))
    await using service = await consuming('breaking')
    await service.line('begins 1')
    const from = service.lines.length
    service.kill('SIGUSR2')
    await service.line('consuming', from)
    await finished(service, 12)
    await committed('breaking', 12)
  })

  it('finishes what it has when it is stopped; the rest is for the next', async () => {
    await cluster.publish('stopping', ...orders(16, 'slow'))
    await using first = await consuming('stopping')
    await first.line('begins 1')
    first.kill('SIGTERM')
    assert.equal(await first.exited, 0)
    assert.equal(first.lines.at(-1), 'the tree has stopped')
    assert.deepEqual(done(first).length, told(first, 'begins').length)
    assert.equal(await cluster.committed('stopping'), done(first).length)
    await using second = await consuming('stopping')
    await finished(second, 16 - done(first).length)
    // None was handled twice.
    assert.equal(new Set([...done(first), ...done(second)]).size, 16)
    assert.equal(done(first).length + done(second).length, 16)
  })

  it('goes on trying when the cluster goes away, and stops in order', async () => {
    const own = await Cluster.start()
    await using service = new Service('dist/programs/kafka.js', { KAFKA_BROKERS: own.broker, LOG: 'info' })
    await service.line('consuming')
    await own.kill()
    for (let attempt = 0; attempt < 2; attempt++) await service.line('did not start', service.lines.length)
    service.kill('SIGTERM')
    assert.equal(await service.exited, 0)
    await own[Symbol.asyncDispose]()
  })
})
