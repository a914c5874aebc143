import { getEventListeners } from 'node:events'
import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Callbacks, call, start } from '../../src/genserver/index.js'
import {
  asyncIn,
  isTaskReply,
  Task,
  type TaskOutcome,
  type TaskPlace,
  TaskReply,
  taskBody,
} from '../../src/genserver/task/index.js'
import {
  ancestors,
  callers,
  currentKernel,
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
  register,
  self,
  send,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
} from '../../src/kernel/index.js'
import { exitReason, failure, next, world } from './world.js'

const forever = (): Promise<void> => sleep(Number.POSITIVE_INFINITY)
const boom = new Error('boom')

describe('Task.async', () => {
  it('runs beside its owner, and gives it the value', () =>
    world(async () => {
      const order: string[] = []
      const task = Task.async(() => {
        order.push('task')
        return 42
      })
      order.push('owner')
      expect(await task.await()).toBe(42)
      expect(order).toEqual(['owner', 'task'])
      expect(await next()).toBe('nothing')
      expect(processInfo(self(), 'monitors')).toEqual([])
    }))

  it('ends an owner that does not trap exits with the crash, before it gets to hear of it', () =>
    world(async (kernel) => {
      let caught: unknown
      const { pid } = spawnMonitor(async () => {
        const task = Task.async(() => {
          throw boom
        })
        try {
          await task.await()
        } catch (error) {
          caught = error
        }
      })
      expect(await exitReason(pid)).toBe(boom)
      await currentKernel().settled()
      // Code that was waiting runs its catch and finally blocks, but as left-over code of a dead process.
      expect(caught).toMatchObject({ code: 'PROCESS_DEAD' })
      expect(kernel.reportsOf('task')).toHaveLength(1)
      expect(kernel.reportsOf('crash')).toEqual([])
    }))

  it('gives an owner that traps exits both the exit and the message', () =>
    world(async () => {
      trapExit(true)
      const task = Task.async(() => {
        throw boom
      })
      expect(await failure(task.await())).toMatchObject({ code: 'TASK_EXITED', cause: boom })
      expect(await receive(isExit)).toMatchObject({ from: task.pid, reason: boom })
    }))

  it('ends with its owner', () =>
    world(async () => {
      const tester = self()
      const owner = spawn(async () => {
        send(tester, Task.async(forever).pid)
        await receive('stop')
        exit('enough')
      })
      const task = (await receive()) as Pid
      send(owner, 'stop')
      expect(await exitReason(task)).toBe('enough')
    }))

  it('outlives an owner that ends normally, as any linked process does', () =>
    world(async () => {
      const tester = self()
      spawn(() => {
        Task.async(async () => {
          await receive('go')
          send(tester, 'done')
        })
        send(tester, processInfo(self(), 'links')?.[0])
      })
      const task = (await receive()) as Pid
      send(task, 'go')
      expect(await receive()).toBe('done')
    }))

  it('isolates the value as the kernel does a message', () =>
    world(async () => {
      const value = await Task.async(() => ({ list: [1] })).await()
      expect(Object.isFrozen(value.list)).toBe(true)
    }))

  it('that was killed is not blamed for what its function comes to later', () =>
    world(async (kernel) => {
      let done = (_: string): void => {}
      const task = Task.async(() => new Promise<string>((resolve) => (done = resolve)))
      await kernel.settled()
      expect(await task.shutdown('brutal_kill')).toBeUndefined()
      done('late')
      await kernel.settled()
      expect(kernel.reports).toEqual([])
    }))

  it('says nothing of code that a kill cut off', () =>
    world(async (kernel) => {
      trapExit(true)
      let release = (_: unknown): void => {}
      const outside = new Promise((_, reject) => {
        release = reject
      })
      const task = Task.async(() => outside)
      await currentKernel().settled()
      expect(await task.shutdown('brutal_kill')).toBeUndefined()
      release(boom)
      await currentKernel().settled()
      expect(kernel.reports.filter(({ level }) => level === 'error')).toEqual([])
    }))

  it('takes a thrown orderly word for the crash it is', () =>
    world(async (kernel) => {
      trapExit(true)
      const task = Task.async(() => {
        throw 'normal'
      })
      expect(await task.yield()).toEqual({ exit: { nocatch: 'normal' } })
      expect(kernel.reportsOf('task')).toHaveLength(1)
    }))

  it('has its owner as ancestor, by name, and as caller, by pid', () =>
    world(async () => {
      register('owner', self())
      const seen = await Task.async(() => ({ ancestors: ancestors(), callers: callers() })).await()
      expect(seen).toEqual({ ancestors: ['owner'], callers: [self()] })
    }))

  it('is called what its function is called', () =>
    world(async () => {
      const label = await Task.async(function fetchPage() {
        return processInfo(self(), 'label')
      }).await()
      expect(label).toBe('task fetchPage')
    }))

  it('refuses what is no function', () =>
    world(async () => {
      const wrong = 'work' as unknown as () => void
      expect(await failure(() => Task.async(wrong))).toMatchObject({ code: 'TASK_OPTION_INVALID' })
      expect(await failure(() => Task.start(wrong))).toMatchObject({ code: 'TASK_OPTION_INVALID' })
    }))

  it('knows the type of the value', () =>
    world(async () => {
      const number = Task.async(async () => 1)
      expectTypeOf(number).toEqualTypeOf<Task<number>>()
      expectTypeOf(await number.yield()).toEqualTypeOf<TaskOutcome<number> | undefined>()
      const both = await Task.awaitMany([Task.completed(1), Task.completed('one')])
      expectTypeOf(both).toEqualTypeOf<[number, string]>()
    }))
})

