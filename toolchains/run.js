/**
 * The programs of this folder, compiled by each toolchain and run: `npm run toolchains`. With `--write` the table goes into the guide.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '..')
const GUIDE = join(root, 'docs/guides/toolchains.md')
const MARKS = ['<!-- written by npm run toolchains -->', '<!-- end -->']

if (!existsSync(join(here, 'node_modules/esbuild'))) {
  const argv = ['ci', '--prefer-offline', '--no-audit', '--no-fund']
  if (spawnSync('npm', argv, { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) {
    console.log('the toolchains could not be installed: nothing was tried')
    process.exit(1)
  }
}

const [esbuild, swc, vite, rollup] = await Promise.all(
  ['esbuild', '@swc/core', 'vite', 'rollup'].map((name) => import(name)),
)
const { standardDecorators } = await import('./standard-decorators.js')
const require = createRequire(import.meta.url)
const versionOf = (name) => require(`${name}/package.json`).version

// Inside, so that what is compiled finds the packages.
mkdirSync(join(here, 'dist'), { recursive: true })
const out = mkdtempSync(join(here, 'dist/run-'))
const EXTENSIONS = { common: 'cts', 'common-plain': 'cjs' }
const sourceOf = (program) => join(here, `programs/${program}.${EXTENSIONS[program] ?? 'ts'}`)
const compiledOf = (program) => `${program}.${program === 'common' ? 'cjs' : 'js'}`

/** What a column is: the program, the mode it is compiled in, and what it shows. */
const COLUMNS = [
  { program: 'typed', mode: 'legacy', title: 'legacy, by types' },
  { program: 'tokens', mode: 'legacy', title: 'legacy, by tokens' },
  { program: 'fields', mode: 'legacy', title: 'legacy, in fields' },
  { program: 'fields', mode: 'standard', title: 'standard' },
  { program: 'plain', mode: 'standard', title: 'none' },
  { program: 'isolated', mode: 'legacy', title: 'isolated, legacy' },
  { program: 'isolated', mode: 'standard', title: 'isolated, standard' },
  { program: 'isolated-plain', mode: 'standard', title: 'isolated, none' },
  { program: 'common', mode: 'legacy', title: "CommonJS, `require('heartwood')`" },
]

const node = (file, ...before) =>
  spawnSync(process.execPath, [...before, file], { cwd: here, encoding: 'utf8', timeout: 60_000 })

/** Another version of Node, found once: what it takes to ask npm each time is more than the programs take. */
const binaries = new Map()
function binaryOf(version) {
  if (version === undefined) return process.execPath
  const argv = ['-y', '-p', `node@${version}`, '--', 'node', '-p', 'process.execPath']
  if (!binaries.has(version))
    binaries.set(version, spawnSync('npx', argv, { cwd: here, encoding: 'utf8' }).stdout.trim())
  return binaries.get(version)
}
const nodeOf = (version, ...argv) =>
  spawnSync(binaryOf(version), argv, { cwd: here, encoding: 'utf8', timeout: 60_000 })

/** Both versions of tsc compile all programs of a mode at once. */
function tsc(path, name) {
  const built = new Map()
  return (program, mode) => {
    const outDir = outDirOf(name, mode)
    if (!built.has(mode)) {
      const argv = [path, '-p', `${mode}.json`, '--outDir', outDir]
      built.set(mode, spawnSync(process.execPath, argv, { cwd: here, encoding: 'utf8' }))
    }
    const { status, stdout } = built.get(mode)
    return status === 0 ? node(join(outDir, compiledOf(program))) : { status, stdout: '', stderr: stdout }
  }
}

const outDirOf = (name, mode) => join(out, `${name}-${mode}`)

/** Of what tsc has compiled. */
async function withRollup(program, mode) {
  const format = program === 'common' ? 'cjs' : 'es'
  // Rollup reads ES modules alone.
  const from = join(outDirOf('seven', mode), compiledOf(program))
  const input = program === 'common' ? join(out, 'common.mjs') : from
  if (program === 'common') writeFileSync(input, commonAsModule())
  const bundle = await rollup.rollup({ input, external: /^heartwood/, logLevel: 'silent' })
  const file = join(out, `rollup-${program}-${mode}.${format === 'cjs' ? 'cjs' : 'mjs'}`)
  await bundle.write({ file, format })
  return node(file)
}

/** The program of CommonJS with its `import`s, compiled by esbuild. */
function commonAsModule() {
  const source = readFileSync(sourceOf('common'), 'utf8')
  const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } }
  return esbuild.transformSync(source, { loader: 'ts', format: 'esm', target: 'node20', tsconfigRaw }).code
}

