import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * The package as npm makes it, unpacked into an empty project whose only other packages are those it declares: what
 * works here works for whoever installs it. `npm run newcomer` does the same with a real `npm install`.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

/** What its project has besides it: what it depends on, and its optional peers. */
const INSTALLED = [...Object.keys(MANIFEST.dependencies), ...Object.keys(MANIFEST.peerDependencies)]

/** Bytes, compressed and unpacked: for more there should be a reason. */
const BUDGET = { size: 1_000_000, unpackedSize: 3_512_000 }

/** What is for who works on Heartwood, or has a clone: README names it, where it says so. */
const IN_REPOSITORY = [
  'CONTRIBUTING.md',
  'apps/demo/README.md',
  'docs/ARCHITECTURE.md',
  'docs/benchmarks.md',
  'docs/decisions',
  'docs/simulation-bugs.md',
  'examples/README.md',
  'test/beam/README.md',
]
/** Pictures: nobody sees them where a page is read as text. */
const PICTURES = 'docs/images/'

interface Packed {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

let project: string
let packed: Packed
const home = (): string => join(project, 'node_modules/heartwood')

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'heartwood-package-'))
  // What `npm test` has just built is packed as it is.
  const argv = ['pack', '--json', '--ignore-scripts', '--pack-destination', project]
  packed = JSON.parse(
    // On Windows npm is a script of the shell.
    execFileSync('npm', argv, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: process.platform === 'win32',
    }),
  )[0]
  mkdirSync(home(), { recursive: true })
  execFileSync('tar', ['-xzf', join(project, packed.filename), '-C', home(), '--strip-components=1'])
  for (const name of [...INSTALLED, '@types/node', 'undici-types']) {
    const at = join(project, 'node_modules', name)
    mkdirSync(dirname(at), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), at)
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "type": "module" }')
})
afterAll(() => rmSync(project, { recursive: true }))

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name))
    .filter((path) => statSync(join(ROOT, path)).isFile())
}

/** The folders that a path leads through. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}

/** Runs a program of the project. */
function run(argv: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, argv, { cwd: project, encoding: 'utf8' })
}

