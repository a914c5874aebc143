import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { fixture, Program } from './program.js'

/** Makes a program process 1 of a world of processes of its own, as it is in a container. */
const UNSHARE = 'unshare --pid --fork --mount-proc --kill-child'

const possible =
  process.platform === 'linux' && spawnSync('unshare', [...UNSHARE.split(' ').slice(1), 'true']).status === 0
if (!possible) console.log('container.test.ts is skipped: unshare is not there, or not allowed here')

/** The direct children of a process, with the letter of their state. */
function childrenOf(pid: number): { pid: number; state: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(name)
      return stat?.parent === pid ? [{ pid: Number(name), state: stat.state }] : []
    })
}

function statOf(pid: string): { state: string; parent: number } | undefined {
  try {
    const [, state = '', parent] = /\) (\w) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return { state, parent: Number(parent) }
  } catch {
    // It ended meanwhile.
    return undefined
  }
}

describe.skipIf(!possible)('heartwood as process 1 of a container', () => {
  const start = (name: string, env = {}) => {
    const program = new Program(['start', fixture(name)], env, { under: UNSHARE })
    const signal = (which: NodeJS.Signals): void => {
      const [inside] = childrenOf(program.pid)
      try {
        if (inside !== undefined) process.kill(inside.pid, which)
      } catch (error) {
        // It ended between the two lines.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
    return { program, signal }
  }

  it.each([
    'SIGTERM',
    'SIGINT',
  ] as const)('stops in order on %s, which has no action of its own there', async (which) => {
    const { program, signal } = start('ordered')
    await program.line('application web started')
    expect(program.records.map(({ osPid }) => osPid)).toEqual(program.records.map(() => 1))
    signal(which)
    expect(await program.exited).toBe(0)
    expect(program.messages.at(-1)).toBe('application store stopped')
  })

  it('ends at once on a second signal', async () => {
    const { program, signal } = start('stubborn', { LIMIT: '3600000' })
    await program.line('application slow started')
    signal('SIGTERM')
    await program.line('terminating for ever')
    signal('SIGTERM')
    expect(await program.exited).toBe(143)
  })

  it('ends on a signal while its configuration is being loaded', async () => {
    const { program, signal } = start('hanging')
    await program.line('loading')
    signal('SIGTERM')
    expect(await program.exited).toBe(0)
  })

  it('ends on signals that come while Heartwood itself is loaded', async () => {
    const { program, signal } = start('ordered')
    let over = false
    void program.exited.then(() => {
      over = true
    })
    while (!over) {
      signal('SIGTERM')
      await setTimeout(10)
    }
    // 0 if the first came late enough for an orderly stop, and none after it; the signal itself if it came before Node was
    // there, between the fork of unshare and its exec.
    const exited = await program.exited
    expect([0, 143, 'SIGTERM']).toContain(exited)
    if (exited === 'SIGTERM') expect(program.lines).toEqual([])
    expect(program.errors).toBe('')
  })

  it('leaves no zombie of a program that a crashed worker owned', async () => {
    const { program, signal } = start('programs')
    await program.line('settled')
    const [inside] = childrenOf(program.pid)
    const states = childrenOf(inside?.pid ?? 0).map(({ state }) => state)
    expect(states).toHaveLength(1)
    expect(states).not.toContain('Z')
    signal('SIGTERM')
    expect(await program.exited).toBe(0)
  })
})

describe('heartwood start', () => {
  it('ends on a signal while its configuration is being loaded', async () => {
    const program = new Program(['start', fixture('hanging')])
    await program.line('loading')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })

  it('takes a second signal there for what it is, and for no failure of the configuration', async () => {
    const program = new Program(['start', fixture('hanging')])
    await program.line('loading')
    program.kill('SIGTERM')
    program.kill('SIGINT')
    // 0 if the program was through with the first before it had the second.
    expect([0, 130, 143]).toContain(await program.exited)
    expect(program.errors).toBe('')
  })
})