function withTsdown(program, mode) {
  const outDir = join(out, `tsdown-${program}-${mode}`)
  const format = program === 'common' ? 'cjs' : 'esm'
  const how = [
    '--no-config',
    '--no-dts',
    '--platform',
    'node',
    '--target',
    'node20',
    '--tsconfig',
    `${mode}.json`,
  ]
  const argv = [sourceOf(program), '--format', format, '--out-dir', outDir, ...how]
  const built = nodeOf(24, join(here, 'node_modules/tsdown/dist/run.mjs'), ...argv)
  if (built.status !== 0) return built
  return node(join(outDir, `${program}.${format === 'cjs' ? 'cjs' : 'mjs'}`))
}

/** Vite compiles no `.cts`. */
function moduleOf(program) {
  if (program !== 'common') return sourceOf(program)
  const file = join(out, 'common.ts')
  writeFileSync(file, readFileSync(sourceOf(program)))
  return file
}

async function withVite(program, mode, plugins) {
  const outDir = join(out, `vite-${program}-${mode}-${plugins.length}`)
  await vite.build({
    root: here,
    configFile: false,
    logLevel: 'silent',
    plugins,
    oxc: { decorator: { legacy: mode === 'legacy', emitDecoratorMetadata: mode === 'legacy' } },
    build: {
      ...{ ssr: moduleOf(program), outDir, target: 'node20', emptyOutDir: false },
      ...(program === 'common' && {
        rollupOptions: { output: { format: 'cjs', entryFileNames: '[name].cjs' } },
      }),
    },
  })
  return node(join(outDir, compiledOf(program)))
}

function withVitest(program, mode, plugin, home = join(root, 'node_modules/vitest'), version = undefined) {
  const config = join(out, `vitest-${mode}-${plugin}.config.mjs`)
  const plugins = plugin ? '[standardDecorators]' : '[]'
  const oxc = `{ decorator: { legacy: ${mode === 'legacy'}, emitDecoratorMetadata: ${mode === 'legacy'} } }`
  writeFileSync(
    config,
    `import { standardDecorators } from ${JSON.stringify(join(here, 'standard-decorators.js'))}
export default { plugins: ${plugins}, oxc: ${oxc}, root: ${JSON.stringify(here)}, test: { testTimeout: 60_000 } }`,
  )
  const argv = [join(home, 'vitest.mjs'), 'run', '--config', config, 'programs']
  const ran = spawnSync(binaryOf(version), argv, {
    cwd: here,
    encoding: 'utf8',
    env: { ...process.env, PROGRAM: program, NO_COLOR: '1' },
  })
  return { ...ran, stderr: `${ran.stdout}\n${ran.stderr}` }
}

function withBun(program, mode) {
  return bun([`--tsconfig-override=${mode}.json`, sourceOf(program)])
}

function bun(argv, env = {}) {
  const options = { cwd: here, env: { ...process.env, ...env }, encoding: 'utf8', timeout: 60_000 }
  return spawnSync(join(here, 'node_modules/.bin/bun'), argv, options)
}

const TOOLS = [
  [`tsc ${versionOf('typescript5')}`, tsc(join(here, 'node_modules/typescript5/bin/tsc'), 'five')],
  [`tsc ${versionOf('typescript')}`, tsc(join(root, 'node_modules/typescript/bin/tsc'), 'seven')],
  [
    `esbuild ${esbuild.version}`,
    (program, mode) => {
      const [format, extension] = program === 'common' ? ['cjs', 'cjs'] : ['esm', 'mjs']
      const outfile = join(out, `esbuild-${program}-${mode}.${extension}`)
      const how = { bundle: true, packages: 'external', platform: 'node', format, target: 'node20' }
      const tsconfig = join(here, `${mode}.json`)
      esbuild.buildSync({ ...how, entryPoints: [sourceOf(program)], outfile, tsconfig, logLevel: 'silent' })
      return node(outfile)
    },
  ],
  [
    `tsx ${versionOf('tsx')}`,
    (program, mode) =>
      node(
        sourceOf(program),
        join(here, 'node_modules/tsx/dist/cli.mjs'),
        '--tsconfig',
        join(here, `${mode}.json`),
      ),
  ],
  [
    `swc ${versionOf('@swc/core')}`,
    (program, mode) => {
      const legacy = { legacyDecorator: true, decoratorMetadata: true }
      const { code } = swc.transformFileSync(sourceOf(program), {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: mode === 'legacy' ? legacy : { decoratorVersion: '2023-11' },
          target: 'es2022',
        },
        module: { type: program === 'common' ? 'commonjs' : 'es6' },
      })
      const file = join(out, `swc-${program}-${mode}.${program === 'common' ? 'cjs' : 'mjs'}`)
      writeFileSync(file, code)
      return node(file)
    },
  ],
  [`Vite ${versionOf('vite')} (oxc)`, (program, mode) => withVite(program, mode, [])],
  [
    `Vite ${versionOf('vite')} with a plugin`,
    (program, mode) => withVite(program, mode, mode === 'standard' ? [standardDecorators] : []),
  ],
  [`vitest ${versionOf('vitest')} (oxc)`, (program, mode) => withVitest(program, mode, false)],
  [
    `vitest ${versionOf('vitest')} with a plugin`,
    (program, mode) => withVitest(program, mode, mode === 'standard'),
  ],
  ...[false, true].map((plugin) => [
    `vitest ${versionOf('vitest5')} ${plugin ? 'with a plugin' : '(oxc)'}`,
    (program, mode) =>
      withVitest(program, mode, plugin && mode === 'standard', join(here, 'node_modules/vitest5'), 24),
  ]),
  [`rollup ${rollup.VERSION}, of what tsc compiled`, withRollup],
  [`tsdown ${versionOf('tsdown')}`, withTsdown],
  [`Bun ${versionOf('bun')}`, withBun],
  // What it runs of the last column is JavaScript.
  ...[20, 24, 26].map((version) => [
    `Node ${version}, by itself`,
    (program) => nodeOf(version, sourceOf(program === 'common' ? 'common-plain' : program)),
  ]),
]

