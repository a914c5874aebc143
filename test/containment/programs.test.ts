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
    [
      'a full disk',
      /^heartwood: the log cannot be written: ENOSPC.*\nheartwood: up to \d+ bytes of output are lost: ENOSPC.*\n$/,
    ],
    ['a destroyed stream', /^heartwood: the log cannot be written: its stream is destroyed.*\n$/],
    ['a flush that hangs', /^$/],
    ['a stream that fails', /^heartwood: the log cannot be written: disk full.*\n$/],
    ['a transport that dies', /^heartwood: the log cannot be written: the worker thread exited.*\n$/],
  ])('that is %s ends nothing, and is said once', (DESTINATION, said) => {
    const { status, stdout, stderr } = run('destination.js', [], { DESTINATION })
    expect(stdout).toBe('lives\nstopped\n')
    expect(stderr).toMatch(said)
    expect(status).toBe(0)
  })
})

it('what is left behind by workers and hooks fails and acts until the very end, and is told each time', () => {
  const { status, stdout, stderr } = run('until-the-end.js', [], {})
  const [cause, exit = ''] = stdout.split('\n')
  expect(cause).toBe('stopped')
  const { code, told } = JSON.parse(exit)
  expect(told).toEqual([
    expect.stringMatching(/^error crash: process worker crashed: Error: crashed/),
    expect.stringMatching(/^error crash: process prepStop of left crashed: Error: in prepStop/),
    expect.stringMatching(/^error application: application left: its hook prepStop failed/),
    expect.stringMatching(
      /^warn stray: .*process stop of left .* failed at \S+until-the-end.js:\d+: Error: in stop/,
    ),
    expect.stringMatching(
      /^warn stray: .*process worker .*\(shutdown\) acts at \S+until-the-end.js:\d+ \(sleep\)/,
    ),
    expect.stringMatching(
      /^fatal exit: left-over code of the dead process worker .*\(Error: crashed\) called process.exit\(5\) at \S+until-the-end.js:\d+$/,
    ),
  ])
  expect([code, status]).toEqual([5, 5])
  expect(stderr).toBe('heartwood: the log cannot be written: ENOSPC, later. The program goes on.\n')
})
