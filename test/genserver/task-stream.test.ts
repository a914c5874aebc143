import { getEventListeners } from 'node:events'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  streamIn,
  Task,
  type TaskOutcome,
  type TaskPlace,
  type TaskStream,
  type ZippedOutcome,
} from '../../src/genserver/task/index.js'
import {
  callers,
  currentKernel,
  exit,
  isAlive,
  own,
  type Pid,
  parentPid,
  processes,
  processInfo,
  receive,
  self,
  send,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
} from '../../src/kernel/index.js'
import { exitReason, failure, next, world } from './world.js'

const boom = new Error('boom')
const throwBoom = (): never => {
  throw boom
}
const forever = (): Promise<void> => sleep(Number.POSITIVE_INFINITY)
const settled = (): Promise<void> => currentKernel().settled()

/** An endless source that tells how far it was read, and whether it was left in good order. */
function counter() {
  const seen = { taken: 0, closed: false }
  function* numbers() {
    try {
      for (;;) yield ++seen.taken
    } finally {
      seen.closed = true
    }
  }
  return { seen, source: numbers() }
}

describe('TaskStream', () => {
  it('does nothing before it is read, and no more than it is read for', () =>
    world(async () => {
      const { seen, source } = counter()
      const stream = Task.asyncStream(source, (it) => it * 2, { maxConcurrency: 3 })
      await settled()
      expect(seen.taken).toBe(0)
      const reader = stream[Symbol.asyncIterator]()
      for (let read = 1; read <= 10; read++) {
        expect(await reader.next()).toEqual({ done: false, value: { ok: read * 2 } })
        await settled()
        // Three at a time, and nobody asked for more meanwhile.
        expect(seen.taken).toBeLessThanOrEqual(read + 2)
      }
      await reader.return()
      expect(seen.closed).toBe(true)
      expect(processInfo(self(), 'links')).toEqual([])
    }))

  it('never has more results waiting than tasks may run, when the order does not matter', () =>
    world(async () => {
      const { seen, source } = counter()
      const stream = Task.asyncStream(source, (it) => it, { maxConcurrency: 4, ordered: false })
      const reader = stream[Symbol.asyncIterator]()
      for (let read = 1; read <= 20; read++) {
        await reader.next()
        await settled()
        expect(seen.taken - read).toBeLessThan(4)
      }
      await reader.return()
    }))

  it('keeps so many running while the first is slow, and holds back what is done', () =>
    world(async (kernel) => {
      const times = [100, 10, 10, 10, 10, 10]
      const stream = Task.asyncStream(times, (ms) => sleep(ms), { maxConcurrency: 2 })
      const all = stream.toArray()
      await kernel.clock.advance(50)
      expect(stream.progress).toEqual({ started: 6, running: 1, succeeded: 5, failed: 0, delivered: 0 })
      await kernel.clock.advance(50)
      expect(await all).toHaveLength(6)
      expect(stream.progress).toEqual({ started: 6, running: 0, succeeded: 6, failed: 0, delivered: 6 })
    }))

  it('counts failures too, and starts its counts anew with each reading', () =>
    world(async () => {
      trapExit(true)
      const stream = Task.asyncStream([1, 2, 3], (it) => (it === 2 ? exit('odd') : it))
      expect(stream.progress.started).toBe(0)
      for (let reading = 0; reading < 2; reading++) {
        expect(await stream.toArray()).toEqual([{ ok: 1 }, { exit: 'odd' }, { ok: 3 }])
        expect(stream.progress).toEqual({ started: 3, running: 0, succeeded: 2, failed: 1, delivered: 3 })
      }
    }))

  it('ends a reader that does not trap exits with the crash of a task, and the other tasks too', () =>
    world(async (kernel) => {
      const before = kernel.processCount
      const { pid } = spawnMonitor(async () => {
        await Task.asyncStream([1, 2, 3], async (it) => {
          if (it === 2) throw boom
          await forever()
        }).toArray()
      })
      expect(await exitReason(pid)).toBe(boom)
      await receive()
      await settled()
      expect(kernel.processCount).toBe(before)
      expect(kernel.reports).toMatchObject([{ kind: 'task', reason: boom, starter: pid }])
    }))

  it('gives a task that does not wait a process like any other: with a parent, links, a monitor and callers', () =>
    world(async () => {
      const seen = await Task.asyncStream([1, 2], () => ({
        pid: self(),
        parent: parentPid(),
        links: processInfo(self(), 'links'),
        monitoredBy: processInfo(self(), 'monitoredBy'),
        callers: callers(),
      })).toArray()
      const tasks = seen.map((result) => ('ok' in result ? result.ok : expect.fail()))
      const keeper = tasks[0]?.parent
      for (const task of tasks) {
        expect(task).toMatchObject({
          parent: keeper,
          links: [keeper],
          monitoredBy: [keeper],
          callers: [self()],
        })
        expect(isAlive(task.pid)).toBe(false)
      }
      expect(new Set([self(), keeper, ...tasks.map(({ pid }) => pid)]).size).toBe(4)
    }))

  it('has the crash of a task that does not wait as a result, where the reader traps exits, and goes on', () =>
    world(async (kernel) => {
      trapExit(true)
      const work = (it: number) => (it === 1 ? exit({ shutdown: 'odd' }) : it === 2 ? throwBoom() : it)
      const results = await Task.asyncStream([1, 2, 3], work, { maxConcurrency: 1 }).toArray()
      expect(results).toEqual([{ exit: { shutdown: 'odd' } }, { exit: boom }, { ok: 3 }])
      expect(kernel.reports).toMatchObject([{ kind: 'task', reason: boom }])
      expect(await next()).toBe('nothing')
    }))

  it('hands out results in the order in which they were asked for, those that are there and those that are not', () =>
    world(async () => {
      const stream = Task.asyncStream([1, 2, 3, 4, 5], (it) => (it % 2 === 0 ? it : sleep(0).then(() => it)))
      const reader = stream[Symbol.asyncIterator]()
      const all = [reader.next(), reader.next(), reader.next()]
      expect(await Promise.all(all)).toEqual([1, 2, 3].map((it) => ({ done: false, value: { ok: it } })))
      const rest = [reader.next(), reader.next(), reader.next(), reader.next()]
      expect(await Promise.all(rest)).toEqual([
        { done: false, value: { ok: 4 } },
        { done: false, value: { ok: 5 } },
        { done: true, value: undefined },
        { done: true, value: undefined },
      ])
    }))

  it('hands out nothing more once it was left, whatever is there', () =>
    world(async () => {
      const reader = Task.asyncStream([1, 2, 3], (it) => it, { maxConcurrency: 3 })[Symbol.asyncIterator]()
      expect(await reader.next()).toEqual({ done: false, value: { ok: 1 } })
      const left = reader.return()
      expect(await reader.next()).toEqual({ done: true, value: undefined })
      expect(await left).toEqual({ done: true, value: undefined })
    }))

  it('takes its tasks with it when its reader ends, also normally', () =>
    world(async (kernel) => {
      const before = kernel.processCount
      for (const reason of ['normal', 'shutdown', 'oops', 'kill']) {
        for (const trapping of [false, true]) {
          const reader = spawn(async () => {
            trapExit(trapping)
            const reading = Task.asyncStream([1, 2], forever)[Symbol.asyncIterator]()
            const first = reading.next()
            await receive('end')
            first.catch(() => undefined)
            exit(reason)
          })
          await settled()
          expect(kernel.processCount).toBe(before + 4)
          send(reader, 'end')
          await settled()
          expect(kernel.processCount).toBe(before)
        }
      }
      expect(kernel.reports).toEqual([])
    }))

  it('kills tasks that are late while nobody reads', () =>
    world(async (kernel) => {
      const { source } = counter()
      const stream = Task.asyncStream(source, (it) => (it === 1 ? it : forever()), {
        maxConcurrency: 3,
        timeout: 20,
        onTimeout: 'kill_task',
      })
      const reader = stream[Symbol.asyncIterator]()
      expect((await reader.next()).value).toEqual({ ok: 1 })
      expect(stream.progress.running).toBe(2)
      await kernel.clock.advance(20)
      expect(stream.progress).toMatchObject({ running: 0, failed: 2 })
      expect((await reader.next()).value).toEqual({ exit: 'timeout' })
      await reader.return()
    }))

  it('kills the other tasks when it fails with a time-out, and goes on living', () =>
    world(async (kernel) => {
      const before = processes().length
      const reading = Task.asyncStream([10, 500, 500], (ms) => sleep(ms), {
        maxConcurrency: 3,
        timeout: 50,
      }).toArray()
      const failed = failure(reading)
      await kernel.clock.advance(50)
      expect(await failed).toMatchObject({
        code: 'TASK_STREAM_TIMEOUT',
        details: { timeout: 50, position: 1 },
      })
      expect(processes()).toHaveLength(before)
      expect(await next()).toBe('nothing')
    }))

  it('does not take a task for late that gave its value and is only slow to close what it owns', () =>
    world(async (kernel) => {
      const work = () => {
        own({ [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void closing.push(resolve)) })
        return 'value'
      }
      const closing: (() => void)[] = []
      const reading = Task.asyncStream([1], work, { timeout: 20 }).toArray()
      await kernel.clock.advance(30)
      closing[0]?.()
      expect(await reading).toEqual([{ ok: 'value' }])
    }))

  it('fails with what its source throws, and kills what runs', () =>
    world(async () => {
      const before = processes().length
      function* source() {
        yield 1
        throw boom
      }
      async function* later() {
        yield 1
        await sleep(0)
        throw boom
      }
      for (const from of [source(), later()]) {
        const advancing = currentKernel().settled()
        await expect(Task.asyncStream(from, forever, { maxConcurrency: 2 }).toArray()).rejects.toBe(boom)
        await advancing
        expect(processes()).toHaveLength(before)
      }
      expect(await next()).toBe('nothing')
    }))

  it('is read from another process by a reading of its own, but a reading belongs to its process', () =>
    world(async () => {
      const reader = Task.asyncStream([1, 2], (it) => it)[Symbol.asyncIterator]()
      await reader.next()
      const tester = self()
      spawn(async () => send(tester, await failure(reader.next())))
      expect(await receive()).toMatchObject({ code: 'TASK_NOT_OWNER', details: { owner: tester } })
      expect(await reader.next()).toEqual({ done: true, value: undefined })
    }))

  it('fails when the process that keeps its tasks is ended by somebody', () =>
    world(async () => {
      trapExit(true)
      const reader = Task.asyncStream([1, 2], forever)[Symbol.asyncIterator]()
      const reading = failure(reader.next())
      await settled()
      const [keeper] = processInfo(self(), 'links') as Pid[]
      exit(keeper as Pid, 'kill')
      expect(await reading).toMatchObject({ code: 'TASK_STREAM_EXITED', details: { reason: 'killed' } })
      expect(await next()).toBe('nothing')
    }))

  it('refuses what it cannot read, run or count', () =>
    world(async () => {
      const bad: (() => unknown)[] = [
        () => Task.asyncStream(7 as unknown as number[], forever),
        () => Task.asyncStream(undefined as unknown as number[], forever),
        () => Task.asyncStream([1], 'work' as unknown as () => void),
        () => Task.asyncStream([1], forever, { maxConcurrency: 1.5 }),
        () => Task.asyncStream([1], forever, { timeout: -1 }),
      ]
      for (const act of bad) expect(await failure(act)).toMatchObject({ code: 'TASK_OPTION_INVALID' })
      expect(await Task.asyncStream('ab', (it) => it.toUpperCase()).toArray()).toEqual([
        { ok: 'A' },
        { ok: 'B' },
      ])
    }))

  it('knows the types of its results', () => {
    const plain = () => Task.asyncStream([1], async (it) => String(it))
    expectTypeOf(plain).returns.toEqualTypeOf<TaskStream<TaskOutcome<string>>>()
    const zipped = () => Task.asyncStream([1], (it) => String(it), { zipInputOnExit: true })
    expectTypeOf(zipped).returns.toEqualTypeOf<TaskStream<ZippedOutcome<number, string>>>()
  })
})