/** What cannot work, and why: a cell that says no and is not here fails the run, and so does one that works after all. */
const REASONS = [
  [/^esbuild|^tsx/, 'typed', 'no types'],
  [/^(Vite|vitest) .*\(oxc\)$|^tsdown/, 'standard', 'left as they are'],
  [/^rollup/, 'standard', 'with tree shaking'],
  [/^vitest/, 'common', 'it runs ES modules'],
  [/^tsx/, 'common', 'not on Node 20'],
  [/^Node 20/, 'plain', 'no types'],
  [/^Node 20/, 'isolated-plain', 'no types'],
  [/^Node 20/, 'isolated', 'no types'],
  [/^Node 20/, 'typed', 'no types'],
  [/^Node 20/, 'tokens', 'no types'],
  [/^Node 20/, 'fields', 'no types'],
  [/by itself$/, 'isolated', 'no decorators'],
  [/by itself$/, 'typed', 'no decorators'],
  [/by itself$/, 'tokens', 'no decorators'],
  [/by itself$/, 'fields', 'no decorators'],
]
const reasonOf = (tool, { program, mode }) =>
  REASONS.find(
    ([tools, what]) =>
      tools.test(tool) && (what === program || (what === mode && ['fields', 'isolated'].includes(program))),
  )?.[2]

// A part of it: `--only bun,tsdown`.
const only = process.argv[process.argv.indexOf('--only') + 1]?.split(',')
const chosen = process.argv.includes('--only')
  ? TOOLS.filter(([tool]) => only.some((each) => tool.startsWith(each)))
  : TOOLS

let wrong = 0
const rows = []
for (const [tool, run] of chosen) {
  const cells = []
  for (const column of COLUMNS) {
    const {
      status,
      stdout = '',
      stderr = '',
    } = await Promise.resolve()
      .then(() => run(column.program, column.mode))
      .catch((error) => ({ status: 1, stderr: String(error) }))
    const works = status === 0 && (stdout.includes('all is well') || /1 passed/.test(stdout))
    const reason = reasonOf(tool, column)
    cells.push(works ? 'yes' : `no: ${reason ?? 'not expected'}`)
    if (works === (reason === undefined)) continue
    wrong++
    console.log(`${tool}, ${column.title}: ${works ? 'works, and was not expected to' : stderr || stdout}`)
  }
  rows.push(`| ${[tool, ...cells].join(' | ')} |`)
  console.log(rows.at(-1))
}
// All other programs do without, under Bun.
const contained = withBun('contained', 'legacy')
if (contained.stdout !== 'CONTAIN_UNSUPPORTED\n') {
  wrong++
  console.log(`Bun, containment: ${contained.stdout}${contained.stderr}`)
}
// There is no inspector: the check says what it has not looked at, and finds the rest.
for (const [WRONG, status, code] of [
  ['0', 0, 'INJECT_UNSEEN'],
  ['1', 2, 'INJECT_UNBOUND'],
]) {
  const checked = bun(
    ['--tsconfig-override=legacy.json', join(root, 'bin/heartwood.js'), 'check', sourceOf('checked')],
    { WRONG },
  )
  if (checked.status === status && `${checked.stdout}${checked.stderr}`.includes(code)) continue
  wrong++
  console.log(`Bun, heartwood check: exit code ${checked.status}, ${checked.stdout}${checked.stderr}`)
}
rmSync(join(here, 'dist'), { recursive: true, force: true })

if (process.argv.includes('--write') && wrong === 0 && chosen === TOOLS) {
  const head = `| | ${COLUMNS.map(({ title }) => title).join(' | ')} |`
  const table = [head, `| --- |${' --- |'.repeat(COLUMNS.length)}`, ...rows].join('\n')
  const [before, rest] = readFileSync(GUIDE, 'utf8').split(MARKS[0])
  writeFileSync(GUIDE, `${before}${MARKS[0]}\n${table}\n${MARKS[1]}${rest.split(MARKS[1])[1]}`)
}
process.exit(wrong === 0 ? 0 : 1)
