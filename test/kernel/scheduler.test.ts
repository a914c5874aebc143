import { describe, expect, it } from 'vitest'
import {
  currentKernel,
  FairScheduler,
  Kernel,
  type Pid,
  type Runnable,
  receive,
  type Scheduler,
  self,
  send,
  sleep,
  spawn,
} from '../../src/kernel/index.js'
import { codeOf, inWorld, world } from './world.js'

const spawnServer = (handle: () => void): Pid =>
  currentKernel().spawnBehaviour({ handle: () => void handle() })

describe('the fair scheduler', () => {
  it('gives turns first come, first served', async () => {
    const { kernel } = world()
    const order: number[] = []
    await kernel.run(async () => {
      for (let i = 0; i < 5; i++) spawn(() => order.push(i))
      await kernel.settled()
    })
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  it(
    'starts a spawned process when the spawner next waits, not before',
    inWorld(async ({ kernel }) => {
      const order: string[] = []
      spawn(() => order.push('child'))
      order.push('spawner')
      expect(order).toEqual(['spawner'])
      await kernel.settled()
      expect(order).toEqual(['spawner', 'child'])
    }),
  )

  const takers = {
    'a server': (take: () => void): Pid => spawnServer(take),
    'a script, which takes them in microtasks': (take: () => void): Pid =>
      spawn(async () => {
        for (;;) {
          await receive()
          take()
        }
      }),
  }
  for (const [kind, taker] of Object.entries(takers)) {
    it(
      `lets others have a turn after 1,000 messages of ${kind}`,
      inWorld(async ({ kernel }) => {
        const order: string[] = []
        const a = taker(() => order.push('a'))
        const b = spawnServer(() => order.push('b'))
        await kernel.settled()
        for (let i = 0; i < 2_500; i++) send(a, i)
        send(b, 'x')
        await kernel.settled()
        expect(order.indexOf('b')).toBe(1_000)
        expect(order.length).toBe(2_501)
      }),
    )
  }

  it(
    'has a process that sleeps for 0 ms wait until those that are ready had their turns',
    inWorld(async ({ kernel }) => {
      const handled: unknown[] = []
      const server = kernel.spawnBehaviour({ handle: (message) => void handled.push(message) })
      for (let i = 0; i < 10; i++) {
        send(server, i)
        await sleep(0)
        expect(handled.length).toBe(i + 1)
      }
    }),
  )

  it('goes back to Node after its slice of time, however short the turns', () => {
    let now = 0
    const scheduler = new FairScheduler({ slice: 2, now: () => now })
    let turns = 0
    let isOver = false
    const endless: Runnable = {
      nextTask: undefined,
      turn() {
        turns++
        now += 0.01
        if (!isOver) scheduler.enqueue(endless)
        return false
      },
    }
    scheduler.enqueue(endless)
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        const before = turns
        setImmediate(() => {
          // A slice of 2 ms has room for 200 turns of 0.01 ms, and the clock is looked at often enough to notice.
          isOver = true
          expect(turns - before).toBeGreaterThan(100)
          expect(turns - before).toBeLessThan(270)
          resolve()
        })
      })
    })
  })

  it('looks at the time after every turn when turns are long', () => {
    let now = 0
    const scheduler = new FairScheduler({ slice: 2, now: () => now })
    let turns = 0
    let isOver = false
    const endless: Runnable = {
      nextTask: undefined,
      turn() {
        turns++
        now += 1.5
        if (!isOver) scheduler.enqueue(endless)
        return false
      },
    }
    scheduler.enqueue(endless)
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        const before = turns
        setImmediate(() => {
          isOver = true
          expect(turns - before).toBeLessThanOrEqual(2)
          resolve()
        })
      })
    })
  })

  /** A task of so many steps of 1 ms that asks after each whether it must stop; `log` tells who worked when. */
  function longTask(
    name: string,
    steps: number,
    log: string[],
    scheduler: FairScheduler,
    work: () => void,
  ): Runnable {
    let left = steps
    const task: Runnable = {
      nextTask: undefined,
      turn() {
        while (left-- > 0) {
          log.push(name)
          work()
          if (left > 0 && scheduler.interrupt(task)) return false
        }
        return false
      },
    }
    return task
  }

  it('interrupts a long turn for Node; one that had a whole slice goes behind the others', async () => {
    let now = 100
    const scheduler = new FairScheduler({ slice: 2, now: () => now })
    const log: string[] = []
    const work = (): void => {
      now += 1
    }
    scheduler.enqueue(longTask('a', 7, log, scheduler, work))
    scheduler.enqueue(longTask('b', 3, log, scheduler, work))
    while (!scheduler.idle) {
      await new Promise((resolve) => setImmediate(resolve))
      log.push('|')
    }
    // The first and the last time, a is interrupted before it had a slice for itself: it keeps its place.
    expect(log.join('').replace(/\|+/g, '|').replace(/\|$/, '')).toBe('a|aa|bb|aa|ba|a')
  })

  it('is idle when nothing is ready, and says so', async () => {
    const scheduler = new FairScheduler({ now: () => 0 })
    let idle = 0
    scheduler.onIdle(() => idle++)
    expect(scheduler.idle).toBe(true)
    scheduler.enqueue({ nextTask: undefined, turn: () => false })
    expect(scheduler.idle).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect([scheduler.idle, idle]).toEqual([true, 1])
  })
})

