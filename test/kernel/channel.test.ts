import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { guardedChannel, Kernel, type Report } from '../../src/kernel/index.js'

let number = 0

function made(early?: (message: unknown) => void) {
  const name = `heartwood.test.${number++}`
  if (early !== undefined) subscribe(name, early)
  const reports: Report[] = []
  const kernel = new Kernel({ report: (report) => void reports.push(report) })
  return { name, reports, kernel, channel: guardedChannel(name) }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const thrower = (heard: unknown[]) => (message: unknown) => {
  heard.push(message)
  throw new Error('a mistake')
}

describe('a subscriber of a channel of Heartwood', () => {
  it('that throws is told of once, and taken off, and the others hear on', async () => {
    const { name, reports, kernel, channel } = made()
    const [bad, good]: [unknown[], unknown[]] = [[], []]
    subscribe(name, thrower(bad))
    const listener = (message: unknown) => void good.push(message)
    subscribe(name, listener)
    channel.publish({ kernel })
    channel.publish({ kernel })
    await turn()
    channel.publish({ kernel })
    expect([bad.length, good.length]).toEqual([1, 3])
    expect(reports).toMatchObject([
      {
        level: 'error',
        kind: 'subscriber',
        channel: name,
        message: `a subscriber of ${name} failed and is not told any more: Error: a mistake`,
      },
    ])
    expect(unsubscribe(name, listener)).toBe(true)
    expect(channel.hasSubscribers).toBe(false)
  })

  it('whose promise rejects is taken off, too', async () => {
    const { name, reports, kernel, channel } = made()
    subscribe(name, async () => {
      throw new Error('later')
    })
    channel.publish({ kernel })
    await turn()
    expect(reports).toMatchObject([{ kind: 'subscriber', message: expect.stringContaining('later') }])
    expect(channel.hasSubscribers).toBe(false)
  })

  it('is guarded when it was there before', async () => {
    const heard: unknown[] = []
    const { reports, kernel, channel } = made(thrower(heard))
    channel.publish({ kernel })
    await turn()
    expect([heard.length, reports.length, channel.hasSubscribers]).toEqual([1, 1, false])
  })

  it('may subscribe more than once, and by the channel itself', () => {
    const { name, kernel, channel: guarded } = made()
    let heard = 0
    const listener = (): void => {
      heard++
    }
    subscribe(name, listener)
    channel(name).subscribe(listener)
    guarded.publish({ kernel })
    expect(heard).toBe(2)
    expect([1, 2, 3].map(() => unsubscribe(name, listener))).toEqual([true, true, false])
    guarded.publish({ kernel })
    expect(heard).toBe(2)
  })

  it('that fails on each report is told of one by one, and hangs nothing', async () => {
    const reports: Report[] = []
    const kernel = new Kernel({ report: (report) => void reports.push(report) })
    let calls = 0
    subscribe('heartwood.report', (event: unknown) => {
      calls++
      return (event as { report: { err: Error } }).report.err.message
    })
    await kernel.run(() => kernel.report({ level: 'error', kind: 'crash', message: 'one' }))
    await turn()
    kernel.report({ level: 'error', kind: 'crash', message: 'two' })
    expect(calls).toBe(1)
    expect(reports.map(({ kind }) => kind)).toEqual(['crash', 'subscriber', 'crash'])
  })
})
