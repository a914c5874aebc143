import { afterEach, describe, expect, it } from 'vitest'
import { Cron, type CronOptions, cron, type Firing } from '../../src/cron/index.js'
import { GenServer, StateMachine } from '../../src/decorators/index.js'
import { startLink, stop as stopServer } from '../../src/genserver/index.js'
import { HeartwoodError, sleep } from '../../src/kernel/index.js'
import { startSupervisor } from '../../src/supervisor/index.js'
import { type CronNode, CronWorld, toldOf } from './cron-world.js'

const MINUTE = 60_000

interface Run {
  readonly node: string
  readonly at: string
  readonly fence: number
  readonly firing: Firing
}

/** What ran, in order. */
let runs: Run[] = []
afterEach(() => {
  runs = []
})

const at = (firing: Firing): string => firing.scheduledAt.toISOString().slice(11, 16)
const times = (): string[] => runs.map((run) => run.at)

/** A schedule on a node: a worker, whose method notes its firings, then does `work`. */
function schedule(
  { kernel }: CronNode,
  options: CronOptions = {},
  { expression = '*/5 * * * *', work = (_: Firing): unknown => undefined, worker = 'reports' } = {},
): void {
  const note = (firing: Firing): unknown => {
    runs.push({ node: kernel.node, at: at(firing), fence: firing.fence(), firing })
    return work(firing)
  }
  @GenServer({ name: worker })
  class Reports {
    @Cron(expression, { name: 'reports', ...options })
    async make(firing: Firing): Promise<void> {
      await note(firing)
    }
  }
  void kernel.run(async () => {
    await startSupervisor({ children: [Reports], intensity: 100 })
    await sleep(Number.POSITIVE_INFINITY)
  })
}

