import { describe, expect, it } from 'vitest'
import {
  type ContinueWith,
  call,
  cast,
  continueWith,
  defineServer,
  type From,
  from,
  getState,
  type Idle,
  idle,
  type NoReply,
  noReply,
  type Ref,
  ref,
  reply,
  type Stopping,
  start,
  stop,
  stopping,
} from '../../src/genserver/index.js'
import {
  type ExitReason,
  isDown,
  type Pid,
  self,
  send,
  sleep,
  spawn,
  spawnMonitor,
} from '../../src/kernel/index.js'
import { exitReason, failure, world } from './world.js'

class Worker {
  readonly log: unknown[] = []
  #waiting: From[] = []

  init(how?: string): undefined | 'ignore' | ContinueWith | Idle | Stopping {
    if (how === 'ignore') return 'ignore'
    if (how === 'stop') return stopping('no')
    if (how === 'continue') return continueWith('from init')
    if (how === 'idle') return idle(100)
    return undefined
  }
  value(): number {
    return 42
  }
  nothing(): void {}
  later(): Promise<number> {
    return sleep(100).then(() => 43)
  }
  wait(): NoReply<string> {
    this.#waiting.push(from())
    return noReply
  }
  async waitLate(): Promise<NoReply<string>> {
    await sleep(100)
    this.#waiting.push(from())
    return noReply
  }
  answer(value: string): void {
    for (const waiting of this.#waiting.splice(0)) reply(waiting, value)
  }
  close(): Stopping<string> {
    return stopping('normal', 'closed')
  }
  vanish(): Stopping {
    return stopping('gone')
  }
  work(): ContinueWith<string> {
    return continueWith('from work', 'working')
  }
  rest(): Idle<string> {
    return idle(50, 'resting')
  }
  quietly(): Idle {
    return idle(50)
  }
  misplaced(): Idle<string> {
    return idle(50, 'to nobody')
  }
  fail(): number {
    throw new Error('failed')
  }
  careless(): number {
    return this.log.push('careless')
  }
  readFrom(): void {
    from()
  }
  handleContinue(value: unknown): undefined | Stopping {
    this.log.push(`continue ${value}`)
    return value === 'stop' ? stopping('continued') : undefined
  }
  onTick(message: { n: number }): void {
    this.log.push(`tick ${message.n}`)
  }
  onTask(message: string): Promise<ContinueWith> {
    return Promise.resolve(continueWith(message))
  }
  handleInfo(message: unknown): void {
    this.log.push(`info ${message}`)
  }
  terminate(reason: ExitReason): void {
    this.log.push(`terminate ${reason}`)
    history.push(...this.log)
  }
}
let history: unknown[] = []

defineServer(Worker, {
  calls: ['value', 'nothing', 'later', 'wait', 'waitLate', 'close', 'vanish', 'work', 'rest', 'fail'],
  casts: ['nothing', 'answer', 'vanish', 'quietly', 'misplaced', 'careless', 'readFrom'] as never,
  infos: [
    { pattern: { type: 'tick' }, method: 'onTick' },
    {
      pattern: (message: unknown): message is string => String(message).startsWith('task'),
      method: 'onTask',
    },
  ],
})
const withWorker = (fn: (worker: Ref<Worker>, pid: Pid) => Promise<void>, how?: string) =>
  world(async () => {
    history = []
    const worker = await start(Worker, how)
    await fn(worker, worker.pid as Pid)
  })
const logOf = async (worker: Ref<Worker>): Promise<unknown[]> => ((await getState(worker)) as Worker).log

describe('a call method', () => {
  it('replies with what it returns, or what its promise resolves to', () =>
    world(async (kernel) => {
      const worker = await start(Worker)
      expect(await worker.call.value()).toBe(42)
      expect(await worker.call.nothing()).toBeUndefined()
      const later = worker.call.later()
      await kernel.clock.advance(100)
      expect(await later).toBe(43)
    }))

  it('crashes the server with what it throws', () =>
    withWorker(async (worker, pid) => {
      const ended = exitReason(pid)
      expect(await failure(worker.call.fail())).toMatchObject({
        code: 'CALL_SERVER_EXITED',
        cause: { message: 'failed' },
      })
      expect(await ended).toMatchObject({ message: 'failed' })
      expect(history).toEqual(['terminate Error: failed'])
    }))

  it('may reply later', () =>
    world(async (kernel) => {
      const worker = await start(Worker)
      const waiting = [worker.call.wait(), worker.call.waitLate()]
      await kernel.clock.advance(100)
      worker.cast.answer('now')
      expect(await Promise.all(waiting)).toEqual(['now', 'now'])
    }))

  it('may stop the server, with a reply or without', () =>
    withWorker(async (worker, pid) => {
      const ended = exitReason(pid)
      expect(await worker.call.close()).toBe('closed')
      expect(await ended).toBe('normal')
      expect(history).toEqual(['terminate normal'])
      const other = await start(Worker)
      expect(await failure(other.call.vanish())).toMatchObject({ details: { reason: 'gone' } })
    }))

  it('may go on by itself after the reply', () =>
    withWorker(async (worker) => {
      expect(await worker.call.work()).toBe('working')
      expect(await logOf(worker)).toEqual(['continue from work'])
    }))

  it('may ask for an idle time-out', () =>
    world(async (kernel) => {
      const worker = await start(Worker)
      expect(await worker.call.rest()).toBe('resting')
      await kernel.clock.advance(50)
      expect(await logOf(worker)).toEqual(['info timeout'])
    }))
})

describe('a cast method', () => {
  it('may return a directive, and a plain value means nothing', () =>
    world(async (kernel) => {
      const worker = await start(Worker)
      worker.cast.quietly()
      await kernel.clock.advance(50)
      ;(worker.cast as unknown as { careless(): void }).careless()
      expect(await logOf(worker)).toEqual(['info timeout', 'careless'])
      const ended = exitReason(worker.pid as Pid)
      worker.cast.vanish()
      expect(await ended).toBe('gone')
    }))

  it('cannot reply', () =>
    withWorker(async (worker, pid) => {
      const ended = exitReason(pid)
      ;(worker.cast as unknown as { misplaced(): void }).misplaced()
      expect(await ended).toMatchObject({ badReturnValue: { reply: 'to nobody' } })
    }))
})

describe('init', () => {
  it('may return nothing, ignore, or a directive', () =>
    world(async (kernel) => {
      expect(await failure(start(Worker, 'ignore'))).toMatchObject({ code: 'START_IGNORED' })
      expect(await failure(start(Worker, 'stop'))).toMatchObject({
        code: 'START_FAILED',
        details: { reason: 'no' },
      })
      expect(await logOf(await start(Worker, 'continue'))).toEqual(['continue from init'])
      const idling = await start(Worker, 'idle')
      await kernel.clock.advance(100)
      expect(await logOf(idling)).toEqual(['info timeout'])
    }))

  it('may be absent, asynchronous, or wrong', () =>
    world(async (kernel) => {
      class Bare {
        ready = false
      }
      class Slow extends Bare {
        async init(): Promise<void> {
          await sleep(10)
          this.ready = true
        }
      }
      class Wrong extends Bare {
        init(what: unknown): unknown {
          return what
        }
      }
      for (const Class of [Bare, Slow, Wrong]) defineServer(Class, {})
      expect(await getState(await start(Bare))).toEqual({ ready: false })
      const slow = start(Slow)
      await kernel.settled()
      await kernel.clock.advance(10)
      expect(await getState(await slow)).toEqual({ ready: true })
      for (const what of [noReply, stopping('x', 'to nobody'), idle(1, 'to nobody'), 42]) {
        expect(await failure(start(Wrong, what))).toMatchObject({ cause: { badReturnValue: what } })
      }
    }))
})

describe('messages', () => {
  it('go to the first handler whose pattern matches, else to handleInfo', () =>
    withWorker(async (worker, pid) => {
      send(pid, { type: 'tick', n: 7 })
      send(pid, 'task 1')
      send(pid, 'other')
      expect(await logOf(worker)).toEqual(['tick 7', 'continue task 1', 'info other'])
    }))

  it('include EXIT and DOWN', () =>
    world(async () => {
      class Watcher {
        seen: unknown[] = []
        watch(): void {
          spawnMonitor(() => {})
        }
        onDown(message: { reason: ExitReason }): void {
          this.seen.push(message.reason)
        }
      }
      defineServer(Watcher, { calls: ['watch'], infos: [{ pattern: isDown, method: 'onDown' }] })
      const watcher = await start(Watcher)
      await watcher.call.watch()
      await new Promise(setImmediate)
      expect(await getState(watcher)).toMatchObject({ seen: ['normal'] })
    }))

  it('without a handler are reported and dropped', () =>
    world(async (kernel) => {
      class Deaf {}
      defineServer(Deaf, {})
      const deaf = await start(Deaf)
      send(deaf.pid as Pid, 'hello?')
      await getState(deaf)
      expect(kernel.reports).toMatchObject([{ level: 'warn', lastMessage: 'hello?', pid: deaf.pid }])
    }))
})

describe('what the class does not declare', () => {
  class Deaf {
    helper(): void {}
    init(how?: 'continue'): undefined | ContinueWith {
      return how === undefined ? undefined : continueWith('x')
    }
    go(): ContinueWith<string> {
      return continueWith('x', 'going')
    }
  }
  defineServer(Deaf, { calls: ['go'] })
  /** Takes the server for one of another class, as only a wrong ref can. */
  class Other {
    helper(): void {}
  }
  defineServer(Other, { calls: ['helper'], casts: ['helper'] })

  it('crashes the server by METHOD_UNKNOWN when a wrong ref calls or casts it', () =>
    world(async () => {
      const first = (await start(Deaf)).pid as Pid
      const ended = exitReason(first)
      await failure(ref(Other, first).call.helper())
      expect(await ended).toMatchObject({
        code: 'METHOD_UNKNOWN',
        details: { kind: 'call', method: 'helper', known: 'calls: go' },
      })
      const second = (await start(Deaf)).pid as Pid
      const endedToo = exitReason(second)
      ref(Other, second).cast.helper()
      expect(await endedToo).toMatchObject({ code: 'METHOD_UNKNOWN', details: { known: 'it has no casts' } })
    }))

  it.each([
    ['call', (pid: Pid) => void call(pid, 'x').catch(() => {}), 'handleCall'],
    ['cast', (pid: Pid) => cast(pid, 'x'), 'handleCast'],
    ['continuation', (pid: Pid) => void ref(Deaf, pid).call.go(), 'handleContinue'],
  ])('crashes the server by CALLBACK_MISSING for a %s', (_, act, callback) =>
    world(async () => {
      const pid = (await start(Deaf)).pid as Pid
      const ended = exitReason(pid)
      act(pid)
      expect(await ended).toMatchObject({ code: 'CALLBACK_MISSING', details: { callback } })
    }))
})

describe('from', () => {
  it('is known in a call only', () =>
    world(async () => {
      expect(await failure(() => from())).toMatchObject({ code: 'NOT_HANDLING_CALL' })
      const worker = await start(Worker)
      const ended = exitReason(worker.pid as Pid)
      ;(worker.cast as unknown as { readFrom(): void }).readFrom()
      expect(await ended).toMatchObject({ code: 'NOT_HANDLING_CALL' })
    }))

  it('tells who calls', () =>
    world(async () => {
      class Who {
        asks(): string {
          return String(from().caller)
        }
      }
      defineServer(Who, { calls: ['asks'] })
      const who = await start(Who)
      expect(await who.call.asks()).toBe(String(self()))
      let other = ''
      const pid = spawn(async () => {
        other = await who.call.asks()
      })
      await exitReason(pid)
      expect(other).toBe(String(pid))
    }))
})

it('ends with terminate, in which the fields are as they were', () =>
  withWorker(async (worker) => {
    await worker.call.work()
    await stop(worker, 'shutdown')
    expect(history).toEqual(['continue from work', 'terminate shutdown'])
  }))

it('starts anew with a new instance', () =>
  world(async () => {
    const first = await start(Worker)
    const before = await getState(first)
    await stop(first)
    expect(await getState(await start(Worker))).not.toBe(before)
  }))