describe('a kernel', () => {
  it('takes another scheduler: here one that runs the newest first', async () => {
    class NewestFirst implements Scheduler {
      readonly #stack: Runnable[] = []
      #scheduled = false
      get idle(): boolean {
        return this.#stack.length === 0 && !this.#scheduled
      }
      onIdle(): void {}
      enqueue(task: Runnable): void {
        this.#stack.push(task)
        if (this.#scheduled) return
        this.#scheduled = true
        setImmediate(() => {
          this.#scheduled = false
          for (let next = this.#stack.pop(); next !== undefined; next = this.#stack.pop()) next.turn()
        })
      }
    }
    const kernel = new Kernel({ scheduler: new NewestFirst() })
    const order: number[] = []
    await kernel.run(async () => {
      for (let i = 0; i < 4; i++) spawn(() => order.push(i))
      await kernel.settled()
    })
    expect(order).toEqual([3, 2, 1, 0])
  })

  it('goes on when a reporter throws: the failing process still dies, and the failure is told', async () => {
    const told: unknown[] = []
    const { kernel } = world({
      report() {
        throw new Error('the log is broken')
      },
    })
    const stderr = process.stderr.write
    process.stderr.write = (text: unknown) => told.push(text) > 0
    try {
      await kernel.run(async () => {
        const bad = spawn(() => {
          throw new Error('crash')
        })
        await kernel.settled()
        expect(kernel.isAlive(bad)).toBe(false)
        send(self(), 'still here')
        expect(await receive()).toBe('still here')
      })
    } finally {
      process.stderr.write = stderr
    }
    expect(told.join('')).toContain('the log is broken')
    expect(told.join('')).toContain('crash')
  })

  it('goes on when an exited hook throws: exit signals still go out, and the failure is told', async () => {
    const { kernel, reports } = world()
    await kernel.run(async () => {
      const bad = kernel.spawnBehaviour({
        handle() {},
        exited() {
          throw new Error('bad hook')
        },
      })
      expect(await codeOf(() => kernel.exit(bad, 'kill'))).toBeUndefined()
      expect(kernel.isAlive(bad)).toBe(false)
      const other = spawn(() => receive())
      kernel.exit(other, 'kill')
      expect(kernel.isAlive(other)).toBe(false)
      await kernel.settled()
    })
    expect(reports.map(({ message }) => message).join()).toContain('bad hook')
  })
})
