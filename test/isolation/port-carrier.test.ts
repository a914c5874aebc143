import { StructuredCodec } from 'heartwood/carrier'
import { expect, it } from 'vitest'
import { cast } from '../../src/genserver/index.js'
import type { PortMessage } from '../../src/isolation/runtime/port.js'
import { PortCarrier } from '../../src/isolation/runtime/port-carrier.js'
import { Kernel, type Report, sendNosuspend, spawn } from '../../src/kernel/index.js'

it('sends the others of a batch where the engine refuses one of them, which is told', async () => {
  const reports: Report[] = []
  const kernel = new Kernel({ node: 'host', report: (it) => reports.push(it) })
  const posted: PortMessage[] = []
  const post = (message: PortMessage): void => {
    if (JSON.stringify(message).includes('refuse me')) throw new RangeError('too much of it')
    posted.push(message)
  }
  const carrier = new PortCarrier({ post }, new StructuredCodec())
  carrier.connection = kernel.connect(carrier, { node: 'there', creation: 1 })
  const { connection } = carrier
  await kernel.run(async () => {
    const by = spawn(() => {})
    expect(by).toBeDefined()
    for (const message of ['first', 'refuse me', 'last']) connection.push({ op: 'send', to: 1, message })
    connection.push({ op: 'reply', id: 7, value: 'refuse me' })
    connection.flush()
    connection.flush()
  })
  const sent = posted.flatMap((message) => (message[0] === 'signals' ? message[2] : []))
  expect(sent).toEqual([
    1,
    1,
    'first',
    1,
    1,
    'last',
    0,
    expect.objectContaining({ op: 'call_failed', id: 7, why: 'refused' }),
  ])
  expect(reports.map(({ message }) => message)).toEqual([
    expect.stringContaining('a signal "send" from there is lost'),
    expect.stringContaining('a signal "reply" from there is lost'),
  ])
})

it('counts what is sent in a turn at once: a loop is told, and waits, before it has sent more than the limit', async () => {
  const kernel = new Kernel({ node: 'host', report: () => {} })
  let posted = 0
  const post = (message: PortMessage): void => {
    if (message[0] === 'signals') posted += message[1]
  }
  const carrier = new PortCarrier({ post }, new StructuredCodec())
  carrier.connection = kernel.connect(carrier, { node: 'there', creation: 1 })
  await kernel.run(async () => {
    const there = kernel.withNodes().pidAt({ node: 'there', creation: 1, id: 1 })
    const piece = 'x'.repeat(300_000)
    let told = 0
    while (told < 100 && sendNosuspend(there, piece)) told++
    expect(told).toBe(4)
    await kernel.settled()
    carrier.taken(posted)

    let done = 0
    const produce = async (): Promise<void> => {
      for (; done < 100; done++) await (cast(there, piece) as unknown as PromiseLike<void>)
    }
    const producing = produce()
    await kernel.settled()
    expect(done).toBe(3)
    // Its server has ended: as any cast to it, they are lost.
    carrier.connection.down('killed')
    await producing
    expect(done).toBe(100)
  })
})
