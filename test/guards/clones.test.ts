import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { shared } from '../../src/kernel/index.js'
import '../../src/guards/index.js'
import { amongProcesses } from './owners.js'

class Order {
  constructor(readonly lines: number) {}
  total(): number {
    return this.lines
  }
}

describe('an object of a class that a shared thing clones', () => {
  it(
    'is cloned as the object itself, wherever in the value it is',
    amongProcesses(async ({ a }) => {
      const cloner = shared({ clone: (value: unknown) => structuredClone(value) })
      const order = new Order(2)
      expect(a.run(() => cloner.clone(order))).toEqual({ lines: 2 })
      expect(a.run(() => cloner.clone({ kept: [order], same: order }))).toEqual({
        kept: [{ lines: 2 }],
        same: { lines: 2 },
      })
    }),
  )

  it(
    'goes through a shared port',
    amongProcesses(async ({ a }) => {
      const { port1, port2 } = new MessageChannel()
      const port = shared(port1)
      a.run(() => port.postMessage({ order: new Order(3) }))
      const [message] = await once(port2, 'message')
      expect(message).toEqual({ order: { lines: 3 } })
      port1.close()
    }),
  )

  it('refuses what it refused before', () => {
    expect(() => structuredClone(() => {})).toThrow(/could not be cloned/)
    expect(structuredClone.name).toBe('structuredClone')
  })
})