describe('a schedule of one program', () => {
  const start = async (options?: CronOptions, how?: Parameters<typeof schedule>[2]) => {
    const world = new CronWorld('2026-01-01T12:01:00Z')
    const node = await world.node('a', { alone: true })
    schedule(node, options, how)
    await world.pass(0)
    return { world, node }
  }

  it('fires at its times, with the time that was meant', async () => {
    const { world, node } = await start()
    await world.passTo('2026-01-01T12:16:00Z')
    expect(times()).toEqual(['12:05', '12:10', '12:15'])
    expect(runs[0]?.firing).toMatchObject({ name: 'reports', late: 0, missed: 0, attempt: 1 })
    expect(toldOf(node)).toEqual([])
  })

  it('gives a greater token to each firing', async () => {
    const { world } = await start()
    await world.passTo('2026-01-01T12:16:00Z')
    const [first = 0, second = 0, third = 0] = runs.map(({ fence }) => fence)
    expect(second).toBeGreaterThan(first)
    expect(third).toBeGreaterThan(second)
  })

  it('goes on after a firing that failed: its worker crashes, and is started again', async () => {
    const { world, node } = await start(
      {},
      { work: () => runs.length === 1 && Promise.reject(new Error('no paper')) },
    )
    await world.passTo('2026-01-01T12:11:00Z')
    expect(times()).toEqual(['12:05', '12:10'])
    expect(toldOf(node)).toEqual([
      expect.stringMatching(/run of reports for 2026-01-01T12:05:00.000Z failed: .*no paper/),
    ])
  })

  it('kills a worker that takes too long, after its signal', async () => {
    let signal: AbortSignal | undefined
    const work = (firing: Firing): unknown => {
      signal ??= firing.signal
      return runs.length === 1 ? sleep(Number.POSITIVE_INFINITY) : undefined
    }
    const { world, node } = await start({ timeout: 10_000 }, { work })
    await world.passTo('2026-01-01T12:11:00Z')
    expect(signal?.reason).toMatchObject({ code: 'CRON_TIMEOUT' })
    expect(times()).toEqual(['12:05', '12:10'])
    expect(toldOf(node)).toEqual([expect.stringMatching(/took longer than 10000 ms: its worker is killed/)])
  })

  it.each([
    ['skip', ['12:05', '12:20'], ['12:05', '12:20']],
    ['wait', ['12:05', '12:15'], ['12:05', '12:15', '12:20']],
  ] as const)('with overlap %s', async (overlap, _, expected) => {
    // The first run is over at 12:17.
    const work = (): unknown => (runs.length === 1 ? sleep(12 * MINUTE) : undefined)
    const { world, node } = await start({ overlap }, { work })
    await world.passTo('2026-01-01T12:21:00Z')
    expect(times()).toEqual(expected)
    expect(toldOf(node)).toEqual([expect.stringMatching(/came while the run before was not over; skipped/)])
  })

  it('does not fire again what it has fired when the clock is set back', async () => {
    const { world, node } = await start()
    await world.passTo('2026-01-01T12:06:00Z')
    node.clock.ahead = -10 * MINUTE
    await world.pass(9 * MINUTE)
    expect(times()).toEqual(['12:05'])
    await world.pass(6 * MINUTE)
    expect(times()).toEqual(['12:05', '12:10'])
    expect(toldOf(node)).toEqual([
      expect.stringMatching(/set back by 600 s/),
      expect.stringMatching(/9 minutes ahead of this clock: it does not fire before/),
    ])
  })

  it.each([
    ['skip', []],
    ['once', ['12:30']],
    ['all', ['12:10', '12:15', '12:20', '12:25', '12:30']],
  ] as const)('when the clock jumps ahead: misfire %s', async (misfire, made) => {
    const { world, node } = await start({ misfire })
    await world.passTo('2026-01-01T12:06:00Z')
    node.clock.ahead = 26 * MINUTE
    await world.pass(MINUTE)
    expect(times()).toEqual(['12:05', ...made])
    const [clock, ...misfires] = toldOf(node)
    expect(clock).toMatch(/jumped ahead by 1560 s/)
    expect(misfires.join()).toMatch(/12:30:00.000Z were not fired in time/)
    if (misfire === 'once') expect(runs[1]?.firing).toMatchObject({ missed: 4 })
  })

  it('tells of an hour that the zone leaves out, and fires after it', async () => {
    const world = new CronWorld('2026-03-28T12:00:00Z')
    const node = await world.node('a', { alone: true })
    schedule(node, { zone: 'Europe/Berlin' }, { expression: '30 2 * * *' })
    await world.passTo('2026-03-30T12:00:00Z')
    expect(runs.map(({ firing }) => firing.scheduledAt.toISOString())).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
    expect(toldOf(node)).toEqual([
      expect.stringMatching(/Europe\/Berlin leave out an hour, into which 1 of its/),
    ])
  })

  it('tells of an hour that comes twice, and fires a fixed time once', async () => {
    const world = new CronWorld('2026-10-24T12:00:00Z')
    const node = await world.node('a', { alone: true })
    schedule(node, { zone: 'Europe/Berlin' }, { expression: '30 2 * * *' })
    await world.passTo('2026-10-26T12:00:00Z')
    expect(runs.length).toBe(2)
    expect(toldOf(node)).toEqual([
      expect.stringMatching(/repeat an hour: 1 of its instants, which came the first/),
    ])
  })

  it('begins anew when its expression changes', async () => {
    const { world, node } = await start()
    await world.passTo('2026-01-01T12:06:00Z')
    schedule(node, {}, { expression: '* * * * *', worker: 'new reports' })
    await world.passTo('2026-01-01T12:07:00Z')
    expect(toldOf(node)).toEqual([])
  })
})

