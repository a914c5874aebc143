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
  it('know their versions', () => {
    expect(beam?.versions.otp).toMatch(/^\d+$/)
  })

  it.each(scenarios)('$name counts what arrives', (scenario) => {
    const program = programOf(scenario, 'beam')
    if (beam?.has(program) !== true) {
      // Without Elixir its programs are not there, and the table says so.
      expect(beam?.versions.elixir).toBeNull()
      return
    }
    const [erl, args] = beam.command(program, scenario.sizes.tiny, 0)
    const sample = JSON.parse(execFileSync(erl, [...args], { encoding: 'utf8' })) as {
      counted: number
      value: number
    }
    expect(sample.counted).toBe(expected(scenario, scenario.sizes.tiny))
    expect(sample.value).toBeGreaterThan(0)
  })
})
