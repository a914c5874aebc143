import { describe, expect, it } from 'vitest'
import { render } from '../../bench/harness/page.js'
import { type RecordedNode, type Recording, Tally } from '../../bench/harness/profile.js'
import { groupOf, placeOf } from '../../bench/harness/profile-groups.js'
import {
  mergedProfiles,
  type Profile,
  type Profiles,
  profileHead,
  profileRows,
} from '../../bench/harness/profiles.js'
import { scenarioNamed } from '../../bench/harness/scenarios.js'

const ROOT = 'file:///some/where/heartwood'
const node = (id: number, functionName: string, url = '', children: number[] = []): RecordedNode => ({
  id,
  callFrame: { functionName, url },
  children,
})
const group = (url: string, functionName = 'f'): string | undefined => groupOf({ functionName, url })?.name

describe('the groups of a profile', () => {
  it('go by the folder and the file of a function', () => {
    expect(group(`${ROOT}/dist/kernel/mail/mailbox.js`)).toBe('kernel: messages and turns')
    expect(group(`${ROOT}/src/kernel/mail/mailbox.ts`)).toBe('kernel: messages and turns')
    expect(group(`${ROOT}/dist/kernel/signals/monitor-record.js`)).toBe('kernel: calls, monitors, links')
    expect(group(`${ROOT}/dist/kernel/start/process-start.js`)).toBe('kernel: starts and ends')
    expect(group(`${ROOT}/dist/kernel/context/promise-owner.js`)).toBe('containment')
    expect(group(`${ROOT}/dist/genserver/server.js`)).toBe('GenServer')
    expect(group(`${ROOT}/dist/genserver/report.js`)).toBe('reports and log')
    expect(group(`${ROOT}/dist/supervisor/static-engine.js`)).toBe('supervisor')
    expect(group(`${ROOT}/bench/dist/heartwood/restart.js`)).toBe('the benchmark’s own code')
  })

  it('know Node, packages of npm, and what is no JavaScript', () => {
    expect(group('node:internal/async_local_storage/async_hooks')).toBe('async context')
    expect(group('node:internal/process/task_queues')).toBe('promises and microtasks')
    expect(group('node:_http_server')).toBe('Node')
    expect(group(`${ROOT}/node_modules/@fastify/error/index.js`)).toBe('@fastify/error')
    expect(group('', '(garbage collector)')).toBe('garbage collection')
    expect(group('', '(idle)')).toBe('waiting')
    expect(group('', 'now')).toBeUndefined()
  })

  it('name what they do not know after its layer', () => {
    expect(group(`${ROOT}/dist/registry/table.js`)).toBe('registry')
    expect(group('evalmachine.<anonymous>')).toBe('other')
  })

  it('say where a function stands without the path of the machine', () => {
    const places = [
      `${ROOT}/dist/kernel/process/process.js`,
      `${ROOT}/bench/dist/heartwood/call.js`,
      'node:net',
      `${ROOT}/node_modules/fastify/lib/reply.js`,
    ]
    expect(places.map((url) => placeOf({ functionName: 'f', url }))).toEqual([
      'kernel/process/process.js',
      'bench/heartwood/call.js',
      'node:net',
      'fastify/lib/reply.js',
    ])
  })
})

