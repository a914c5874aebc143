import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Commands } from './commands.js'
import { fixture, Program } from './program.js'

const MANIFEST = fileURLToPath(new URL('../../package.json', import.meta.url))
const BIN = fileURLToPath(new URL('../../bin/heartwood.js', import.meta.url))
const VERSION: string = JSON.parse(readFileSync(MANIFEST, 'utf8')).version

let commands: Commands
beforeAll(() => {
  commands = new Commands()
})
afterAll(() => commands[Symbol.dispose]())

describe('help and version', () => {
  it.each([['--version'], ['-V'], ['start', '--version']])('%s %s prints the version', async (...args) => {
    const program = new Program(args)
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual([VERSION])
  })

  it('--version --json is for scripts', async () => {
    const program = new Program(['--version', '--json'])
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual([JSON.stringify({ ok: true, version: VERSION })])
  })

  it('--help has commands, examples, environment variables and exit codes', async () => {
    const program = new Program(['--help'])
    expect(await program.exited).toBe(0)
    const text = program.lines.join('\n')
    for (const command of [
      'start \\[options\\] <config>',
      'check \\[options\\] <config>',
      'config \\[options\\] <config>',
      'tree',
      'machine \\[options\\] <module>',
      'new',
      'help',
    ]) {
      expect(text).toMatch(new RegExp(`^ {2}${command}`, 'm'))
    }
    for (const title of ['Examples:', 'Environment variables:', 'Exit codes:']) {
      expect(program.lines).toContain(title)
    }
    for (const code of ['0', '1', '2', '3', '4', '5', '130, 143']) {
      expect(text).toMatch(new RegExp(`^ {2}${code} +\\w`, 'm'))
    }
    expect(program.errors).toBe('')
  })

  it.each([
    ['start', /SIGTERM or SIGINT/],
    ['check', /heartwood check dist\/config\.js/],
    ['config', /--schema +print the JSON Schema/],
    ['tree', /--url <url>[\s\S]*--node <name>/],
    ['remote', /--at <host:port>/],
    ['machine', /heartwood machine dist\/door\.js/],
    ['new', /--heartwood <spec>/],
  ])('help %s tells of it, with an example', async (command, expected) => {
    const { exitCode, lines } = await commands.run({ args: ['help', command] })
    expect(exitCode).toBe(0)
    expect(lines.join('\n')).toMatch(expected)
    expect(lines).toContain('Examples:')
  })
})

describe('mistakes', () => {
  it.each([
    [['begin'], "unknown command 'begin'; did you mean start?"],
    [['strat', 'x.js'], "unknown command 'strat'; did you mean start?"],
    [['init'], "unknown command 'init'; did you mean new?"],
    [['dist/config.js'], "unknown command 'dist/config.js'; did you mean heartwood start dist/config.js?"],
    [['frobnicate'], "unknown command 'frobnicate'. Usage: heartwood [options] [command]"],
    [['start'], "missing required argument 'config'. Usage: heartwood start [options] <config>"],
    [['new'], "missing required argument 'name'. Usage: heartwood new [options] <name>"],
    [['tree'], "missing argument 'config', or --url or --node. Usage: heartwood tree [options] [config]"],
    [['tree', 'a.js', '--url', 'b'], "'config' and --url exclude each other: one tree at a time."],
    [['tree', '--node', 'a@b', '--url', 'b'], '--node and --url exclude each other: one tree at a time.'],
    [
      ['tree', '--url', 'http://:0'],
      '--url must be an address such as http://127.0.0.1:4010, but is "http://:0".',
    ],
    [
      ['tree', '--url', 'b', '--set', 'a=1'],
      '--env and --set are for a config module, and --url draws a running program.',
    ],
    [
      ['new', 'config', 'more'],
      "too many arguments for 'new'. Expected 1 argument but got 2. Usage: heartwood new",
    ],
    [['start', '--fast', 'x.js'], "unknown option '--fast'. Usage: heartwood start"],
    [['check', '--jsn', 'x.js'], "unknown option '--jsn'; did you mean --json?"],
    [['start', 'a.js', 'b.js'], "too many arguments for 'start'. Expected 1 argument but got 2."],
  ])('%j is answered with what to do, and exit code 2', async (args, expected) => {
    const { exitCode, lines, errors } = await commands.run({ args })
    expect(exitCode).toBe(2)
    expect(errors).toContain(`heartwood: ${expected}`)
    expect(errors).toMatch(/ tells more\. \[USAGE\]\n$/)
    expect(lines).toEqual([])
  })

  it('a config module that is not named is looked for where it usually is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-usual-'))
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'dist', 'config.js'), '')
    const { exitCode, errors } = await commands.run({ args: ['start'], cwd: folder })
    expect(exitCode).toBe(2)
    expect(errors).toContain("argument 'config'; did you mean heartwood start dist/config.js?")
    rmSync(folder, { recursive: true })
  })

  it('no command at all is answered with the help', async () => {
    const program = new Program([])
    expect(await program.exited).toBe(2)
    expect(program.errors).toMatch(/^Usage: heartwood /)
    expect(program.errors).toContain('Exit codes:')
  })
})