describe('a schedule of a cluster', () => {
  const cluster = async (options?: CronOptions, how?: Parameters<typeof schedule>[2]) => {
    const world = new CronWorld('2026-01-01T12:01:00Z')
    const nodes: CronNode[] = []
    for (const name of ['a', 'b', 'c']) nodes.push(await world.node(name))
    for (const node of nodes) schedule(node, options, how)
    await world.pass(0)
    const [a, b, c] = nodes as [CronNode, CronNode, CronNode]
    return { world, nodes, a, b, c }
  }

  it('fires once, whoever is there', async () => {
    const { world, nodes, a } = await cluster()
    await world.passTo('2026-01-01T12:11:00Z')
    a.kill()
    await world.passTo('2026-01-01T12:21:00Z')
    expect(times()).toEqual(['12:05', '12:10', '12:15', '12:20'])
    expect(toldOf(...nodes)).toEqual([])
  })

  it('fires once where clocks differ', async () => {
    const { world, nodes, b, c } = await cluster()
    b.clock.ahead = 40_000
    c.clock.ahead = -40_000
    await world.passTo('2026-01-01T12:16:00Z')
    expect(times()).toEqual(['12:05', '12:10', '12:15'])
    expect(toldOf(...nodes).every((text) => /the clock/.test(text))).toBe(true)
  })

  it.each([
    ['skip', ['12:05', '12:10'], 'skipped'],
    ['again', ['12:05', '12:05', '12:10'], 'run now'],
  ] as const)('whose node dies over it, unfinished %s: it was claimed once, and is told by one', async (unfinished, expected, then) => {
    const work = (): unknown => (runs.length === 1 ? sleep(Number.POSITIVE_INFINITY) : undefined)
    const { world, nodes } = await cluster({ unfinished }, { work })
    await world.passTo('2026-01-01T12:05:01Z')
    const dead = nodes.find(({ kernel }) => kernel.node === runs[0]?.node)
    dead?.kill()
    const rest = nodes.filter((node) => node !== dead)
    // The lease of the dead node, and the time until somebody looks again.
    await world.pass(30_000)
    expect(toldOf(...rest)).toEqual([
      expect.stringMatching(new RegExp(`node ${dead?.kernel.node}\\); ${then}`)),
    ])
    await world.passTo('2026-01-01T12:11:00Z')
    expect(times()).toEqual(expected)
    expect(runs.at(-1)?.node).not.toBe(dead?.kernel.node)
    expect(toldOf(...rest).length).toBe(1)
  })

  it('is begun three times at most', async () => {
    const work = (): unknown => sleep(Number.POSITIVE_INFINITY)
    const world = new CronWorld('2026-01-01T12:01:00Z')
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const node = await world.node(name)
      schedule(node, { unfinished: 'again' }, { work, expression: '5 * * * *' })
      await world.passTo('2026-01-01T12:06:00Z').catch(() => {})
      await world.pass(60_000)
      node.kill()
    }
    expect(runs.map(({ firing }) => firing.attempt)).toEqual([1, 2, 3])
  })

  it('tells what was missed while nobody was alive', async () => {
    const { world, nodes } = await cluster()
    await world.passTo('2026-01-01T12:06:00Z')
    for (const node of nodes) node.kill()
    await world.passTo('2026-01-01T12:33:00Z')
    const next = await world.node('d')
    schedule(next)
    await world.pass(1_000)
    expect(times()).toEqual(['12:05', '12:30'])
    expect(toldOf(next)).toEqual([
      expect.stringMatching(/12:10:00.000Z.*12:30:00.000Z were not fired in time; one run stands for all/),
    ])
  })

  it('does not fire while the engine is out of reach, and follows its policy when it is back', async () => {
    const { world, nodes } = await cluster()
    await world.passTo('2026-01-01T12:06:00Z')
    for (const { way } of nodes) way.cut()
    await world.passTo('2026-01-01T12:12:00Z')
    expect(times()).toEqual(['12:05'])
    for (const { way } of nodes) way.heal()
    await world.passTo('2026-01-01T12:16:00Z')
    expect(times()).toEqual(['12:05', '12:10', '12:15'])
    expect(toldOf(...nodes)).toEqual([expect.stringMatching(/12:10:00.000Z were not fired in time; one run/)])
  })

  it('fires its signal when another node has taken its key', async () => {
    let signal: AbortSignal | undefined
    const work = (firing: Firing): unknown => {
      signal ??= firing.signal
      return runs.length === 1 ? sleep(20 * MINUTE) : undefined
    }
    const { world, nodes } = await cluster({}, { work })
    await world.passTo('2026-01-01T12:05:01Z')
    nodes.find(({ kernel }) => kernel.node === runs[0]?.node)?.way.cut()
    await world.passTo('2026-01-01T12:11:00Z')
    expect(times()).toEqual(['12:05', '12:10'])
    nodes.find(({ kernel }) => kernel.node === runs[0]?.node)?.way.heal()
    await world.pass(MINUTE)
    expect(signal?.reason).toMatchObject({ code: 'CLAIM_LOST' })
  })

  it('with a name waits for its cluster', async () => {
    const world = new CronWorld('2026-01-01T12:01:00Z')
    const node = await world.node('a', { alone: true })
    schedule(node, { cluster: 'main' })
    await world.passTo('2026-01-01T12:06:00Z')
    expect(times()).toEqual([])
    expect(toldOf(node)).toEqual([expect.stringMatching(/no node of the cluster main runs in this program/)])
  })
})

