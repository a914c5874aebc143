import { AsyncLocalStorage } from 'node:async_hooks'
import {
  application,
  boot,
  Call,
  Cast,
  call,
  defineConfig,
  GenServer,
  Info,
  PubSub,
  ref,
  self,
  send,
  sendAfter,
  start,
  startLink,
  stateMachine,
  supervisorSpec,
  Task,
} from 'heartwood'
import { expect, it } from 'vitest'
import { world } from '../kernel/world.js'

const request = new AsyncLocalStorage<string>()
const other = new AsyncLocalStorage<string>()

@GenServer({ name: 'desk' })
class Desk {
  seen: unknown[] = []
  @Call() who(): unknown[] {
    return [request.getStore(), other.getStore()]
  }
  @Call() async later(): Promise<unknown> {
    await Promise.resolve()
    return request.getStore()
  }
  @Call({ concurrent: true }) async beside(): Promise<unknown> {
    await Promise.resolve()
    return request.getStore()
  }
  @Cast() note(): void {
    this.seen.push(request.getStore())
  }
  @Call() onward(): Promise<unknown> {
    return ref(Clerk).call.who()
  }
  @Call() soon(): void {
    sendAfter(100, self(), 'tick')
  }
  @Info() heard(): void {
    this.seen.push(request.getStore())
  }
  @Call() noted(): unknown[] {
    return this.seen.splice(0)
  }
}

@GenServer({ name: 'narrow', mailbox: { limit: 1, policy: 'wait' } })
class Narrow {
  seen: unknown[] = []
  @Call() async who(): Promise<unknown> {
    await Promise.resolve()
    return request.getStore()
  }
  @Call({ concurrent: { limit: 1 } }) async beside(): Promise<unknown> {
    await Promise.resolve()
    return request.getStore()
  }
  @Cast() async note(): Promise<void> {
    await Promise.resolve()
    this.seen.push(request.getStore())
  }
  @Call() noted(): unknown[] {
    return this.seen.splice(0)
  }
}

@GenServer({ name: 'clerk' })
class Clerk {
  @Call() who(): unknown {
    return request.getStore()
  }
}

const children = [Desk, Narrow, Clerk].map((Each) => ({
  id: Each.name,
  start: () => startLink(Each as typeof Desk),
}))

async function running(
  carry: AsyncLocalStorage<unknown>[] | undefined,
  body: (advance: (ms: number) => Promise<void>) => Promise<void>,
) {
  const { kernel, clock } = world()
  const root = supervisorSpec('root', { children })
  const config = defineConfig({
    applications: [application({ name: 'shop', root })],
    carry,
    log: { level: 'silent' },
  })
  const system = await boot(config, { kernel })
  try {
    await kernel.run(() => body((ms) => clock.advance(ms)))
  } finally {
    await system.stop()
  }
}

it('a store that is named travels with call, cast, send, task and timer, and on from there; no other does', () =>
  running([request], async (advance) => {
    const desk = ref(Desk)
    await request.run('ann', () =>
      other.run('x', async () => {
        expect(await desk.call.who()).toEqual(['ann', undefined])
        expect(await desk.call.later()).toBe('ann')
        expect(await desk.call.beside()).toBe('ann')
        expect(await desk.call.onward()).toBe('ann')
        expect(await Task.async(() => desk.call.who()).await()).toEqual(['ann', undefined])
        desk.cast.note()
        send('desk', 'hello')
        await desk.call.soon()
      }),
    )
    await request.run('bob', () => advance(100))
    expect(await desk.call.noted()).toEqual(['ann', 'ann', 'ann'])
    expect(await desk.call.who()).toEqual([undefined, undefined])
  }))

it('a store travels with what waits for room in a full mailbox, each with that of its own sender', () =>
  running([request], async () => {
    const narrow = ref(Narrow)
    const users = ['ann', 'bob', 'eve', 'joe', 'kim']
    const asked = users.map((user) => request.run(user, () => narrow.call.who()))
    const noted = users.map((user) => request.run(user, async () => narrow.cast.note()))
    expect(await Promise.all(asked)).toEqual(users)
    await Promise.all(noted)
    expect(await Promise.all(users.map((user) => request.run(user, () => narrow.call.beside())))).toEqual(
      users,
    )
    expect(await narrow.call.noted()).toEqual(users)
  }))

it('an event that a machine postpones is handled with what its sender had', () =>
  running([request], async () => {
    const seen: unknown[] = []
    const door = stateMachine<string, undefined, undefined>({
      init: () => ({ state: 'closed', data: undefined }),
      states: {
        closed: (event) => (event.type === 'call' ? { actions: 'postpone' } : { nextState: 'open' }),
        open: (event) => {
          seen.push(request.getStore())
          return event.type === 'call' ? { actions: { reply: 'in', to: event.from } } : 'keep_state'
        },
      },
    })
    await start(door, undefined, { name: 'door' })
    const ann = request.run('ann', () => call('door', 'enter'))
    const nobody = call('door', 'enter')
    request.run('bob', () => send('door', 'open!'))
    await Promise.all([ann, nobody])
    expect(seen).toEqual(['ann', undefined])
  }))

it('travels to those who listen to a topic', () =>
  running([request], async () => {
    const news = new PubSub<{ weather: string }>('news')
    await news.startLink()
    @GenServer()
    class Reader {
      seen: unknown[] = []
      init(): void {
        news.subscribe('weather')
      }
      @Info() onNews(): void {
        this.seen.push(request.getStore())
      }
      @Call() noted(): unknown[] {
        return this.seen
      }
    }
    const reader = await start(Reader)
    request.run('ann', () => news.broadcast('weather', 'rain'))
    expect(await reader.call.noted()).toEqual(['ann'])
  }))

it('nothing travels where nothing is named, and a worker has what the application had', () =>
  running(undefined, async () => {
    await request.run('ann', async () => {
      expect(await ref(Desk).call.who()).toEqual([undefined, undefined])
      const started = await start(Desk, undefined, { name: 'another' })
      expect(await request.run('bob', () => started.call.later())).toBe(undefined)
    })
  }))

it('what is no list of stores is refused', async () => {
  const config = defineConfig({ applications: [], carry: ['request'] as never })
  await expect(boot(config)).rejects.toThrow('carry')
})