describe('a task', () => {
  it('takes its time from the owner alone: bad times are refused', () =>
    world(async () => {
      const task = Task.completed(1)
      for (const act of [
        () => task.await(-1),
        () => task.yield(-0.5),
        () => Task.awaitMany([task], Number.NaN),
      ]) {
        expect((await failure(act)).code).toBe('BAD_TIMEOUT')
      }
      const running = Task.async(forever)
      expect((await failure(running.shutdown(-1))).code).toBe('TASK_OPTION_INVALID')
      expect(isAlive(running.pid as Pid)).toBe(true)
      for (const wrong of [{ limit: -1 }, { onTimeout: 'explode' as 'ignore' }]) {
        expect((await failure(Task.yieldMany([task], wrong))).code).toBe('TASK_OPTION_INVALID')
      }
    }))

  it('can be asked again after yield, and once after await', () =>
    world(async (kernel) => {
      const task = Task.async(() => sleep(100))
      const first = task.yield(10)
      await kernel.clock.advance(10)
      expect(await first).toBeUndefined()
      const value = task.await()
      await kernel.clock.advance(100)
      expect(await value).toBeUndefined()
      expect((await failure(task.await(0))).code).toBe('TASK_TIMEOUT')
    }))

  it('gives the value it had when it is shut down too late', () =>
    world(async () => {
      const task = Task.async(() => 'done')
      await exitReason(task.pid as Pid)
      expect(await task.shutdown()).toEqual({ ok: 'done' })
      expect(await next()).toBe('nothing')
    }))

  it('shuts down without an EXIT for an owner that traps exits', () =>
    world(async () => {
      trapExit(true)
      expect(await Task.async(forever).shutdown()).toBeUndefined()
      expect(await next()).toBe('nothing')
    }))

  it('is waited for by its monitor when its end is slow to come', () =>
    world(async (kernel) => {
      const task = Task.async(async () => {
        trapExit(true)
        await receive(isExit)
        await sleep(40)
        return 'in good order'
      })
      await currentKernel().settled()
      const ending = task.shutdown(50)
      await kernel.clock.advance(40)
      expect(await ending).toEqual({ ok: 'in good order' })
    }))

  it('prints as its pid', () =>
    world(async () => {
      const task = Task.async(() => 1)
      expect(String(task)).toBe(`Task${task.pid}`)
      expect(inspect(task)).toBe(String(task))
      expect(String(Task.completed(1))).toMatch(/^Task<completed #Ref<\d+>>$/)
    }))

  it('reaches a server as messages, which need not wait', () =>
    world(async () => {
      const pages: Callbacks<{ running?: Reference; page?: unknown }> = {
        init: () => ({ state: {} }),
        handleCall: (request, _from, state) =>
          request === 'fetch'
            ? { reply: 'soon', state: { running: Task.async(() => 'a page').ref } }
            : { reply: state.page, state },
        handleInfo: (message, state) =>
          isTaskReply(message) && message.ref === state.running
            ? { state: { page: message.value } }
            : { state },
      }
      const server = await start(pages)
      expect(await call(server, 'fetch')).toBe('soon')
      await currentKernel().settled()
      expect(await call(server, 'page?')).toBe('a page')
    }))
})

describe('a task that a server waits for in a callback, while it goes on handling messages', () => {
  const work = async () => {
    await sleep(1)
    return 1
  }
  const tasks = (count: number) => Array.from({ length: count }, () => Task.async(work))
  const ok = { ok: 1 }
  const code = (error: { code: string }) => error.code
  const ways: [way: string, outcome: unknown, () => Promise<unknown>][] = [
    ['await', 1, () => Task.async(work).await()],
    ['await, in vain', 'TASK_TIMEOUT', () => Task.async(forever).await(1).catch(code)],
    ['await, as it ends', 1, () => Task.async(work).await(2)],
    ['yield', ok, () => Task.async(work).yield()],
    ['awaitMany', [1, 1, 1, 1, 1], () => Task.awaitMany(tasks(5))],
    [
      'awaitMany, in vain',
      'TASK_TIMEOUT',
      () => Task.awaitMany([...tasks(3), Task.async(forever)], 2).catch(code),
    ],
    ['yieldMany', [ok, ok, ok], () => Task.yieldMany(tasks(3))],
    [
      'yieldMany, ignoring the late',
      [ok, undefined, ok, undefined],
      () =>
        Task.yieldMany([...tasks(1), Task.async(forever), ...tasks(1), Task.async(forever)], {
          timeout: 2,
          onTimeout: 'ignore',
        }),
    ],
    [
      'yieldMany, killing the late',
      [undefined, ok, undefined],
      () =>
        Task.yieldMany([Task.async(forever), ...tasks(1), Task.async(forever)], {
          timeout: 2,
          onTimeout: 'kill_task',
        }),
    ],
    ['shutdown', undefined, () => Task.async(forever).shutdown()],
    ['shutdown, killing', undefined, () => Task.async(forever).shutdown('brutal_kill')],
    [
      'shutdown, of one that ends with a value',
      { ok: 'late' },
      async () => {
        const task = Task.async(async () => {
          trapExit(true)
          await receive(isExit)
          return 'late'
        })
        await sleep(1)
        return task.shutdown()
      },
    ],
    [
      'shutdown, of one that does not end',
      { exit: 'killed' },
      async () => {
        const task = Task.async(async () => {
          trapExit(true)
          await forever()
        })
        await sleep(1)
        return task.shutdown(1)
      },
    ],
    ['ignore', undefined, () => Task.async(work).ignore()],
  ]
  it.each(ways)('leaves none of its messages to it (%s)', (_, outcome, wait) =>
    world(async (kernel) => {
      const strays: unknown[] = []
      const results: unknown[] = []
      const waiting: Callbacks<undefined> = {
        init: () => {
          for (let n = 0; n < 20; n++) {
            void (async () => {
              await sleep(n % 3)
              results.push(await wait())
            })()
          }
          return { state: undefined }
        },
        handleInfo: (message, state) => {
          strays.push(message)
          return { state }
        },
      }
      await start(waiting)
      await kernel.clock.advance(10_000)
      expect(strays).toEqual([])
      expect(results).toHaveLength(20)
      expect(results).toEqual(Array(20).fill(outcome))
    }))
})

describe('a place', () => {
  /** A process that starts tasks for others, as a task supervisor does. */
  const nursery = (
    linked: boolean,
    head: (body: () => unknown) => () => unknown = (body) => body,
  ): TaskPlace => {
    const keeper = spawn(async () => {
      trapExit(true)
      for (;;) {
        const { body, to } = await receive((it: unknown): it is { body: () => unknown; to: Pid } =>
          Object.hasOwn(it as object, 'body'),
        )
        send(to, { child: spawnLink(head(body), { ancestry: true }) })
      }
    })
    return {
      linked,
      start: async (body) => {
        send(keeper, { body, to: self() })
        return (await receive((it: unknown): it is { child: Pid } => Object.hasOwn(it as object, 'child')))
          .child
      },
    }
  }

  it('starts the process, and the owner has the result', () =>
    world(async () => {
      const place = nursery(true)
      const task = await asyncIn(place, () => ({ callers: callers(), ancestors: ancestors() }))
      const seen = await task.await()
      expect(seen.callers).toEqual([self()])
      expect(seen.ancestors).not.toContain(self())
    }))

  it('links the owner, or only lets it watch', () =>
    world(async () => {
      const linked = await asyncIn(nursery(true), forever)
      expect(processInfo(self(), 'links')).toEqual([linked.pid])
      const alone = await asyncIn(nursery(false), () => {
        throw boom
      })
      expect(processInfo(self(), 'links')).toEqual([linked.pid])
      expect(await alone.yield()).toEqual({ exit: boom })
    }))

  it('waits for the owner when it runs first, and ends when that dies', () =>
    world(async () => {
      const tester = self()
      let began = false
      const owner = spawn(async () => {
        await asyncIn(
          {
            linked: false,
            start: (body) => {
              send(tester, spawn(body))
              return never()
            },
          },
          () => {
            began = true
          },
        )
      })
      const child = (await receive()) as Pid
      const watch = monitor(child)
      await currentKernel().settled()
      exit(owner, 'gone')
      const down = await receive((it: unknown): it is DownMessage => isDown(it) && it.ref === watch)
      expect(down.reason).toEqual({ shutdown: 'gone' })
      expect(began).toBe(false)
    }))

  it('hands its refusal to whoever wanted the task', () =>
    world(async () => {
      const full: TaskPlace = { linked: true, start: () => Promise.reject(boom) }
      await expect(asyncIn(full, () => 1)).rejects.toBe(boom)
    }))

  it('runs bodies without a result, again if need be', () =>
    world(async () => {
      const tester = self()
      const body = taskBody(() => send(tester, callers()))
      spawn(() => {
        spawn(body)
        spawn(body)
      })
      expect(await receive()).toEqual([tester])
      expect(await receive()).toEqual([tester])
    }))
})

describe('TaskReply', () => {
  it('is told from other messages with a ref', () => {
    const ref = new Reference()
    expect(isTaskReply(new TaskReply(ref, 1))).toBe(true)
    expect(isTaskReply({ ref, value: 1 })).toBe(false)
    expect(isTaskReply(undefined)).toBe(false)
  })
})

const never = (_?: unknown): Promise<never> => new Promise(() => {})

describe('the signal of a wait for tasks', () => {
  const reason = new Error('not wanted')
  const waits: readonly [string, (tasks: Task<void>[], signal: AbortSignal) => Promise<unknown>][] = [
    ['await', ([task], signal) => (task as Task<void>).await({ signal })],
    ['awaitMany', (tasks, signal) => Task.awaitMany(tasks, { signal })],
    ['yield', ([task], signal) => (task as Task<void>).yield({ signal })],
    ['yieldMany', (tasks, signal) => Task.yieldMany(tasks, { signal })],
  ]

  it.each(waits)('ends it with its reason, and leaves nothing behind (%s)', (name, wait) =>
    world(async (kernel) => {
      for (const controller of [new AbortController(), new AbortController()]) {
        const { signal } = controller
        const tasks = [Task.async(() => sleep(100)), Task.async(() => sleep(100))]
        const before = controller.signal.aborted
        const outcome = wait(tasks, signal).catch((thrown: unknown) => thrown)
        expect(getEventListeners(signal, 'abort')).toHaveLength(1)
        controller.abort(reason)
        expect(await outcome).toBe(reason)
        expect(before).toBe(false)
        expect(getEventListeners(signal, 'abort')).toHaveLength(0)
        // Already aborted: at once.
        expect(await wait(tasks, signal).catch((thrown: unknown) => thrown)).toBe(reason)
        expect(tasks.map(({ pid }) => isAlive(pid as Pid))).toEqual([true, true])
        if (name.startsWith('yield')) {
          const later = Task.yieldMany(tasks)
          await kernel.clock.advance(100)
          expect(await later).toEqual([{ ok: undefined }, { ok: undefined }])
        } else {
          await kernel.clock.advance(100)
          for (const task of tasks) await task.ignore()
        }
        expect(await next()).toBe('nothing')
        expect(processInfo(self(), 'monitors')).toEqual([])
      }
    }))

  it('is a signal, and its options are as they were', () =>
    world(async (kernel) => {
      const task = Task.async(() => sleep(10))
      const signal = {} as AbortSignal
      expect(await failure(task.await({ signal }))).toMatchObject({ code: 'BAD_OPTION' })
      const late = failure(task.await({ timeout: 5 }))
      await kernel.clock.advance(5)
      expect(await late).toMatchObject({ code: 'TASK_TIMEOUT', details: { timeout: 5 } })
    }))
})
