import { AsyncResource } from 'node:async_hooks'
import {
  call,
  cast,
  exit,
  type Kernel,
  type Pid,
  processSignal,
  type Report,
  receive,
  register,
  reply,
  self,
  send,
  setLabel,
  sleep,
  spawn,
  start,
  startLink,
  stop,
  trapExit,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import { world } from './world.js'

/** A process that lives, to be sent to. */
let living: Pid

type Run = <T>(act: () => T) => T

/** A process that is over, in whose context things still happen, as in the callbacks of a pool that it opened. */
async function deadContext(
  kernel: Kernel,
  reason: unknown,
  prepare: () => void = () => {},
): Promise<{ pid: Pid; run: Run }> {
  living = kernel.spawn(() => sleep(Number.POSITIVE_INFINITY))
  let run: Run = (act) => act()
  const pid = kernel.spawn(async () => {
    prepare()
    run = AsyncResource.bind(<T>(act: () => T): T => act())
    await receive()
  })
  await kernel.settled()
  // The signal 'normal' ends nobody.
  if (reason === 'normal') kernel.send(pid, 'go on')
  else kernel.exit(pid, reason)
  await kernel.settled()
  return { pid, run }
}

const warnings = (reports: readonly Report[]): readonly Report[] =>
  reports.filter(({ level, kind }) => level === 'warn' && kind === 'stray')

const crash = new Error('a bad day')

describe('what the left-over code of a dead process does', () => {
  it.each([
    ['send', () => send(living, 'x')],
    ['cast', () => cast(living, 'x')],
    ['call', () => call(living, 'x').catch(() => {})],
    ['spawn', () => attempt(() => spawn(() => {}))],
    ['receive', () => receive().catch(() => {})],
  ])('is told with who died, of what, where, and what to do: %s', async (name, act) => {
    const { kernel, reports } = world()
    const { pid, run } = await deadContext(kernel, crash, () => register('pool', self()))
    run(act)
    const [report, ...more] = warnings(reports)
    expect(more).toEqual([])
    expect(report).toMatchObject({ pid, name: 'pool', reason: 'Error: a bad day', count: 1 })
    expect(report?.place).toMatch(/^test\/kernel\/leftovers\.test\.ts:\d+$/)
    expect(report?.message).toContain(
      `process pool ${pid} (Error: a bad day) acts at ${report?.place} (${name})`,
    )
    expect(report?.message).toMatch(/shared\(thing\).*ownCallback\(fn\)/)
  })

  it('is told when a reply reaches nobody, by its label, if it has one', async () => {
    const { kernel, reports } = world()
    const { run } = await deadContext(kernel, crash, () => setLabel('the worker'))
    await kernel.run(async () => {
      const server = await start(
        {
          init: () => ({ state: undefined }),
          handleCall: (_request, from) => {
            setImmediate(() => run(() => reply(from, 1)))
            return { state: undefined }
          },
        },
        undefined,
      )
      const answer = call(server, 'x').catch((error: unknown) => error)
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
      exit(server, 'kill')
      await answer
    })
    expect(warnings(reports)[0]?.message).toMatch(/process the worker <0\..*\(reply\)/)
  })

  it('is told once for each place, and again, with its count, as it goes on', async () => {
    const { kernel, clock, reports } = world()
    const { run } = await deadContext(kernel, crash)
    const tick = (): void => run(() => cast(living, 1))
    for (let n = 0; n < 10; n++) tick()
    expect(warnings(reports)).toHaveLength(1)
    await clock.advance(10_000)
    tick()
    expect(warnings(reports)).toHaveLength(2)
    expect(warnings(reports)[1]).toMatchObject({ count: 11 })
    expect(warnings(reports)[1]?.message).toContain('10 more times, 11 in all')
    await clock.advance(59_000)
    tick()
    expect(warnings(reports)).toHaveLength(2)
    await clock.advance(1_000)
    tick()
    expect(warnings(reports)).toHaveLength(3)
  })

  it('is told of another incarnation at the same place with the same line', async () => {
    const { kernel, reports } = world()
    for (let n = 0; n < 5; n++) {
      const { run } = await deadContext(kernel, crash)
      run(() => cast(living, 1))
    }
    expect(warnings(reports)).toHaveLength(1)
  })

  it('is told of a storm no more, and every act of it counts', async () => {
    const { kernel, clock, reports } = world()
    const { run } = await deadContext(kernel, crash)
    const tick = (): void => run(() => cast(living, 1))
    let stacks = 0
    const { prepareStackTrace } = Error
    Error.prepareStackTrace = (error, frames) => {
      stacks++
      return `${error}${frames.map((frame) => `\n    at ${frame}`).join('')}`
    }
    try {
      for (let n = 0; n < 100_000; n++) tick()
      expect(stacks).toBeLessThanOrEqual(20)
      await clock.advance(10_000)
      tick()
    } finally {
      if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace')
      else Error.prepareStackTrace = prepareStackTrace
    }
    expect(warnings(reports)).toHaveLength(2)
    expect(warnings(reports)[1]?.count).toBeGreaterThan(99_000)
  })

  it('keeps a bounded number of places', async () => {
    const { kernel, clock, reports } = world()
    const { run } = await deadContext(kernel, crash)
    for (let n = 0; n < 1_000; n++) {
      const failure = new Error('late')
      failure.stack = `Error: late\n    at handler (file:///app/generated.js:${n}:1)`
      run(() => kernel.contain(failure))
      if (n % 10 === 0) await clock.advance(1_000)
    }
    expect(warnings(reports).length).toBeLessThan(250)
  })

  it('is told where it fails', async () => {
    const { kernel, reports } = world()
    const { run } = await deadContext(kernel, crash)
    run(() => kernel.contain(new Error('late')))
    expect(warnings(reports)).toMatchObject([
      { message: expect.stringMatching(/failed at test\/kernel.*: Error: late/) },
    ])
    expect(kernel.strayFailures).toBe(2)
  })

  it('is told to a log that itself sends messages, which do not come back to it', async () => {
    const reports: Report[] = []
    const { kernel } = world()
    kernel.reportTo((report) => {
      reports.push(report)
      send(living, report)
    })
    const { run } = await deadContext(kernel, crash)
    run(() => cast(living, 1))
    expect(warnings(reports)).toHaveLength(1)
  })
})

describe('is no news', () => {
  it('code that was waiting and meets the end of its process, however that ends', async () => {
    const { kernel, reports } = world()
    for (const reason of ['shutdown', 'kill', crash]) {
      const waiting = kernel.spawn(async () => {
        const { signal } = { signal: processSignal() }
        await Promise.all([
          receive(),
          sleep(1_000),
          call(self(), 'x').catch(() => {}),
          new Promise((_, reject) => {
            signal.addEventListener('abort', () =>
              reject(Object.assign(new Error('aborted'), { name: 'AbortError' })),
            )
          }),
        ])
      })
      await kernel.settled()
      kernel.exit(waiting, reason)
      await kernel.settled()
    }
    expect(warnings(reports)).toEqual([])
  })

  it('what a process that ended in good order still had in flight, for five seconds', async () => {
    const { kernel, clock, reports } = world()
    for (const reason of ['shutdown', { shutdown: 'done' }]) {
      const { run } = await deadContext(kernel, reason)
      run(() => cast(living, 1))
      run(() => kernel.contain(new Error('connection closed')))
      expect(warnings(reports)).toEqual([])
      await clock.advance(5_000)
      run(() => cast(living, 1))
      expect(warnings(reports)).toHaveLength(1)
      reports.length = 0
      await clock.advance(1_000_000)
    }
  })

  it('but not what one that was killed had: nobody asked it to end what it was at', async () => {
    const { kernel, reports } = world()
    const { run } = await deadContext(kernel, 'kill')
    run(() => cast(living, 1))
    run(() => kernel.contain(new Error('connection closed')))
    expect(warnings(reports)).toHaveLength(2)
  })

  it('but a failure is, of one that nobody ended, and all is once its system has ended', async () => {
    const { kernel, reports } = world()
    const finished = await deadContext(kernel, 'normal')
    finished.run(() => cast(living, 1))
    expect(warnings(reports)).toEqual([])
    finished.run(() => kernel.contain(new Error('in a timer')))
    expect(warnings(reports)).toHaveLength(1)
    const { run } = await deadContext(kernel, 'shutdown')
    kernel.leftovers.systemEnded()
    run(() => cast(living, 1))
    run(() => kernel.contain(new Error('in another')))
    expect(warnings(reports)).toHaveLength(3)
  })

  it('a server that is stopped while it waits for others', async () => {
    const { kernel, reports } = world()
    await kernel.run(async () => {
      const slow = spawn(() => sleep(Number.POSITIVE_INFINITY))
      const server = await startLink(
        {
          init: () => ({ state: undefined }),
          handleCast: async (_request, state) => {
            try {
              await call(slow, 'x', { timeout: Number.POSITIVE_INFINITY })
            } finally {
              cast('metrics', 'call over')
            }
            return { state }
          },
        },
        undefined,
      )
      cast(server, 'go')
      await kernel.settled()
      trapExit(true)
      exit(server, 'shutdown')
      const other = await startLink({ init: () => ({ state: 0 }) }, undefined)
      await stop(other)
    })
    expect(warnings(reports)).toEqual([])
  })
})

function attempt(act: () => unknown): void {
  try {
    act()
  } catch {
    // Refused, as it should be.
  }
}
