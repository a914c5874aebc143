import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fixture } from './program.js'

const BIN = fileURLToPath(new URL('../../bin/heartwood.js', import.meta.url))

/** A shell, since the pipes of Node's own children are sockets, which take more at a time. */
class Shell {
  readonly told: string[] = []
  readonly ended: Promise<unknown>
  #output = ''
  readonly #program: ChildProcess
  readonly #told = new EventEmitter()

  constructor(line: string, env: Record<string, string> = {}) {
    const command = line.replaceAll('heartwood', `"${process.execPath}" "${BIN}"`)
    const program = spawn('bash', ['-c', command], {
      env: { ...process.env, DEBUG: '', WIDE: fixture('wide'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, whose end is that of all in it.
      detached: true,
    })
    program.stdout.on('data', (part: Buffer) => {
      this.#output += part
    })
    createInterface({ input: program.stderr }).on('line', (text) => {
      this.told.push(text)
      this.#told.emit('line')
    })
    this.#program = program
    this.ended = once(program, 'close')
  }

  get output(): string {
    return this.#output
  }

  /** Waits for a line on standard error. */
  async line(text: string): Promise<string> {
    for (;;) {
      const found = this.told.find((line) => line.startsWith(text))
      if (found !== undefined) return found
      await once(this.#told, 'line')
    }
  }

  /** Signals the program that said which process it is. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    process.kill(Number((await this.line('up ')).slice(3)), signal)
  }

  /** Readers that never read are left when the program has ended. */
  end(): void {
    try {
      process.kill(-(this.#program.pid ?? 0), 'SIGKILL')
    } catch (error) {
      expect(error).toMatchObject({ code: 'ESRCH' })
    }
  }
}

function shell(line: string, env?: Record<string, string>): Shell {
  const program = new Shell(line, env)
  onTestFinished(() => program.end())
  return program
}

const MANY = { CHILDREN: '5000' }

describe.skipIf(process.platform === 'win32')('output through a pipe', () => {
  it.each(['', '--json'])('of a command is whole, as in a file: tree %s', async (json) => {
    const command = `heartwood tree ${json} "$WIDE" > "$FILE"; wc -c < "$FILE"; rm "$FILE"`
    const file = shell(`FILE=$(mktemp); ${command}`, MANY)
    const pipe = shell(`heartwood tree ${json} "$WIDE" | wc -c`, MANY)
    await Promise.all([file.ended, pipe.ended])
    expect(Number(file.output)).toBeGreaterThan(500_000)
    expect(pipe.output).toBe(file.output)
  })

  it('of a command is whole for a reader that takes its time', async () => {
    const slow = `node -e "const { readSync } = require('fs'); const nap = new Int32Array(new SharedArrayBuffer(4));
      let all = 0; const buffer = Buffer.alloc(16384);
      for (let read; (read = readSync(0, buffer)) > 0; Atomics.wait(nap, 0, 0, 5)) all += read; console.log(all)"`
    const whole = shell('heartwood tree "$WIDE" | wc -c', MANY)
    const program = shell(`heartwood tree "$WIDE" | ${slow}`, MANY)
    await Promise.all([whole.ended, program.ended])
    expect(program.output).toBe(whole.output)
    expect(program.told).toEqual([])
  })

  it('ends with a reader that has seen enough', async () => {
    const program = shell('(heartwood tree "$WIDE"; echo "exit $?" >&2) | head -1', MANY)
    await program.ended
    expect(program.output).toBe('wide\n')
    expect(program.told).toEqual(['exit 0'])
  })

  it.skipIf(!existsSync('/dev/full')).each(['tree', 'tree --json', 'check --json'])(
    'that is lost on a full device is a failure, and said: %s',
    async (command) => {
      const program = shell(`heartwood ${command} "$WIDE" > /dev/full; echo "exit $?" >&2`, { CHILDREN: '5' })
      await program.ended
      expect(program.told).toEqual([
        expect.stringMatching(/^heartwood: output is lost, standard output takes none: ENOSPC/),
        'exit 5',
      ])
    },
  )

  it('of a program that stops is whole', async () => {
    const program = shell('(heartwood start "$WIDE"; echo "exit $?" >&2) | grep -c xxx', { END: '5000' })
    await program.kill('SIGTERM')
    await program.ended
    // What it logs has no such text but in the name of its worker.
    expect(Number(program.output)).toBeGreaterThanOrEqual(5_000)
    expect(program.told.slice(1)).toEqual(['terminated', 'exit 0'])
  })

  it('that nobody takes keeps a program from its end for a while, and what is lost is said', async () => {
    const program = shell('(heartwood start "$WIDE"; echo "exit $?" >&2) | sleep 60', { END: '5000' })
    await program.kill('SIGTERM')
    await program.line('exit 0')
    expect(program.told).toContain('terminated')
    expect(program.told.at(-2)).toMatch(
      /^heartwood: up to \d+ bytes of output are lost: nobody read for 2000 ms$/,
    )
  })
})

describe.skipIf(process.platform === 'win32')('a log whose reader stays and does not read', () => {
  const stalled = (): Shell =>
    shell('(heartwood start "$WIDE"; echo "exit $?" >&2) | sleep 60', { CHATTER: '50' })

  it('stops no worker, and the program ends in order on a signal', async () => {
    const program = stalled()
    await program.line('heartwood: the log cannot be written: nobody reads it')
    await program.line('alive')
    await program.kill('SIGTERM')
    await program.line('exit 0')
    expect(program.told).toContain('terminated')
  })

  it('does not hold up a second signal', async () => {
    const program = stalled()
    await program.line('heartwood: the log cannot be written: nobody reads it')
    await program.kill('SIGTERM')
    await program.line('terminated')
    await program.kill('SIGTERM')
    await program.line('exit 143')
  })
})
