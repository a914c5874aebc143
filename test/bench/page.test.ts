import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { floorRows, missedRows, missedScenarios } from '../../bench/harness/floor-rows.js'
import { merged, render } from '../../bench/harness/page.js'
import { bestPeer, ratioTo } from '../../bench/harness/ratio.js'
import type { ArmResult, Measurement, Results } from '../../bench/harness/results.js'
import { failures, mainRows, otherRows, targetRows } from '../../bench/harness/rows.js'
import { textTable } from '../../bench/harness/table.js'

const samples = (...values: number[]): ArmResult => ({
  samples: values,
  extra: { cpu: values.map((ns) => ns / 2) },
})

function results(measurements: readonly Partial<Measurement>[], node = '24.1.0'): Results {
  return {
    machine: { processor: 'a processor', cores: 2, memory: 24, system: 'Linux 6' },
    versions: { node, v8: '13.6', otp: '25 (erts 13.1.5)', elixir: '1.14.0', packages: { nact: '7.6.2' } },
    measurements: measurements.map((each) => ({
      scenario: 'call',
      size: 1,
      day: '2026-01-01',
      load: 0.9,
      arms: {},
      ...each,
    })),
  }
}

const call = {
  scenario: 'call',
  arms: {
    heartwood: samples(100, 200, 100),
    beam: samples(300, 300, 150),
    nact: samples(500, 500, 500),
    effect: samples(150, 150, 150),
  },
}

describe('ratios', () => {
  it('compare round with round, not the best of one with the worst of the other', () => {
    const [measurement] = results([call]).measurements
    expect(ratioTo(measurement, 'beam')).toEqual({ median: 1.5, min: 1.5, max: 3, count: 3 })
  })

  it('are those of processor time where that is asked for', () => {
    const arms = {
      heartwood: { samples: [100], extra: { cpu: [50] } },
      beam: { samples: [100], extra: { cpu: [200] } },
    }
    const [measurement] = results([{ arms }]).measurements
    expect(ratioTo(measurement, 'beam')?.median).toBe(1)
    expect(ratioTo(measurement, 'beam', 'cpu')?.median).toBe(4)
  })

  it('do not exist where an arm gave nothing', () => {
    const arms = { heartwood: samples(1), beam: { absent: 'not here' }, nact: { failed: 'it fell' } }
    const [measurement] = results([{ arms }]).measurements
    expect(ratioTo(measurement, 'beam')).toBeUndefined()
    expect(bestPeer(measurement)).toBeUndefined()
  })
})

describe('the tables', () => {
  it('show Heartwood, the BEAM and the best peer', () => {
    expect(mainRows(results([call]))).toEqual([
      [
        '`call`, one after the other',
        '100 ns (100 ns – 200 ns)',
        '300 ns (150 ns – 300 ns)',
        '1.5× (1.5× – 3.0×)',
        'effect 150 ns',
        '1.5× (0.75× – 1.5×)',
      ],
    ])
  })

  it('say what is not here, and what failed and why', () => {
    const odd = results([
      { arms: { heartwood: samples(100), beam: { absent: 'not here' }, nact: { failed: 'nact: it fell' } } },
    ])
    expect(mainRows(odd)[0]?.slice(0, 4)).toEqual(['`call`, one after the other', '100 ns', 'not here', ''])
    expect(otherRows(odd).filter((row) => row[1] === 'nact')).toEqual([
      ['`call`, one after the other', 'nact', 'failed', ''],
    ])
    expect(failures(odd)).toEqual(['nact: it fell'])
  })

  it('say of each target whether it is met, or by how much not', () => {
    const rows = targetRows(results([call]))
    expect(rows).toEqual([
      ['`call`, one after the other', '≥ 2× the BEAM’s rate', '1.5×', 'missed by 25 %', ''],
      ['`call`, one after the other', '≥ 2× the best peer', '1.5×', 'missed by 25 %', ''],
    ])
  })

  it('let Node before 24 be twice as bad, save where a target holds everywhere', () => {
    expect(targetRows(results([call], '20.20.0')).map((row) => row.slice(1))).toEqual([
      ['≥ 2× the BEAM’s rate; here 1.0×', '1.5×', 'met', ''],
      ['≥ 2× the best peer; here 1.0×', '1.5×', 'met', ''],
    ])
    const contained = { scenario: 'call', arms: { heartwood: samples(130), uncontained: samples(100) } }
    expect(targetRows(results([contained], '20.20.0'))).toEqual([
      [
        '`call`, one after the other',
        'containment and watchdog cost ≤ 15 %',
        'costs 30 %',
        'missed by 12 %',
        '',
      ],
    ])
  })

  it('judge bytes by what they must not exceed', () => {
    const idle = { scenario: 'memory-script', arms: { heartwood: samples(1_320), beam: samples(2_640) } }
    expect(targetRows(results([idle])).map((row) => row.slice(1))).toEqual([
      ['≤ 1/4 of the BEAM’s', '2.0×', 'missed by 50 %', ''],
      ['≤ 1,100 bytes', '1320 B', 'missed by 20 %', ''],
    ])
  })

  it('stand in columns in a terminal', () => {
    expect(textTable(['a', 'long'], [['longer', 'b']])).toBe('a       long\n──────  ────\nlonger  b')
  })
})

