import { fileURLToPath } from 'node:url'
import { application, type BootOptions, boot, defineConfig } from 'heartwood'
import { describe, expect, it } from 'vitest'
import { Program } from './program.js'
import { never } from './world.js'

const SCRIPT = fileURLToPath(new URL('fixtures/embedded.js', import.meta.url))

/** A program of somebody's own that boots a system, and does what its words say. */
function embedded(
  words: readonly string[],
  boot: BootOptions = {},
  {
    node = [],
    ...env
  }: { node?: readonly string[]; [name: string]: string | readonly string[] | undefined } = {},
): Program {
  return new Program(
    words,
    { BOOT: JSON.stringify(boot), ...(env as Record<string, string>) },
    { script: SCRIPT, node },
  )
}

const text = (program: Program): string[] => program.lines.filter((line) => !line.startsWith('{'))

describe('a system in a program of its own', () => {
  it('keeps Node alive until it has ended, and no longer', async () => {
    const program = embedded(['ended'], { signals: true })
    await program.line('up')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(text(program)).toEqual(['up', 'terminate worker 1', 'stop hook 1', 'ended: stopped'])

    const stopped = embedded(['stop'])
    expect(await stopped.exited).toBe(0)
  })

  it('lets the program go when told to', async () => {
    const program = embedded([], { keepAlive: false })
    expect(await program.exited).toBe(0)
    expect(text(program)).toEqual(['up'])
  })

  it('is stopped when its boot is rejected, whatever the cause', async () => {
    const program = embedded(['throw in the boot tree'])
    expect(await program.exited).toBe(1)
    expect(text(program)).toEqual(['terminate worker 1', 'stop hook 1'])
    expect(program.errors).toContain('Error: it cannot be drawn')
  })
})

describe('options of boot that are wrong', () => {
  it.each([
    [
      { signal: true },
      'signal must be an AbortSignal (signals: true has SIGTERM and SIGINT stop the system), but is true.',
    ],
    [{ signls: true }, 'signls is not known (did you mean "signals"?); known are kernel, logger, signal,'],
    [
      { signals: 'SIGTERM', exitOnEnd: 'no', keepAlive: 1 },
      'signals must be true or false, but is "SIGTERM"; exitOnEnd must be true or false, but is "no"; keepAlive must',
    ],
    [{ kernel: {} }, 'kernel must be a kernel, made by new Kernel() or new TestKernel(), but is {}.'],
    [{ logger: console }, 'logger must be a logger, such as createLogger() makes'],
    [{ onBootTree: 1 }, 'onBootTree must be a function, but is 1.'],
    [[], 'its second argument must be an object of options, but is [].'],
  ])('are refused: %j', async (options, message) => {
    const config = defineConfig({
      applications: [application({ name: 'a', root: { id: 'w', start: never } })],
    })
    await expect(boot(config, options as BootOptions)).rejects.toMatchObject({
      code: 'BOOT_OPTION_INVALID',
      message: expect.stringContaining(`boot starts nothing with these options: ${message}`),
    })
  })

  it('leave nothing running', async () => {
    const program = embedded([], { signal: true } as unknown as BootOptions)
    expect(await program.exited).toBe(1)
    expect(program.lines).toEqual([])
    expect(program.errors).toContain("code: 'BOOT_OPTION_INVALID'")
  })
})

