import {
  application,
  type BootStep,
  boot,
  createLogger,
  defineConfig,
  dynamicSupervisorSpec,
  type HeartwoodError,
  own,
  sleep,
  startChild,
} from 'heartwood'
import { bootTreeText } from 'heartwood/tools'
import { beforeEach, describe, expect, it } from 'vitest'
import { fails, never, tree, World } from './world.js'

let world: World
beforeEach(() => {
  world = new World()
})

const slow = (id: string, ms: number) => world.worker(id, { start: () => sleep(ms) })
const code = (error: HeartwoodError): string => error.code

describe('the boot tree', () => {
  it('has each application, supervisor, child and phase, with the time that it took', async () => {
    const booting = world.boot([
      { name: 'store', root: tree('store-root', slow('disk', 120), slow('index', 30)) },
      {
        name: 'web',
        dependencies: ['store'],
        root: tree('web-root', tree('pool', slow('a', 5), slow('b', 6)), slow('http', 40)),
        startPhases: [{ phase: 'warm-up' }],
        startPhase: () => sleep(1_000),
      },
    ])
    await world.clock.advance(2_000)
    const system = await booting
    expect(bootTreeText(system.bootTree())).toBe(`boot                 1201.0 ms
├─ store              150.0 ms
│  └─ store-root      150.0 ms
│     ├─ disk         120.0 ms
│     └─ index         30.0 ms
└─ web               1051.0 ms
   ├─ web-root         51.0 ms
   │  ├─ pool          11.0 ms
   │  │  ├─ a           5.0 ms
   │  │  └─ b           6.0 ms
   │  └─ http          40.0 ms
   └─ phase warm-up  1000.0 ms
`)
    const [, web] = system.bootTree().steps
    expect(web).toMatchObject({ name: 'web', kind: 'application', start: 150, ms: 1_051 })
    expect(web?.steps.map(({ kind, start }) => [kind, start])).toEqual([
      ['supervisor', 150],
      ['phase', 201],
    ])
    expect(JSON.parse(JSON.stringify(system.bootTree()))).toEqual(system.bootTree())
    await system.stop()
  })

  it('shows children of a dynamic supervisor below it, whoever has them started', async () => {
    const load = async (): Promise<void> => {
      for (const id of ['a', 'b']) await startChild('pool', world.worker(id, { start: () => sleep(10) }))
    }
    const booting = world.boot([
      {
        name: 'web',
        root: tree(
          'web',
          dynamicSupervisorSpec('pool', {}, { name: 'pool' }),
          world.worker('loader', { start: load }),
        ),
      },
    ])
    await world.clock.advance(20)
    const system = await booting
    expect(bootTreeText(system.bootTree())).toBe(`boot             20.0 ms
└─ web           20.0 ms
   └─ web        20.0 ms
      ├─ pool     0.0 ms
      │  ├─ a    10.0 ms
      │  └─ b    10.0 ms
      └─ loader  20.0 ms
`)
    await system.stop()
  })

  it('is text also where it is deeper than the stack, or wider', () => {
    const step = (name: string, steps: readonly BootStep[]): BootStep => ({
      name,
      kind: 'supervisor',
      start: 0,
      ms: 1,
      steps,
    })
    let deep = step('leaf', [])
    for (let level = 0; level < 6_000; level += 1) deep = step('s', [deep])
    expect(bootTreeText(deep).match(/s +1\.0 ms\n/g)).toHaveLength(6_000)
    const wide = Array.from({ length: 150_000 }, (_, at) => step(`w${at}`, []))
    expect(bootTreeText(step('wide', wide))).toMatch(/└─ w149999 {2}1\.0 ms\n$/)
  })

  it('takes no note of what is started later, or in another kernel', async () => {
    const other = new World()
    const booting = world.boot([{ name: 'one', root: tree('one', slow('a', 10)) }])
    await other.boot([{ name: 'other', root: tree('other', other.worker('b')) }])
    await world.clock.advance(10)
    const system = await booting
    expect(system.bootTree().steps.map(({ name }) => name)).toEqual(['one'])
    await system.stop()
  })

  it('shows where a start failed', async () => {
    const trees: BootStep[] = []
    const config = defineConfig({
      applications: [
        application({
          name: 'web',
          root: tree('web', slow('a', 5), world.worker('b', { start: fails('no') })),
        }),
      ],
      contain: false,
    })
    const options = { kernel: world.kernel, logger: createLogger({ level: 'silent' }) }
    const booting = boot(config, { ...options, onBootTree: (each) => trees.push(each) }).catch(code)
    await world.clock.advance(5)
    expect(await booting).toBe('BOOT_FAILED')
    expect(trees.map(bootTreeText)).toEqual([
      expect.stringMatching(
        /^boot .* failed: application web did not start: root › b: Error: no.*\n└─ web +5.0 ms .*\n {3}└─ web +5.0 ms .*\n {6}├─ a +5.0 ms\n {6}└─ b +0.0 ms {2}failed: Error: no\n$/,
      ),
    ])
  })
})

