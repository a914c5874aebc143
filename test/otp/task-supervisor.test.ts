import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { stop } from '../../src/genserver/index.js'
import {
  ancestors,
  callers,
  type DownMessage,
  exit,
  isAlive,
  isDown,
  isExit,
  monitor,
  type Pid,
  processInfo,
  receive,
  self,
  send,
  sleep,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import {
  countChildren,
  type Shutdown,
  startSupervisor,
  TaskSupervisor,
  terminateChild,
  whichChildren,
} from '../../src/supervisor/index.js'
import { failure, next } from '../genserver/world.js'

/** A test with a task supervisor of its own, in which time passes whenever everybody waits. */
const supervised = (body: (tasks: TaskSupervisor, kernel: TestKernel) => unknown) => async () => {
  const kernel = new TestKernel()
  const main = async (): Promise<void> => {
    await body(await TaskSupervisor.startLink({ name: 'tasks' }), kernel)
  }
  try {
    await Promise.all([kernel.run(main), kernel.clock.runUntilIdle()])
  } finally {
    await kernel.close()
  }
}

const forever = (): Promise<void> => sleep(Number.POSITIVE_INFINITY)
const linksOf = (pid: Pid): readonly Pid[] => processInfo(pid, 'links') ?? []
const supervisorOf = (tasks: TaskSupervisor, kernel: TestKernel): Pid =>
  kernel.whereis(tasks.target as string) as Pid

/** Work that tells the test that it began, and returns its argument when it may go on. */
const workFor = (tester: Pid) => async (value: unknown) => {
  send(tester, 'ready')
  await receive('go')
  return value
}

async function expectNothing(): Promise<void> {
  expect(await next()).toBe('nothing')
}

async function reasonOfEnd(pid: Pid): Promise<unknown> {
  const ref = monitor(pid)
  return (await receive((it): it is DownMessage => isDown(it) && it.ref === ref)).reason
}

/** What becomes of stubborn tasks, started with this `shutdown`, when their supervisor stops. */
async function endsWith(
  kernel: TestKernel,
  shutdown: Shutdown,
  start: (tasks: TaskSupervisor, work: () => Promise<void>) => Promise<unknown>,
): Promise<unknown> {
  trapExit(true)
  const tasks = await TaskSupervisor.startLink()
  const tester = self()
  const began = kernel.now()
  await start(tasks, async () => {
    trapExit(true)
    send(tester, 'ready')
    await forever()
  })
  await receive('ready')
  const [pid] = await tasks.children()
  const ended = reasonOfEnd(pid as Pid)
  await stop(tasks, 'shutdown')
  expect(kernel.now() - began).toBe(shutdown === 'brutal_kill' ? 0 : shutdown)
  return ended
}

describe('Elixir task/supervisor_test', () => {
  it(
    'can be supervised directly',
    supervised(async () => {
      const top = await startSupervisor({ children: [TaskSupervisor.childSpec({ name: 'mine' })] })
      expect(await countChildren(top)).toEqual({ specs: 1, active: 1, supervisors: 1, workers: 0 })
      expect(await (await TaskSupervisor.ref('mine').async(() => 1)).await()).toBe(1)
    }),
  )

  it('multiple supervisors can be supervised and identified with simple child spec', () => {
    expect(TaskSupervisor.childSpec().id).toBe('TaskSupervisor')
    expect(TaskSupervisor.childSpec({ name: 'a' }).id).toBe('a')
    expect(TaskSupervisor.childSpec({ name: 'a', id: 'b', restart: 'transient' })).toMatchObject({
      id: 'b',
      restart: 'transient',
      type: 'supervisor',
    })
  })

  it(
    'counts and returns children',
    supervised(async (tasks) => {
      expect(await tasks.children()).toEqual([])
      expect(await countChildren(tasks)).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 })
      const pids = [await tasks.startChild(forever), await tasks.startChild(forever)]
      expect(await tasks.children()).toEqual(pids)
      expect(await countChildren(tasks)).toEqual({ specs: 2, active: 2, supervisors: 0, workers: 2 })
    }),
  )
})