describe('a source that must be waited for', () => {
  /** Gives its elements when the test says so. */
  function feed() {
    const tester = self()
    async function* elements() {
      send(tester, 'asked')
      for (;;) {
        const { item } = await receive((it: unknown): it is { item: unknown } =>
          Object.hasOwn(it as object, 'item'),
        )
        if (item === 'end') return
        yield item as number
        send(tester, 'asked')
      }
    }
    return elements()
  }

  it('does not hold back results', () =>
    world(async () => {
      const tester = self()
      const reader = spawnLink(async () => {
        for await (const result of Task.asyncStream(feed(), (it) => it, { maxConcurrency: 5 })) {
          send(tester, result)
        }
        send(tester, 'end')
      })
      send(reader, { item: 1 })
      expect(await receive()).toEqual({ ok: 1 })
      send(reader, { item: 2 })
      expect(await receive()).toEqual({ ok: 2 })
      send(reader, { item: 'end' })
      expect(await receive()).toBe('end')
    }))

  it('is asked for one element at a time, and only for a free task', () =>
    world(async (kernel) => {
      let asked = 0
      async function* slowly() {
        for (;;) {
          asked++
          await sleep(10)
          yield asked
        }
      }
      const stream = Task.asyncStream(slowly(), forever, {
        maxConcurrency: 2,
        timeout: Number.POSITIVE_INFINITY,
      })
      const reader = spawn(() => stream.toArray())
      await kernel.clock.advance(100)
      expect(asked).toBe(2)
      expect(stream.progress.running).toBe(2)
      exit(reader, 'kill')
    }))

  it('that never gives another element does not keep a reader from leaving', () =>
    world(async (kernel) => {
      let cleaned = false
      let wake = (): void => {}
      async function* stuck() {
        try {
          yield 1
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          throw boom
        } finally {
          cleaned = true
        }
      }
      for await (const result of Task.asyncStream(stuck(), (it) => it, { maxConcurrency: 2 })) {
        expect(result).toEqual({ ok: 1 })
        break
      }
      expect(cleaned).toBe(false)
      expect(await next()).toBe('nothing')
      // What becomes of it later is told to the log.
      wake()
      await settled()
      expect(cleaned).toBe(true)
      expect(kernel.reports).toMatchObject([{ level: 'warn', kind: 'task', reason: boom }])
    }))

  it('is left in good order when its reader dies', () =>
    world(async () => {
      const { seen, source } = counter()
      const reader = spawn(() => Task.asyncStream(source, forever, { maxConcurrency: 2 }).toArray())
      await settled()
      exit(reader, 'kill')
      await settled()
      expect(seen).toEqual({ taken: 2, closed: true })
    }))
})

