import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fixture, Program } from './program.js'

const KINDS = [
  'timeout',
  'immediate',
  'tick',
  'microtask',
  'rejection',
  'rejection after await',
  'error event',
  'connection handler',
  'fetch',
]

describe('containment', () => {
  it('makes a failure outside all code the end of the process it comes from, which is repaired', async () => {
    const program = new Program(['start', fixture('failures')])
    await program.line('all repaired')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    const crashed = program.records.filter(({ kind }) => kind === 'crash').map(({ name }) => name)
    expect(crashed.sort()).toEqual([...KINDS].sort())
    const reasons = program.records.filter(({ kind, name }) => kind === 'crash' && name === 'timeout')
    expect(reasons).toMatchObject([
      { reason: 'Error: lost', err: { message: 'lost', stack: expect.stringContaining('fail') } },
    ])
  })

  it.each([
    ['throw', 'uncaught exception'],
    ['reject', 'unhandled rejection'],
  ])('lets a %s from outside any process end the program, once it is in the log', async (how, what) => {
    const program = new Program(['start', fixture('failures')], { FAIL_OUTSIDE: how })
    expect(await program.exited).toBe(1)
    expect(program.records.at(-1)).toMatchObject({
      level: 'fatal',
      msg: `${what} outside any process: Error: nobody is responsible`,
      err: { stack: expect.stringContaining('failures.js') },
    })
    expect(program.errors).toMatch(/\nError: nobody is responsible\n {4}at /)
  })

  it('can be turned off: then the program ends as any Node program does', async () => {
    const program = new Program(['start', fixture('failures')], { CONTAIN: 'no' })
    expect(await program.exited).toBe(1)
    expect(program.errors).toMatch(/Error: lost/)
  })

  describe('of several systems in one program', () => {
    const run = (...args: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [fixture('two-systems'), ...args], { encoding: 'utf8' })

    it('ends it for an error that belongs to none of them', () => {
      const { status, stderr } = run()
      expect(status).toBe(1)
      expect(stderr).toMatch(/\nError: nobody is responsible\n/)
    })

    it('leaves such an error to a handler of its own, and has no listeners itself', () => {
      const { status, stdout } = run('own handler')
      const lines = stdout.toString().split('\n')
      expect(lines.filter((line) => !line.startsWith('{'))).toEqual([
        'handled: nobody is responsible',
        'listeners left: 0 0',
        '',
      ])
      expect(status).toBe(0)
    })

    it('shares its listeners among any number of them, and counts a failure once', () => {
      const { status, stdout } = spawnSync(process.execPath, [fixture('many-systems')], { encoding: 'utf8' })
      expect(stdout).toBe('first ended; stray failures: 0\nwarnings: none\nlisteners left: 0 0 0\n')
      expect(status).toBe(0)
    })
  })
})
