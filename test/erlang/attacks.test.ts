/** What liars and strangers send to a node that lives. `npm run nodes:attack` sends far more, to a program of its own, and looks at its memory. */
import { defineServer, ref, start } from 'heartwood'
import { afterEach, describe, expect, it } from 'vitest'
import { sendFrames, sendStrangers } from './attacker.js'
import { HostileFrames, KINDS } from './hostile-frames.js'
import { TwoNodes } from './two-nodes.js'

const FRAMES = 300
const STRANGERS = 60

class Basket {
  #items = 0
  addItem(): number {
    return ++this.#items
  }
  handleInfo(): void {}
  handleCast(): void {}
}
defineServer(Basket, { name: 'basket', calls: ['addItem'] })

describe('a node', () => {
  let two: TwoNodes
  afterEach(() => two?.close())

  const attacked = async () => {
    two = await TwoNodes.start()
    await two.b.run(() => start(Basket))
    const add = () => two.a.run(() => ref(Basket, { node: 'b@127.0.0.1' }).call.addItem())
    await add()
    const victim = { node: 'b@127.0.0.1', port: two.nodeB.port, cookie: 'biscuit' }
    const frames = new HostileFrames(5, {
      to: { node: victim.node, creation: 7 },
      from: { node: 'liar@127.0.0.1', creation: 3 },
      names: ['basket', 'nobody', 'net_kernel'],
    })
    return { victim, frames, add }
  }

  it(`goes on through ${FRAMES} malformed frames, with all that is honest, and tells little of it`, async () => {
    const { victim, frames, add } = await attacked()
    const kinds = new Set<string>()
    const ended = await sendFrames(victim, frames, FRAMES, 0, (kind) => kinds.add(kind))
    expect(await add()).toBe(2)
    expect([kinds.size, ended > FRAMES / 4]).toEqual([Object.keys(KINDS).length, true])
    expect(two.reports.filter(({ kind }) => kind === 'crash')).toEqual([])
    expect(two.reports.length).toBeLessThan(10)
  })

  it(`goes on when ${STRANGERS} without the cookie come, and tells how many they were`, async () => {
    const { victim, frames, add } = await attacked()
    two.reports.length = 0
    const left = await sendStrangers(victim, frames, STRANGERS)
    expect(await add()).toBe(2)
    for (const socket of left) socket.destroy()
    expect(two.reports).toHaveLength(1)
    await two.clock.advance(60_000)
    expect(two.reports).toHaveLength(2)
    expect(two.reports[1]?.message).toMatch(/^\d+ more like that within 60 s, the last: node b@127.0.0.1: /)
  })
})
