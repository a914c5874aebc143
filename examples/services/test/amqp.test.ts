import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Broker } from './amqp-broker.js'
import { Service } from './service.js'

async function consuming(): Promise<{
  broker: Broker
  service: Service
  [Symbol.asyncDispose](): Promise<void>
}> {
  const broker = new Broker()
  const service = new Service('dist/programs/amqp.js', { AMQP_URL: await broker.listen() })
  await service.line('consuming')
  return {
    broker,
    service,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      broker.close()
    },
  }
}

const orders = (count: number, does?: string): object[] =>
  Array.from({ length: count }, (_, at) => ({ id: at + 1, ...(does && { does }) }))

describe('a consumer of AMQP, with a broker of the test on loopback', () => {
  it('acknowledges what is handled, in order', async () => {
    await using it = await consuming()
    it.broker.publish(...orders(20))
    await it.broker.settled(20)
    assert.deepEqual(
      it.broker.acknowledged,
      orders(20).map((order) => JSON.stringify(order)),
    )
  })

  it('takes no more than its worker has room for', async () => {
    await using it = await consuming()
    it.broker.publish(...orders(8, 'slow'))
    await it.broker.settled(8)
    assert.equal(it.broker.mostInHand, 4)
  })

  it('has a message delivered again over which the worker crashed; the others are handled', async () => {
    await using it = await consuming()
    it.broker.publish(...orders(3), { id: 4, does: 'crash' }, { id: 5 }, { id: 6 })
    await it.broker.settled(6)
    assert.equal(it.broker.acknowledged.length, 6)
    assert.deepEqual(it.broker.refused, [])
    assert.equal(it.service.lines.filter((line) => line === 'begins 4').length, 2)
  })

  it('connects again when it crashes itself, and what it had is delivered again', async () => {
    await using it = await consuming()
    it.broker.publish(...orders(4, 'slow'))
    await it.service.line('begins 1')
    const from = it.service.lines.length
    it.service.kill('SIGUSR2')
    await it.service.line('consuming', from)
    await it.broker.settled(4)
    assert.equal(it.broker.connections, 1)
  })

  it('connects again when the broker goes away', async () => {
    await using it = await consuming()
    for (let time = 0; time < 3; time++) {
      const from = it.service.lines.length
      it.broker.cut()
      await it.service.line('consuming', from)
    }
    it.broker.publish({ id: 1 })
    await it.broker.settled(1)
    assert.equal(it.broker.connections, 1)
  })

  it('finishes what it has when it is stopped, and leaves the rest to the broker', async () => {
    await using it = await consuming()
    it.broker.publish(...orders(10, 'slow'))
    await it.service.line('begins 1')
    it.service.kill('SIGTERM')
    assert.equal(await it.service.exited, 0)
    assert.equal(it.service.lines.at(-1), 'the tree has stopped')
    assert.deepEqual(it.broker.acknowledged.length + it.broker.queue.length, 10)
    assert.equal(
      it.broker.queue.some(({ redelivered }) => redelivered),
      false,
    )
  })
})
