import { promises as files, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import {
  call,
  cast,
  exit,
  isDown,
  type Pid,
  Reference,
  receive,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  spawnMonitor,
  start,
  startSupervisor,
  Task,
} from 'heartwood'
import { type Program, type SimulateOptions, simulate } from 'heartwood/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { failureOf, race } from './world.js'

const golden = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url))

/** A little of everything: calls, a crash and a restart, timers, chance, a task. */
const everything: Program = async (sim) => {
  let lives = 0
  const moody = async (): Promise<void> => {
    lives++
    for (;;) {
      const message = await receive()
      if (message === 'crash') throw new Error(`life ${lives} is over`)
      if (message === 'tick') sim.note(`tick in life ${lives}, ${sim.pick(['red', 'green', 'blue'])}`)
    }
  }
  const { spawnLink } = await import('heartwood')
  await startSupervisor({ children: [{ id: 'moody', start: () => spawnLink(moody, { name: 'moody' }) }] })
  sendAfter(20, 'moody', 'tick')
  for (const wait of [5, 10]) {
    spawn(
      async () => {
        await sleep(wait)
        cast('moody', new Reference())
        send('moody', wait === 5 ? 'crash' : self())
      },
      { label: `after ${wait}` },
    )
  }
  const { ref } = spawnMonitor(() => exit({ roll: Math.floor(sim.random() * 6) }), { label: 'dice' })
  const down = await receive({ ref })
  const squares = await Promise.all([1, 2, 3].map((n) => Task.async(() => n * n)).map((task) => task.await()))
  await sleep(100)
  return [isDown(down) && down.reason, squares]
}