describe('Elixir task/supervisor_test: async', () => {
  it(
    'async/1: spawns tasks under the supervisor',
    supervised(async (tasks) => {
      const tester = self()
      const task = await tasks.async(() => workFor(tester)('done'))
      expect(await tasks.children()).toEqual([task.pid])
      await receive('ready')
      expect(linksOf(self())).toContain(task.pid)
      send(task.pid as Pid, 'go')
      expect(await task.await()).toBe('done')
      await expectNothing()
    }),
  )

  it(
    'async/1: with custom shutdown',
    supervised(async (_, kernel) => {
      const start = (tasks: TaskSupervisor, work: () => Promise<void>) =>
        tasks.async(work, { shutdown: 'brutal_kill' })
      expect(await endsWith(kernel, 'brutal_kill', start)).toBe('killed')
    }),
  )

  it(
    'async/1: raises when :max_children is reached',
    supervised(async () => {
      const tasks = await TaskSupervisor.startLink({ maxChildren: 0 })
      expect(await failure(tasks.async(forever))).toMatchObject({ code: 'MAX_CHILDREN' })
      await expectNothing()
    }),
  )

  it(
    'async/1: with $callers',
    supervised(async (tasks, kernel) => {
      const outer = await tasks.async(async () => {
        const inner = await tasks.async(() => ({ callers: callers(), ancestors: ancestors() }))
        return { inside: await inner.await(), callers: callers(), pid: self() }
      })
      const { inside, callers: seen, pid } = await outer.await()
      expect(seen).toEqual([self()])
      expect(inside.callers).toEqual([pid, self()])
      expect(inside.ancestors).toEqual(['tasks', self()])
      expect(kernel.whereis('tasks')).not.toBe(self())
    }),
  )

  it(
    'async/3',
    supervised(async (tasks) => {
      const add = (a: number, b: number) => a + b
      expect(await (await tasks.async(add.bind(undefined, 1, 2))).await()).toBe(3)
    }),
  )

  it(
    'async_nolink/1: spawns a task under the supervisor without linking to the caller',
    supervised(async (tasks, kernel) => {
      const tester = self()
      const task = await tasks.asyncNolink(() => workFor(tester)('done'))
      await receive('ready')
      expect(linksOf(task.pid as Pid)).toEqual([supervisorOf(tasks, kernel)])
      expect(linksOf(self())).not.toContain(task.pid)
      send(task.pid as Pid, 'go')
      expect(await task.await()).toBe('done')
      const crashing = await tasks.asyncNolink(() => exit('oops'))
      expect(await crashing.yield()).toEqual({ exit: 'oops' })
    }),
  )

  it(
    'async_nolink/1: with custom shutdown',
    supervised(async (_, kernel) => {
      const start = (tasks: TaskSupervisor, work: () => Promise<void>) =>
        tasks.asyncNolink(work, { shutdown: 100 })
      expect(await endsWith(kernel, 100, start)).toBe('killed')
    }),
  )

  it(
    'async_nolink/1: raises when :max_children is reached',
    supervised(async () => {
      const tasks = await TaskSupervisor.startLink({ maxChildren: 1 })
      const first = await tasks.asyncNolink(forever)
      expect(await failure(tasks.asyncNolink(forever))).toMatchObject({ code: 'MAX_CHILDREN' })
      expect(await tasks.children()).toEqual([first.pid])
    }),
  )

  it(
    'async_nolink/3',
    supervised(async (tasks) => {
      const add = (a: number, b: number) => a + b
      expect(await (await tasks.asyncNolink(add.bind(undefined, 1, 2))).await()).toBe(3)
    }),
  )
})

