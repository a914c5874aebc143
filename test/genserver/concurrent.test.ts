import { describe, expect, it } from 'vitest'
import { Call, Cast, GenServer } from '../../src/decorators/index.js'
import {
  type Callbacks,
  call,
  cast,
  defineServer,
  getState,
  noReply,
  ref,
  start,
  stop,
} from '../../src/genserver/index.js'
import {
  type DownMessage,
  exit,
  isAlive,
  isDown,
  monitor,
  type Pid,
  processes,
  processInfo,
  receive,
  self,
  send,
  sleep,
  trapExit,
} from '../../src/kernel/index.js'
import { exitReason, failure, world } from './world.js'

const boom = new Error('boom')

describe('a concurrent call', () => {
  @GenServer({ name: 'pages' })
  class Pages {
    #read = 0
    @Call({ concurrent: true }) async read(ms: number): Promise<string> {
      await sleep(ms)
      if (ms === 13) throw boom
      this.self.cast.count()
      return `page after ${ms}`
    }
    @Cast() count(): void {
      this.#read++
    }
    @Call() total(): number {
      return this.#read
    }
    get self() {
      return pages()
    }
  }
  const pages = () => ref(Pages)

  it('is answered beside the server, which goes on', () =>
    world(async (kernel) => {
      const server = await start(Pages)
      const [slow, quick] = [server.call.read(100), server.call.read(50)]
      expect(await server.call.total()).toBe(0)
      await kernel.clock.advance(50)
      expect(await quick).toBe('page after 50')
      expect(await server.call.total()).toBe(1)
      await kernel.clock.advance(50)
      expect(await slow).toBe('page after 100')
      expect(await server.call.total()).toBe(2)
      await kernel.settled()
      expect(processInfo(server.pid as Pid, 'links')).toEqual([])
    }))

  it('that crashes ends the server, and the callers of both hear it', () =>
    world(async (kernel) => {
      const server = await start(Pages)
      const ended = exitReason(server.pid as Pid)
      const both = [failure(server.call.read(13)), failure(server.call.read(100))]
      await kernel.clock.advance(13)
      expect(await ended).toBe(boom)
      for (const each of both) expect(await each).toMatchObject({ code: 'CALL_SERVER_EXITED', cause: boom })
      await kernel.settled()
      expect(kernel.reports).toMatchObject([{ kind: 'crash', reason: boom }])
    }))

  const trapping: Callbacks<string[]> = {
    init: () => {
      trapExit(true)
      return { state: [] }
    },
    handleCall: (act, _from, state) => ({ state, concurrently: act as () => unknown }),
    handleInfo: (message, seen) => ({ state: [...seen, String(message)] }),
    terminate: (reason, seen) => {
      if (reason === boom) seen.push('terminated')
    },
  }

  it('is no message to a server that traps exits, and its crash is a crash all the same', () =>
    world(async () => {
      const server = await start(trapping)
      expect(await call(server, () => 'fine')).toBe('fine')
      send(server, 'hello')
      expect(await getState(server)).toEqual(['hello'])
      const seen = (await getState(server)) as string[]
      const ended = exitReason(server)
      expect(await failure(call(server, () => Promise.reject(boom)))).toMatchObject({ cause: boom })
      expect(await ended).toBe(boom)
      expect(seen).toEqual(['hello', 'terminated'])
    }))

  it('ends with its server, also when that stops in good order', () =>
    world(async (kernel) => {
      const server = await start(trapping)
      const before = processes().length
      const cut = failure(call(server, () => sleep(1_000)))
      await getState(server)
      expect(processes().length).toBe(before + 1)
      await stop(server)
      expect(await cut).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason: 'normal' } })
      await kernel.settled()
      expect(processes().length).toBe(before - 1)
      expect(isAlive(server)).toBe(false)
    }))

  it('is no reason of its server, whose terminate takes its time', () =>
    world(async (kernel) => {
      class Slow {
        async search(): Promise<void> {
          await sleep(2_000)
        }
        async terminate(): Promise<void> {
          await sleep(10)
          log.push('terminated')
        }
      }
      const log: string[] = []
      defineServer(Slow, { calls: ['search'], concurrent: ['search'] })
      for (const reason of ['normal', 'my reason']) {
        const server = await start(Slow)
        const cut = failure(server.call.search())
        await kernel.settled()
        monitor(server.pid as Pid)
        const stopped = stop(server, reason).catch(() => {})
        await kernel.clock.advance(10)
        await stopped
        expect(((await receive(isDown)) as DownMessage).reason).toBe(reason)
        expect(await cut).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason } })
      }
      expect(log).toEqual(['terminated', 'terminated'])
    }))

  it('whose process ends normally without an answer is not waited for', () =>
    world(async (kernel) => {
      const server = await start(trapping)
      expect(await failure(call(server, () => exit('normal'), Number.POSITIVE_INFINITY))).toMatchObject({
        code: 'CALL_SERVER_EXITED',
        details: { reason: 'normal' },
      })
      const inCallback = failure(
        call(
          server,
          () => {
            const me = self()
            void sleep(10)
              .then(() => exit(me, 'normal'))
              .catch(() => {})
            return sleep(1_000)
          },
          Number.POSITIVE_INFINITY,
        ),
      )
      await kernel.clock.advance(10)
      expect(await inCallback).toMatchObject({ code: 'CALL_SERVER_EXITED' })
      expect(await call(server, () => 'goes on')).toBe('goes on')
      expect(await getState(server)).toEqual([])
    }))

  it('waits for its turn where there is a limit, in the order of arrival, and the server waits for none', () =>
    world(async (kernel) => {
      class Limited {
        running = 0
        most = 0
        order: number[] = []
        async read(n: number): Promise<number> {
          this.order.push(n)
          this.most = Math.max(this.most, ++this.running)
          await sleep(n === 1 ? 30 : 10)
          this.running--
          if (n === 2) exit('normal')
          return n
        }
        async other(): Promise<string> {
          return 'other'
        }
        seen() {
          return { most: this.most, order: [...this.order], running: this.running }
        }
        async busy(): Promise<void> {
          await sleep(100)
        }
      }
      defineServer(Limited, {
        calls: ['read', 'other', 'seen', 'busy'],
        concurrent: [{ method: 'read', limit: 2 }, 'other'],
      })
      const server = await start(Limited)
      const reads = [0, 1, 2, 3, 4].map((n) => server.call.read(n).catch((error) => error.code))
      expect(await server.call.other()).toBe('other')
      expect(await server.call.seen()).toEqual({ most: 2, order: [0, 1], running: 2 })
      // What waits goes on also while the server is busy.
      const busy = server.call.busy()
      await kernel.clock.advance(60)
      expect(await Promise.all(reads)).toEqual([0, 1, 'CALL_SERVER_EXITED', 3, 4])
      await kernel.clock.advance(40)
      await busy
      expect(await server.call.seen()).toEqual({ most: 2, order: [0, 1, 2, 3, 4], running: 0 })
    }))

  it('that waits for its turn when the server ends is over with it', () =>
    world(async () => {
      class Limited {
        read(): Promise<void> {
          return sleep(1_000)
        }
      }
      defineServer(Limited, { calls: ['read'], concurrent: [{ method: 'read', limit: 1 }] })
      const server = await start(Limited)
      const both = [failure(server.call.read()), failure(server.call.read())]
      await getState(server)
      const before = processes().length
      await stop(server)
      for (const each of both) expect(await each).toMatchObject({ code: 'CALL_SERVER_EXITED' })
      expect(processes().length).toBeLessThan(before)
    }))

  it.each([
    { decorated: true },
    { decorated: false },
  ])('is what the decorator of the method that runs says: %o', ({ decorated }) =>
    world(async (kernel) => {
      class Base {
        count = 0
        @Call({ concurrent: true }) async add(): Promise<number> {
          return 0
        }
        @Call() get(): number {
          return this.count
        }
      }
      if (decorated) GenServer()(Base)
      @GenServer()
      class Sub extends Base {
        @Call() override async add(): Promise<number> {
          const before = this.count
          await sleep(5)
          this.count = before + 1
          return this.count
        }
      }
      const server = await start(Sub)
      const both = [server.call.add(), server.call.add()]
      await kernel.clock.advance(10)
      expect(await Promise.all(both)).toEqual([1, 2])
    }))

  it('may have a limit of at least 1', () => {
    for (const limit of [0, 1.5, '16', undefined]) {
      expect(() => Call({ concurrent: { limit } as never })(Pages.prototype, 'read', {} as never)).toThrow(
        expect.objectContaining({
          code: 'DECORATOR_OPTION_INVALID',
          message: expect.stringContaining('concurrent'),
        }),
      )
      class Wrong {
        a(): void {}
      }
      expect(() =>
        defineServer(Wrong, { calls: ['a'], concurrent: [{ method: 'a', limit } as never] }),
      ).toThrow(
        expect.objectContaining({
          code: 'HANDLER_INVALID',
          message: expect.stringContaining('whole number from 1'),
        }),
      )
    }
  })

  it('is only for calls, and answers with a value', () =>
    world(async () => {
      const casting: Callbacks<0> = {
        init: () => ({ state: 0 }),
        handleCast: () => ({ state: 0, concurrently: () => 1 }) as never,
      }
      const server = await start(casting)
      cast(server, 'x')
      expect(await exitReason(server)).toMatchObject({ code: 'BAD_RETURN_VALUE' })
      const directing = await start(trapping)
      expect(await failure(call(directing, () => noReply))).toMatchObject({
        cause: { code: 'BAD_RETURN_VALUE', message: expect.stringContaining('cannot direct it') },
      })
      class Wrong {
        a(): void {}
      }
      expect(await failure(() => defineServer(Wrong, { casts: ['a'], concurrent: ['a'] }))).toMatchObject({
        code: 'HANDLER_INVALID',
        message: expect.stringContaining('not one of the calls'),
      })
    }))
})
