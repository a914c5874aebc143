import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  currentPid,
  get,
  isAlive,
  Kernel,
  type Pid,
  put,
  receive,
  self,
  send,
  sleep,
  spawn,
  storesOfNow,
} from '../../src/kernel/index.js'
import { inWorld } from './world.js'

const [NODE = 20] = process.versions.node.split('.').map(Number)
class Large {}

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the async context of a process', () => {
  it(
    'is the process, through whatever it starts, and nobody after it',
    inWorld(async ({ kernel }) => {
      const seen: unknown[] = []
      const look = (): unknown => seen.push(currentPid())
      const pid = spawn(async () => {
        queueMicrotask(look)
        process.nextTick(look)
        setImmediate(look)
        await later()
        look()
        new EventTarget().addEventListener('event', look)
        AsyncLocalStorage.snapshot()(look)
        AsyncResource.bind(look)()
        await receive()
      })
      const me = self()
      await later()
      await later()
      await kernel.settled()
      expect(seen).toEqual([pid, pid, pid, pid, pid, pid])
      expect(currentPid()).toBe(me)
    }),
  )

  it(
    'keeps what other stores hold, and begins with those of a place where it is told to',
    inWorld(async ({ kernel }) => {
      const trace = new AsyncLocalStorage<string>()
      const other = new AsyncLocalStorage<string>()
      const seen: unknown[] = []
      const look = (where: string): unknown =>
        seen.push([where, trace.getStore(), other.getStore(), currentPid()])
      const pids: Pid[] = []
      trace.run('traced', () => {
        const spawnHere = (fn: () => unknown): Pid => spawn(fn, { stores: storesOfNow() })
        pids[0] = spawnHere(async () => {
          look('spawned')
          other.run('inner', () => {
            look('in another store')
            setImmediate(look, 'later')
          })
          pids[1] = trace.run('nobody asks for it', () => spawn(() => look('a child')))
          trace.run('deeper', () => {
            pids[2] = spawnHere(async () => {
              await later()
              look('a child in another store')
            })
          })
          await receive()
        })
      })
      while (seen.length < 5) await later()
      await kernel.settled()
      const [one, two, three] = pids
      expect(seen).toHaveLength(5)
      expect(seen).toEqual(
        expect.arrayContaining([
          ['spawned', 'traced', undefined, one],
          ['in another store', 'traced', 'inner', one],
          ['a child', 'traced', undefined, two],
          ['later', 'traced', 'inner', one],
          ['a child in another store', 'deeper', undefined, three],
        ]),
      )
      expect(trace.getStore()).toBeUndefined()
    }),
  )

  it('begins with the stores of its kernel, and not of the code that happens to start it', async () => {
    const app = new AsyncLocalStorage<string>()
    const request = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const look = (): unknown => seen.push([app.getStore(), request.getStore()])
    const kernel = app.run('app', () => new Kernel({ report: () => {} }))
    request.run('of ann', () => {
      kernel.spawn(look)
      kernel.spawn(async () => {
        await request.run('of ann, again', async () => {
          await later()
          spawn(() => {
            look()
            setImmediate(look)
            spawn(look)
          })
        })
      })
    })
    while (seen.length < 4) await later()
    expect(seen).toEqual(Array(4).fill(['app', undefined]))
  })

  it(
    'lets a store be disabled, in that process alone',
    inWorld(async ({ kernel }) => {
      const trace = new AsyncLocalStorage<string>()
      const seen: unknown[] = []
      trace.run('traced', () => {
        const stores = storesOfNow()
        const first = (): void => {
          if (NODE >= 24) trace.disable()
          seen.push(trace.getStore(), currentPid() !== undefined)
        }
        spawn(first, { stores })
        spawn(() => seen.push(trace.getStore()), { stores })
      })
      await kernel.settled()
      expect(seen).toEqual([NODE >= 24 ? undefined : 'traced', true, 'traced'])
    }),
  )

  it(
    'does not keep the processes it was spawned by, nor their context, in memory',
    inWorld(async ({ kernel }) => {
      setFlagsFromString('--expose-gc')
      const gc = runInNewContext('gc') as () => void
      const trace = new AsyncLocalStorage<string>()
      const held: WeakRef<object>[] = []
      const me = self()
      const parent = spawn(() => {
        put('large', new Large())
        held.push(new WeakRef(get('large') as Large))
        trace.run('traced', () => {
          const script = async (): Promise<void> => {
            await receive()
            send(me, trace.getStore())
            await receive()
          }
          send(me, spawn(script, { stores: storesOfNow() }))
        })
      })
      const child = (await receive()) as Pid
      await kernel.settled()
      expect(isAlive(parent)).toBe(false)
      await later()
      gc()
      expect(held[0]?.deref()).toBeUndefined()
      send(child, 'go')
      expect(await receive()).toBe('traced')
    }),
  )

  it.runIf(NODE >= 24)(
    'is the process itself on a Node with frames, where a map for each would be a third of its size',
    inWorld(async () => {
      const held = new AsyncResource('a look', { requireManualDestroy: true })
      const frames = Object.getOwnPropertySymbols(held).map(
        (key) => (held as unknown as Record<symbol, unknown>)[key],
      )
      expect(frames).toContainEqual(expect.objectContaining({ pid: self() }))
      await sleep(0)
      expect(currentPid()).toBe(self())
    }),
  )
})
