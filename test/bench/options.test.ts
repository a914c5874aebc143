import { describe, expect, it } from 'vitest'
import { parse, UsageError } from '../../bench/harness/options.js'
import { SCENARIOS } from '../../bench/harness/scenarios.js'

const names = (args: string[]): string[] => (parse(args).scenarios ?? []).map(({ name }) => name)

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

  it('keep what measures everything in full, and the rest only if they say so', () => {
    const kept = (...args: string[]): boolean => parse(args).record
    expect([kept(), kept('--json'), kept('--cpu'), kept('--profile')]).toEqual([true, true, true, true])
    expect([kept('--quick'), kept('--only', 'call'), kept('--rounds', '1')]).toEqual([false, false, false])
    expect([kept('--profile', 'call'), kept('--profile', '--quick')]).toEqual([false, false])
    expect(kept('--only', 'call', '--record')).toBe(true)
    expect(refusal(['--quick', '--record'])).toMatch(/not with --quick/)
  })

  it('profile what is named, or what misses a target', () => {
    expect(names(['--profile', 'call', 'restart'])).toEqual(['call', 'restart'])
    expect(names(['--profile', '--only', 'call'])).toEqual(['call'])
    expect(parse(['--profile'])).toMatchObject({ profile: true, scenarios: undefined })
  })

  it('measure until intervals are narrow, to ten percent unless they say otherwise', () => {
    expect(parse([]).width).toBe(undefined)
    expect(parse(['--intervals'])).toMatchObject({ width: 0.1, record: false })
    expect(parse(['--intervals', '--width', '5', '--record'])).toMatchObject({ width: 0.05, record: true })
    expect(refusal(['--width', '5'])).toMatch(/give --intervals as well/)
    expect(refusal(['--intervals', '--width', 'wide'])).toMatch(/takes percent.*'wide'/)
    expect(refusal(['--intervals', '--profile'])).toMatch(/Leave one of them out/)
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
