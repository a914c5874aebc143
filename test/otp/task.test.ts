import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { Task, TaskReply } from '../../src/genserver/task/index.js'
import {
  ancestors,
  callers,
  DownMessage,
  exit,
  isAlive,
  isDown,
  isExit,
  monitor,
  type Pid,
  processInfo,
  Reference,
  receive,
  self,
  send,
  setLabel,
  sleep,
  spawn,
  spawnMonitor,
  trapExit,
} from '../../src/kernel/index.js'
import { startSupervisor, whichChildren } from '../../src/supervisor/index.js'
import { failure, next } from '../genserver/world.js'

/** A test as a process of its own kernel, in which time passes whenever everybody waits. */
const inTime = (body: (kernel: TestKernel) => unknown) => async (): Promise<void> => {
  const kernel = new TestKernel()
  try {
    await Promise.all([kernel.run(() => body(kernel)), kernel.clock.runUntilIdle()])
  } finally {
    await kernel.close()
  }
}

const forever = (): Promise<void> => sleep(Number.POSITIVE_INFINITY)
const fail = (thrown: unknown) => () => {
  throw thrown
}
/** Work that is over when its task is told so. */
const onGo = (work: () => unknown) => async () => {
  await receive('go')
  return work()
}

/** A task whose process and messages are the test's own doing. */
const fake = (pid?: Pid): Task<unknown> => new Task(pid, new Reference(), self())
const reply = (task: Task<unknown>, value: unknown) => send(self(), new TaskReply(task.ref, value))
const down = (task: Task<unknown>, reason: unknown) =>
  send(self(), new DownMessage('DOWN', task.ref, task.pid ?? self(), reason))

/** A task whose process is dead and whose DOWN was taken. */
async function dummy(reason: unknown): Promise<Task<unknown>> {
  const { pid, ref } = spawnMonitor(() => exit(reason))
  await receive({ ref })
  return new Task(pid, ref, self())
}

async function taskOfAnother(): Promise<Task<unknown>> {
  const tester = self()
  spawn(() =>
    send(
      tester,
      Task.async(() => undefined),
    ),
  )
  return receive((message: unknown): message is Task<unknown> => message instanceof Task)
}

async function untilDown(pid: Pid | undefined): Promise<void> {
  const ref = monitor(pid as Pid)
  await receive((message: unknown) => isDown(message) && message.ref === ref)
}

const linksOf = (pid: Pid): Pid[] | undefined => processInfo(pid, 'links')

async function expectNothing(): Promise<void> {
  expect(await next()).toBe('nothing')
}

async function expectNotOwner(action: PromiseLike<unknown>): Promise<void> {
  expect(await failure(action)).toMatchObject({ code: 'TASK_NOT_OWNER', details: { caller: self() } })
}

async function expectTimeout(action: PromiseLike<unknown>, timeout: number): Promise<void> {
  expect(await failure(action)).toMatchObject({
    code: 'TASK_TIMEOUT',
    details: { timeout, reason: 'timeout' },
  })
}

async function expectExited(action: PromiseLike<unknown>, reason: unknown): Promise<void> {
  expect(await failure(action)).toMatchObject({ code: 'TASK_EXITED', details: { reason }, cause: reason })
}

