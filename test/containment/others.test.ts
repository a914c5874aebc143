/** What else a program has to do with failures: it hears of none that is contained, and of all others as without Heartwood. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const FIXTURE = fileURLToPath(new URL('fixtures/others.js', import.meta.url))

const OTHERS = [
  'nothing',
  'a handler',
  'a handler that exits',
  'a handler of rejections',
  'a handler that rethrows',
  'a monitor',
  'a capture callback',
  'another capture callback',
  'node:domain',
  'one that leaves when it is alone',
  'an emit of its own',
  'an emit that is put back',
]

const MODES = ['strict', 'throw', 'warn', 'none', 'warn-with-error-code']

interface Ran {
  readonly code: unknown
  readonly heard: readonly string[]
  readonly errors: string
  readonly log: readonly Record<string, unknown>[]
  readonly lines: readonly string[]
}

function run(env: Record<string, string>, ...flags: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NODE_OPTIONS: '', ...env } }
    const program = execFile(process.execPath, [...flags, FIXTURE], options, (_error, stdout, stderr) => {
      const lines = stdout.split('\n')
      const log = lines.filter((line) => line.startsWith('log: ')).map((line) => JSON.parse(line.slice(5)))
      const heard = lines.filter((line) => line.startsWith('heard: '))
      // Node's own part of a stack on Node 20 where anything follows async contexts; and the number of the process.
      const errors = stderr
        .replaceAll(/.*(callbackTrampoline|topLevelDomainCallback).*\n/g, '')
        .replaceAll(/\(node:\d+\)/g, '(node)')
      resolve({ code: program.exitCode ?? program.signalCode, heard, errors, log, lines })
    })
  })
}

describe('a contained failure reaches', () => {
  const contained = async (env: Record<string, string>, ...flags: string[]): Promise<Ran> => {
    const ran = await run({ ...env, FAILS: 'in a worker' }, ...flags)
    expect(ran.lines).toContain('three starts')
    expect(ran.code).toBe(0)
    return ran
  }

  it.concurrent('the supervisor, and nobody who was there before', async () => {
    // A capture callback that is set before the boot has everything.
    const OTHER = OTHERS.filter((other) => other !== 'a capture callback').join(', ')
    const { heard } = await contained({ OTHER, BEFORE: 'yes' })
    expect(heard).toEqual([])
  })

  it.concurrent('the supervisor, and nobody who came after', async () => {
    // Node takes either a domain or a capture callback. An own emit sees the calls; what comes of them is the same.
    const OTHER = OTHERS.filter((other) => other !== 'node:domain' && other !== 'an emit of its own').join(
      ', ',
    )
    const { heard } = await contained({ OTHER })
    expect(heard).toEqual([])
  })

  it.concurrent.each(['node:domain', 'an emit of its own'])('the supervisor, beside %s', async (OTHER) => {
    await contained({ OTHER })
  })

  it.concurrent.each(MODES)('the supervisor, with --unhandled-rejections=%s', async (mode) => {
    const { heard } = await contained({ OTHER: 'a handler' }, `--unhandled-rejections=${mode}`)
    expect(heard).toEqual([])
  })
})

describe('a failure of no process is the same with Heartwood as without', () => {
  const same = async (env: Record<string, string>, level: unknown, ...flags: string[]): Promise<void> => {
    const [plain, booted] = await Promise.all([run({ ...env, PLAIN: 'yes' }, ...flags), run(env, ...flags)])
    const { code, heard, errors } = plain
    expect({ code: booted.code, heard: booted.heard, errors: booted.errors }).toEqual({ code, heard, errors })
    const told = booted.log.filter(({ kind }) => kind === 'uncaught').map((line) => line.level)
    expect(told).toEqual(level === undefined ? [] : [level])
  }

  it.concurrent.each(OTHERS)('for a throw, beside %s', (OTHER) => same({ OTHER, FAILS: 'throws' }, 'fatal'))

  it.concurrent.each([
    'nothing',
    'a handler of rejections',
    'a handler that rethrows',
    'a monitor',
    'a capture callback',
    'node:domain',
  ])('for a rejection, beside %s', (OTHER) => same({ OTHER, FAILS: 'rejects' }, 'fatal'))

  it.concurrent('beside what was there before', () =>
    same({ OTHER: 'a handler, a monitor, an emit of its own', FAILS: 'throws', BEFORE: 'yes' }, 'fatal'))

  // The callback has it, before anybody is asked.
  it.concurrent('beside a capture callback that was there before', () =>
    same({ OTHER: 'a capture callback', FAILS: 'throws', BEFORE: 'yes' }, undefined))

  it.concurrent.each(MODES)('with --unhandled-rejections=%s', (mode) =>
    same(
      { FAILS: 'rejects with no error' },
      // In the other modes Node warns at most.
      mode === 'strict' || mode === 'throw' ? 'fatal' : 'error',
      `--unhandled-rejections=${mode}`,
    ))

  it.concurrent('with a handler and --unhandled-rejections=strict', () =>
    same({ OTHER: 'a handler', FAILS: 'rejects' }, 'fatal', '--unhandled-rejections=strict'))

  it.concurrent('with --trace-uncaught', () => same({ FAILS: 'throws' }, 'fatal', '--trace-uncaught'))
})