describe('a start that takes too long', () => {
  const stopped = ['stop second', 'stop first', 'stop disk']
  const hanging = (hang: () => Promise<unknown>) =>
    world.boot(
      [
        { name: 'store', root: tree('store', world.worker('disk')) },
        {
          name: 'web',
          root: tree(
            'web',
            world.worker('first'),
            tree('inner', world.worker('second'), world.worker('third', { start: hang })),
          ),
        },
      ],
      { bootTimeout: 3_000 },
    )

  it('is given up: the error names what hangs and its chain, and the rest is stopped in reverse', async () => {
    const booting = hanging(async () => {
      await sleep(1_000)
      return never()
    })
    const outcome = booting.catch((error: HeartwoodError) => error)
    await world.clock.advance(3_000)
    expect(await outcome).toMatchObject({
      code: 'BOOT_TIMEOUT',
      message:
        'application web did not start in time: root › inner › third is not through after 3000 ms, and all applications ' +
        'together have 3000 ms (bootTimeout). What had been started is stopped.',
    })
    expect(world.log.slice(3)).toEqual(stopped)
    expect(world.kernel.processes()).toEqual([])
  })

  it('because of a start function that hangs itself, too', async () => {
    const booting = world.boot(
      [
        { name: 'store', root: tree('store', world.worker('disk')) },
        { name: 'web', root: tree('web', world.worker('first'), { id: 'odd', start: never }) },
      ],
      { bootTimeout: 3_000 },
    )
    const outcome = booting.catch((error: HeartwoodError) => [error.code, error.details.culprit])
    await world.clock.advance(3_000)
    expect(await outcome).toEqual(['BOOT_TIMEOUT', 'root › odd'])
    expect(world.log).toEqual(['start disk', 'start first', 'stop first', 'stop disk'])
    expect(world.kernel.processes()).toEqual([])
  })

  it.each([
    ['a root', { root: { id: 'root', start: never } }, 'root'],
    ['a phase', { startPhases: [{ phase: 'init' }], startPhase: never }, 'phase init'],
  ])('because of %s that hangs, too', async (_, part, culprit) => {
    const booting = world.boot(
      [
        { name: 'store', root: tree('store', world.worker('disk')) },
        { name: 'web', root: tree('web', world.worker('first')), ...part },
      ],
      { bootTimeout: 3_000 },
    )
    const outcome = booting.catch((error: HeartwoodError) => [error.code, error.details.culprit])
    await world.clock.advance(3_000)
    expect(await outcome).toEqual(['BOOT_TIMEOUT', culprit])
    expect(world.log.at(-1)).toBe('stop disk')
    expect(world.kernel.processes()).toEqual([])
  })
})

