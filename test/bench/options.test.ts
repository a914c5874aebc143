import { describe, expect, it } from 'vitest'
import { parse, UsageError } from '../../bench/harness/options.js'
import { SCENARIOS } from '../../bench/harness/scenarios.js'

const names = (args: string[]): string[] => parse(args).scenarios.map(({ name }) => name)

function refusal(args: string[]): string {
  try {
    parse(args)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  return 'nothing was refused'
}

describe('the options of the benchmark', () => {
  it('measure everything, in full, on this Node, unless they say otherwise', () => {
    const { json, quick, by, node, rounds } = parse([])
    expect({ json, quick, by, node, rounds }).toEqual({
      json: false,
      quick: false,
      by: 'clock',
      node: process.execPath,
      rounds: undefined,
    })
    expect(names([])).toEqual(SCENARIOS.map(({ name }) => name))
  })

  it('leave out of the quick set what takes long', () => {
    expect(names(['--quick'])).not.toContain('scale')
    expect(names(['--quick', '--only', 'scale'])).toEqual(['scale'])
  })

  it('choose scenarios, several in the order given', () => {
    expect(names(['--only', 'restart', '--only', 'call'])).toEqual(['restart', 'call'])
  })

  it('take the others', () => {
    const { json, by, rounds } = parse(['--json', '--cpu', '--rounds', '3', '--node', process.execPath])
    expect([json, by, rounds]).toEqual([true, 'cpu', 3])
  })

  it('are refused with what came, what was expected, and what there is', () => {
    expect(refusal(['--only', 'everything'])).toMatch(/'everything'. There are: spawn-script, .*scale/)
    expect(refusal(['--rounds', 'many'])).toBe("--rounds takes a whole number from 1 to 99, not 'many'.")
    expect(refusal(['--rounds', '0'])).toContain("not '0'")
    expect(refusal(['--node', '/no/such/node'])).toContain("none at '/no/such/node'")
    expect(refusal(['--slow'])).toMatch(/--slow[\s\S]*--help lists the options/)
    expect(refusal(['call'])).toContain("'call'")
  })
})
