/** Several nodes in one simulation: each a program on a kernel of its own, joined by a network that can fail. */
import {
  application,
  Call,
  defineConfig,
  GenServer,
  HeartwoodError,
  monitor,
  receive,
  remote,
  Supervisor,
  sleep,
  start,
} from 'heartwood'
import { local } from 'heartwood/cluster'
import { explore, type Program, type Simulation, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { failureOf } from './world.js'

@GenServer({ name: 'desk' })
class Desk {
  #guests = 0
  @Call() welcome(who: string): string {
    this.#guests++
    return `${who} is guest ${this.#guests}`
  }
}

@Supervisor({ name: 'office', children: [Desk] })
class Office {}

const desk = remote<Desk>({ name: 'desk', node: 'a' })
const code = (error: unknown): string => (HeartwoodError.is(error) ? error.code : String(error))

const two = async (sim: Simulation) => {
  const a = await sim.node('a', async () => void (await start(Desk)))
  const b = await sim.node('b', () => {})
  return { a, b }
}

/** What `b` is told when something of `a` is over, and when. */
const watched: (sim: Simulation) => Promise<() => readonly string[]> = async (sim) => {
  const { b } = await two(sim)
  const told: string[] = []
  void b
    .run(async () => {
      monitor({ name: 'desk', node: 'a' })
      const down = (await receive()) as { reason: string }
      told.push(`${down.reason} at ${sim.kernel.now()}`)
    })
    .catch(() => {})
  await sleep(1)
  return () => told
}

describe('nodes', () => {
  it('call each other by name', async () => {
    const { value, trace } = await simulate({ seed: 3 }, async (sim) => {
      const { b } = await two(sim)
      return b.run(() => desk.call.welcome('Ada'))
    })
    expect(value).toBe('Ada is guest 1')
    expect(trace).toContain('a hears b')
    expect(trace).toContain("a/desk takes call welcome('Ada')")
  })

  it('boot applications, which stop with them', async () => {
    const config = defineConfig({ applications: [application({ name: 'hotel', root: Office })] })
    const { value } = await simulate({}, async (sim) => {
      const a = await sim.node('a', config)
      const b = await sim.node('b', () => {})
      const welcomed = await b.run(() => desk.call.welcome('Ada'))
      await a.run(() => a.system?.stop())
      return [welcomed, await b.run(() => desk.call.welcome('Bob').catch(code))]
    })
    expect(value).toEqual(['Ada is guest 1', 'CALL_NOPROC'])
  })

  it('have the same trace for the same seed, and other orders for others', async () => {
    const program: Program = async (sim) => {
      const { a, b } = await two(sim)
      return Promise.all([a, b, b].map((node) => node.run(() => desk.call.welcome(node.name))))
    }
    const traces = new Set<string>()
    for (let run = 0; run < 3; run++) traces.add((await simulate({ seed: 5 }, program)).trace)
    expect(traces.size).toBe(1)
    const { outcomes } = await explore({ runs: 50 }, program)
    expect(outcomes.size).toBeGreaterThan(1)
  })

  it('crash without a word, and come back with their disk and nothing else', async () => {
    const { value } = await simulate({}, async (sim) => {
      const seen: unknown[] = []
      const a = await sim.node('a', async ({ disk, incarnation }) => {
        seen.push([incarnation, disk.get('guests')])
        disk.set('guests', 7)
        await start(Desk)
      })
      const b = await sim.node('b', () => {})
      const waits = a.run(() => sleep(1_000)).catch(code)
      await b.run(() => desk.call.welcome('Ada'))
      a.crash()
      seen.push(await waits, await b.run(() => desk.call.welcome('Bob').catch(code)))
      await a.restart()
      await sleep(200)
      seen.push(await b.run(() => desk.call.welcome('Cyd')))
      return seen
    })
    expect(value).toEqual([
      [1, undefined],
      'SIMULATION_NODE_DOWN',
      'CALL_SERVER_EXITED',
      [2, 7],
      'Cyd is guest 1',
    ])
  })

  it('that are stopped do nothing, and are taken for gone after the time of silence', async () => {
    const { value } = await simulate({}, async (sim) => {
      sim.setNetwork({ silence: 3_000 })
      const told = await watched(sim)
      const a = sim.nodeOf('a')
      a?.pause()
      await sleep(2_000)
      const before = told().length
      await sleep(3_000)
      a?.resume()
      return [before, ...told()]
    })
    expect(value).toEqual([0, 'noconnection at 3001'])
  })

  it('have clocks of their own', async () => {
    const { value } = await simulate({}, async (sim) => {
      const fast = await sim.node('fast', () => {}, { rate: 1.25, ahead: 60_000 })
      await sleep(1_000)
      const apart = (fast.kernel?.clock.wallTime() ?? 0) - sim.kernel.clock.wallTime()
      fast.setClock(-5_000)
      const set = (fast.kernel?.clock.wallTime() ?? 0) - sim.kernel.clock.wallTime()
      const begun = sim.kernel.now()
      await fast.run(() => sleep(1_000))
      return [apart, set, sim.kernel.now() - begun]
    })
    expect(value).toEqual([60_000, 55_000, 800])
  })
})

describe('the network', () => {
  it('keeps what is sent in a partition, and lets it through when that is healed in time', async () => {
    const { value } = await simulate({}, async (sim) => {
      const { b } = await two(sim)
      const heal = sim.network.partition(['a'], ['b'])
      const call = b.run(() => desk.call.welcome('Ada'))
      await sleep(1_000)
      heal()
      return [await call, sim.kernel.now()]
    })
    expect(value).toEqual(['Ada is guest 1', 1_000])
  })

  it('breaks in a partition that lasts, on either side, and is joined anew', async () => {
    const { value } = await simulate({}, async (sim) => {
      const told = await watched(sim)
      const heal = sim.network.partition(['a'], ['b'])
      await sleep(5_000)
      heal()
      await sleep(1_000)
      const again = await sim.nodeOf('b')?.run(() => desk.call.welcome('Ada'))
      return [...told(), again]
    })
    expect(value).toEqual(['noconnection at 2001', 'Ada is guest 1'])
  })

  it('lets one side through in a partition of one way: it acts, and its answer is lost', async () => {
    const { value } = await simulate({}, async (sim) => {
      const { a, b } = await two(sim)
      sim.network.partition(['a'], ['b'], true)
      const lost = await b.run(() => desk.call.welcome('Ada').catch(code))
      return [lost, await a.run(() => remote<Desk>('desk').call.welcome('Bob'))]
    })
    expect(value).toEqual(['CALL_SERVER_EXITED', 'Bob is guest 2'])
  })

  it('takes its time', async () => {
    const { value } = await simulate({}, async (sim) => {
      const { b } = await two(sim)
      sim.setNetwork({ latency: [30, 30] })
      await b.run(() => desk.call.welcome('Ada'))
      const usual = sim.kernel.now()
      sim.network.slow('a', 100)
      await b.run(() => desk.call.welcome('Bob'))
      return [usual, sim.kernel.now() - usual]
    })
    expect(value).toEqual([60, 260])
  })
})

describe('an engine', () => {
  const opened = async (sim: Simulation, options?: Parameters<Simulation['engine']>[1]) => {
    const engine = sim.engine(local(), options)
    const node = await sim.node('a', () => {})
    const { kernel } = node
    if (kernel === undefined) throw new Error('it is up')
    const opening = { cluster: 'main', lease: 1_000, timeout: 500, development: true, clock: kernel.clock }
    const store = await engine.open({ ...opening, random: sim.random, onProblem: () => {} })
    return { engine, store }
  }
  const write = { key: 'x', lease: 'one', node: 'a', note: undefined }

  it('takes its time, there and back', async () => {
    const { value } = await simulate({}, async (sim) => {
      const { store } = await opened(sim, { latency: 30 })
      await sim.kernel.awaits('engine', store.claim('x'))
      return sim.kernel.now()
    })
    expect(value).toBe(60)
  })

  it('takes its time for one node alone', async () => {
    const asked = (latency: Record<string, number>) =>
      simulate({}, async (sim) => {
        const { store } = await opened(sim, { latency })
        await sim.kernel.awaits('engine', store.claim('x'))
        return sim.kernel.now()
      })
    expect((await asked({ a: 30 })).value).toBe(60)
    expect((await asked({ b: 30 })).value).toBe(0)
    expect((await failureOf(asked({ a: -1 }))).cause).toMatchObject({ code: 'SIMULATION_OPTION' })
  })

  it('has a node read what was, and write what is', async () => {
    const { value } = await simulate({}, async (sim) => {
      const { engine, store } = await opened(sim)
      const ask = <T>(work: Promise<T>): Promise<T> => sim.kernel.awaits('engine', work)
      const first = await ask(store.writeClaim({ ...write, expected: 0 }))
      const end = engine.staleReads('a')
      const second = await ask(store.writeClaim({ ...write, expected: first as number }))
      const behind = await ask(store.claim('x'))
      const all = await ask(store.claims())
      end()
      const now = await ask(store.claim('x'))
      return [behind?.token === first, all[0]?.token === first, now?.token === second, second !== 'refused']
    })
    expect(value).toEqual([true, true, true, true])
  })
})

describe('disasters', () => {
  it('strike where the schedule says, and stand in the shortest one', async () => {
    const program: Program = async (sim) => {
      const { b } = await two(sim)
      sim.disasters.crashNode('a', { for: 1_000 })
      sim.disasters.crashNode('b', { for: 1_000 })
      await b
        .run(() => desk.call.welcome('Ada'))
        .catch((error: unknown) => {
          if (code(error) !== 'SIMULATION_NODE_DOWN') throw error
        })
    }
    const error = await failureOf(explore({}, program))
    expect(error.message).toContain('goes wrong: node a crashes')
    expect(error.message).not.toContain('goes wrong: node b crashes')
    expect((error.details as { schedule: string }).schedule).toMatch(/^\d+;\d+!1\.0$/)
    expect(code(error.cause)).toMatch(/^CALL_/)
  })
})

describe('what must be so', () => {
  it('is asked after each step, or waited for', async () => {
    const never = failureOf(simulate({}, (sim) => sim.eventually(() => sim.kernel.now() > 5_000, 1_000)))
    expect(code((await never).cause)).toBe('SIMULATION_EVENTUALLY')
    const { value } = await simulate({}, async (sim) => {
      let done = false
      const a = await sim.node('a', () => {})
      void a.run(async () => {
        await sleep(700)
        done = true
      })
      await sim.eventually(() => done, 1_000)
      return sim.kernel.now()
    })
    expect(value).toBe(700)
    const broken = await failureOf(
      simulate({}, async (sim) => {
        sim.always(() => sim.kernel.now() < 100)
        await sleep(200)
      }),
    )
    expect(code(broken.cause)).toBe('SIMULATION_INVARIANT')
  })
})