describe('simulate', () => {
  it('draws when it is read, so that very many processes cost no more than their steps', async () => {
    const count = 1_000
    const run = await simulate({}, async () => {
      const main = self()
      for (let each = 0; each < count; each++) spawn(() => send(main, each))
      for (let each = 0; each < count; each++) await receive()
    })
    expect(run.steps).toBe(2 * count + 1)
    for (const drawing of ['trace', 'picture', 'mermaid'])
      expect(Object.getOwnPropertyDescriptor(run, drawing)?.get).toBeTypeOf('function')
  })

  it('shows where the code waited that goes on', async () => {
    const { picture, mermaid, events } = await simulate({}, async (sim) => {
      await sim.pause()
      await sleep(1)
    })
    const places = events.filter(({ kind }) => kind === 'resume').map(({ place }) => place)
    expect(places).toHaveLength(2)
    for (const place of places) {
      expect(place).toMatch(/simulate\.test\.ts:\d+$/)
      expect(picture).toContain(`goes on at ${place}`)
      expect(mermaid).toContain('goes on at ')
    }
    expect(places[0]).not.toBe(places[1])
  })

  it('gives the same trace for the same seed, to the last byte', async () => {
    const first = await simulate({ seed: 7, crashes: 'allow' }, everything)
    const second = await simulate({ seed: 7, crashes: 'allow' }, everything)
    expect(second.trace).toBe(first.trace)
    expect(second).toEqual(first)
  })

  // Recorded on Node 20; made anew with UPDATE_GOLDEN=1.
  it('gives the trace that was recorded, on any machine and any version of Node', async () => {
    const { trace, picture, mermaid } = await simulate({ seed: 7, crashes: 'allow' }, everything)
    // The lines of this file are no part of it.
    const written = `${trace}\n${picture}\n${mermaid}`.replace(/ at \S+:\d+$/gm, '')
    if (process.env.UPDATE_GOLDEN === '1') await files.writeFile(golden('everything.txt'), written)
    expect(written).toBe(readFileSync(golden('everything.txt'), 'utf8'))
  })

  it('gives other orders and other outcomes for other seeds', async () => {
    const runs = []
    for (let seed = 1; seed <= 20; seed++) runs.push(await simulate({ seed }, race))
    expect(new Set(runs.map(({ trace }) => trace)).size).toBeGreaterThan(15)
    expect([...new Set(runs.map(({ value }) => value))].sort()).toEqual([1, 2, 3])
  })

  it('is led to the same run by its schedule', async () => {
    const first = await simulate({ seed: 4 }, race)
    const second = await simulate({ schedule: first.schedule }, race)
    expect(second).toEqual(first)
  })

  it('keeps the order from one process to another, and no other', async () => {
    let mixed = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 2, max: 4 }), async (seed, senders) => {
        const { value } = await simulate({ seed }, async () => {
          const main = self()
          for (let from = 0; from < senders; from++) {
            const sender = async (): Promise<void> => {
              for (let n = 0; n < 3; n++) send(main, { from, n })
            }
            spawn(sender)
          }
          const came: { from: number; n: number }[] = []
          for (let each = 0; each < senders * 3; each++)
            came.push((await receive()) as { from: number; n: number })
          return came
        })
        for (let from = 0; from < senders; from++) {
          expect(value.filter((message) => message.from === from).map(({ n }) => n)).toEqual([0, 1, 2])
        }
        const froms = value.map(({ from }) => from).join('')
        if (!/^(\d)\1\1(\d)\2\2/.test(froms)) mixed++
      }),
      { numRuns: 100, seed: 3 },
    )
    expect(mixed).toBeGreaterThan(50)
  })

  it('has replies, exits and DOWN messages come after what their sender sent before', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { value } = await simulate({ seed }, async () => {
        const main = self()
        const server = await start({
          init: () => ({ state: undefined }),
          handleCall: (_request, _from, state) => {
            send(main, 'before the reply')
            return { state, reply: 'the reply' }
          },
        })
        await call(server, 'go')
        const early = await receive((message: unknown) => message === 'before the reply', { timeout: 0 })
        spawnMonitor(() => send(main, 'before the end'), { label: 'short' })
        const order = [await receive(), await receive()]
        return [early, order[0], isDown(order[1])]
      })
      expect(value).toEqual(['before the reply', 'before the end', true])
    }
  })

  it('lets what is sent first arrive first where that is asked for', async () => {
    const program: Program<unknown[]> = async () => {
      const main = self()
      const relay = spawn(async () => send(main, await receive()))
      spawn(() => {
        send(main, 'first')
        send(relay, 'second')
      })
      return [await receive(), await receive()]
    }
    const orders = new Set<string>()
    for (let seed = 1; seed <= 30; seed++) {
      orders.add(String((await simulate({ seed, delivery: 'ordered' }, program)).value))
    }
    expect([...orders]).toEqual(['first,second'])
  })

  it('lets time pass when nobody has anything to do, and at no other moment', async () => {
    const { value, time } = await simulate({}, async (sim) => {
      const { kernel } = sim
      const before = kernel.now()
      for (let each = 0; each < 50; each++) await sim.pause()
      const between = kernel.now()
      await sleep(3_600_000)
      return [before, between, kernel.now()]
    })
    expect(value).toEqual([0, 0, 3_600_000])
    expect(time).toBe(3_600_000)
  })

  it('tells each process its own chance, whatever the others do', async () => {
    const drawn = async (seed: number, schedule: number): Promise<unknown> => {
      const draws: Record<string, number[]> = {}
      const program: Program = async (sim) => {
        for (const name of ['a', 'b']) {
          spawn(async () => {
            const own: number[] = []
            draws[name] = own
            for (let each = 0; each < 3; each++) {
              own.push(sim.random())
              await sim.pause()
            }
          })
        }
        await sleep(1)
      }
      await simulate({ schedule: `${seed};${schedule}:1` }, program)
      return draws
    }
    expect(await drawn(1, 2)).toEqual(await drawn(1, 3))
    expect(await drawn(1, 2)).not.toEqual(await drawn(2, 2))
  })
})