describe('start phases', () => {
  const phases = (name: string, ...listed: [phase: string, args: unknown][]) => ({
    startPhases: listed.map(([phase, args]) => ({ phase, args })),
    startPhase: (phase: string, args: unknown) => {
      world.log.push(`${name}: ${phase} ${args}`)
    },
  })

  // As on a BEAM: {included_applications, [inc, inc2]}, {mod, {application_starter, …}}.
  it('run when the tree is up, each followed by those of included applications, before dependents start', async () => {
    const part = (name: string, ...listed: [string, unknown][]) =>
      application({ name, root: world.worker(name), ...phases(name, ...listed) })
    const inc = part('inc', ['go', 'incgo'])
    const inc2 = part('inc2', ['init', 'i2init'], ['go', 'i2go'])
    const system = await world.boot([
      { name: 'top', dependencies: ['inc'], root: world.worker('top'), ...phases('top', ['p', 2]) },
      {
        name: 'prim',
        includes: [inc, inc2],
        root: tree('prim', world.worker('w'), inc.root, inc2.root),
        ...phases('prim', ['init', 'a'], ['go', 'b']),
      },
    ])
    expect(world.log).toEqual([
      'start w',
      'start inc',
      'start inc2',
      'prim: init a',
      'inc2: init i2init',
      'prim: go b',
      'inc: go incgo',
      'inc2: go i2go',
      'start top',
      'top: p 2',
    ])
    await system.stop()
  })

  it('that fail fail the start: the tree is stopped, without hooks', async () => {
    const booting = world.boot([
      { name: 'store', root: tree('store', world.worker('disk')) },
      {
        name: 'web',
        root: tree('web', world.worker('http')),
        startPhases: [{ phase: 'init' }, { phase: 'go' }, { phase: 'never' }],
        startPhase: async (phase) => {
          world.log.push(phase)
          if (phase === 'go') throw new Error('no licence')
        },
        prepStop: () => void world.log.push('prepStop'),
        stop: () => void world.log.push('stopped'),
      },
    ])
    await expect(booting).rejects.toMatchObject({
      code: 'BOOT_FAILED',
      message:
        'application web did not start: phase go: Error: no licence. What had been started is stopped.',
      cause: expect.objectContaining({ message: 'no licence' }),
    })
    expect(world.log.slice(2)).toEqual(['init', 'go', 'stop http', 'stop disk'])
  })

  it('are not waited for when the tree has ended meanwhile', async () => {
    const booting = world.boot([
      {
        name: 'web',
        root: tree('web', world.worker('http')),
        startPhases: [{ phase: 'init' }],
        startPhase: () => {
          const pid = world.kernel.whereis('http')
          if (pid !== undefined) world.kernel.exit(pid, 'kill')
          return never()
        },
      },
    ])
    await expect(booting).rejects.toMatchObject({
      code: 'BOOT_FAILED',
      message: expect.stringContaining('phase init: shutdown.'),
    })
  })

  it('run in the application: what they own lasts as long as it does', async () => {
    const system = await world.boot([
      {
        name: 'web',
        root: tree('web', world.worker('http')),
        startPhases: [{ phase: 'init' }],
        startPhase: () => {
          own({ close: () => world.log.push('closed') })
        },
      },
    ])
    expect(world.log).toEqual(['start http'])
    await system.stop()
    expect(world.log).toEqual(['start http', 'stop http', 'closed'])
  })
})

describe('what cannot be a start', () => {
  const web = { name: 'web', root: { id: 'w', start: never } }
  const phase = { startPhases: [{ phase: 'go' }], startPhase: () => {} }
  it.each([
    [
      'phases without a function',
      { startPhases: [{ phase: 'go' }] },
      /applications\[0\]\.startPhase must be a func/,
    ],
    [
      'a function without phases',
      { startPhase: () => {} },
      /applications\[0\]\.startPhases must be the phases/,
    ],
    [
      'a phase without a name',
      { ...phase, startPhases: ['go'] },
      /startPhases\[0\] must be \{ phase: string, args\? \}/,
    ],
    [
      'a phase twice',
      { ...phase, startPhases: [{ phase: 'a' }, { phase: 'a' }] },
      /startPhases\[1\]\.phase must be another/,
    ],
    [
      'a part that is none',
      { includes: [7] },
      /includes\[0\] must be an application, made by application\(\), but is 7/,
    ],
    [
      'a phase of a part that is never run',
      { includes: [application({ ...web, name: 'part', ...phase })] },
      /includes\[0\]\.startPhases\[0\]\.phase must be a phase of web, which includes it \(it has none\)/,
    ],
    [
      'a hook of a part',
      { includes: [application({ ...web, name: 'part', stop: () => {} })] },
      /includes\[0\]\.stop must be absent: the hooks of web are run/,
    ],
  ])('%s is refused', async (_, part, message) => {
    await expect(world.boot([{ ...web, ...(part as object) }])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
    })
  })

  it('a part that is in two wholes is refused, and a drainDelay that leaves no time to stop', async () => {
    const part = application({ ...web, name: 'part' })
    const twice = world.boot([
      { ...web, includes: [part] },
      { ...web, name: 'other', includes: [part] },
    ])
    await expect(twice).rejects.toMatchObject({ code: 'APPLICATION_DUPLICATE', details: { name: 'part' } })
    await expect(world.boot([web], { drainDelay: 9, shutdownTimeout: 9 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('drainDelay must be less than shutdownTimeout (9)'),
    })
  })
})
