/** Small programs that a contained failure, or a log that takes nothing, must not end. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const run = (fixture: string, flags: readonly string[], more: Record<string, string>) => {
  const file = fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url))
  const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, ...more }
  return spawnSync(process.execPath, [...flags, file], { env, encoding: 'utf8' })
}

it('node --test does not fail for what is contained', () => {
  const { status, stdout } = run('node-test.js', ['--test', '--test-reporter=tap'], {})
  expect(stdout).toMatch(/# pass 2\n# fail 0/)
  expect(status).toBe(0)
})

describe('a log destination', () => {
  it.each([
    ['a full disk', /^heartwood: the log cannot be written: ENOSPC.*\n$/],
    ['a destroyed stream', /^heartwood: the log cannot be written: its stream is destroyed.*\n$/],
    ['a flush that hangs', /^$/],
  ])('that is %s ends nothing, and is said once', (DESTINATION, said) => {
    const { status, stdout, stderr } = run('destination.js', [], { DESTINATION })
    expect(stdout).toBe('lives\nstopped\n')
    expect(stderr).toMatch(said)
    expect(status).toBe(0)
  })
})