describe('what a program may ask for', () => {
  it('waits until nobody has anything to do', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { value, time } = await simulate({ seed }, async (sim) => {
        let steps = 0
        const walker = async (): Promise<void> => {
          for (; steps < 10; steps++) await sim.pause()
        }
        spawn(walker)
        await sim.quiet()
        return steps
      })
      expect([value, time]).toEqual([10, 0])
    }
  })

  it('gives Node’s own chance and time by the seed', async () => {
    const program: Program = async () => {
      const begun = new Date()
      const uuid = crypto.randomUUID()
      const { randomBytes, randomInt } = await import('node:crypto')
      const later = await new Promise((done) =>
        randomBytes(2, (_error, bytes) => done(bytes.toString('hex'))),
      )
      let late = 0
      // biome-ignore lint/style/noRestrictedGlobals: what a program of its users would call
      setTimeout(() => {
        late = Date.now()
      }, 500)
      await sleep(1_000)
      return [
        Math.random(),
        uuid,
        [...crypto.getRandomValues(new Uint8Array(4))],
        randomBytes(4).toString('hex'),
        randomInt(1_000),
        later,
        begun.toISOString(),
        late - begun.getTime(),
        new Date(0).getTime(),
      ]
    }
    const [real, date] = [Math.random, Date]
    const first = await simulate({ seed: 1, globals: true }, program)
    const second = await simulate({ seed: 1, globals: true }, program)
    const other = await simulate({ seed: 2, globals: true }, program)
    expect(second.value).toEqual(first.value)
    expect((other.value as unknown[]).slice(0, 6)).not.toEqual((first.value as unknown[]).slice(0, 6))
    expect((first.value as unknown[]).slice(6)).toEqual(['2026-01-01T00:00:00.000Z', 500, 0])
    expect((first.value as string[])[1]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect([Math.random, Date]).toEqual([real, date])
  })

  it('leaves nothing behind: every process is ended, whatever it waits for', async () => {
    const ended: string[] = []
    await simulate({}, async () => {
      for (const name of ['a', 'b']) {
        spawn(async () => {
          try {
            await receive()
          } finally {
            ended.push(name)
          }
        })
      }
      await sleep(1)
    })
    expect(ended).toEqual(['a', 'b'])
  })
})