describe('the files of the package', () => {
  it('are what is made of the sources, the templates, the pages, and nothing else', () => {
    const page = filesBelow('dist/observer/page')
    for (const path of page) {
      expect(path).toMatch(/page\/(index\.html|[a-z]+\.svg|assets\/[\w-]+\.(js|css|svg))$/)
    }
    // One module for each layer and each entry, and what two entries of one layer share.
    const stems = filesBelow('src').map((path) => path.replace(/^src/, 'dist').replace(/\.ts$/, ''))
    const modules = [
      ...stems.filter((stem) => /^dist\/([\w-]+\/index|entries\/[\w-]+|[\w-]+)$/.test(stem)),
      'dist/cluster/nats/index',
      'dist/cluster/postgres/index',
      'dist/telemetry/opentelemetry/index',
      'dist/testing/vitest',
      'dist/testing/node-test',
      'dist/testing/jest',
      'dist/cluster/claim-check',
      'dist/telemetry/metrics-here',
      'dist/testing/kernel-per-test',
      'dist/testing/testing',
      // What others publish, each as one module.
      'dist/inversify',
      'dist/pino',
    ].map((stem) => `${stem}.js`)
    // The types of each entry, and for each layer those that entries share.
    const layers = [...new Set(stems.flatMap((stem) => /^dist\/([\w-]+)\//.exec(stem)?.[1] ?? []))]
    const types = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.d.ts'))
    const shared = types.filter((path) => path.startsWith('dist/types/'))
    for (const path of shared) expect(layers).toContain(/^dist\/types\/([a-z-]+)\d*\.d\.ts$/.exec(path)?.[1])
    const ofEntries = Object.values(MANIFEST.exports).flatMap((entry) =>
      typeof entry === 'string' ? [] : posix.normalize((entry as { types: string }).types),
    )
    const others = ['LICENSE', 'README.md', 'package.json', 'bin/heartwood.js', ...filesBelow('templates')]
    // What its pages link to, so that they can be read where there is no repository.
    others.push('apps/demo/Dockerfile', 'apps/demo/pulse.service')
    const left = [...IN_REPOSITORY, PICTURES, 'docs/reference/']
    others.push(...filesBelow('docs').filter((path) => !left.some((each) => path.startsWith(each))))
    expect(packed.files.map(({ path }) => path).sort()).toEqual(
      [...new Set([...modules, ...ofEntries, ...shared, ...page, ...others])].sort(),
    )
  })

  it('pin the inner package of inversify to the version that inversify does: two would not know each other’s metadata', () => {
    const inner = JSON.parse(readFileSync(join(ROOT, 'node_modules/inversify/package.json'), 'utf8'))
    expect(MANIFEST.dependencies['@inversifyjs/core']).toBe(inner.dependencies['@inversifyjs/core'])
    expect(MANIFEST.dependencies.inversify).toBe(inner.version)
  })

  it('have a create-heartwood of their own version, which makes projects of that version', () => {
    const creator = JSON.parse(readFileSync(join(ROOT, 'packages/create-heartwood/package.json'), 'utf8'))
    expect(creator.version).toBe(MANIFEST.version)
    expect(creator.dependencies).toEqual({ heartwood: MANIFEST.version })
  })

  it('stay within a budget', () => {
    expect(packed.size).toBeLessThan(BUDGET.size)
    expect(packed.unpackedSize).toBeLessThan(BUDGET.unpackedSize)
  })

  it('name no maps, which the package does not have', () => {
    const code = packed.files.filter(({ path }) => /\.(js|ts)$/.test(path) && path.startsWith('dist/'))
    const naming = code.filter(({ path }) =>
      /^\/\/# sourceMappingURL=/m.test(readFileSync(join(home(), path), 'utf8')),
    )
    expect(code.length).toBeGreaterThan(50)
    expect(naming).toEqual([])
  })

  it('have what their pages link to', () => {
    const paths = packed.files.map(({ path }) => path)
    const folders = new Set(paths.flatMap((path) => foldersOf(path)))
    const pages = paths.filter((path) => path.endsWith('.md') && !path.startsWith('templates/'))
    const lost = pages.flatMap((page) => {
      const prose = readFileSync(join(home(), page), 'utf8')
        .replaceAll(/^```[\s\S]*?^```$/gm, '')
        .replaceAll(/`[^`\n]*`/g, 'code')
      return [...prose.matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => posix.normalize(posix.join(posix.dirname(page), link)).replace(/\/$/, ''))
        .filter((target) => !paths.includes(target) && !folders.has(target) && !target.startsWith(PICTURES))
        .filter((target) => !(page === 'README.md' && IN_REPOSITORY.includes(target)))
        .map((target) => `${page}: ${target}`)
    })
    expect(pages.length).toBeGreaterThan(40)
    expect(lost).toEqual([])
  })

  it('have what every entry of exports and bin names', () => {
    const paths = packed.files.map(({ path }) => `./${path}`)
    const named = [...Object.values(MANIFEST.exports), MANIFEST.bin].flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry as Record<string, string>),
    )
    const missing = named.filter((path) => !paths.includes(path))
    expect(named.length).toBeGreaterThan(5)
    expect(missing).toEqual([])
  })
})

describe('an empty project with the package', () => {
  it('runs the first example of the README, compiled as the README says', () => {
    const readme = readFileSync(join(home(), 'README.md'), 'utf8')
    const block = (language: string): string =>
      new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)?.[1] ?? ''
    const options = {
      ...JSON.parse(block('json')),
      strict: true,
      rootDir: '.',
      outDir: 'out',
      types: ['node'],
    }
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
    )
    writeFileSync(join(project, 'example.ts'), block('ts'))
    expect(run([TSC, '-p', '.'])).toMatchObject({ status: 0, stdout: '' })
    expect(run(['out/example.js'])).toMatchObject({ status: 0, stdout: block('text'), stderr: '' })
  })

  it('has the matchers for any runner, without vitest', () => {
    const program = `
      import { startSupervised, matchers, TestKernel } from 'heartwood/testing'
      const kernel = new TestKernel().install()
      const worker = await startSupervised({ id: 'a', start: async () => (await import('heartwood')).startLink({ init: () => ({ state: 0 }) }) })
      console.log(matchers.toBeAlive(worker).pass, matchers.toHaveExited(worker).pass)
      await kernel.finish()`
    expect(run(['--input-type=module', '-e', program])).toMatchObject({ status: 0, stdout: 'true false\n' })
  })

  it('injects what a program decorates and binds with an inversify of its own', () => {
    const program = `
      import { ContainerModule, inject, injectable } from 'inversify'
      import { application, boot, defineConfig, GenServer, ref } from 'heartwood'
      class Store {}
      injectable()(Store)
      class Keeper { constructor(store, name) { console.log(store instanceof Store, name) } }
      inject(Store)(Keeper, undefined, 0)
      inject('name')(Keeper, undefined, 1)
      GenServer()(Keeper)
      const bindings = new ContainerModule(({ bind }) => {
        bind(Store).toSelf()
        bind('name').toConstantValue('own')
      })
      const keeping = application({ name: 'keeping', root: Keeper, bindings })
      const system = await boot(defineConfig({ applications: [keeping], log: { level: 'silent' } }))
      await system.stop()`
    const ran = run(['--input-type=module', '-e', program])
    expect(ran).toMatchObject({ status: 0, stdout: 'true own\n', stderr: '' })
  })

  // What is named for an optional peer needs it.
  const peers = Object.keys(MANIFEST.peerDependencies).map((peer) => `/${peer}`)
  const entries = Object.keys(MANIFEST.exports).filter(
    (entry) => !entry.endsWith('.json') && !peers.some((peer) => entry.endsWith(peer)),
  )
  const names = entries.map((entry) => posix.join('heartwood', entry))

  it.each(names)('imports %s, and requires it from CommonJS', (name) => {
    const imported = run([
      '--input-type=module',
      '-e',
      `console.log(Object.keys(await import('${name}')).sort())`,
    ])
    const required = run([
      '--input-type=commonjs',
      '-e',
      `console.log(Object.keys(require('${name}')).sort())`,
    ])
    expect(imported).toMatchObject({ status: 0, stderr: '' })
    // The one that is imported for what it does has no exports.
    expect(imported.stdout).toMatch(name.endsWith('/register') ? /^\[\]$/m : /\w/)
    expect(required).toMatchObject({ status: 0, stdout: imported.stdout })
  })

  it('cannot reach what is inside', () => {
    const { status, stderr } = run([
      '--input-type=module',
      '-e',
      `await import('heartwood/dist/kernel/process.js')`,
    ])
    expect(status).toBe(1)
    expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })

  it('has the command, which makes a project from the templates of the package', () => {
    const bin = join(relative(project, home()), MANIFEST.bin.heartwood)
    expect(run([bin, '--version'])).toMatchObject({ status: 0, stdout: `${MANIFEST.version}\n` })
    expect(run([bin, 'new', 'shop'])).toMatchObject({ status: 0 })
    const config = readFileSync(join(project, 'shop/src/config.ts'), 'utf8')
    expect(config).toBe(
      readFileSync(join(ROOT, 'templates/project/src/config.ts'), 'utf8').replace(
        'heartwood-project',
        'shop',
      ),
    )
  })
})
