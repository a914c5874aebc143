import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Program } from '../application/program.js'

const FATAL = fileURLToPath(new URL('fixtures/fatal.js', import.meta.url))
const GUIDE = fileURLToPath(new URL('../../docs/guides/containment.md', import.meta.url))

const worst = (HOW: string, env: Record<string, string> = {}): Program =>
  new Program(['start', FATAL], { HOW, ...env })

/** What the watchdog says of code of the fixture; on a busy machine the boot may be late, too. */
const BLOCKED_THERE = /"kind":"watchdog".*fatal\.js/
const isOfFixture = ({ kind, stack }: Record<string, unknown>): boolean =>
  kind === 'watchdog' && String(stack).includes('fatal.js')

/** Each row of the guide's table of what ends a program; `it` for each below. */
const OUTCOMES: Record<string, () => Promise<void>> = {
  'a crash at every start': async () => {
    const program = worst('a crash at every start')
    expect(await program.exited).toBe(1)
    expect(program.messages.at(-1)).toMatch(/application worst (ended|stopped)/)
    expect(program.messages.some((each) => each.includes('everything stops'))).toBe(true)
  },
  'an error thrown outside every process': async () => {
    const program = worst('an error thrown outside every process')
    expect(await program.exited).toBe(1)
    expect(program.records.at(-1)).toMatchObject({ level: 'fatal', kind: 'uncaught' })
    expect(program.errors).toMatch(/\nError: nobody is responsible\n {4}at /)
  },
  'a rejection outside every process': async () => {
    const program = worst('a rejection outside every process')
    expect(await program.exited).toBe(1)
    expect(program.records.at(-1)).toMatchObject({ level: 'fatal', kind: 'uncaught' })
  },
  'process.exit in a worker': async () => {
    const program = worst('process.exit')
    expect(await program.exited).toBe(3)
    expect(program.records.at(-1)).toMatchObject({
      level: 'fatal',
      kind: 'exit',
      name: 'worst',
      code: 3,
      msg: expect.stringMatching(
        /^process the worst \S+ called process.exit\(3\) at \S+fatal.js:\d+; the program ends/,
      ),
    })
  },
  'process.abort in a worker': async () => {
    const program = worst('process.abort')
    expect(await program.exited).toBe('SIGABRT')
    expect(program.messages.at(-1)).toBe('here it comes')
  },
  'the program runs out of memory': async () => {
    const program = worst('the program runs out of memory', { NODE_OPTIONS: '--max-old-space-size=48' })
    expect(await program.exited).toBe('SIGABRT')
    expect(program.errors).toContain('heap out of memory')
    expect(program.messages.at(-1)).toBe('here it comes')
  },
  SIGKILL: async () => {
    const program = worst('nothing')
    await program.line('here it comes')
    program.kill('SIGKILL')
    expect(await program.exited).toBe('SIGKILL')
    expect(program.messages).toContain('here it comes')
  },
  'SIGTERM or SIGINT': async () => {
    const program = worst('nothing')
    await program.line('still here')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(program.messages.at(-1)).toContain('stopped')
  },
  'an endless loop': async () => {
    const program = worst('an endless loop')
    await program.error('the event loop has been blocked')
    expect(program.errors).toMatch(
      /blocked for \d+ ms by process the worst <0\.\d+>, in an endless loop \(.*fatal\.js/,
    )
    expect(program.errors).toContain('handling an endless loop')
    program.kill('SIGTERM')
    program.kill('SIGKILL')
    expect(await program.exited).toBe('SIGKILL')
  },
}

describe('what ends a program', () => {
  for (const [failure, outcome] of Object.entries(OUTCOMES)) it.concurrent(failure, outcome)

  it('is the table of the guide', () => {
    const [, table = ''] = readFileSync(GUIDE, 'utf8').split('## What ends a program')
    const rows = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| ([^|]+) \|/gm)].map(([, cell]) =>
      cell?.trim(),
    )
    expect(rows.slice(2)).toEqual(Object.keys(OUTCOMES))
  })
})

describe('the watchdog', () => {
  it.concurrent.each([
    ['a message that takes too long', { name: 'worst', handling: 'a message that takes too long' }],
    ['a continuation that takes too long', { name: 'worst' }],
    ['a timer that takes too long', { name: 'worst' }],
    ['code of no process that takes too long', {}],
  ])('names %s', async (how, expected) => {
    const program = worst(how)
    await program.line(BLOCKED_THERE)
    program.kill('SIGKILL')
    await program.exited
    const report = program.records.find(isOfFixture)
    expect(report).toMatchObject({
      ...expected,
      level: 'warn',
      limit: 200,
      at: expect.stringMatching(/^spin \(.*fatal\.js/),
      stack: expect.stringContaining('fatal.js'),
    })
    expect(report?.duration).toBeGreaterThan(200)
    if ('name' in expected) expect(report).toMatchObject({ label: 'the worst', behaviour: 'Server' })
  })

  // V8 writes the variables of a frame back in which a debugger evaluates, and so gave this constructor a `this` too early.
  it.concurrent('changes nothing in the code that it looks at', async () => {
    const program = worst('a constructor that takes too long')
    await program.line('made 0')
    await program.line(BLOCKED_THERE)
    program.kill('SIGKILL')
    await program.exited
    const report = program.records.find(isOfFixture)
    expect(report?.stack).toMatch(/new Slow \(.*fatal\.js/)
  })

  it.concurrent('can be turned off', async () => {
    const program = worst('a message that takes too long', { LIMIT: 'none' })
    await program.line('still here')
    program.kill('SIGTERM')
    await program.exited
    expect(program.records.filter(({ kind }) => kind === 'watchdog')).toEqual([])
  })

  it.concurrent('publishes what it finds on its diagnostics channel', async () => {
    const program = worst('a message that takes too long', { SUBSCRIBE: 'yes' })
    await program.line('published: worst')
    program.kill('SIGKILL')
    await program.exited
  })
})
