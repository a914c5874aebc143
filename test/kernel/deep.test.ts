import { describe, expect, it } from 'vitest'
import {
  type Behaviour,
  exit,
  HeartwoodError,
  isAlive,
  isExit,
  Kernel,
  link,
  monitor,
  on,
  own,
  type Pid,
  processInfo,
  processSignal,
  receive,
  register,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
  whereis,
} from '../../src/kernel/index.js'
import { measures } from '../measuring.js'
import { codeOf, downOf, drain, exitOf, expectNoMessage, idle, inWorld, world } from './world.js'

const milliseconds = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1e6

/** A process that spawns the next one, linked to it, until `left` is 0; the last does `last`. */
function member(kernel: Kernel, left: number, last: () => void): Behaviour {
  return {
    start() {
      if (left > 0) kernel.spawnBehaviour(member(kernel, left - 1, last), { link: true })
      else last()
      return undefined
    },
    handle() {},
  }
}

/** Builds `size` linked processes, ends one, and returns how long it took until all were dead. */
async function cascade(size: number, shape: 'chain' | 'ring'): Promise<number> {
  const { kernel } = world()
  return kernel.run(async () => {
    let first: Pid | undefined
    let last: Pid | undefined
    const closed = (): void => {
      last = self()
      if (shape === 'ring') link(first as Pid)
    }
    first = kernel.spawnBehaviour(member(kernel, size - 1, closed))
    await kernel.settled()
    expect(kernel.processCount).toBe(size + 1)
    const ref = monitor(last as Pid)
    const start = process.hrtime.bigint()
    exit(first, 'boom')
    await kernel.settled()
    const took = milliseconds(start)
    expect((await receive(downOf(ref))).reason).toBe('boom')
    expect(kernel.processCount).toBe(1)
    return took
  })
}