describe('a tally of samples', () => {
  const nodes = [
    node(1, '(root)', '', [2, 5]),
    node(2, '#turn', `${ROOT}/dist/kernel/process/process.js`, [3, 4]),
    node(3, 'get'),
    node(4, '', `${ROOT}/bench/dist/heartwood/call.js`),
    node(5, '(garbage collector)'),
  ]
  const recording = (samples: number[]): Recording => ({
    nodes,
    startTime: 1_000,
    samples,
    timeDeltas: samples.map(() => 100),
  })

  it('sums up the time of groups and functions, built-in functions with who calls them', () => {
    const tally = new Tally()
    tally.add(recording([2, 3, 4, 5, 5]), [{ part: '', from: 1_000, to: 1_500 }])
    expect(tally.shares('')).toEqual({
      samples: 5,
      groups: [
        { name: 'kernel: messages and turns', share: 0.4 },
        { name: 'garbage collection', share: 0.4 },
        { name: 'the benchmark’s own code', share: 0.2 },
      ],
      functions: [
        { name: '#turn kernel/process/process.js', share: 0.4 },
        { name: '(garbage collector)', share: 0.4 },
        { name: '(anonymous) bench/heartwood/call.js', share: 0.2 },
      ],
    })
  })

  it('counts only what lies in the spans that were measured, each for its part', () => {
    const tally = new Tally()
    // Samples at 1100, 1200, … 1600.
    tally.add(recording([2, 4, 5, 5, 2, 4]), [
      { part: 'small', from: 1_150, to: 1_250 },
      { part: 'large', from: 1_420, to: 1_520 },
    ])
    expect(tally.parts).toEqual(['small', 'large'])
    expect(tally.shares('small')?.groups).toEqual([{ name: 'the benchmark’s own code', share: 1 }])
    expect(tally.shares('large')?.groups).toEqual([{ name: 'kernel: messages and turns', share: 1 }])
    expect(tally.shares('none')).toBeUndefined()
  })

  it('adds up several runs', () => {
    const tally = new Tally()
    for (const sample of [2, 5]) tally.add(recording([sample]), [{ part: '', from: 1_000, to: 1_100 }])
    expect(tally.shares('')?.groups.map(({ share }) => share)).toEqual([0.5, 0.5])
  })
})

const call: Profile = {
  scenario: 'call',
  size: 1,
  day: '2026-01-01',
  load: 1.1,
  profiled: 550,
  bare: 500,
  parts: [
    {
      part: '',
      samples: 2_000,
      groups: [
        { name: 'GenServer', share: 0.595 },
        { name: 'garbage collection', share: 0.4 },
        { name: 'Node', share: 0.003 },
        { name: 'pino', share: 0.002 },
      ],
      functions: [{ name: 'handle genserver/server/server.js', share: 0.5 }],
    },
  ],
}
const profiles = (...all: Profile[]): Profiles => ({
  machine: { processor: 'a processor', cores: 2, memory: 24, system: 'Linux 6' },
  versions: { node: '24.1.0', v8: '13.6', packages: {} },
  interval: 100,
  profiles: all,
})

describe('a profile', () => {
  const scenario = scenarioNamed('call')
  if (scenario === undefined) throw new Error('there is no scenario call')

  it('is said in shares and in time of one operation, without the profiler; what is small is summed up', () => {
    expect([profileHead(call), ...profileRows(scenario, call)]).toEqual([
      ['where the time goes', 'share', 'each'],
      ['GenServer', '60 %', '298 ns'],
      ['garbage collection', '40 %', '200 ns'],
      ['the rest', '0.5 %', '2.5 ns'],
    ])
  })

  it('has a column for each part of a scenario that has some', () => {
    const part = (name: string, share: number) => ({
      part: name,
      samples: 10,
      groups: [
        { name: 'GenServer', share: 1 - share },
        { name: 'garbage collection', share },
      ],
      functions: [],
    })
    const scale = { ...call, parts: [part('among 1,000', 0), part('among 1,000,000', 0.75)] }
    expect([profileHead(scale), ...profileRows(scenario, scale)]).toEqual([
      ['where the time goes', 'among 1,000', 'among 1,000,000'],
      ['GenServer', '100 %', '25 %'],
      ['garbage collection', '0.0 %', '75 %'],
    ])
  })

  it('stands on the page with its groups, its functions, and what the profiler added', () => {
    const page = render('<!-- profiles -->', [], [profiles(call)])
    expect(page).toContain('#### Profile: `call`, one after the other')
    expect(page).toContain('500 ns each, under the profiler 550 ns. 2,000 samples')
    expect(page).toContain('| GenServer | 60 % | 298 ns |')
    expect(page).toContain('The largest functions: `handle genserver/server/server.js` 50 %.')
    expect(page).toContain('| GenServer | from a message to the method and its answer |')
  })

  it('takes the place of an older one', () => {
    const restart = { ...call, scenario: 'restart' }
    const both = mergedProfiles(profiles(restart, call), profiles({ ...call, bare: 400 }))
    expect(both.profiles.map(({ scenario, bare }) => [scenario, bare])).toEqual([
      ['call', 400],
      ['restart', 500],
    ])
  })
})