describe('a stream in another place', () => {
  const place = (linked: boolean, limit = Number.POSITIVE_INFINITY): TaskPlace => {
    let started = 0
    return {
      linked,
      start: async (body, options) => {
        await Promise.resolve()
        if (++started > limit) throw boom
        return spawn(body, options)
      },
    }
  }

  it('has its results', () =>
    world(async () => {
      const stream = streamIn<number, TaskOutcome<number>>(place(true), [1, 2, 3], (it) => it + 1)
      expect(await stream.toArray()).toEqual([{ ok: 2 }, { ok: 3 }, { ok: 4 }])
      expect(await next()).toBe('nothing')
    }))

  it('has exits as results when nothing is linked, whether or not the reader traps exits', () =>
    world(async () => {
      const stream = streamIn(place(false), [1, 2], (it) => exit({ odd: it }))
      expect(await stream.toArray()).toEqual([{ exit: { odd: 1 } }, { exit: { odd: 2 } }])
    }))

  it('fails with the refusal of the place, and ends the tasks that run', () =>
    world(async (kernel) => {
      const before = kernel.processCount
      const stream = streamIn(place(true, 2), [1, 2, 3], forever, { maxConcurrency: 3 })
      await expect(stream.toArray()).rejects.toBe(boom)
      expect(kernel.processCount).toBe(before)
      expect(processInfo(self(), 'links')).toEqual([])
      expect(await next()).toBe('nothing')
    }))

  it('leaves unlinked tasks alone when the reader dies', () =>
    world(async (kernel) => {
      for (const trapping of [false, true]) {
        const before = kernel.processCount
        const reader = spawn(() => {
          trapExit(trapping)
          return streamIn(place(false), [1, 2], forever).toArray()
        })
        await settled()
        exit(reader, 'kill')
        await settled()
        expect(kernel.processCount).toBe(before + 2)
      }
    }))
})

