/** The program that compares a library's own tests bare and inside a worker: what it must not call the same. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const COMPARE = fileURLToPath(new URL('suites/compare.js', import.meta.url))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'suites-'))
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(folder, 'endless.js'), 'setInterval(() => {}, 1_000)')
  writeFileSync(join(folder, 'broken.js'), "require('./not-there.js')")
  writeFileSync(join(folder, 'one.js'), "require('node:test').it('passes', () => {})")
  writeFileSync(
    join(folder, 'listens.js'),
    "process.on('uncaughtException', () => process.exit(0)); setImmediate(() => { throw new Error('thrown') })",
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const compare = (more: Record<string, string>, ...given: readonly string[]) => {
  const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, ...more }
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMPARE, ...given], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

it('two runs that were cut off are not the same: it says which, and ends with 1', () => {
  const { status, said } = compare({ LIMIT: '1500' }, 'file', 'endless.js')
  expect(said).toContain('NOT COMPARED: bare and inside did not end within 1500 ms (LIMIT)')
  expect(said).toContain('1 of the comparisons could not be made')
  expect(said).not.toContain('nothing differs')
  expect(status).toBe(1)
})

it('two runs that ran no test are not the same', () => {
  const { status, said } = compare({}, 'tests', 'broken.js')
  expect(said).toContain('NOT COMPARED: no test ran on either side')
  expect(said).not.toContain('nothing differs')
  expect(status).toBe(1)
})

it('no file is an error', () => {
  const { status, said } = compare({}, 'mocha')
  expect(said).toContain('there is no file to run')
  expect(status).toBe(1)
})

it('a test that passes on both sides is the same, one that waits for uncaughtException is not', () => {
  const same = compare({}, 'tests', 'one.js')
  expect(same.said).toContain(
    'bare: 1 tests, 1 of 1 files pass\ninside: 1 tests, 1 of 1 files pass\nnothing differs',
  )
  expect(same.status).toBe(0)
  const unlike = compare({}, 'file', 'listens.js')
  expect(unlike.said).toContain('bare: 0 tests, 1 of 1 files pass\ninside: 0 tests, 0 of 1 files pass')
  expect(unlike.status).toBe(1)
})
