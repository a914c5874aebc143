import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Profiles } from '../../bench/harness/profiles.js'
import type { Results } from '../../bench/harness/results.js'
import type { Sample, Work } from '../../bench/harness/sample.js'
import {
  type ArmName,
  amounts,
  armsOf,
  expected,
  programOf,
  type Scenario,
} from '../../bench/harness/scenario.js'
import { SCENARIOS } from '../../bench/harness/scenarios.js'
import { type Stage, stage } from '../../bench/harness/stage.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BENCH = join(ROOT, 'bench')

interface Case {
  readonly what: string
  readonly scenario: Scenario
  readonly arm: ArmName
  readonly program: string
}

const cases: Case[] = SCENARIOS.flatMap((scenario) =>
  armsOf(scenario).map((arm) => ({
    what: `${scenario.name} on ${arm}`,
    scenario,
    arm,
    program: programOf(scenario, arm),
  })),
)
/** Their load comes from a program of its own, which is there once the benchmark is compiled. */
const isCompiled = ({ scenario }: Case): boolean => scenario.name === 'http'
/** Its threads load modules that are compiled, which takes a second: the benchmark itself runs it. */
const isThreaded = ({ scenario }: Case): boolean => scenario.cores === 'all'
const isOurs = ({ arm }: Case): boolean => arm === 'heartwood'
const onNode = cases.filter(
  (each) => each.arm !== 'beam' && each.arm !== 'uncontained' && !isCompiled(each) && !isThreaded(each),
)

function check({ scenario }: Case, sample: Sample): void {
  const { size } = amounts(scenario, 'tiny')
  expect(sample.counted).toBe(expected(scenario, size))
  // Of so few the memory is lost among what else the program frees and takes.
  if (scenario.name.startsWith('memory')) expect(sample.value).not.toBeNaN()
  else expect(sample.value).toBeGreaterThan(0)
  for (const key of Object.keys(scenario.extras ?? {})) {
    if (sample.extra !== undefined && key in sample.extra)
      expect(sample.extra[key]).toEqual(expect.any(Number))
  }
}

async function workOf({ program }: Case): Promise<Work> {
  return ((await import(join(BENCH, `${program}.ts`))) as { work: Work }).work
}

describe('the arms on Node', () => {
  let ours: Stage
  beforeAll(async () => {
    ours = await stage(true)
  })
  afterAll(() => ours.stop())

  it.each(onNode.filter(isOurs))('$what count what arrives', async (each) => {
    const work = await workOf(each)
    check(each, await ours.run(work, amounts(each.scenario, 'tiny').size))
  })

  it.each(onNode.filter((each) => !isOurs(each)))('$what count what arrives', async (each) => {
    const work = await workOf(each)
    check(each, await work(amounts(each.scenario, 'tiny').size))
  })

  it('calibrate', async () => {
    const { work } = (await import(join(BENCH, 'peers/plain/calibration.ts'))) as { work: Work }
    expect((await work(1_000)).counted).toBe(1_000)
  })

  it('are all in the list', () => {
    const listed = new Set(cases.map(({ program }) => program))
    const shared = ['heartwood/callbacks', 'heartwood/idle-memory', 'heartwood/servers', 'heartwood/turns']
    const peers = ['peers/idle-memory', 'peers/nact/system', 'peers/xstate/cell', 'peers/plain/calibration']
    const floors = ['cell', 'context', 'hook', 'queue', 'record'].map((name) => `floors/${name}`)
    const calls = ['nact', 'effect', 'moleculer'].map((peer) => `peers/${peer}/calls`)
    const files = ['floors', 'heartwood', 'peers'].flatMap((folder) =>
      readdirSync(join(BENCH, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${folder}/${name.slice(0, -3)}`),
    )
    expect(files.filter((file) => !listed.has(file)).sort()).toEqual(
      [...shared, ...peers, ...floors, ...calls].sort(),
    )
  })
})

/** Compiles the benchmark against the built package, as `npm run bench` does. */
function compile(): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', BENCH], { cwd: ROOT })
}

describe('the compiled benchmark', () => {
  beforeAll(compile, 60_000)

  const run = (...args: string[]): Sample => {
    const program = join(BENCH, 'dist/harness/node-arm.js')
    return JSON.parse(
      execFileSync(process.execPath, ['--expose-gc', program, ...args], { encoding: 'utf8' }),
    ) as Sample
  }

  it.each(cases.filter(isCompiled))('runs $what, with its load from outside', (each) => {
    check(each, run(each.program, String(each.scenario.sizes.tiny), '5', 'contained'))
  })

  it('runs a program with containment, and without', () => {
    for (const guard of ['contained', 'uncontained']) {
      expect(run('heartwood/call', '50', '5', guard)).toMatchObject({ counted: 50, cpu: expect.any(Number) })
    }
  })

  const main = (args: string[], path = process.env.PATH): string => {
    const options = { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, PATH: path } } as const
    return execFileSync(process.execPath, [join(BENCH, 'dist/harness/main.js'), ...args], options)
  }
  const ONE = ['--only', 'registry', '--quick', '--rounds', '1']

  it('prints what it measured, for other programs too', () => {
    const { measurements, versions } = JSON.parse(main([...ONE, '--json'])) as Results
    expect(measurements.map(({ scenario }) => scenario)).toEqual(['registry'])
    expect(versions.node).toBe(process.versions.node)
  })

  it('prints where the time of a scenario goes', () => {
    const { interval, profiles } = JSON.parse(main(['--profile', 'call', '--quick', '--json'])) as Profiles
    expect(interval).toBe(50)
    expect(profiles.map(({ scenario, size }) => [scenario, size])).toEqual([['call', 25_000]])
    const [{ bare, profiled, parts } = { bare: 0, profiled: 0, parts: [] }] = profiles
    expect(Math.min(bare, profiled)).toBeGreaterThan(0)
    expect(parts).toEqual([
      { part: '', samples: expect.any(Number), groups: expect.any(Array), functions: expect.any(Array) },
    ])
    expect(parts[0]?.groups.map(({ name }) => name)).toContain('kernel: messages and turns')
    expect(parts[0]?.functions.map(({ name }) => name).join()).toMatch(/kernel\/(?!index).*\.ts/)
  })

  it('says so where there is no BEAM, and goes on', () => {
    const out = main(ONE, '/nowhere')
    expect(out).toMatch(/^Node [\d.]+ \(V8 .*\), no erl here, fastify/)
    expect(out).toMatch(/registry look-up +[\d.]+ [nµ]s +not here/)
  })

  it('refuses wrong usage with an exit code of its own', () => {
    const stderr = expect.stringContaining("bench: Unknown option '--fast'")
    expect(() => main(['--fast'])).toThrow(expect.objectContaining({ status: 2, stderr }))
  })
})
