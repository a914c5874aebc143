import { AsyncLocalStorage } from 'node:async_hooks'
import {
  Agent,
  call,
  cast,
  defineServer,
  Kernel,
  start,
  startChild,
  startDynamicSupervisor,
  startLink,
  Task,
  TaskSupervisor,
  whichChildren,
} from 'heartwood'
import { describe, expect, it } from 'vitest'

const tenant = new AsyncLocalStorage<string>()
const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

class Cart {
  inInit = tenant.getStore()
  inTimer: string | undefined = 'not yet'
  constructor() {
    setImmediate(() => {
      this.inTimer = tenant.getStore()
    })
  }
  async who(): Promise<unknown[]> {
    await later()
    return [this.inInit, this.inTimer, tenant.getStore()]
  }
}
defineServer(Cart, { calls: ['who'] })

const server = {
  init: () => ({ state: tenant.getStore() }),
  handleCall: (_: unknown, __: unknown, state: unknown) => ({ reply: [state, tenant.getStore()], state }),
  handleCast: () => {
    throw new Error('crash')
  },
}

/** Runs `fn` in a kernel of the application's, from a request of a tenant. */
function request<T>(name: string, fn: () => Promise<T>): Promise<T> {
  return tenant.run(name, fn)
}

const app = async (body: () => Promise<void>): Promise<void> => {
  await new Kernel({ report: () => {} }).run(body)
}

describe('the AsyncLocalStorage stores of a worker', () => {
  it('are those of the application, and not of the request that started it', async () => {
    await app(async () => {
      const pids = await request('ann', async () => [await start(server), await startLink(server)])
      for (const pid of pids)
        expect(await request('bob', () => call(pid, 'who'))).toEqual([undefined, undefined])
      const cart = await request('ann', () => start(Cart))
      expect(await request('bob', () => cart.call.who())).toEqual([undefined, undefined, undefined])
      const agent = await request('ann', async () => Agent.start(() => tenant.getStore() ?? 'none'))
      expect(await request('bob', async () => agent.get((it) => [it, tenant.getStore()]))).toEqual([
        'none',
        undefined,
      ])
    })
  })

  it('are the same for dynamic children and after a restart, whoever caused it', async () => {
    await app(async () => {
      const supervisor = await startDynamicSupervisor({}, { link: false })
      const child = { id: 'child', start: () => startLink(server) }
      const pid = await request('ann', () => startChild(supervisor, child))
      expect(await request('bob', () => call(pid as never, 'who'))).toEqual([undefined, undefined])
      await request('bob', async () => cast(pid as never, 'crash'))
      await later()
      const [again] = await whichChildren(supervisor)
      expect(again?.pid).not.toBe(pid)
      expect(await call(again?.pid as never, 'who')).toEqual([undefined, undefined])
    })
  })

  it('are those of who asked in a task, which is the work of that one', async () => {
    await app(async () => {
      const who = (): string | undefined => tenant.getStore()
      const seen = await request('ann', async () => {
        const tasks = await TaskSupervisor.startLink()
        const streamed = await Task.asyncStream([1], who).toArray()
        const supervised = await tasks.asyncStream([1], who).toArray()
        return [
          await Task.async(who).await(),
          await (await tasks.async(who)).await(),
          streamed,
          supervised,
          tenant.getStore(),
        ]
      })
      expect(seen).toEqual(['ann', 'ann', [{ ok: 'ann' }], [{ ok: 'ann' }], 'ann'])
    })
  })
})
