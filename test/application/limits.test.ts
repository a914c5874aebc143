import { describe, expect, it } from 'vitest'
import { fixture, Program } from './program.js'

describe('what never answers is given up and said, in a program that has nothing else to do', () => {
  it.each([
    ['resolveConfig', /^SETTINGS_SCHEMA_SILENT: settings: the schema .* has not answered in 10000 ms/],
    ['boot', /^SETTINGS_SCHEMA_SILENT: settings: the schema .* has not answered in 10000 ms/],
    ['checkValue', /^SETTINGS_SCHEMA_SILENT: list.json: the schema .* has not answered in 10000 ms/],
    ['applications', /^CONFIG_FUNCTION_SILENT: .*applications has not answered in 30000 ms \(bootTimeout\)/],
    ['reload', /^RELOAD_ENDED: .*the system has ended/],
  ])('%s', async (way, says) => {
    const node = way === 'reload' ? [] : ['--import', fixture('hurried')]
    const program = new Program([way], {}, { script: fixture('never-answers'), node })
    expect(await program.exited).toBe(0)
    expect(program.errors).toBe('')
    const said = program.lines.filter((line) => !line.startsWith('{'))
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(says)
    // Nothing keeps the program from its end any more.
    expect(said[0]).toMatch(/ 0 timers$/)
    expect(program.messages.filter((message) => message.includes('configuration'))).toEqual([])
  })
})