describe('Elixir task/supervisor_test: start_child', () => {
  it(
    'start_child/1',
    supervised(async (tasks, kernel) => {
      const tester = self()
      const pid = await tasks.startChild(() => workFor(tester)('unheard'))
      expect(await tasks.children()).toEqual([pid])
      await receive('ready')
      expect(linksOf(pid)).toEqual([supervisorOf(tasks, kernel)])
      expect(processInfo(pid, 'label')).toBe('task')
      const ended = reasonOfEnd(pid)
      send(pid, 'go')
      expect(await ended).toBe('normal')
      expect(await tasks.children()).toEqual([])
      await expectNothing()
    }),
  )

  it(
    'start_child/3',
    supervised(async (tasks) => {
      const tell = (pid: Pid, what: string) => send(pid, what)
      const pid = await tasks.startChild(tell.bind(undefined, self(), 'done'))
      expect(await receive('done')).toBe('done')
      expect(isAlive(pid)).toBe(false)
    }),
  )

  it(
    'start_child/1 with custom shutdown',
    supervised(async (_, kernel) => {
      const start = (tasks: TaskSupervisor, work: () => Promise<void>) =>
        tasks.startChild(work, { shutdown: 'brutal_kill' })
      expect(await endsWith(kernel, 'brutal_kill', start)).toBe('killed')
      expect(
        await failure((await TaskSupervisor.startLink()).startChild(forever, { shutdown: -1 })),
      ).toMatchObject({ code: 'INVALID_CHILD_SPEC', details: { field: 'shutdown', value: -1 } })
    }),
  )

  it(
    'start_child/1 with custom restart',
    supervised(async (tasks, kernel) => {
      const tester = self()
      const work = async () => {
        send(tester, self())
        exit(await receive())
      }
      const isPid = (it: unknown): it is Pid => typeof it === 'object'
      const first = await tasks.startChild(work, { restart: 'permanent' })
      expect(await receive(isPid)).toBe(first)
      send(first, 'normal')
      const second = await receive(isPid)
      expect(second).not.toBe(first)
      expect(await tasks.children()).toEqual([second])
      await tasks.terminateChild(second)

      const passing = await tasks.startChild(work, { restart: 'transient' })
      await receive(isPid)
      send(passing, 'crash')
      send(await receive(isPid), 'normal')
      await kernel.settled()
      expect(await tasks.children()).toEqual([])
      await expectNothing()
    }),
  )

  it(
    'start_child/1 with $callers',
    supervised(async (tasks) => {
      const tester = self()
      await tasks.startChild(async () => {
        const outer = self()
        await tasks.startChild(() => send(tester, { outer, callers: callers() }))
      })
      const seen = (await receive()) as { outer: Pid; callers: Pid[] }
      expect(seen.callers).toEqual([seen.outer, tester])
    }),
  )

  it(
    'terminate_child/2',
    supervised(async (tasks) => {
      const pid = await tasks.startChild(forever)
      expect(await tasks.children()).toEqual([pid])
      await terminateChild(tasks, pid)
      expect(isAlive(pid)).toBe(false)
      expect(await tasks.children()).toEqual([])
      expect(await failure(tasks.terminateChild(pid))).toMatchObject({ code: 'NOT_FOUND' })
    }),
  )

  it(
    'names the work, and refuses what is none',
    supervised(async (tasks) => {
      const pid = await tasks.startChild(function crunch() {
        return forever()
      })
      expect(processInfo(pid, 'label')).toBe('task crunch')
      expect(await failure(tasks.startChild(42 as never))).toMatchObject({ code: 'TASK_OPTION_INVALID' })
      expect(await failure(tasks.async(42 as never))).toMatchObject({ code: 'TASK_OPTION_INVALID' })
      expect(String(tasks)).toBe('TaskSupervisor(tasks)')
    }),
  )
})

describe('Elixir task/supervisor_test: await/1', () => {
  it(
    'await/1: demonitors and unalias on timeout',
    supervised(async (tasks) => {
      const task = await tasks.async(() => sleep(100))
      expect(await failure(task.await(50))).toMatchObject({ code: 'TASK_TIMEOUT' })
      await sleep(100)
      await expectNothing()
    }),
  )

  const oops = new Error('oops')
  for (const [name, work, reason] of [
    [
      'exits on task throw',
      () => {
        throw 'unknown'
      },
      'unknown',
    ],
    [
      'exits on task error',
      () => {
        throw oops
      },
      oops,
    ],
    ['exits on task exit', () => exit('unknown'), 'unknown'],
  ] as const) {
    it(
      `await/1: ${name}`,
      supervised(async (tasks) => {
        trapExit(true)
        const task = await tasks.async(work)
        const error = await failure(task.await())
        expect(error).toMatchObject({ code: 'TASK_EXITED', details: { reason }, cause: reason })
        expect(await receive(isExit)).toMatchObject({ from: task.pid, reason })
      }),
    )
  }
})