describe('a function', () => {
  const supervised = async (options: Omit<CronOptions, 'name'>, work: (firing: Firing) => unknown) => {
    const world = new CronWorld('2026-01-01T12:01:00Z')
    const node = await world.node('a', { alone: true })
    const child = cron('clean up', '*/5 * * * *', options, (firing) => {
      runs.push({ node: 'a', at: at(firing), fence: firing.fence(), firing })
      return work(firing)
    })
    let stop = (): unknown => undefined
    void node.kernel.run(async () => {
      const supervisor = await startSupervisor({ children: [child] })
      stop = () => node.kernel.run(() => stopServer(supervisor))
      await sleep(Number.POSITIVE_INFINITY)
    })
    await world.pass(0)
    return { world, node, stop: () => stop() }
  }

  it('fires, and goes on after a failure', async () => {
    const { world, node } = await supervised(
      {},
      () => runs.length === 1 && Promise.reject(new Error('no disk')),
    )
    await world.passTo('2026-01-01T12:11:00Z')
    expect(times()).toEqual(['12:05', '12:10'])
    expect(toldOf(node)).toEqual([expect.stringMatching(/run of clean up for .* failed: .*no disk/)])
  })

  it('is killed when it takes too long', async () => {
    const { world, node } = await supervised(
      { timeout: 1_000 },
      () => runs.length === 1 && sleep(MINUTE * 60),
    )
    await world.passTo('2026-01-01T12:11:00Z')
    expect(times()).toEqual(['12:05', '12:10'])
    expect(toldOf(node)).toEqual([expect.stringMatching(/took longer than 1000 ms: its process is killed/)])
  })

  it('has its time to end when its supervisor stops', async () => {
    let isOver = false
    const { world, stop } = await supervised({}, async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await sleep(1_000)
      isOver = true
    })
    await world.passTo('2026-01-01T12:06:00Z')
    const stopped = stop()
    await world.pass(2_000)
    await stopped
    expect(isOver).toBe(true)
  })
})

describe('a mistake', () => {
  const coded = (act: () => unknown): string => {
    try {
      act()
    } catch (error) {
      if (HeartwoodError.is(error, 'CRON_INVALID')) return error.message
      throw error
    }
    return 'none'
  }

  it.each([
    ['an expression', '61 * * * *', {}, /expression must be a cron expression.*Invalid value for minute: 61/],
    ['a zone', '* * * * *', { zone: 'Mars/Olympus' }, /zone must be a time zone that Node knows.*Mars/],
    ['an option', '* * * * *', { misfires: 'skip' }, /misfires is not known \(did you mean "misfire"\?\)/],
    [
      'a policy',
      '* * * * *',
      { misfire: 'none', overlap: 7 },
      /misfire must be 'skip', 'once' or 'all'.*overlap must be/,
    ],
    ['no options', '* * * * *', 7, /its options must be an object/],
  ])('in %s is told with its place', (_, expression, options, text) => {
    const decorated = (): unknown => {
      class Reports {
        @Cron(expression, options as never)
        make(): void {}
      }
      return Reports
    }
    expect(coded(decorated)).toMatch(/@Cron of Reports.make cannot be done so/)
    expect(coded(decorated)).toMatch(text)
    expect(coded(() => cron('clean up', expression, options as never, () => {}))).toMatch(text)
  })

  it('is a schedule of an isolated server, or of a state machine', () => {
    class Reports {
      @Cron('* * * * *') make(): void {}
    }
    expect(() => GenServer({ isolate: 'thread' })(Reports)).toThrow(
      expect.objectContaining({ code: 'SCHEDULE_ISOLATED' }),
    )
    class Door {
      @Cron('* * * * *') make(): void {}
    }
    expect(() => StateMachine()(Door as never)).toThrow(/@Cron is for servers/)
  })

  it('is a schedule without a name, or without a function', () => {
    expect(coded(() => cron('', '* * * * *', {}, () => {}))).toMatch(/name must be/)
    expect(() => cron('clean up', '* * * * *', {}, 7 as never)).toThrow(
      expect.objectContaining({ code: 'NOT_A_FUNCTION' }),
    )
  })
})

describe('a subclass', () => {
  it('has the schedules of its base class, and its own in place of them', async () => {
    const said: string[] = []
    @GenServer({ name: 'base' })
    class Base {
      @Cron('*/5 * * * *') one(): void {
        said.push('one')
      }
      @Cron('*/5 * * * *') two(): void {
        said.push('two')
      }
    }
    @GenServer({ name: 'sub' })
    class Sub extends Base {
      @Cron('*/10 * * * *') override two(): void {
        said.push('two of sub')
      }
    }
    const world = new CronWorld('2026-01-01T12:01:00Z')
    const { kernel } = await world.node('a', { alone: true })
    void kernel.run(async () => {
      await startLink(Sub)
      await sleep(Number.POSITIVE_INFINITY)
    })
    await world.passTo('2026-01-01T12:11:00Z')
    expect(said.sort()).toEqual(['one', 'one', 'two of sub'])
  })
})