describe('a run fails', () => {
  afterEach(() => vi.restoreAllMocks())

  const failure = (program: Program, options: SimulateOptions = {}) => failureOf(simulate(options, program))

  it('when the program throws: SIMULATION_FAILED with the cause, the schedule and a picture', async () => {
    const error = await failure(() => {
      throw new TypeError('no good')
    })
    expect(error.code).toBe('SIMULATION_FAILED')
    expect(error.cause).toBeInstanceOf(TypeError)
    expect(error.message).toContain('a schedule makes the program fail: TypeError: no good')
    expect(error.message).toContain("simulate({ schedule: '1;' }, program)")
    expect(error.message).toContain('sequenceDiagram')
    expect(error.details.trace).toContain('main ends: TypeError: no good')
  })

  it('when all wait and no timer is set: SIMULATION_DEADLOCK, with who waits for what', async () => {
    const error = await failure(async () => {
      const server = await start(
        { init: () => ({ state: 0 }), handleCall: (_r, _f, state) => ({ state }) },
        undefined,
        {
          name: 'silent',
        },
      )
      send(self(), 'unwanted')
      const asking = spawn(() => call(server, 'hello', Number.POSITIVE_INFINITY), { label: 'asking' })
      spawn(() => new Promise(() => {}), { label: 'elsewhere' })
      await receive((message: unknown): message is Pid => message === asking)
    })
    expect(error.cause).toMatchObject({ code: 'SIMULATION_DEADLOCK' })
    expect(String(error.cause)).toContain(
      '  main waits for a message, and none of the 1 in its mailbox matches',
    )
    expect(String(error.cause)).toContain('  silent waits for its next message, being idle')
    expect(String(error.cause)).toContain('  asking waits for a reply of silent (hello)')
    expect(String(error.cause)).toContain('  elsewhere waits for a promise that is none of the kernel’s')
  })

  it('when it does not end: SIMULATION_ENDLESS', async () => {
    const error = await failure(
      async () => {
        for (;;) await sleep(10)
      },
      { maxSteps: 50 },
    )
    expect(error.cause).toMatchObject({ code: 'SIMULATION_ENDLESS', details: { limit: 50 } })
  })

  it('and names the wait that each is in', async () => {
    const error = await failure(
      async (sim) => {
        const sleeper = async (): Promise<void> => {
          for (;;) await sleep(1_000)
        }
        spawn(sleeper, { label: 'sleeper' })
        spawn(() => sim.quiet(), { label: 'idler' })
        for (;;) await sim.pause()
      },
      { maxSteps: 50 },
    )
    for (const told of ['main waits for its turn, in sim.pause()', 'sleeper waits for the end of a sleep'])
      expect(String(error.cause)).toContain(told)
    expect(String(error.cause)).toContain('idler waits for its turn, in sim.quiet()')
  })

  it('with what it threw as the cause, also when that is no error', async () => {
    const thrown = Symbol('no error')
    for (const each of [42, 'text', { a: 1 }, thrown, undefined]) {
      const throwing: Program = async () => {
        throw each
      }
      const error = await failure(throwing)
      expect([error.code, error.cause]).toEqual(['SIMULATION_FAILED', each])
    }
    const killed = await failure(() => exit(self(), 'kill'))
    expect(killed.cause).toMatchObject({ code: 'PROCESS_EXITED' })
  })

  it('and lists no more of those that wait than anybody reads', async () => {
    const error = await failure(async () => {
      for (let each = 0; each < 60; each++) spawn(() => receive())
      await receive()
    })
    const [, ...told] = (error.cause as Error).message.split('\n')
    expect(told).toHaveLength(41)
    expect(told.at(-1)).toBe('  and 21 more')
  })

  it('when a process crashes, unless crashes are part of the program: SIMULATION_CRASH', async () => {
    const program: Program = async () => {
      spawn(() => Promise.reject(new Error('oh no')), { label: 'clumsy' })
      await sleep(1)
    }
    const error = await failure(program)
    expect(error.cause).toMatchObject({ code: 'SIMULATION_CRASH' })
    expect(String(error.cause)).toContain('clumsy crashed: Error: oh no')
    await expect(simulate({ crashes: 'allow' }, program)).resolves.toBeDefined()
  })

  it('when nobody catches what a process started: SIMULATION_CRASH of that process', async () => {
    const floating: Program = async (sim) => {
      spawn(
        () => {
          void sim.pause().then(() => Promise.reject(new RangeError('nobody looks')))
          return receive()
        },
        { label: 'careless' },
      )
      await sleep(1)
    }
    const error = await failure(floating)
    expect(error.cause).toMatchObject({ code: 'SIMULATION_CRASH', details: { process: 'careless' } })
    expect((error.cause as Error).cause).toBeInstanceOf(RangeError)
    const timer: Program = async () => {
      // biome-ignore lint/style/noRestrictedGlobals: what a program of its users would call
      setTimeout(() => {
        throw new RangeError('too late')
      }, 5)
      await sleep(10)
    }
    expect(String((await failure(timer, { globals: true })).cause)).toContain('RangeError: too late')
  })

  it('when an invariant does not hold: SIMULATION_INVARIANT, after the step that broke it', async () => {
    const error = await failure(async (sim) => {
      let count = 0
      sim.invariant('count is small', () => count < 3)
      for (;;) {
        await sim.pause()
        count++
      }
    })
    expect(error.cause).toMatchObject({ code: 'SIMULATION_INVARIANT', details: { name: 'count is small' } })
    const thrown = await failure(async (sim) => {
      sim.invariant('throws', () => {
        throw new RangeError('out of it')
      })
      await sim.pause()
    })
    expect((thrown.cause as Error).cause).toBeInstanceOf(RangeError)
  })

  it('makes a step of its own of what the kernel does when all is quiet', async () => {
    const { trace } = await simulate({ seed: 1 }, async (sim) => {
      await sim.quiet()
      send(self(), 'on')
      await receive()
    })
    expect(trace).toMatch(/^ +1 +0 ms {2}main starts$/m)
    expect(trace).toMatch(/^ +3 +0 ms {2}main goes on$/m)
  })

  it.each<[string, () => unknown, unknown]>([
    ['I/O', () => files.readFile(golden('everything.txt')), 'fs.promises.readFile'],
    // biome-ignore lint/style/noRestrictedGlobals: what a program of its users would call
    ['a timer of Node’s', () => new Promise((done) => setTimeout(done, 1)), 'Timeout'],
  ])('when a process begins %s: SIMULATION_OUTSIDE, with the place', async (_, begin, resource) => {
    const error = await failure(async () => {
      await begin()
    })
    expect(error.cause).toMatchObject({ code: 'SIMULATION_OUTSIDE', details: { process: 'main', resource } })
    expect(String(error.cause)).toContain('simulate.test.ts')
  })

  it('when its schedule is none, or is not its own: SIMULATION_SCHEDULE_INVALID, SIMULATION_SCHEDULE_UNFIT', async () => {
    expect((await failure(race, { schedule: '1;x' })).code).toBe('SIMULATION_SCHEDULE_INVALID')
    const error = await failure(race, { schedule: '1;4:9' })
    expect(error).toMatchObject({ code: 'SIMULATION_SCHEDULE_UNFIT', details: { step: 4, choice: 9 } })
  })

  // A regression test by a schedule is green for nothing where the program no longer comes to it.
  it.each([
    ['a step that it does not come to', '1;999:1', '999:1, to which it does not come'],
    ['the default of such a step', '1;999:0', '999:0, to which it does not come'],
    ['a place between awaits, where the option is missing', '1;2.1:0', '2.1:0, to which it does not come'],
    ['a draw that is not made', '1;;main#2=0', 'main#2=0, which is not drawn'],
    ['a draw of a process that is not there', '1;;main.9#1=0', 'main.9#1=0, which is not drawn'],
    ['a draw beyond the list', '1;;main#1=3', 'main#1=3, which is beyond the end of the list'],
  ])('when its schedule has more than the program: SIMULATION_SCHEDULE_UNFIT for %s', async (_, schedule, left) => {
    const drawing: Program = (sim) => sim.pick(['a', 'b', 'c'])
    const error = await failure(drawing, { schedule })
    expect(error).toMatchObject({ code: 'SIMULATION_SCHEDULE_UNFIT', details: { left: [left] } })
    expect((await simulate({ schedule: '1;;main#1=2' }, drawing)).value).toBe('c')
  })

  it('when a program that fails does not come to all of its schedule: the failure says so', async () => {
    const failing: Program = () => {
      throw new TypeError('no good')
    }
    const { code, message } = await failure(failing, { schedule: '1;7:1' })
    expect([code, message]).toEqual(['SIMULATION_FAILED', expect.stringContaining('there is more: 7:1')])
  })

  it('when its schedule has two choices for one place, or another seed than the options', async () => {
    for (const schedule of ['1;4:1,4:0', '1;;main#1=1,main#1=0'])
      expect((await failure(race, { schedule })).code).toBe('SIMULATION_SCHEDULE_INVALID')
    expect((await failure(race, { schedule: '1;', seed: 2 })).code).toBe('SIMULATION_OPTION')
  })

  it('when an option is none: SIMULATION_OPTION', async () => {
    for (const options of [
      { seed: 1.5 },
      { maxSteps: 0 },
      { delivery: 'random' },
      { crashes: true },
    ] as const) {
      expect((await failure(race, options as SimulateOptions)).code).toBe('SIMULATION_OPTION')
    }
  })

  it('when there is no such option: BAD_OPTION', async () => {
    const error = await failure(race, { sead: 1 } as SimulateOptions)
    expect(error.code).toBe('BAD_OPTION')
    expect(error.message).toMatch(/sead.*seed/s)
  })
})
