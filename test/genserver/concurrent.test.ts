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
import { isAlive, type Pid, processes, processInfo, send, sleep, trapExit } from '../../src/kernel/index.js'
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