describe('Task', () => {
  it(
    'can be supervised directly',
    inTime(async () => {
      const ran = self()
      const supervisor = await startSupervisor({ children: [Task.childSpec(() => send(ran, 'ran'))] })
      expect(await receive('ran')).toBe('ran')
      await sleep(10)
      // Temporary: once done it is forgotten.
      expect(await whichChildren(supervisor)).toEqual([])
    }),
  )

  it('generates child_spec/1', () => {
    const warmCache = () => undefined
    expect(Task.childSpec(warmCache)).toEqual({
      id: 'warmCache',
      restart: 'temporary',
      start: expect.any(Function),
    })
    expect(
      Task.childSpec(warmCache, { id: 'id', restart: 'permanent', shutdown: Number.POSITIVE_INFINITY }),
    ).toMatchObject({ id: 'id', restart: 'permanent', shutdown: Number.POSITIVE_INFINITY })
  })

  it(
    'async/1',
    inTime(async () => {
      const task = Task.async(onGo(() => 'done'))
      expect(task).toBeInstanceOf(Task)
      expect(task.owner).toBe(self())
      expect(linksOf(self())).toContain(task.pid)
      send(task.pid as Pid, 'go')
      expect(await receive({ timeout: 1 })).toEqual(new TaskReply(task.ref, 'done'))
      expect(await receive({ timeout: 1 })).toMatchObject({ ref: task.ref, tag: 'DOWN', reason: 'normal' })
      expect(linksOf(self())).toEqual([])
    }),
  )

  it(
    'async/3',
    inTime(async () => {
      const add = (a: number, b: number) => a + b
      const task = Task.async(add.bind(undefined, 1, 2))
      expect(await task.await()).toBe(3)
    }),
  )

  it(
    'async with $callers',
    inTime(async () => {
      const grandparent = self()
      const seen = await Task.async(async () => {
        const parent = self()
        const below = await Task.async(() => [...callers()]).await()
        return { parent, above: [...callers()], below }
      }).await()
      expect(seen.above).toEqual([grandparent])
      expect(seen.below).toEqual([seen.parent, grandparent])
      expect(callers()).toEqual([])
      expect(await Task.async(() => ancestors()[0]).await()).toBe(grandparent)
    }),
  )

  it(
    'start/1',
    inTime(async () => {
      const tester = self()
      const pid = Task.start(onGo(() => send(tester, 'done')))
      expect(linksOf(tester)).not.toContain(pid)
      send(pid, 'go')
      expect(await receive()).toBe('done')
      await untilDown(pid)
      await expectNothing()
    }),
  )

  it(
    'start/3',
    inTime(async () => {
      const tester = self()
      const tell = (to: Pid, what: string) => send(to, what)
      const pid = Task.start(tell.bind(undefined, tester, 'done'), { name: 'teller', label: 'a teller' })
      expect(processInfo(pid, ['registeredName', 'label'])).toEqual([
        ['registeredName', 'teller'],
        ['label', 'a teller'],
      ])
      expect(await receive()).toBe('done')
    }),
  )

  it(
    'completed/1',
    inTime(async () => {
      const task = Task.completed('done')
      expect(task).toBeInstanceOf(Task)
      expect(task.pid).toBeUndefined()
      expect(await task.await()).toBe('done')
      await expectNothing()
    }),
  )

  it(
    'start_link/1',
    inTime(async () => {
      const tester = self()
      const pid = Task.startLink(onGo(() => send(tester, 'done')))
      expect(linksOf(tester)).toContain(pid)
      send(pid, 'go')
      expect(await receive()).toBe('done')
      await untilDown(pid)
      await expectNothing()
    }),
  )

  it(
    'start_link/3',
    inTime(async () => {
      const tell = (to: Pid, what: string) => send(to, what)
      const pid = Task.startLink(tell.bind(undefined, self(), 'done'))
      expect(linksOf(self())).toContain(pid)
      expect(await receive()).toBe('done')
    }),
  )

  it(
    'start_link with $callers',
    inTime(async () => {
      const grandparent = self()
      Task.startLink(async () => {
        const parent = self()
        send(grandparent, callers())
        Task.startLink(() => send(grandparent, [callers()[0] === parent, callers()[1] === grandparent]))
        await forever()
      })
      expect(await receive()).toEqual([grandparent])
      expect(await receive()).toEqual([true, true])
    }),
  )

  it(
    'ignore/1: discards on time replies',
    inTime(async () => {
      const task = Task.async(() => 'ok')
      await untilDown(task.pid)
      expect(await task.ignore()).toEqual({ ok: 'ok' })
      await expectTimeout(task.await(0), 0)
    }),
  )

  it(
    'ignore/1: discards late replies',
    inTime(async () => {
      const task = Task.async(onGo(() => 'ok'))
      expect(await task.ignore()).toBeUndefined()
      send(task.pid as Pid, 'go')
      await untilDown(task.pid)
      await expectTimeout(task.await(0), 0)
      await expectNothing()
    }),
  )

  it(
    'ignore/1: discards on-time failures',
    inTime(async () => {
      trapExit(true)
      const task = Task.async(() => exit('oops'))
      await untilDown(task.pid)
      expect(await task.ignore()).toEqual({ exit: 'oops' })
      await expectTimeout(task.await(0), 0)
    }),
  )

  it(
    'ignore/1: discards late failures',
    inTime(async () => {
      const task = Task.async(onGo(() => exit('oops')))
      expect(await task.ignore()).toBeUndefined()
      send(task.pid as Pid, 'go')
      await untilDown(task.pid)
      await expectTimeout(task.await(0), 0)
      await expectNothing()
    }),
  )

  it(
    'ignore/1: can ignore completed tasks',
    inTime(async () => {
      expect(await Task.completed('done').ignore()).toEqual({ ok: 'done' })
    }),
  )

  it(
    'await/2: demonitors and unalias on timeout',
    inTime(async () => {
      const task = Task.async(onGo(() => 'done'))
      await expectTimeout(task.await(0), 0)
      send(task.pid as Pid, 'go')
      await untilDown(task.pid)
      await expectNothing()
    }),
  )

  it(
    'await/2: exits on timeout',
    inTime(async (kernel) => {
      await expectTimeout(fake().await(0), 0)
      const task = Task.async(forever)
      await expectTimeout(task.await(250), 250)
      expect(kernel.now()).toBe(250)
      await expectTimeout(Task.async(forever).await(), 5_000)
    }),
  )

  it(
    'await/2: exits on normal exit',
    inTime(() =>
      expectExited(
        Task.async(() => {
          exit('normal')
        }).await(),
        'normal',
      ),
    ),
  )

  it(
    'await/2: exits on task throw',
    inTime(async () => {
      trapExit(true)
      const task = Task.async(fail('unknown'))
      await expectExited(task.await(), 'unknown')
      // A trapping owner gets both: the rejection, and the message.
      expect(await next()).toMatchObject({ tag: 'EXIT', from: task.pid, reason: 'unknown' })
    }),
  )

  it(
    'await/2: exits on task error',
    inTime(async () => {
      trapExit(true)
      const oops = new Error('oops')
      await expectExited(Task.async(fail(oops)).await(), oops)
      await expectExited(Task.async(() => Promise.reject(oops)).await(), oops)
    }),
  )

  it(
    'await/2: exits on task undef function error',
    inTime(async () => {
      trapExit(true)
      const missing = undefined as unknown as () => void
      const error = await failure(Task.async(() => missing()).await())
      expect(error.cause).toBeInstanceOf(TypeError)
    }),
  )

  it(
    'await/2: exits on task exit',
    inTime(async () => {
      trapExit(true)
      await expectExited(Task.async(() => exit('unknown')).await(), 'unknown')
    }),
  )

  it(
    'await/2: raises when invoked from a non-owner process',
    inTime(async () => {
      const task = await taskOfAnother()
      await expectNotOwner(task.await(1))
      expect((await failure(task.await(1))).message).toContain(`${task} belongs to ${task.owner}`)
    }),
  )

  it(
    'await_many/2: returns list of replies',
    inTime(async () => {
      const tasks = [1, 3, 9].map((value) => Task.async(() => value))
      expect(await Task.awaitMany(tasks)).toEqual([1, 3, 9])
      await expectNothing()
    }),
  )

  it(
    'await_many/2: returns replies in input order ignoring response order',
    inTime(async () => {
      const tasks = [fake(), fake(), fake()] as const
      reply(tasks[1], 3)
      reply(tasks[2], 9)
      reply(tasks[0], 1)
      expect(await Task.awaitMany(tasks)).toEqual([1, 3, 9])
    }),
  )

  it(
    'await_many/2: returns an empty list immediately',
    inTime(async () => {
      expect(await Task.awaitMany([])).toEqual([])
    }),
  )

  it(
    'await_many/2: ignores messages from other processes',
    inTime(async () => {
      const other = fake()
      const tasks = ['a', 'b'].map((value) => Task.async(() => value))
      send(self(), other.ref)
      reply(other, 'z')
      down(other, 'goodbye')
      expect(await Task.awaitMany(tasks)).toEqual(['a', 'b'])
      expect(await next()).toBe(other.ref)
      expect(await next()).toEqual(new TaskReply(other.ref, 'z'))
      expect(await next()).toMatchObject({ ref: other.ref, reason: 'goodbye' })
    }),
  )

  it(
    'await_many/2: ignores additional messages after reply',
    inTime(async () => {
      const tasks = [fake(), fake()] as const
      reply(tasks[1], 'b')
      reply(tasks[1], 'other')
      reply(tasks[0], 'a')
      expect(await Task.awaitMany(tasks)).toEqual(['a', 'b'])
      expect(await next()).toEqual(new TaskReply(tasks[1].ref, 'other'))
    }),
  )

  it(
    'await_many/2: exits on timeout',
    inTime(async (kernel) => {
      await expectTimeout(Task.awaitMany([Task.async(forever)], 0), 0)
      // One deadline for all, not one for each.
      const tasks = [40, 80, 120].map((ms) => Task.async(() => sleep(ms)))
      await expectTimeout(Task.awaitMany(tasks, 100), 100)
      expect(kernel.now()).toBe(100)
    }),
  )

  it(
    'await_many/2: exits with same reason when task exits',
    inTime(() => expectExited(Task.awaitMany([Task.async(() => exit('normal'))]), 'normal')),
  )

  it(
    'await_many/2: exits immediately when any task exits',
    inTime(async (kernel) => {
      await expectExited(Task.awaitMany([Task.async(forever), Task.async(() => exit('normal'))]), 'normal')
      expect(kernel.now()).toBe(0)
    }),
  )

  it(
    'await_many/2: exits immediately when any task crashes',
    inTime(async () => {
      trapExit(true)
      const tasks = [Task.async(forever), Task.async(() => exit('unknown'))]
      await expectExited(Task.awaitMany(tasks), 'unknown')
      for (const task of tasks) exit(task.pid as Pid, 'kill')
      await receive(isExit)
      await receive(isExit)
      await expectNothing()
    }),
  )

  it(
    'await_many/2: exits immediately when any task throws',
    inTime(async () => {
      trapExit(true)
      await expectExited(Task.awaitMany([Task.async(forever), Task.async(fail('unknown'))]), 'unknown')
    }),
  )

  it(
    'await_many/2: exits immediately on any task error',
    inTime(async () => {
      trapExit(true)
      const oops = new Error('oops')
      await expectExited(Task.awaitMany([Task.async(forever), Task.async(fail(oops))]), oops)
    }),
  )

  it(
    'await_many/2: raises when invoked from a non-owner process',
    inTime(async () => {
      await expectNotOwner(Task.awaitMany([Task.async(forever), await taskOfAnother()], 1))
    }),
  )

  it(
    'yield/2: returns {:ok, result} when reply and :DOWN in message queue',
    inTime(async () => {
      const task = fake()
      reply(task, 'result')
      down(task, 'abnormal')
      expect(await task.yield(0)).toEqual({ ok: 'result' })
      await expectNothing()
    }),
  )

  it(
    'yield/2: returns nil on timeout',
    inTime(async (kernel) => {
      expect(await fake().yield(0)).toBeUndefined()
      const task = Task.async(() => sleep(30))
      expect(await task.yield(20)).toBeUndefined()
      expect(await task.yield(20)).toEqual({ ok: undefined })
      expect(kernel.now()).toBe(30)
    }),
  )

  it(
    'yield/2: return exit on normal exit',
    inTime(async () => {
      expect(await Task.async(() => exit('normal')).yield()).toEqual({ exit: 'normal' })
    }),
  )

  it(
    'yield/2: raises when invoked from a non-owner process',
    inTime(async () => {
      await expectNotOwner((await taskOfAnother()).yield(1))
    }),
  )

  it(
    'yield_many/2: returns {:ok, result} when reply and :DOWN in message queue',
    inTime(async () => {
      const task = fake()
      reply(task, 'result')
      down(task, 'abnormal')
      expect(await Task.yieldMany([task], 0)).toEqual([{ ok: 'result' }])
      await expectNothing()
    }),
  )

  it(
    'yield_many/2: returns nil on timeout by default',
    inTime(async () => {
      expect(await Task.yieldMany([fake()], 0)).toEqual([undefined])
    }),
  )

  it(
    'yield_many/2: shuts down on timeout when configured',
    inTime(async () => {
      trapExit(true)
      const task = Task.async(forever)
      expect(await Task.yieldMany([task], { timeout: 0, onTimeout: 'kill_task' })).toEqual([undefined])
      expect(isAlive(task.pid as Pid)).toBe(false)
      await expectNothing()
    }),
  )

  it(
    'yield_many/2: ignores on timeout when configured',
    inTime(async () => {
      const task = Task.async(onGo(() => 'ok'))
      expect(await Task.yieldMany([task], { timeout: 0, onTimeout: 'ignore' })).toEqual([undefined])
      expect(isAlive(task.pid as Pid)).toBe(true)
      send(task.pid as Pid, 'go')
      await untilDown(task.pid)
      expect(await task.yield(0)).toBeUndefined()
    }),
  )

  it(
    'yield_many/2: return exit on normal exit',
    inTime(async () => {
      expect(await Task.yieldMany([Task.async(() => exit('normal'))])).toEqual([{ exit: 'normal' }])
    }),
  )

  it(
    'yield_many/2: raises when invoked from a non-owner process',
    inTime(async () => {
      await expectNotOwner(Task.yieldMany([await taskOfAnother()], 1))
    }),
  )

  it(
    'yield_many/2: returns results from multiple tasks',
    inTime(async () => {
      const tasks = [fake(), fake(), fake()] as const
      reply(tasks[0], 'result')
      down(tasks[2], 'normal')
      expect(await Task.yieldMany(tasks, 0)).toEqual([{ ok: 'result' }, undefined, { exit: 'normal' }])
    }),
  )

  it(
    'yield_many/2: returns results from multiple tasks with limit',
    inTime(async () => {
      const tasks = [fake(), fake(), fake()] as const
      reply(tasks[0], 'result')
      down(tasks[2], 'normal')
      const options = { limit: 1, timeout: Number.POSITIVE_INFINITY }
      expect(await Task.yieldMany(tasks, options)).toEqual([{ ok: 'result' }, undefined, undefined])
      expect(await Task.yieldMany(tasks.slice(1), options)).toEqual([undefined, { exit: 'normal' }])
    }),
  )

  it(
    'yield_many/2: returns once all tasks have replied below limit',
    inTime(async () => {
      const tasks = [Task.async(() => 'done')]
      expect(await Task.yieldMany(tasks, { limit: 2, timeout: Number.POSITIVE_INFINITY })).toEqual([
        { ok: 'done' },
      ])
    }),
  )

  it(
    'yield_many/2: returns results from multiple tasks with limit and on timeout',
    inTime(async () => {
      trapExit(true)
      const slow = Task.async(forever)
      const quick = Task.async(() => 'done')
      const options = { onTimeout: 'kill_task', limit: 1 } as const
      expect(await Task.yieldMany([slow, quick], { ...options, timeout: Number.POSITIVE_INFINITY })).toEqual([
        undefined,
        { ok: 'done' },
      ])
      expect(isAlive(slow.pid as Pid)).toBe(true)
      expect(await Task.yieldMany([slow], { ...options, timeout: 0 })).toEqual([undefined])
      expect(isAlive(slow.pid as Pid)).toBe(false)
    }),
  )

  it(
    'yield_many/2: returns results on infinity timeout',
    inTime(async () => {
      const tasks = [fake(), fake(), fake()] as const
      reply(tasks[0], 'result')
      reply(tasks[1], 'result')
      down(tasks[2], 'normal')
      expect(await Task.yieldMany(tasks, Number.POSITIVE_INFINITY)).toEqual([
        { ok: 'result' },
        { ok: 'result' },
        { exit: 'normal' },
      ])
    }),
  )

  for (const [kind, reason] of [
    ['abnormal', 'abnormal'],
    ['normal', 'normal'],
    ['shut down', 'shutdown'],
  ] as const) {
    it(
      `shutdown/2: returns {:ok, result} when reply and ${kind} :DOWN in message queue`,
      inTime(async () => {
        const task = await dummy(reason)
        reply(task, 'result')
        down(task, reason)
        expect(await task.shutdown()).toEqual({ ok: 'result' })
        await expectNothing()
      }),
    )

    it(
      `shutdown/2 with :brutal_kill: returns {:ok, result} when reply and ${kind} :DOWN in message queue`,
      inTime(async () => {
        const task = await dummy(reason)
        reply(task, 'result')
        down(task, reason)
        expect(await task.shutdown('brutal_kill')).toEqual({ ok: 'result' })
        await expectNothing()
      }),
    )
  }

  it(
    'shutdown/2: returns nil on shutting down task',
    inTime(async () => {
      const task = Task.async(forever)
      expect(await task.shutdown()).toBeUndefined()
      expect(isAlive(task.pid as Pid)).toBe(false)
      await expectNothing()
    }),
  )

  for (const [name, reason, outcome] of [
    ['shutdown/2: returns exit on abnormal :DOWN in message queue', 'abnormal', { exit: 'abnormal' }],
    ['shutdown/2: returns exit on normal :DOWN in message queue', 'normal', { exit: 'normal' }],
    ['shutdown/2: returns nil on shutdown :DOWN in message queue', 'shutdown', undefined],
    ['shutdown/2: returns exit on killed :DOWN in message queue', 'killed', { exit: 'killed' }],
  ] as const) {
    it(
      name,
      inTime(async () => {
        const task = await dummy(reason)
        down(task, reason)
        expect(await task.shutdown()).toEqual(outcome)
        await expectNothing()
      }),
    )
  }

  it(
    'shutdown/2: ignores if task PID is nil',
    inTime(async () => {
      const replied = fake()
      reply(replied, 'done')
      expect(await replied.shutdown()).toEqual({ ok: 'done' })
      const ended = fake()
      down(ended, 'done')
      expect(await ended.shutdown()).toEqual({ exit: 'done' })
    }),
  )

  it(
    'shutdown/2: raises when invoked from a non-owner process',
    inTime(async () => {
      await expectNotOwner((await taskOfAnother()).shutdown())
    }),
  )

  /** A task that only a kill can end. */
  const stubborn = async (): Promise<Task<unknown>> => {
    const tester = self()
    const task = Task.async(async () => {
      trapExit(true)
      send(tester, 'ready')
      await forever()
    })
    await receive('ready')
    return task
  }

  it(
    'shutdown/2: returns nil on killing task',
    inTime(async () => {
      const task = await stubborn()
      expect(await task.shutdown('brutal_kill')).toBeUndefined()
      await expectNothing()
    }),
  )

  it(
    'shutdown/2: returns {:exit, :noproc} if task handled',
    inTime(async () => {
      expect(await (await dummy('noproc')).shutdown()).toEqual({ exit: 'noproc' })
    }),
  )

  for (const [name, reason, outcome] of [
    ['returns nil on killed :DOWN in message queue', 'killed', undefined],
    ['returns exit on abnormal :DOWN in message queue', 'abnormal', { exit: 'abnormal' }],
    ['returns exit on normal :DOWN in message queue', 'normal', { exit: 'normal' }],
    ['returns exit on shutdown :DOWN in message queue', 'shutdown', { exit: 'shutdown' }],
  ] as const) {
    it(
      `shutdown/2 with :brutal_kill: ${name}`,
      inTime(async () => {
        const task = await dummy(reason)
        down(task, reason)
        expect(await task.shutdown('brutal_kill')).toEqual(outcome)
        await expectNothing()
      }),
    )
  }

  it(
    'shutdown/2 with :brutal_kill: returns exit on killing task after shutdown timeout',
    inTime(async (kernel) => {
      const task = await stubborn()
      expect(await task.shutdown(25)).toEqual({ exit: 'killed' })
      expect(kernel.now()).toBe(25)
      await expectNothing()
    }),
  )

  it(
    'shutdown/2 with :brutal_kill: returns {:exit, :noproc} if task handled',
    inTime(async () => {
      expect(await (await dummy('noproc')).shutdown('brutal_kill')).toEqual({ exit: 'noproc' })
    }),
  )

  it(
    'default :logger reporter: logs a terminated task',
    inTime(async (kernel) => {
      const oops = new Error('oops')
      const explode = fail(oops)
      Object.defineProperty(explode, 'name', { value: 'explode' })
      const pid = Task.start(explode)
      await untilDown(pid)
      expect(kernel.reports).toMatchObject([
        { kind: 'task', level: 'error', pid, starter: self(), function: 'explode', reason: oops },
      ])
      for (const reason of ['normal', 'shutdown', { shutdown: 'enough' }]) {
        await untilDown(Task.start(() => exit(reason)))
      }
      expect(kernel.reports).toHaveLength(1)
    }),
  )

  it(
    'default :logger reporter: logs a terminated task with a process label',
    inTime(async (kernel) => {
      const pid = Task.start(() => {
        setLabel('import of Tuesday')
        exit('oops')
      })
      await untilDown(pid)
      expect(kernel.reports).toMatchObject([{ kind: 'task', label: 'import of Tuesday', reason: 'oops' }])
      expect(kernel.reports[0]?.message).toBe(`import of Tuesday ${pid} terminating: oops`)
    }),
  )
})

