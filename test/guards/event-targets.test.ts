import { EventEmitter, getEventListeners, on, once } from 'node:events'
import { BroadcastChannel, MessageChannel } from 'node:worker_threads'
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

describe('a listener of an event target', () => {
  it(
    'runs as the process that added it, and its throw is that one’s',
    amongProcesses(async ({ a, b, world }) => {
      const target = new EventTarget()
      const seen: unknown[] = []
      a.run(() =>
        target.addEventListener('news', function (this: unknown, event) {
          seen.push(currentPid(), this === target, event.type)
        }),
      )
      a.run(() =>
        target.addEventListener('news', {
          handleEvent(this: { name: string }) {
            seen.push(currentPid(), this.name)
          },
          name: 'an object',
        } as never),
      )
      b.run(() => target.dispatchEvent(new Event('news')))
      target.dispatchEvent(new Event('news'))
      a.run(() => target.dispatchEvent(new Event('news')))
      const each = [a.pid, true, 'news', a.pid, 'an object']
      expect(seen).toEqual([...each, ...each, ...each])
      b.run(() => target.addEventListener('fault', fail))
      a.run(() => target.dispatchEvent(new Event('fault')))
      await world.kernel.settled()
      expect([isAlive(a.pid), isAlive(b.pid)]).toEqual([true, false])
    }),
  )

  it(
    'fails later as its own process too',
    amongProcesses(async ({ a, b }) => {
      const target = new EventTarget()
      let listening: unknown
      a.run(() =>
        target.addEventListener('news', () => {
          listening = currentPid()
          // Nobody but an event target looks at what a listener returns; it would fail whoever dispatches.
          // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
          return { then: fail }
        }),
      )
      b.run(() => target.dispatchEvent(new Event('news')))
      await new Promise((resolve) => setImmediate(resolve))
      expect(listening).toBe(a.pid)
      expect(isAlive(b.pid)).toBe(true)
    }),
  )

  it(
    'is registered once for a process, and found by itself',
    amongProcesses(({ a, b }) => {
      const target = new EventTarget()
      let calls = 0
      const listener = (): void => {
        calls++
      }
      const dispatched = (): number => {
        calls = 0
        target.dispatchEvent(new Event('news'))
        return calls
      }
      a.run(() => target.addEventListener('news', listener))
      a.run(() => target.addEventListener('news', listener))
      expect(dispatched()).toBe(1)
      expect(getEventListeners(target, 'news')).toEqual([listener])
      expect(EventEmitter.getEventListeners(target, 'news')).toEqual([listener])
      b.run(() => target.addEventListener('news', listener))
      target.addEventListener('news', listener)
      expect(dispatched()).toBe(3)
      b.run(() => target.removeEventListener('news', listener))
      target.removeEventListener('news', listener)
      expect(dispatched()).toBe(1)
      target.removeEventListener('news', listener)
      expect(dispatched()).toBe(0)
      a.run(() => target.addEventListener('news', listener, { once: true }))
      expect([dispatched(), dispatched()]).toEqual([1, 0])
      const giving = new AbortController()
      a.run(() => target.addEventListener('news', listener, { signal: giving.signal }))
      giving.abort()
      expect(dispatched()).toBe(0)
    }),
  )

  it(
    'of a dead process gives way to that of its successor',
    amongProcesses(({ a, b, world }) => {
      const target = new EventTarget()
      const seen: unknown[] = []
      const listener = (): void => {
        seen.push(currentPid())
      }
      a.run(() => target.addEventListener('news', listener))
      world.kernel.exit(a.pid, 'kill')
      target.dispatchEvent(new Event('news'))
      b.run(() => target.addEventListener('news', listener))
      target.dispatchEvent(new Event('news'))
      expect(seen).toEqual([a.pid, b.pid])
    }),
  )

  it(
    'is found in a class that has a method `listeners` of its own',
    amongProcesses(({ a }) => {
      class Own extends EventTarget {
        listeners(): never[] {
          return []
        }
      }
      const target = new Own()
      let calls = 0
      const listener = (): void => {
        calls++
      }
      a.run(() => target.addEventListener('news', listener))
      a.run(() => target.removeEventListener('news', listener))
      target.dispatchEvent(new Event('news'))
      expect(calls).toBe(0)
    }),
  )

  it('is refused by Node as ever', () => {
    const target = new EventTarget()
    expect(() => target.addEventListener('news', 1 as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
    expect(() => (target.addEventListener as (type: string) => void)('news')).toThrow(TypeError)
    expect(() => EventTarget.prototype.addEventListener.call({} as never, 'news', fail)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_THIS' }),
    )
    expect([target.addEventListener.length, target.removeEventListener.length]).toEqual([2, 2])
  })
})

describe('a port', () => {
  it(
    'has listeners in the way of Node, and in that of the web',
    amongProcesses(async ({ a, b }) => {
      const { port1, port2 } = new MessageChannel()
      const web = port1 as unknown as { onmessage: ((event: { data: unknown }) => void) | null }
      const seen: unknown[] = []
      const listener = (message: unknown): void => {
        seen.push(currentPid(), message)
      }
      a.run(() => port1.on('message', listener))
      a.run(() => port1.once('message', listener))
      b.run(() => {
        web.onmessage = ({ data }) => seen.push(currentPid(), data)
      })
      const told = once(port1, 'message')
      port2.postMessage('x')
      await told
      expect(seen).toEqual([a.pid, 'x', b.pid, 'x'])
      a.run(() => port1.off('message', listener))
      web.onmessage = null
      expect(web.onmessage).toBe(null)
      port1.close()
    }),
  )

  it(
    'has one handler in a property, of whoever set it last',
    amongProcesses(async ({ a, b, world }) => {
      const channels = [new BroadcastChannel('guards'), new BroadcastChannel('guards')] as const
      const [channel, other] = channels
      const seen: unknown[] = []
      const heard = (): Promise<unknown> => {
        const told = once(channel, 'message')
        other.postMessage('x')
        return told
      }
      const handler = (): void => {
        seen.push(currentPid())
      }
      a.run(() => {
        channel.onmessage = handler
      })
      expect(channel.onmessage).toBe(handler)
      await heard()
      world.kernel.exit(a.pid, 'kill')
      b.run(() => {
        channel.onmessage = handler
      })
      await heard()
      channel.onmessage = handler
      await heard()
      expect(seen).toEqual([a.pid, b.pid, undefined])
      for (const each of channels) each.close()
    }),
  )
})

describe('an abort signal', () => {
  it(
    'that somebody else aborts tells each as itself',
    amongProcesses(async ({ a, b }) => {
      const giving = new AbortController()
      const seen: unknown[] = []
      a.run(() => giving.signal.addEventListener('abort', () => seen.push(currentPid()), { once: true }))
      b.run(() => {
        giving.signal.onabort = () => seen.push(currentPid())
      })
      const waiting = a.run(() => on(new EventEmitter(), 'never', { signal: giving.signal }))
      b.run(() => giving.abort())
      await expect(waiting.next()).rejects.toMatchObject({ code: 'ABORT_ERR' })
      expect(seen).toEqual([a.pid, b.pid])
      expect(getEventListeners(giving.signal, 'abort')).toHaveLength(1)
    }),
  )
})