describe('many processes', () => {
  for (const shape of ['chain', 'ring'] as const) {
    measures(`a ${shape} of 100,000 linked processes dies, in linear time and without stack`, async () => {
      const small = Math.min(
        await cascade(10_000, shape),
        await cascade(10_000, shape),
        await cascade(10_000, shape),
      )
      const large = Math.min(await cascade(100_000, shape), await cascade(100_000, shape))
      // Ten times as many: linear is 10, quadratic 100.
      expect(large / small).toBeLessThan(45)
    })
  }

  it('a star of 100,000 links and monitors around one process dies', async () => {
    const { kernel } = world()
    await kernel.run(async () => {
      const center = spawn(idle)
      const rim: Pid[] = []
      for (let i = 0; i < 100_000; i++)
        rim.push(
          kernel.spawnBehaviour({
            start() {
              link(center)
              return undefined
            },
            handle() {},
          }),
        )
      await kernel.settled()
      for (let i = 0; i < 1_000; i++) monitor(center)
      exit(rim[50_000] as Pid, 'boom')
      await kernel.settled()
      expect(kernel.processCount).toBe(1)
      expect((await drain()).length).toBe(1_000)
    })
  })

  it('a million live processes, each of which answers', async () => {
    const kernel = new Kernel()
    const before = process.memoryUsage().rss
    let answered = 0
    const behaviour: Behaviour = {
      handle() {
        answered++
      },
    }
    const pids: Pid[] = []
    for (let i = 0; i < 1_000_000; i++) pids.push(kernel.spawnBehaviour(behaviour))
    await kernel.settled()
    expect(kernel.processCount).toBe(1_000_001)
    for (const pid of pids) kernel.send(pid, 'hello')
    await kernel.settled()
    expect(answered).toBe(1_000_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(2.5 * 2 ** 30)
    for (const pid of pids) kernel.exit(pid, 'kill')
    await kernel.settled()
    expect(kernel.processCount).toBe(1)
  })
})

describe('a process that dies while its own code is on the stack', () => {
  it('runs on until it waits: the signal of a link it cut itself off by is acted on then', async () => {
    const { kernel } = world()
    const seen: unknown[] = []
    await kernel.run(async () => {
      const { pid, ref } = spawnMonitor(async () => {
        const child = spawnLink(idle)
        exit(child, 'boom')
        seen.push(isAlive(child), isAlive(self()))
        send(main, 'still running')
        await receive({ timeout: 0 })
        seen.push('unreachable')
      })
      const main = self()
      expect((await receive(downOf(ref))).reason).toBe('boom')
      expect(isAlive(pid)).toBe(false)
      expect(await drain()).toEqual(['still running'])
      expect(seen).toEqual([false, true])
    })
  })

  it(
    'in a synchronous handler: it ends when the handler returns, and takes no further message',
    inWorld(async ({ kernel }) => {
      const handled: unknown[] = []
      const victim = spawn(idle)
      const pid = kernel.spawnBehaviour({
        handle(message) {
          handled.push(message)
          if (message !== 'first') return
          link(victim)
          exit(victim, 'boom')
          handled.push(isAlive(self()))
        },
      })
      const ref = monitor(pid)
      send(pid, 'first')
      send(pid, 'second')
      expect((await receive(downOf(ref))).reason).toBe('boom')
      expect(handled).toEqual(['first', true])
    }),
  )

  it(
    'in an init: startBehaviour rejects with the reason',
    inWorld(async ({ kernel }) => {
      const starting = kernel.startBehaviour({
        start() {
          const child = spawnLink(idle)
          exit(child, 'boom')
          return undefined
        },
        handle() {},
      })
      const error = await starting.catch((it: unknown) => it)
      expect(HeartwoodError.is(error, 'START_FAILED') && error.details.reason).toBe('boom')
    }),
  )

  it(
    'trapExit(true) does not come in time for a signal that arrived before it',
    inWorld(async () => {
      const { ref } = spawnMonitor(async () => {
        const child = spawnLink(idle)
        exit(child, 'boom')
        trapExit(true)
        await idle()
      })
      expect((await receive(downOf(ref))).reason).toBe('boom')
    }),
  )

  it(
    'exit(self(), reason) in the middle of nested calls: what is above it on the stack can do nothing more',
    inWorld(async ({ kernel }) => {
      const main = self()
      const after: (string | undefined)[] = []
      const { ref } = spawnMonitor(async () => {
        for (const act of [
          () => exit(self(), 'gone'),
          () => spawn(idle),
          () => link(main),
          () => monitor(main),
          () => register('late', main),
          () => sendAfter(1, main, 'late'),
          () => own({ close() {} }),
          () => trapExit(true),
          () => processSignal(),
        ])
          after.push(await codeOf(act))
        send(main, 'late')
      })
      expect((await receive(downOf(ref))).reason).toBe('gone')
      await kernel.settled()
      expect(after).toEqual(Array(9).fill('PROCESS_DEAD'))
      await expectNoMessage()
    }),
  )
})

describe('a process that dies while its code is suspended', () => {
  it(
    'in receive: finally blocks run, using is disposed, and the code is fenced',
    inWorld(async ({ kernel }) => {
      const main = self()
      const seen: unknown[] = []
      const { pid, ref } = spawnMonitor(async () => {
        const lock = { [Symbol.dispose]: () => seen.push('disposed') }
        try {
          await receive()
        } catch (error) {
          seen.push(HeartwoodError.is(error, 'PROCESS_DEAD'))
          send(main, 'from the dead')
          seen.push(await codeOf(() => spawn(idle)))
          throw error
        } finally {
          lock[Symbol.dispose]()
          seen.push('finally')
        }
      })
      await kernel.settled()
      exit(pid, 'kill')
      expect(isAlive(pid)).toBe(false)
      expect((await receive(downOf(ref))).reason).toBe('killed')
      await kernel.settled()
      expect(seen).toEqual([true, 'PROCESS_DEAD', 'disposed', 'finally'])
      await expectNoMessage()
      expect(kernel.strayFailures).toBe(1)
    }),
  )

  it(
    'in sleep, and in a receive with a timeout: the timer is gone with it',
    inWorld(async ({ kernel }) => {
      const pids = [spawn(() => sleep(1_000)), spawn(() => receive('never', { timeout: 1_000 }))]
      await kernel.settled()
      expect(kernel.timers.size).toBe(2)
      for (const pid of pids) exit(pid, 'over')
      expect(kernel.timers.size).toBe(0)
    }),
  )

  it(
    'in an await of something else: it is dead at once, and what it does afterwards reaches nobody',
    inWorld(async ({ kernel }) => {
      const main = self()
      let release: () => void = () => {}
      const gate = new Promise<void>((resolve) => {
        release = resolve
      })
      const seen: unknown[] = []
      const { pid, ref } = spawnMonitor(
        async () => {
          await gate
          send(main, 'late')
          seen.push(await codeOf(() => receive()))
          seen.push(await codeOf(() => exit(main, 'kill')))
          throw new Error('late failure')
        },
        { name: 'slow' },
      )
      await kernel.settled()
      exit(pid, 'now')
      expect(whereis('slow')).toBeUndefined()
      expect((await receive(downOf(ref))).reason).toBe('now')
      release()
      await kernel.settled()
      expect(seen).toEqual(['PROCESS_DEAD', 'PROCESS_DEAD'])
      await expectNoMessage()
      expect(kernel.strayFailures).toBe(1)
    }),
  )

  it('its late rejection is a warning where it was ended, no crash', async () => {
    const { kernel, reports } = world()
    await kernel.run(async () => {
      const failing = spawn(async () => {
        try {
          await receive()
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: a failing clean-up is what is tested
          throw new Error('clean-up failed')
        }
      })
      await kernel.settled()
      exit(failing, 'kill')
      await kernel.settled()
    })
    expect(reports.map(({ level, kind }) => [level, kind])).toEqual([['warn', 'stray']])
  })

  it(
    'in an async handler: the handler is fenced, callers are rejected, queued messages are gone',
    inWorld(async ({ kernel }) => {
      let release: () => void = () => {}
      const gate = new Promise<void>((resolve) => {
        release = resolve
      })
      const handled: unknown[] = []
      const server = kernel.spawnBehaviour({
        async handle(message) {
          handled.push(message)
          await gate
          handled.push(await codeOf(() => self() && receive({ timeout: 0 })))
        },
      })
      const call = kernel.request(server, 'question')
      send(server, 'queued')
      await kernel.settled()
      exit(server, 'restart')
      expect(await codeOf(() => call)).toBe('CALL_SERVER_EXITED')
      release()
      await kernel.settled()
      expect(handled.length).toBe(2)
      expect(handled[1]).toBe('PROCESS_DEAD')
    }),
  )

  it(
    'in a request: the pending call is rejected, so that its finally blocks run',
    inWorld(async ({ kernel }) => {
      const server = kernel.spawnBehaviour({ handle() {} })
      const seen: unknown[] = []
      const caller = spawn(async () => {
        try {
          await kernel.request(server, 'question')
        } finally {
          seen.push('finally')
        }
      })
      await kernel.settled()
      expect(processInfo(server, 'monitoredBy')).toEqual([caller])
      exit(caller, 'kill')
      await kernel.settled()
      expect(seen).toEqual(['finally'])
      expect(processInfo(server, 'monitoredBy')).toEqual([])
      expect(kernel.timers.size).toBe(0)
    }),
  )
})

describe('receive at its edges', () => {
  it(
    'a matcher that throws crashes its process and leaves the mailbox of others alone',
    inWorld(async ({ kernel, reports }) => {
      const error = new Error('bad matcher')
      const waiting = spawnMonitor(() =>
        receive(() => {
          throw error
        }),
      )
      await kernel.settled()
      send(waiting.pid, 'x')
      expect((await receive(downOf(waiting.ref))).reason).toBe(error)
      expect(reports.map(({ kind, reason }) => [kind, reason])).toEqual([['crash', error]])
    }),
  )

  it(
    'a matcher that throws and is caught leaves the mailbox complete and the next receive whole',
    inWorld(async () => {
      for (const message of [1, 2, 3]) send(self(), message)
      await expect(
        receive((message: number) => {
          if (message === 2) throw new Error('two')
          return false
        }),
      ).rejects.toThrow('two')
      expect(await drain()).toEqual([1, 2, 3])
    }),
  )

  it(
    'a matcher may itself receive',
    inWorld(async () => {
      for (const message of ['a', 'b', 'c']) send(self(), message)
      let inner: Promise<unknown> | undefined
      const outer = await receive((message: unknown) => {
        inner ??= receive('b')
        return message === 'c'
      })
      expect([outer, await inner]).toEqual(['c', 'b'])
      expect(await drain()).toEqual(['a'])
    }),
  )

  it(
    'a matcher that receives the very message it looks at leaves the next one to its own receive',
    inWorld(async () => {
      for (const message of ['a', 'b', 'c']) send(self(), message)
      let inner: Promise<unknown> | undefined
      const outer = await receive(() => {
        inner ??= receive('a')
        return true
      })
      expect([await inner, outer]).toEqual(['a', 'b'])
      expect(await drain()).toEqual(['c'])
    }),
  )

  it(
    'a matcher that ends its own process by exit() gives the reason',
    inWorld(async () => {
      const { pid, ref } = spawnMonitor(() => receive(() => exit('from the matcher')))
      send(pid, 'x')
      expect((await receive(downOf(ref))).reason).toBe('from the matcher')
    }),
  )

  it(
    'a matcher that ends its own process by a signal, with two receives waiting: neither goes on',
    inWorld(async ({ kernel }) => {
      const matched: unknown[] = []
      const { pid, ref } = spawnMonitor(async () => {
        const first = receive((message: unknown) => {
          if (message === 'die') exit(self(), 'signal')
          return false
        })
        const second = receive((message: unknown) => {
          matched.push(message)
          return message === 'prize'
        })
        await Promise.allSettled([first, second])
      })
      send(pid, 'early')
      await kernel.settled()
      for (const message of ['die', 'prize']) send(pid, message)
      expect((await receive(downOf(ref))).reason).toBe('signal')
      await kernel.settled()
      expect(matched).toEqual(['early'])
    }),
  )

  it(
    'a receive inside the handler of a receive, and inside the handler of a server',
    inWorld(async ({ kernel }) => {
      const main = self()
      for (const message of ['outer', 'x', 'inner']) send(main, message)
      expect(await receive([on('outer', () => receive([on('inner', () => 'both')]))])).toBe('both')
      expect(await drain()).toEqual(['x'])
      const server = kernel.spawnBehaviour({
        async handle(message) {
          if (message === 'ask') send(main, ['asked', await receive({ answer: 42 })])
          else send(main, message)
        },
      })
      send(server, 'ask')
      send(server, 'later')
      await kernel.settled()
      await expectNoMessage()
      send(server, { answer: 42 })
      expect(await receive()).toEqual(['asked', { answer: 42 }])
      expect(await receive()).toBe('later')
    }),
  )

  it(
    'two receives at once take different messages, first come first served',
    inWorld(async () => {
      const waiting = Promise.all([receive('b'), receive(), receive()])
      for (const message of ['a', 'b', 'c']) send(self(), message)
      expect(await waiting).toEqual(['b', 'a', 'c'])
      for (const message of ['a', 'b']) send(self(), message)
      expect(await Promise.all([receive(), receive()])).toEqual(['a', 'b'])
      await expectNoMessage()
    }),
  )

  it(
    'a message to oneself, from a script and from a handler',
    inWorld(async ({ kernel }) => {
      send(self(), 'note')
      expect(await receive()).toBe('note')
      const counted: number[] = []
      const counter = kernel.spawnBehaviour({
        handle(message) {
          counted.push(message as number)
          if ((message as number) < 1_000) send(self(), (message as number) + 1)
        },
      })
      send(counter, 0)
      await kernel.settled()
      expect(counted.length).toBe(1_001)
    }),
  )

  it(
    'registration inside a dying process is refused, and its name is free',
    inWorld(async ({ kernel }) => {
      const codes: unknown[] = []
      const { pid, ref } = spawnMonitor(async () => {
        register('mine', self())
        try {
          await receive()
        } finally {
          codes.push(await codeOf(() => register('other', self())))
          codes.push(whereis('mine'))
        }
      })
      await kernel.settled()
      const next = spawn(idle)
      exit(pid, 'shutdown')
      expect(register('mine', next)).toBe(true)
      await receive(downOf(ref))
      await kernel.settled()
      expect(codes).toEqual(['PROCESS_DEAD', next])
      expect(whereis('other')).toBeUndefined()
    }),
  )

  it(
    'a process that registers itself and dies in one go leaves no name',
    inWorld(async () => {
      trapExit(true)
      for (let i = 0; i < 100; i++) {
        const child = spawnLink(() => {
          register('brief', self())
          exit('done')
        })
        expect((await receive(exitOf(child))).reason).toBe('done')
        expect(whereis('brief')).toBeUndefined()
      }
      expect((await drain()).filter(isExit)).toEqual([])
    }),
  )
})