describe('--json', () => {
  const last = (program: Program): unknown => JSON.parse(program.lines.at(-1) ?? '')

  it('says a mistake on the command line on standard output, and to people on standard error', async () => {
    const program = new Program(['begin', '--json'])
    expect(await program.exited).toBe(2)
    expect(last(program)).toMatchObject({ ok: false, exitCode: 2, error: { code: 'USAGE' } })
    expect(program.errors).toMatch(/^heartwood: unknown command/)
  })

  it('says why a start failed in a last line', async () => {
    const program = new Program(['start', '--json', 'nowhere.js'])
    expect(await program.exited).toBe(2)
    expect(last(program)).toMatchObject({ ok: false, exitCode: 2, error: { code: 'CONFIG_NOT_FOUND' } })
  })

  it('says so too when a program that ran ends badly', async () => {
    const program = new Program(['start', '--json', fixture('doomed')])
    expect(await program.exited).toBe(1)
    expect(last(program)).toMatchObject({ ok: false, exitCode: 1, error: { code: 'CRASHED' } })
    expect(program.messages).toContain(
      'application doomed ended: shutdown; it is permanent, so everything stops',
    )
  })

  it('says nothing more when a program stops in good order', async () => {
    const program = new Program(['start', '--json', fixture('ordered')])
    await program.line('application web started')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(program.messages.at(-1)).toBe('application store stopped')
  })
})

describe('what is printed', () => {
  it('has colours where FORCE_COLOR asks for them, and else none but on a terminal', async () => {
    const plain = new Program(['begin'])
    const forced = new Program(['begin'], { FORCE_COLOR: '1' })
    const off = new Program(['begin'], { FORCE_COLOR: '0' })
    await Promise.all([plain.exited, forced.exited, off.exited])
    expect(plain.errors).toMatch(/^heartwood: /)
    expect(forced.errors.startsWith('\u001b[31mheartwood:\u001b[0m ')).toBe(true)
    expect(off.errors).toMatch(/^heartwood: /)
  })

  // A terminal of its own, from util-linux; where there is none, there is nothing to see.
  const terminal = spawnSync('script', ['--version']).status === 0
  it.runIf(terminal)('has colours on a terminal, unless NO_COLOR is set', () => {
    const shown = (env: Record<string, string>): string => {
      // Under CI Node takes no terminal for one with colours.
      const { FORCE_COLOR: _, NO_COLOR: __, CI: ___, ...rest } = process.env
      const argv = ['-qec', `'${process.execPath}' '${BIN}' start nowhere.js`, '/dev/null']
      return spawnSync('script', argv, { encoding: 'utf8', env: { ...rest, TERM: 'xterm', ...env } }).stdout
    }
    expect(shown({})).toContain('\u001b[31mheartwood:\u001b[0m there is no configuration module')
    expect(shown({ NO_COLOR: '1' })).toContain('heartwood: there is no configuration module')
    expect(shown({ NO_COLOR: '1' })).not.toContain('\u001b[31m')
  })

  it('may be cut off by its reader', () => {
    const command = `{ '${process.execPath}' '${BIN}' --help; echo "exit $?" >&2; } | true`
    const { stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
    expect(stderr).toBe('exit 0\n')
  })
})

describe('in a project with a copy of its own', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'heartwood-copy-'))
    const home = join(folder, 'node_modules', 'heartwood')
    mkdirSync(join(home, 'dist'), { recursive: true })
    writeFileSync(join(home, 'package.json'), '{ "name": "heartwood", "version": "9.9.9", "type": "module" }')
    writeFileSync(
      join(home, 'dist', 'cli.js'),
      'console.log("the copy of the project", ...process.argv.slice(2))',
    )
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('the command is that copy: its config module knows no other', async () => {
    const program = new Program(['start', 'config.js'], {}, { cwd: folder })
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual(['the copy of the project start config.js'])
  })

  it('the command is this one where that copy is not built', async () => {
    rmSync(join(folder, 'node_modules', 'heartwood', 'dist'), { recursive: true })
    const program = new Program(['--version'], {}, { cwd: folder })
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual([VERSION])
  })
})