describe('the signal of a stream', () => {
  it('ends the wait for the next result with its reason, and all tasks', () =>
    world(async (kernel) => {
      const controller = new AbortController()
      const { signal } = controller
      const { seen, source } = counter()
      const before = processes().length
      const stream = Task.asyncStream(source, forever, { maxConcurrency: 3, signal })
      const outcome = stream.toArray().catch((thrown: unknown) => thrown)
      await settled()
      expect(stream.progress.running).toBe(3)
      expect(getEventListeners(signal, 'abort')).toHaveLength(1)
      controller.abort(boom)
      expect(await outcome).toBe(boom)
      expect([stream.progress.running, seen.closed]).toEqual([0, true])
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
      expect(processes()).toHaveLength(before)
      expect(await next()).toBe('nothing')
      expect(kernel.timers.size).toBe(0)
    }))

  it('ends it before the next result when it fires while the reader is busy, or has fired before', () =>
    world(async () => {
      const controller = new AbortController()
      const { seen, source } = counter()
      const stream = Task.asyncStream(source, (it) => it, { maxConcurrency: 2, signal: controller.signal })
      const read: unknown[] = []
      const outcome = (async () => {
        for await (const result of stream) {
          read.push(result)
          controller.abort(boom)
        }
      })().catch((thrown: unknown) => thrown)
      expect(await outcome).toBe(boom)
      expect(read).toEqual([{ ok: 1 }])
      expect(seen.closed).toBe(true)
      const never = Task.asyncStream([1], (it) => it, { signal: AbortSignal.abort(boom) })
      expect(await never.toArray().catch((thrown: unknown) => thrown)).toBe(boom)
      expect(never.progress.started).toBe(0)
    }))

  it('is a signal', () =>
    world(async () => {
      const signal = 5 as unknown as AbortSignal
      expect(await failure(() => Task.asyncStream([1], (it) => it, { signal }))).toMatchObject({
        code: 'TASK_OPTION_INVALID',
        details: { option: 'signal' },
      })
    }))
})