describe('Task.async_stream', () => {
  const sleepFor = async (ms: number): Promise<number> => {
    await sleep(ms)
    return ms
  }
  const exitWith = (reason: unknown): never => exit(reason)
  const oks = (...values: unknown[]) => values.map((ok) => ({ ok }))
  const exits = (...reasons: unknown[]) => reasons.map((reason) => ({ exit: reason }))
  const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

  async function take<T>(count: number, from: AsyncIterable<T>): Promise<T[]> {
    const taken: T[] = []
    for await (const item of from) {
      taken.push(item)
      if (taken.length === count) break
    }
    return taken
  }

  it(
    'async_stream/2: timeout',
    inTime(async () => {
      const stream = Task.asyncStream([Number.POSITIVE_INFINITY], sleepFor, { timeout: 0 })
      expect(await failure(stream.toArray())).toMatchObject({
        code: 'TASK_STREAM_TIMEOUT',
        details: { timeout: 0, reason: 'timeout' },
      })
      await expectNothing()
      expect(linksOf(self())).toEqual([])
    }),
  )

  it(
    'async_stream/2: streams an enumerable with ordered: false',
    inTime(async () => {
      const input = [400, 300, 200, 100]
      const one = Task.asyncStream(input, sleepFor, { maxConcurrency: 1, ordered: false })
      expect(await one.toArray()).toEqual(oks(400, 300, 200, 100))
      const four = Task.asyncStream(input, sleepFor, { maxConcurrency: 4, ordered: false })
      expect(await four.toArray()).toEqual(oks(100, 200, 300, 400))
    }),
  )

  it(
    'async_stream/2: streams an enumerable with ordered: false, on_timeout: :kill_task',
    inTime(async () => {
      const stream = Task.asyncStream([100, 1, 100, 1], sleepFor, {
        maxConcurrency: 4,
        ordered: false,
        onTimeout: 'kill_task',
        timeout: 50,
      })
      expect(await stream.toArray()).toEqual([...oks(1, 1), ...exits('timeout', 'timeout')])
      await expectNothing()
    }),
  )

  it(
    'async_stream/2: streams an enumerable with infinite timeout',
    inTime(async () => {
      const options = { timeout: Number.POSITIVE_INFINITY }
      expect(await Task.asyncStream([1], () => 'ok', options).toArray()).toEqual(oks('ok'))
    }),
  )

  for (const [name, options, option] of [
    ['max_concurrency = 0', { maxConcurrency: 0 }, 'maxConcurrency'],
    ['invalid :on_timeout', { onTimeout: 'unknown' as 'exit' }, 'onTimeout'],
    ['invalid :timeout', { timeout: 'unknown' as unknown as number }, 'timeout'],
  ] as const) {
    it(`async_stream/2: does not allow streaming with ${name}`, async () => {
      const error = await failure(() => Task.asyncStream([1], () => 'ok', options))
      expect(error).toMatchObject({ code: 'TASK_OPTION_INVALID', details: { option } })
    })
  }

  it(
    'async_stream/2: streams with fake down messages on the inbox',
    inTime(async () => {
      const tester = self()
      const stream = Task.asyncStream(['ok'], (it) => {
        for (const linked of linksOf(self()) as Pid[]) {
          send(linked, new DownMessage('DOWN', new Reference(), tester, 'oops'))
        }
        return it
      })
      expect(await stream.toArray()).toEqual(oks('ok'))
    }),
  )

  it(
    'async_stream/2: with $callers',
    inTime(async () => {
      const grandparent = self()
      const stream = Task.asyncStream([1], async () => {
        const parent = self()
        const below = await Task.asyncStream([1], () => [...callers()]).toArray()
        return { above: [...callers()], parent, below }
      })
      const [seen] = await stream.toArray()
      expect(seen).toMatchObject({ ok: { above: [grandparent] } })
      const { parent, below } = (seen as { ok: { parent: Pid; below: unknown } }).ok
      expect(below).toEqual(oks([parent, grandparent]))
    }),
  )

  it(
    'async_stream/2: consuming from another process',
    inTime(async () => {
      const tester = self()
      const stream = Task.asyncStream([1, 2, 3], (it) => send(tester, it))
      await expectNothing()
      Task.start(() => stream.toArray())
      expect([await receive(), await receive(), await receive()]).toEqual([1, 2, 3])
    }),
  )

  it(
    'async_stream/2: wrapping a flat_map/concat with a haltable stream',
    inTime(async () => {
      function* source() {
        for (const item of ['foo', 'bar']) {
          yield item
          break
        }
        yield* [1, 2]
      }
      expect(await Task.asyncStream(source(), (it) => it).toArray()).toEqual(oks('foo', 1, 2))
    }),
  )

  for (const [sign, maxConcurrency] of [
    ['==', 4],
    ['<', 2],
    ['>', 8],
  ] as const) {
    describe(`async_stream with max_concurrency ${sign} tasks`, () => {
      it(
        'streams an enumerable with fun',
        inTime(async () => {
          const stream = Task.asyncStream(upTo(4), sleepFor, { maxConcurrency })
          expect(await stream.toArray()).toEqual(oks(1, 2, 3, 4))
        }),
      )

      it(
        'streams an enumerable with mfa',
        inTime(async () => {
          const add = (to: number, value: number) => value + to
          const stream = Task.asyncStream(upTo(4), add.bind(undefined, 10), { maxConcurrency })
          expect(await stream.toArray()).toEqual(oks(11, 12, 13, 14))
        }),
      )

      it(
        'streams an enumerable without leaking tasks',
        inTime(async (kernel) => {
          const before = kernel.processCount
          const stream = Task.asyncStream(upTo(4), sleepFor, { maxConcurrency })
          expect(await stream.toArray()).toEqual(oks(1, 2, 3, 4))
          await expectNothing()
          expect(kernel.processCount).toBe(before)
        }),
      )

      it(
        'streams an enumerable with slowest first',
        inTime(async () => {
          trapExit(true)
          const stream = Task.asyncStream([4, 3, 2, 1], sleepFor, { maxConcurrency })
          expect(await stream.toArray()).toEqual(oks(4, 3, 2, 1))
        }),
      )

      it(
        'streams an enumerable with exits',
        inTime(async () => {
          trapExit(true)
          const stream = Task.asyncStream(upTo(4), exitWith, { maxConcurrency })
          expect(await stream.toArray()).toEqual(exits(1, 2, 3, 4))
          await expectNothing()
        }),
      )

      const mostlyEndless = [0, ...Array.from({ length: 3 }, () => Number.POSITIVE_INFINITY)]

      it(
        'shuts down unused tasks',
        inTime(async (kernel) => {
          const before = kernel.processCount
          const stream = Task.asyncStream(mostlyEndless, sleepFor, { maxConcurrency })
          expect(await take(1, stream)).toEqual(oks(0))
          expect(linksOf(self())).toEqual([])
          expect(kernel.processCount).toBe(before)
        }),
      )

      it(
        'shuts down unused tasks without leaking messages',
        inTime(async () => {
          trapExit(true)
          const stream = Task.asyncStream(mostlyEndless, sleepFor, { maxConcurrency })
          expect(await take(1, stream)).toEqual(oks(0))
          await sleep(10)
          await expectNothing()
        }),
      )

      for (const [how, input, work] of [
        ['on success', upTo(4), sleepFor],
        ['on failure', upTo(4), exitWith],
        ['with slowest first', [4, 3, 2, 1], sleepFor],
      ] as const) {
        it(
          `is zippable ${how}`,
          inTime(async () => {
            trapExit(true)
            const stream = Task.asyncStream(input, work, { maxConcurrency })
            const [left, right] = [stream[Symbol.asyncIterator](), stream[Symbol.asyncIterator]()]
            for (const item of input) {
              const expected = work === exitWith ? { exit: item } : { ok: item }
              expect((await left.next()).value).toEqual(expected)
              expect((await right.next()).value).toEqual(expected)
            }
            expect([await left.next(), await right.next()]).toEqual([
              { done: true, value: undefined },
              { done: true, value: undefined },
            ])
          }),
        )
      }

      for (const [how, input, work] of [
        ['on success', upTo(8), sleepFor],
        ['on failure', upTo(8), exitWith],
        ['and slowest first', upTo(8).reverse(), sleepFor],
      ] as const) {
        const firstFour = input.slice(0, 4)
        const expected = work === exitWith ? exits(...firstFour) : oks(...firstFour)

        it(
          `with inner halt ${how}`,
          inTime(async () => {
            trapExit(true)
            function* some() {
              for (const item of input) {
                if (!firstFour.includes(item)) return
                yield item
              }
            }
            expect(await Task.asyncStream(some(), work, { maxConcurrency }).toArray()).toEqual(expected)
          }),
        )

        it(
          `with outer halt ${how}`,
          inTime(async () => {
            trapExit(true)
            expect(await take(4, Task.asyncStream(input, work, { maxConcurrency }))).toEqual(expected)
            await sleep(10)
            await expectNothing()
          }),
        )
      }

      it(
        'terminates inner effect',
        inTime(async () => {
          let cleaned = false
          async function* counted() {
            try {
              yield* Task.asyncStream(upTo(4), sleepFor, { maxConcurrency })
            } finally {
              cleaned = true
            }
          }
          expect(await take(9, counted())).toEqual(oks(1, 2, 3, 4))
          expect(cleaned).toBe(true)
        }),
      )

      it(
        'terminates outer effect',
        inTime(async () => {
          let cleaned = 0
          function* source() {
            try {
              yield* upTo(4)
            } finally {
              cleaned++
            }
          }
          const stream = () => Task.asyncStream(source(), sleepFor, { maxConcurrency })
          expect(await stream().toArray()).toEqual(oks(1, 2, 3, 4))
          expect(cleaned).toBe(1)
          expect(await take(1, stream())).toEqual(oks(1))
          expect(cleaned).toBe(2)
        }),
      )

      it(
        'with :on_timeout set to :kill_task',
        inTime(async () => {
          const options = { maxConcurrency, onTimeout: 'kill_task', timeout: 50 } as const
          const stream = Task.asyncStream([100, 1, 100, 1], sleepFor, options)
          expect(await stream.toArray()).toEqual([
            { exit: 'timeout' },
            { ok: 1 },
            { exit: 'timeout' },
            { ok: 1 },
          ])
          await expectNothing()
        }),
      )

      it(
        'with timeout and :zip_input_on_exit set to true',
        inTime(async () => {
          const stream = Task.asyncStream([1, 100], sleepFor, {
            maxConcurrency,
            onTimeout: 'kill_task',
            timeout: 50,
            zipInputOnExit: true,
          })
          expect(await stream.toArray()).toEqual([{ ok: 1 }, { exit: 'timeout', input: 100 }])
        }),
      )

      it(
        'with outer halt on failure and :zip_input_on_exit',
        inTime(async () => {
          trapExit(true)
          const stream = Task.asyncStream(upTo(8), exitWith, { maxConcurrency, zipInputOnExit: true })
          expect(await take(4, stream)).toEqual(upTo(4).map((it) => ({ exit: it, input: it })))
        }),
      )
    })
  }
})
