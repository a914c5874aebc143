import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { call, cast, getState, resume, start, stateMachine, suspend } from '../../src/genserver/index.js'
import { isAlive, type Pid, receive, send, sleep, spawn } from '../../src/kernel/index.js'
import { UniqueRegistry } from '../../src/registry/index.js'
import { startSupervisor } from '../../src/supervisor/index.js'
import { failure } from './world.js'

/** As in production: a kernel that freezes messages refuses these where they are sent. */
async function world(fn: (kernel: TestKernel) => Promise<void>): Promise<void> {
  const kernel = new TestKernel({ messages: 'share' })
  try {
    await kernel.run(() => fn(kernel))
  } finally {
    await kernel.close()
  }
}

const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'a proxy that was revoked': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  'a proxy that does not tell its class': () =>
    new Proxy(
      {},
      {
        getPrototypeOf() {
          throw new Error('a trap')
        },
      },
    ),
}

const server = {
  init: () => ({ state: 0 }),
  handleCall: (_request: unknown, _from: unknown, state: number) => ({ reply: 'answered', state }),
  handleCast: (_request: unknown, state: number) => ({ state: state + 1 }),
  handleInfo: (_message: unknown, state: number) => ({ state: state + 1 }),
}
const machine = stateMachine({
  init: () => ({ state: 'only' as const, data: 0 }),
  states: {
    only: (event) =>
      event.type === 'call' ? { actions: { reply: 'answered', to: event.from } } : 'keep_state',
  },
})

describe.each(Object.entries(HOSTILE))('%s, as the request of one client', (_, value) => {
  it('reaches the callback of a server and of a machine', () =>
    world(async () => {
      for (const pid of [await start(server), await start(machine)]) {
        expect(await call(pid, value())).toBe('answered')
        cast(pid, value())
        send(pid, value())
        await getState(pid)
        expect(isAlive(pid)).toBe(true)
      }
    }))

  it('is refused as any that a supervisor does not understand, by a coded error', () =>
    world(async () => {
      const pid = await startSupervisor({ children: [] }, { link: false })
      const error = await failure(call(pid, value()))
      expect(error.cause).toMatchObject({ code: 'UNKNOWN_REQUEST' })
    }))

  it('is left in the mailbox by a server that is held still', () =>
    world(async () => {
      const pid = await start(server)
      await suspend(pid)
      cast(pid, value())
      send(pid, value())
      const answer = call(pid, value())
      await getState(pid)
      await resume(pid)
      expect(await answer).toBe('answered')
      expect(await getState(pid)).toBe(2)
    }))

  it('is none of the messages that a receive waits for by their class', () =>
    world(async () => {
      class Wanted {}
      let got: unknown
      const pid: Pid = spawn(async () => {
        got = await receive((message: unknown) => message instanceof Wanted)
      })
      send(pid, value())
      send(pid, new Wanted())
      await sleep(0)
      expect(got).toBeInstanceOf(Wanted)
    }))

  it('does not end the process of a registry', () =>
    world(async (kernel) => {
      const registry = new UniqueRegistry('users')
      const pid = await registry.start()
      cast(pid, value())
      send(pid, value())
      const unanswered = failure(call(pid, value(), 1))
      await kernel.clock.advance(1)
      expect((await unanswered).code).toBe('CALL_TIMEOUT')
      expect(isAlive(pid)).toBe(true)
    }))
})
