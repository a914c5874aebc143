import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Commands, type Outcome } from './commands.js'

const DIST = new URL('../../dist/index.js', import.meta.url).href

const MODULE = `
import { defineMachine, stateMachine } from '${DIST}'
export class Door {
  state = 'locked'
  unlock() { this.state = 'open' }
  lock() { this.state = 'locked' }
}
defineMachine(Door, {
  handlers: [
    { on: 'call', method: 'unlock', states: ['locked'], to: ['open'] },
    { on: 'state_timeout', method: 'lock', states: ['open'], after: 50, to: ['locked'] },
  ],
})
export { Door as Again }
export const turnstile = stateMachine({
  init: () => { throw new Error('started') },
  transitions: { locked: ['open'], open: ['locked'] },
  states: { locked: () => 'keep_state', open: () => 'keep_state' },
})
export const other = 5
`

const DOOR = [
  '---',
  'title: Door',
  '---',
  'stateDiagram-v2',
  '  [*] --> locked',
  '  locked --> open : unlock',
  '  open --> locked : after 50 ms',
]
const TURNSTILE = [
  '---',
  'title: turnstile',
  '---',
  'stateDiagram-v2',
  '  locked --> open',
  '  open --> locked',
]

let folder: string
let commands: Commands
beforeAll(() => {
  commands = new Commands()
  folder = mkdtempSync(join(tmpdir(), 'heartwood-machine-'))
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  write('package.json', '{ "type": "module" }')
  write('machines.js', MODULE)
  write('none.js', 'export class Door {}')
  write('broken.js', "throw new Error('the lock is stuck')")
})
afterAll(() => {
  commands[Symbol.dispose]()
  rmSync(folder, { recursive: true, force: true })
})

const machine = (...args: string[]): Promise<Outcome> =>
  commands.run({ args: ['machine', ...args], cwd: folder })

describe('heartwood machine', () => {
  it('draws each state machine that a module exports, once, and starts none', async () => {
    const { exitCode, lines, errors } = await machine('machines.js')
    expect(errors).toBe('')
    expect(exitCode).toBe(0)
    // The exports of a module are in the order of their names.
    expect(lines.map((line) => line.replace('title: Again', 'title: Door'))).toEqual([
      ...DOOR,
      '',
      ...TURNSTILE,
    ])
  })

  it('draws the one that is asked for', async () => {
    expect((await machine('machines.js', '--only', 'turnstile')).lines).toEqual(TURNSTILE)
  })

  it('gives it as JSON', async () => {
    const { lines } = await machine('machines.js', '--only', 'turnstile', '--json')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        ok: true,
        machines: [
          {
            name: 'turnstile',
            states: ['locked', 'open'],
            transitions: [
              { from: 'locked', to: 'open', postponed: false },
              { from: 'open', to: 'locked', postponed: false },
            ],
          },
        ],
      },
    ])
  })

  it.each([
    [['none.js'], 'no state machine of none.js can be drawn: it exports none.'],
    [['machines.js', '--only', 'Gate'], 'it exports no Gate, but Again, turnstile.'],
    [['broken.js'], 'the lock is stuck'],
    [['absent.js'], 'no state machine of absent.js can be drawn'],
  ])('says what is missing: %j', async (args, problem) => {
    const { exitCode, lines, errors } = await machine(...args)
    expect([exitCode, lines]).toEqual([2, []])
    expect(errors).toContain(problem)
    expect(errors).toContain('[MACHINE_ABSENT]')
  })

  it('says how it is used', async () => {
    expect((await machine()).errors).toContain("missing required argument 'module'")
    const help = await commands.run({ args: ['help', 'machine'] })
    expect(help.lines.join('\n')).toMatch(/--only <name>/)
    expect(help.lines).toContain('Examples:')
  })
})