describe('signals', () => {
  it('do what they do to any Node program when nothing is said', async () => {
    const program = embedded([])
    await program.line('up')
    program.kill('SIGTERM')
    expect(await program.exited).toBe('SIGTERM')
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('stop it and end the program: %s', async (signal) => {
    const program = embedded(['listen'], { signals: true })
    await program.line('up')
    program.kill(signal)
    expect(await program.exited).toBe(0)
    expect(text(program)).toEqual(['up', 'terminate worker 1', 'stop hook 1'])
  })

  it('end the program with 4 when something had to be killed', async () => {
    const program = embedded(['listen', 'hang'], { signals: true }, { LIMIT: '50' })
    await program.line('up')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(4)
  })

  it('end it at once when they come again', async () => {
    const program = embedded(['hang'], { signals: true }, { LOG: 'info' })
    await program.line('up')
    program.kill('SIGTERM')
    await program.line('SIGTERM: stopping')
    program.kill('SIGINT')
    expect(await program.exited).toBe(130)
    expect(program.messages.at(-1)).toBe('SIGINT again: ended at once')
  })

  it('stop every system before the program ends', async () => {
    const program = embedded([], { signals: true }, { SYSTEMS: '3' })
    await program.line('up')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(text(program).filter((line) => line.startsWith('stop hook'))).toHaveLength(3)
  })

  it('leave the program to itself when told to', async () => {
    const program = embedded(['listen', 'ended'], { signals: true, exitOnEnd: false })
    await program.line('up')
    program.kill('SIGTERM')
    await program.line('ended: stopped')
    // Its server goes on; the next signal is Node's business again.
    program.kill('SIGTERM')
    expect(await program.exited).toBe('SIGTERM')
  })

  it('that come while it boots cancel the boot, and the program ends as it was told to', async () => {
    const program = embedded(['start slowly'], { signals: true })
    await program.line('starting')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(text(program)).toEqual(['starting', 'terminate worker 1', 'stop hook 1'])
    expect(program.errors).toBe('')
  })
})

describe('the end of a system that nobody asked for', () => {
  it('ends the program with 1, and the log says why, where others would serve on without workers', async () => {
    const program = embedded(['listen', 'crash'])
    expect(await program.exited).toBe(1)
    expect(program.records.at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'application app 1 ended: shutdown; the program ends with exit code 1',
    })
    expect(program.records.filter(({ level }) => level === 'fatal')).toHaveLength(1)
  })

  it('is told on standard error where the log is silent', async () => {
    const program = embedded(['listen', 'crash'], {}, { LOG: 'silent' })
    expect(await program.exited).toBe(1)
    expect(program.errors).toBe(
      'heartwood: application app 1 ended: shutdown; the program ends with exit code 1\n',
    )
  })

  it('stops the other systems in order', async () => {
    const program = embedded(['listen', 'crash'], {}, { SYSTEMS: '2' })
    expect(await program.exited).toBe(1)
    expect(text(program)).toContain('stop hook 2')
  })

  it('leaves those who wait for it a last word', async () => {
    const program = embedded(['listen', 'crash', 'ended'])
    expect(await program.exited).toBe(1)
    expect(text(program).at(-1)).toBe('ended: crashed')
  })

  it('leaves the program to itself when told to', async () => {
    const program = embedded(['listen', 'crash', 'ended'], { exitOnEnd: false })
    await program.line('ended: crashed')
    program.kill('SIGTERM')
    expect(await program.exited).toBe('SIGTERM')
    expect(program.records.map(({ level }) => level)).not.toContain('fatal')
  })

  it('is no reason to end it for an application that may end', async () => {
    const program = embedded(['crash'], {}, { TYPE: 'temporary' })
    await program.line('application app 1 ended')
    program.kill('SIGTERM')
    expect(await program.exited).toBe('SIGTERM')
  })
})

describe('what a program closes beside its system', () => {
  it.each([
    'SIGTERM',
    'crash',
  ])('is closed when the tree has stopped, and before the program ends: %s', async (way) => {
    const program = embedded(['listen', 'close a server first', way], { signals: true }, { SYSTEMS: '2' })
    await program.line('up')
    if (way === 'SIGTERM') program.kill('SIGTERM')
    expect(await program.exited).toBe(way === 'crash' ? 1 : 0)
    const lines = text(program)
    expect(lines.filter((line) => line.startsWith('closed'))).toHaveLength(2)
    expect(lines.indexOf('stop hook 1')).toBeLessThan(lines.findIndex((line) => line.startsWith('closed')))
  })

  it('holds up the end no longer than the stop may take', async () => {
    const program = embedded(['listen', 'close nothing ever'], { signals: true }, { LIMIT: '20' })
    await program.line('up')
    program.kill('SIGTERM')
    // On a busy machine the tree itself may not be stopped in so short a time.
    expect([0, 4]).toContain(await program.exited)
    expect(program.messages).toContain('beforeExit is not through after 20 ms; the program ends without it')
  })

  it('is no reason not to end when it fails', async () => {
    const program = embedded(['listen', 'close and fail'], { signals: true })
    await program.line('up')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(program.messages.some((message) => message.includes('it cannot be closed'))).toBe(true)
  })
})

/** Permissions have had another name; what this Node calls them is found by trying. */
const PERMISSION = ['--permission', '--experimental-permission'].find((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
)

describe.skipIf(PERMISSION === undefined)('a program without the permission to make threads', () => {
  it('boots, and says once what is lost', async () => {
    const node = [PERMISSION ?? '', '--allow-fs-read=*', '--no-warnings']
    const program = embedded(['ended'], { signals: true }, { node })
    await program.line('up')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    const lost = program.records.filter(({ kind }) => kind === 'watchdog')
    expect(lost).toHaveLength(1)
    expect(lost[0]).toMatchObject({ level: 'warn', msg: expect.stringContaining('--allow-worker') })
  })
})
