/** Nodes that are not there: how often they are looked for, and what waits for them. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { call, type HeartwoodError, send } from 'heartwood'
import { afterEach, describe, expect, it } from 'vitest'
import { TwoNodes } from './two-nodes.js'

const GONE = 'gone@127.0.0.1'

describe('a node that is out of reach', () => {
  let two: TwoNodes
  let silent: Server | undefined
  afterEach(() => {
    two?.close()
    silent?.close()
    silent = undefined
  })

  /** How often it was asked where that node is; there is nobody. */
  const lookups = async (): Promise<() => number> => {
    let count = 0
    const resolve = () => {
      count++
      return undefined
    }
    two = await TwoNodes.start({ a: { resolve } })
    return () => count
  }

  const failed = async (): Promise<unknown> => {
    const error: unknown = await call({ name: 'x', node: GONE }, 1).catch((thrown: unknown) => thrown)
    return (error as HeartwoodError).details.reason
  }

  it('is looked for at once at first, and then after a pause that grows to a second', async () => {
    const count = await lookups()
    const turn = () => new Promise(setImmediate)
    await two.a.run(async () => {
      expect(await failed()).toBe('noconnection')
      expect(await failed()).toBe('noconnection')
      expect(count()).toBe(2)
      for (let at = 0; at < 10_000; at++) {
        send({ name: 'x', node: GONE }, at)
        if (at % 100 === 0) {
          await turn()
          await two.clock.advance(1)
        }
      }
    })
    // In a tenth of a second: after 20, 40 and 80 ms.
    expect(count()).toBeLessThan(6)
    const before = count()
    await two.a.run(async () => {
      for (let second = 0; second < 60; second++) {
        send({ name: 'x', node: GONE }, second)
        await turn()
        await two.clock.advance(1_000)
        await turn()
      }
    })
    expect(count() - before).toBeGreaterThan(20)
    expect(count() - before).toBeLessThan(70)
    expect(two.reports.filter(({ message }) => message.includes('is out of reach')).length).toBeLessThan(4)
  })

  it('is found by what was sent in a pause', async () => {
    let isThere = false
    two = await TwoNodes.start({
      a: { resolve: () => (isThere ? { host: '127.0.0.1', port: two.nodeB.port } : undefined) },
    })
    await two.a.run(async () => {
      const ask = (): Promise<unknown> =>
        call({ name: 'nobody', node: 'b@127.0.0.1' }, 1).catch((error: unknown) => error)
      for (let times = 0; times < 3; times++) {
        expect(await ask()).toMatchObject({ code: 'CALL_SERVER_EXITED' })
        if (times === 2) break
      }
      isThere = true
      const asked = ask()
      await new Promise(setImmediate)
      void two.clock.advance(1_000)
      expect(await asked).toMatchObject({ code: 'CALL_NOPROC' })
    })
  })

  it('costs a bounded number of bytes for what waits for it', async () => {
    silent = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    two = await TwoNodes.start({
      a: { resolve: () => ({ host: '127.0.0.1', port }), limits: { waiting: 1_000_000, busy: 100_000 } },
    })
    await two.a.run(async () => {
      const waiting = call({ name: 'x', node: GONE }, 1).catch((thrown: unknown) => thrown)
      for (let at = 0; at < 20; at++) {
        send({ name: 'x', node: GONE }, 'x'.repeat(100_000))
        await new Promise(setImmediate)
      }
      expect(await waiting).toMatchObject({ details: { reason: 'noconnection' } })
    })
  })
})
