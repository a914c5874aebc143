import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Commands, type Outcome, runAlone } from './commands.js'
import { Program } from './program.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const OURS = manifestOf(ROOT)

const FILES = [
  '.dockerignore',
  '.gitignore',
  'Dockerfile',
  'README.md',
  'package.json',
  'src/config.ts',
  'src/root.ts',
  'src/ticker.ts',
  'test/ticker.test.ts',
  'tsconfig.build.json',
  'tsconfig.json',
]

describe('heartwood new', () => {
  let folder: string
  let commands: Commands
  beforeAll(() => {
    commands = new Commands()
  })
  afterAll(() => commands[Symbol.dispose]())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heartwood-new-'))
  })
  afterEach(() => {
    chmodSync(folder, 0o755)
    rmSync(folder, { recursive: true })
  })

  const make = (...args: string[]): Promise<Outcome> => commands.run({ args: ['new', ...args], cwd: folder })
  const filesOf = (name: string): string[] =>
    readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(join(folder, name, file)).isFile())
      .sort()

  it('makes a project of that name, pinned to this version, and says what is next', async () => {
    const { exitCode, lines, errors } = await make('shop')
    expect(exitCode).toBe(0)
    expect(errors).toBe('')
    expect(lines).toEqual([
      `shop is made in ${join(folder, 'shop')}. Next:`,
      ...['', '  cd shop', '  npm install', '  npm test', '  npm start'],
    ])
    expect(filesOf('shop')).toEqual(FILES)
    expect(readdirSync(folder)).toEqual(['shop'])
    const manifest = manifestOf(join(folder, 'shop'))
    expect(manifest).toMatchObject({ name: 'shop', dependencies: { heartwood: OURS.version } })
    for (const file of FILES) {
      expect(readFileSync(join(folder, 'shop', file), 'utf8'), file).not.toContain('heartwood-project')
    }
    expect(readFileSync(join(folder, 'shop/src/config.ts'), 'utf8')).toContain("name: 'shop'")
  })

  it('in a program of its own the same', async () => {
    const alone = await runAlone({ args: ['new', 'shop'], cwd: folder })
    expect(alone.exitCode).toBe(0)
    expect(filesOf('shop')).toEqual(FILES)
    rmSync(join(folder, 'shop'), { recursive: true })
    expect(await make('shop')).toEqual(alone)
  })

  it('builds it with the tools that this repository is built with', async () => {
    await make('shop')
    const { dependencies, ...manifest } = manifestOf(join(folder, 'shop'))
    expect(manifest.engines).toEqual(OURS.engines)
    expect(Object.keys(dependencies)).toEqual(['heartwood'])
    const shared = Object.entries(manifest.devDependencies).filter(([name]) => name in OURS.devDependencies)
    expect(shared.map(([name]) => name)).toEqual(['@types/node', 'typescript', 'vite', 'vitest'])
    for (const [name, range] of shared) expect(range).toBe(OURS.devDependencies[name])
  })

  it.each([
    ['standard', [...FILES, 'vite.config.ts'], '@GenServer('],
    ['none', FILES, 'decorate(GenServer('],
  ])('--decorators %s makes it without the options of legacy decorators', async (mode, files, form) => {
    expect(await make('shop', '--decorators', mode)).toMatchObject({ exitCode: 0, errors: '' })
    expect(filesOf('shop')).toEqual(files)
    expect(readFileSync(join(folder, 'shop/src/ticker.ts'), 'utf8')).toContain(form)
    const { compilerOptions } = JSON.parse(readFileSync(join(folder, 'shop/tsconfig.json'), 'utf8'))
    expect(compilerOptions).not.toHaveProperty('experimentalDecorators')
    expect(compilerOptions.erasableSyntaxOnly).toBe(mode === 'none' ? true : undefined)
    const { devDependencies } = manifestOf(join(folder, 'shop'))
    expect('esbuild' in devDependencies).toBe(mode === 'standard')
  })

  it('--tsx makes one that starts from its sources', async () => {
    expect(await make('shop', '--tsx')).toMatchObject({ exitCode: 0 })
    const { scripts, devDependencies } = manifestOf(join(folder, 'shop'))
    expect(scripts).toMatchObject({
      dev: 'heartwood dev src/config.ts',
      start: 'tsx node_modules/heartwood/bin/heartwood.js start src/config.ts',
    })
    expect(devDependencies).toHaveProperty('tsx')
  })

  it('refuses a mode of decorators that is none', async () => {
    const { exitCode, errors } = await make('shop', '--decorators', 'old')
    expect(exitCode).toBe(2)
    expect(errors).toContain('legacy, standard, none')
  })

  it('names the folder of a scoped package without the scope, and tells scripts', async () => {
    const { exitCode, lines } = await make('@acme/shop', '--json')
    expect(exitCode).toBe(0)
    const told = JSON.parse(lines.join(''))
    expect(told).toMatchObject({ ok: true, name: '@acme/shop', folder: join(folder, 'shop'), files: FILES })
    expect(told.next).toEqual(['cd shop', 'npm install', 'npm test', 'npm start'])
    expect(manifestOf(join(folder, 'shop')).name).toBe('@acme/shop')
  })

  it('takes an empty folder that is there', async () => {
    mkdirSync(join(folder, 'shop'))
    expect(await make('shop')).toMatchObject({ exitCode: 0 })
    expect(filesOf('shop')).toEqual(FILES)
  })

  it.each([
    ['heartwood.tgz', 'file:../heartwood.tgz'],
    ['file:heartwood.tgz', 'file:../heartwood.tgz'],
    ['^0.2.0', '^0.2.0'],
    ['github:acme/heartwood', 'github:acme/heartwood'],
  ])('--heartwood %s makes it depend on that', async (spec, expected) => {
    writeFileSync(join(folder, 'heartwood.tgz'), '')
    expect(await make('shop', '--heartwood', spec)).toMatchObject({ exitCode: 0 })
    expect(manifestOf(join(folder, 'shop')).dependencies).toEqual({ heartwood: expected })
  })

  it('leaves a folder alone that is not empty, or a file', async () => {
    mkdirSync(join(folder, 'shop'))
    writeFileSync(join(folder, 'shop', 'notes.txt'), 'mine')
    writeFileSync(join(folder, 'stall'), 'mine')
    const { exitCode, errors } = await make('shop')
    expect(exitCode).toBe(2)
    expect(errors).toContain(`there is already something in ${join(folder, 'shop')}.`)
    expect(errors).toContain('[PROJECT_EXISTS]')
    expect(filesOf('shop')).toEqual(['notes.txt'])
    expect(await make('stall')).toMatchObject({ exitCode: 2 })
    expect(readdirSync(folder)).toEqual(['shop', 'stall'])
  })

  it('makes it in another folder, which is named after the project, and made if it is not there', async () => {
    const { exitCode, lines } = await make('apps/shop')
    expect(exitCode).toBe(0)
    expect(lines).toContain('  cd apps/shop')
    expect(manifestOf(join(folder, 'apps/shop')).name).toBe('shop')
    expect(filesOf('apps/shop')).toEqual(FILES)
  })

  it('makes it in this folder', async () => {
    const cwd = join(folder, 'stall')
    mkdirSync(cwd)
    const { exitCode, lines } = await commands.run({ args: ['new', '.'], cwd })
    expect(exitCode).toBe(0)
    expect(lines.filter((line) => line.includes('cd '))).toEqual([])
    expect(manifestOf(cwd).name).toBe('stall')
    expect(filesOf('stall')).toEqual(FILES)
    expect(readdirSync(folder)).toEqual(['stall'])
  })

  it.each([
    ['Shop', 'npm takes lower-case letters only'],
    ['.shop', 'npm takes no name that starts with a dot or an underscore'],
    ['@acme', 'npm takes letters, digits, -, _ and . only, and before them a scope such as @acme/'],
    ['my shop', 'npm takes letters, digits, -, _ and . only'],
    ['s'.repeat(215), 'npm takes at most 214 characters'],
    ['', 'it is empty'],
    ['stream', 'Node has a module of that name'],
    ['node_modules', 'npm keeps that name for itself'],
    ['vitest', 'it depends on the package of that name'],
    ['heartwood', 'it depends on the package of that name'],
  ])('refuses the name %j', async (name, rule) => {
    const { exitCode, errors } = await make(name)
    expect(exitCode).toBe(2)
    expect(errors).toContain(`a project cannot be named ${JSON.stringify(name)}: ${rule}`)
    expect(errors).toContain('[PROJECT_NAME_INVALID]')
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves nothing half-written when the folder cannot be made, and exits 5', async () => {
    const cwd = join(folder, 'gone')
    mkdirSync(cwd)
    const program = new Program(
      ['new', 'shop', '--json'],
      { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FULL_DISK)}` },
      { cwd },
    )
    expect(await program.exited).toBe(5)
    expect(program.errors).toContain(`the project cannot be written to ${join(cwd, 'shop')}: Error: ENOSPC`)
    expect(JSON.parse(program.lines.join(''))).toMatchObject({ error: { code: 'PROJECT_NOT_WRITTEN' } })
    expect(existsSync(cwd)).toBe(true)
    expect(readdirSync(cwd)).toEqual([])
  })
})

/** A disk that is full by the time the third file is written. */
const FULL_DISK = `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { writeFileSync } = fs
let left = 3
fs.writeFileSync = (path, ...rest) => {
  if (--left < 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  writeFileSync(path, ...rest)
}
syncBuiltinESMExports()
`
