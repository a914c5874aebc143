import { channel, subscribe } from 'node:diagnostics_channel'
import dns, { resolve4 } from 'node:dns'
import { PerformanceObserver, performance } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardProcesses } from '../../src/guards/index.js'
import { currentPid, isAlive } from '../../src/kernel/index.js'
import { amongProcesses } from './owners.js'

let guards: Disposable
beforeAll(() => {
  guards = guardProcesses()
})
afterAll(() => guards[Symbol.dispose]())

const fail = (): never => {
  throw new Error('lost')
}

describe('a subscriber of a diagnostics channel', () => {
  it(
    'runs as whoever subscribed, is found again, and its throw is not that of who publishes',
    amongProcesses(async ({ a, b, world }) => {
      const news = channel('heartwood.test.subscribers')
      const seen: unknown[] = []
      const subscriber = (message: unknown, name: unknown) => seen.push(currentPid(), message, name)
      a.run(() => subscribe('heartwood.test.subscribers', subscriber))
      b.run(() => news.publish(1))
      expect(seen).toEqual([a.pid, 1, 'heartwood.test.subscribers'])
      expect(b.run(() => news.unsubscribe(subscriber))).toBe(true)
      expect([news.unsubscribe(subscriber), news.hasSubscribers]).toEqual([false, false])

      a.run(() => news.subscribe(fail))
      b.run(() => news.publish(2))
      await world.kernel.settled()
      expect([isAlive(a.pid), isAlive(b.pid)]).toEqual([false, true])
      expect(news.unsubscribe(fail)).toBe(true)
      expect(() => a.run(() => news.subscribe(undefined as never))).toThrow(TypeError)
    }),
  )
})

describe('what Node calls back', () => {
  it(
    'of dns: a throw is the end of whoever asked',
    amongProcesses(async ({ a, b }) => {
      const resolver = new dns.Resolver()
      resolver.setServers(['127.0.0.1:9'])
      const done = new Promise<void>((resolve) => {
        a.run(() =>
          resolver.resolve4('x.invalid', () => {
            resolve()
            fail()
          }),
        )
      })
      resolver.cancel()
      await done
      expect([isAlive(a.pid), isAlive(b.pid)]).toEqual([false, true])
      expect(dns.resolve4).toBe(resolve4)
      expect(() => a.run(() => dns.resolve4('x', undefined as never))).toThrow(TypeError)
    }),
  )

  it(
    'of a performance observer: it runs as whoever made it',
    amongProcesses(async ({ a }) => {
      const told = new Promise((resolve) => {
        a.run(() => {
          const observer = new PerformanceObserver(() => {
            observer.disconnect()
            resolve(currentPid())
          })
          observer.observe({ entryTypes: ['mark'] })
        })
      })
      performance.mark('guards')
      expect(await told).toBe(a.pid)
      expect(globalThis.PerformanceObserver).toBe(PerformanceObserver)
      expect(PerformanceObserver).toHaveProperty('supportedEntryTypes')
      expect(() => new PerformanceObserver(undefined as never)).toThrow(TypeError)
    }),
  )

  it('of a finalization registry: refused values are refused as ever', () => {
    const registry = new FinalizationRegistry(() => {})
    const target = {}
    expect(() => registry.register(target, target)).toThrow(TypeError)
    expect(() => new FinalizationRegistry(undefined as never)).toThrow(TypeError)
    expect(registry).toBeInstanceOf(FinalizationRegistry)
    expect(FinalizationRegistry.name).toBe('FinalizationRegistry')
    registry.register(target, 1, target)
    expect(registry.unregister(target)).toBe(true)
  })
})
