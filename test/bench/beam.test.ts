import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { Beam } from '../../bench/harness/beam.js'
import { expected, programOf } from '../../bench/harness/scenario.js'
import { SCENARIOS } from '../../bench/harness/scenarios.js'

const beam = Beam.find(fileURLToPath(new URL('../../bench/beam', import.meta.url)))
afterAll(() => beam?.close())

const scenarios = SCENARIOS.filter(({ arms }) => arms.includes('beam'))

describe.skipIf(beam === undefined)('the arms on the BEAM', () => {
  it('count what arrives, those in Elixir where there is one', () => {
    const here = scenarios.filter((scenario) => beam?.has(programOf(scenario, 'beam')) === true)
    const left = scenarios.filter((scenario) => !here.includes(scenario)).map(({ name }) => name)
    expect(left).toEqual(beam?.versions.elixir == null ? ['registry', 'pubsub', 'async-stream', 'scale'] : [])
    const orders = here.flatMap((scenario) => [programOf(scenario, 'beam'), scenario.sizes.tiny, 0])
    const [erl, args] = beam?.command(...orders) ?? ['', []]
    const lines = execFileSync(erl, [...args], { encoding: 'utf8' })
      .trim()
      .split('\n')
    const samples = lines.map((line) => JSON.parse(line) as { counted: number; value: number })
    expect(samples.map(({ counted }, at) => [here[at]?.name, counted])).toEqual(
      here.map((scenario) => [scenario.name, expected(scenario, scenario.sizes.tiny)]),
    )
    expect(samples.filter(({ value }) => value > 0)).toHaveLength(here.length)
  }, 600_000)
})
