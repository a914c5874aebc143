/**
 * Runs the suites of list.js, all or those named, each bare and inside a worker, on the Node that runs this:
 *
 *     node test/containment/suites/run.js FOLDER [SUITE…]
 *
 * FOLDER holds the libraries' sources; what is not there is cloned and installed. Heartwood must be built.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SUITES } from './list.js'

const COMPARE = fileURLToPath(new URL('compare.js', import.meta.url))

const [folder, ...named] = process.argv.slice(2)
if (folder === undefined) throw new Error('run.js FOLDER [SUITE…]')

function sources({ from, tag, instead = [], prepare = [] }) {
  const path = join(folder, basename(from))
  if (existsSync(path)) return path
  const clone = ['clone', '--quiet', '--depth', '1', '--branch', tag, `https://github.com/${from}`, path]
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
  execFileSync('git', clone, { stdio: 'inherit' })
  // npm resolves what it omits, too: what cannot be had has to be gone from package.json.
  const before = instead.length === 0 ? [] : [['npm', 'pkg', 'delete', 'devDependencies']]
  for (const [command, ...given] of [...before, ['npm', ...install, ...instead], ...prepare])
    execFileSync(command, given, { cwd: path, stdio: 'inherit' })
  return path
}

let differing = 0
for (const name of named.length > 0 ? named : Object.keys(SUITES)) {
  const { [name]: suite } = SUITES
  if (suite === undefined) throw new Error(`No suite is called ${name}: ${Object.keys(SUITES).join(', ')}`)
  const cwd = join(sources(suite), suite.folder ?? '')
  const patterns = suite.files.map((each) => `:(glob)${each}`)
  const listed = execFileSync('git', ['ls-files', '--', ...patterns], { cwd, encoding: 'utf8' })
  const files = listed.split('\n').filter((each) => each !== '')
  console.log(`\n${name} ${suite.tag}, Node ${process.versions.node}`)
  const env = { ...process.env, ...suite.environment }
  const { status } = spawnSync(process.execPath, [...(suite.flags ?? []), COMPARE, suite.kind, ...files], {
    cwd,
    env,
    stdio: 'inherit',
  })
  if (status !== 0) differing++
}
process.exitCode = differing === 0 ? 0 : 1