describe('Elixir task/supervisor_test: streams', () => {
  const sleepFor = async (ms: number): Promise<number> => {
    await sleep(ms)
    return ms
  }
  const oks = (...values: unknown[]) => values.map((ok) => ({ ok }))

  async function take<T>(count: number, from: AsyncIterable<T>): Promise<T[]> {
    const taken: T[] = []
    for await (const item of from) {
      taken.push(item)
      if (taken.length === count) break
    }
    return taken
  }

  for (const [name, method] of [
    ['async_stream', 'asyncStream'],
    ['async_stream_nolink', 'asyncStreamNolink'],
  ] as const) {
    it(
      `${name}: streams an enumerable with fun`,
      supervised(async (tasks) => {
        expect(await tasks[method]([1, 2, 3, 4], sleepFor).toArray()).toEqual(oks(1, 2, 3, 4))
      }),
    )

    it(
      `${name}: streams an enumerable with mfa`,
      supervised(async (tasks) => {
        const add = (a: number, b: number) => a + b
        expect(await tasks[method]([1, 2], add.bind(undefined, 10)).toArray()).toEqual(oks(11, 12))
      }),
    )

    it(
      `${name}: streams an enumerable without leaking tasks`,
      supervised(async (tasks, kernel) => {
        const before = kernel.processCount
        expect(await tasks[method]([1, 2, 3], sleepFor).toArray()).toEqual(oks(1, 2, 3))
        expect(await tasks.children()).toEqual([])
        expect(kernel.processCount).toBe(before)
        await expectNothing()
      }),
    )

    it(
      `${name}: streams an enumerable with slowest first`,
      supervised(async (tasks) => {
        trapExit(true)
        const stream = tasks[method]([4, 3, 2, 1], sleepFor, { maxConcurrency: 4 })
        expect(await stream.toArray()).toEqual(oks(4, 3, 2, 1))
      }),
    )

    it(
      `${name}: streams an enumerable with exits`,
      supervised(async (tasks) => {
        trapExit(method === 'asyncStream')
        const stream = tasks[method]([1, 2, 3], (it) => exit(it))
        expect(await stream.toArray()).toEqual([{ exit: 1 }, { exit: 2 }, { exit: 3 }])
        await expectNothing()
      }),
    )

    it(
      `${name}: shuts down unused tasks`,
      supervised(async (tasks, kernel) => {
        const before = linksOf(self())
        const endless = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
        expect(await take(1, tasks[method](endless, sleepFor, { maxConcurrency: 3 }))).toEqual(oks(0))
        await kernel.settled()
        expect(linksOf(self())).toEqual(before)
        expect(linksOf(supervisorOf(tasks, kernel))).toEqual([self()])
        expect(await tasks.children()).toEqual([])
      }),
    )

    it(
      `${name}: shuts down unused tasks without leaking messages`,
      supervised(async (tasks) => {
        trapExit(true)
        const endless = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
        expect(await take(1, tasks[method](endless, sleepFor, { maxConcurrency: 3 }))).toEqual(oks(0))
        await sleep(10)
        await expectNothing()
      }),
    )

    it(
      `${name}: raises an error if :max_children is reached with clean stream shutdown`,
      supervised(async (_, kernel) => {
        const tasks = await TaskSupervisor.startLink({ maxChildren: 1 })
        const before = kernel.processCount
        const stream = tasks[method]([1, 2, 3], forever, { maxConcurrency: 3 })
        expect(await failure(stream.toArray())).toMatchObject({ code: 'MAX_CHILDREN' })
        await kernel.settled()
        expect(await tasks.children()).toEqual([])
        expect(kernel.processCount).toBe(before)
        await expectNothing()
      }),
    )

    it(
      `${name}: with timeout and :zip_input_on_exit set to true`,
      supervised(async (tasks) => {
        const options = { onTimeout: 'kill_task', timeout: 50, zipInputOnExit: true } as const
        const stream = tasks[method]([1, 100], sleepFor, options)
        expect(await stream.toArray()).toEqual([{ ok: 1 }, { exit: 'timeout', input: 100 }])
      }),
    )
  }

  it(
    'async_stream: with $callers',
    supervised(async (tasks) => {
      const tester = self()
      const [seen] = await tasks.asyncStream([1], () => callers()[0] === tester).toArray()
      expect(seen).toEqual({ ok: true })
    }),
  )

  it(
    'async_stream: does not allow streaming with invalid :shutdown',
    supervised(async (tasks) => {
      const shutdown = 'unknown' as 'brutal_kill'
      const error = await failure(() => tasks.asyncStream([1], sleepFor, { shutdown }))
      expect(error).toMatchObject({
        code: 'INVALID_CHILD_SPEC',
        details: { field: 'shutdown', value: 'unknown' },
      })
    }),
  )

  it(
    'async_stream: uses the shutdown of its options',
    supervised(async (_, kernel) => {
      const start = async (tasks: TaskSupervisor, work: () => Promise<void>) => {
        const options = { shutdown: 'brutal_kill', timeout: Number.POSITIVE_INFINITY } as const
        const reading = tasks.asyncStreamNolink([1], work, options).toArray()
        reading.then(undefined, () => undefined)
      }
      expect(await endsWith(kernel, 'brutal_kill', start)).toBe('killed')
    }),
  )
})

describe('a task supervisor', () => {
  it(
    'ends a task whose owner died before it could watch it',
    supervised(async (tasks, kernel) => {
      const tester = self()
      const owner = spawn(async () => {
        send(tester, 'about to')
        await tasks.asyncNolink(forever)
      })
      await receive('about to')
      exit(owner, 'kill')
      await kernel.settled()
      expect(isAlive(owner)).toBe(false)
      expect(await tasks.children()).toEqual([])
    }),
  )

  it(
    'outlives the crashes of any number of temporary tasks, and reports them',
    supervised(async (tasks, kernel) => {
      for (let at = 0; at < 10; at++) await tasks.startChild(() => exit('oops'))
      await kernel.settled()
      expect(await whichChildren(tasks)).toEqual([])
      expect(kernel.reportsOf('supervisor')).toHaveLength(10)
    }),
  )
})