describe('floors', () => {
  const withFloors = results([
    {
      scenario: 'call',
      arms: {
        heartwood: samples(140),
        uncontained: samples(100),
        beam: samples(210),
        'floor:promise': samples(60),
        'floor:promise-hook': samples(80),
      },
    },
    { scenario: 'scale', arms: { heartwood: samples(4), 'floor:old-to-young': samples(3) } },
  ])

  it('are judged like Heartwood', () => {
    expect(targetRows(withFloors).map(([, ...row]) => row)).toEqual([
      ['≥ 2× the BEAM’s rate', '1.5×', 'missed by 25 %', '3.5×'],
      ['flat within 2×', '4.0×', 'missed by 100 %', '3.0×'],
      // The hook adds 20 ns to a promise, and so to a call that takes 100 ns without containment.
      ['containment and watchdog cost ≤ 15 %', 'costs 40 %', 'missed by 18 %', 'costs 20 %'],
    ])
  })

  it('stand beside what a missed target asks for, and Heartwood', () => {
    expect(missedRows(withFloors)).toEqual([
      ['`call`, one after the other: ≥ 2× the BEAM’s rate', '105 ns', '60.0 ns', '140 ns', '2.3×'],
      ['cost from 1,000 to 1,000,000 processes: flat within 2×', '2.0×', '3.0×', '4.0×', '1.3×'],
      [
        '`call`, one after the other: containment and watchdog cost ≤ 15 %',
        '115 ns',
        '120 ns',
        '140 ns',
        '1.2×',
      ],
    ])
    expect(
      missedRows(results([{ arms: { heartwood: samples(140), beam: samples(210) } }]))[0]?.slice(1),
    ).toEqual(['105 ns', '', '140 ns', ''])
    expect(missedScenarios(withFloors)).toEqual(['call', 'scale'])
  })

  it('say what they do', () => {
    expect(floorRows(withFloors).map(([title, , value]) => [title, value])).toEqual([
      ['`call`, one after the other', '60.0 ns'],
      ['`call`, one after the other', '80.0 ns'],
      ['cost from 1,000 to 1,000,000 processes', '3.0×'],
    ])
  })

  it('are on the page with what is missed', () => {
    const page = render('<!-- missed -->\n<!-- floors -->\n<!-- profiles -->', [withFloors])
    expect(page).toContain('| missed | asked for | the floor | Heartwood | Heartwood ÷ floor |')
    expect(page).toContain('A promise for each answer')
    expect(page).toContain('Not profiled')
    expect(render('<!-- missed -->', [results([])])).toBe('*No target is missed.*')
  })
})

describe('the page', () => {
  it('has the tables of each Node in the places the template gives them', () => {
    const page = render('# T\n<!-- targets -->\nand\n<!-- tables -->\n<!-- scenarios -->', [
      results([call]),
      results([call], '20.20.0'),
    ])
    expect(page).toMatch(
      /^# T\n### Node 24\.1\.0\n[\s\S]*### Node 20\.20\.0\n[\s\S]*\nand\n## Node 24\.1\.0\n/,
    )
    expect(page).toContain(
      '| `call`, one after the other | ≥ 2× the BEAM’s rate | 1.5× | missed by 25 % |  |',
    )
    expect(page).toContain(
      'V8 13.6; Erlang/OTP 25 (erts 13.1.5), Elixir 1.14.0; nact 7.6.2. a processor, 2 cores, 24 GiB, Linux 6. Measured 2026-01-01 in 3 rounds, at a load of the machine from 0.9 to 0.9.',
    )
    expect(page).toMatch(/\| supervised restart \| .* \| 20,000 \|/)
    expect(page).not.toContain('<!--')
  })

  it('fills in all that its template asks for', () => {
    const template = readFileSync(new URL('../../bench/benchmarks.md', import.meta.url), 'utf8')
    expect(template.match(/<!-- \w+ -->/g)).toEqual(
      ['targets', 'missed', 'floors', 'profiles', 'scenarios', 'intervals', 'tables'].map(
        (name) => `<!-- ${name} -->`,
      ),
    )
    expect(render(template, [results([call])])).not.toContain('<!--')
  })

  it('says so where nothing is measured', () => {
    expect(render('<!-- tables -->', [])).toBe(
      '*Not measured since the benchmark last changed: `npm run bench:full` fills this in.*',
    )
  })

  it('keeps what was measured before of other scenarios', () => {
    const before = results([
      { scenario: 'restart', size: 1 },
      { scenario: 'call', size: 1 },
    ])
    const now = results([{ scenario: 'call', size: 2 }], '24.2.0')
    const both = merged(before, now)
    expect(both.measurements.map(({ scenario, size }) => [scenario, size])).toEqual([
      ['call', 2],
      ['restart', 1],
    ])
    expect(both.versions.node).toBe('24.2.0')
  })
})
