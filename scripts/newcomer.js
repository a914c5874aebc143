// The way of a newcomer, from the packed package: install it into an empty project, make a project with it, install
// that, run its tests, check it, start it and stop it, also by its development loop. Then the same for each other form that
// `heartwood new` has: --tsx, and --decorators. Needs npm's cache or a registry.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'heartwood-newcomer-'))
const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
const BINARIES = {
  heartwood: 'node_modules/heartwood/bin/heartwood.js',
  tsx: 'node_modules/tsx/dist/cli.mjs',
}
/** What `heartwood new` can be asked for beside what it makes by itself. */
const FORMS = [
  ['--tsx'],
  ['--decorators', 'standard'],
  ['--decorators', 'none'],
  ['--tsx', '--decorators', 'standard'],
  ['--tsx', '--decorators', 'none'],
]

// Run by an `npx` with packages of its own, the ones below would want the same.
const { npm_config_package: _packages, npm_config_call: _call, ...env } = process.env

function step(name, command, argv, cwd) {
  const began = Date.now()
  try {
    execFileSync(command, argv, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw new Error(`${name} failed:\n${error.stdout}\n${error.stderr}`)
  }
  console.log(`${name}: ${Date.now() - began} ms`)
}

/** Until it has ticked twice; then the signal that a container's end sends. */
async function startAndStop(name, argv, cwd) {
  const began = Date.now()
  const limits = { timeout: 60_000, killSignal: 'SIGKILL' }
  const child = spawn(process.execPath, argv, { cwd, env, ...limits, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
  const messages = []
  for await (const line of createInterface({ input: child.stdout })) {
    messages.push(JSON.parse(line).msg)
    if (messages.at(-1) === 'tick 2') child.kill('SIGTERM')
  }
  const code = await exited
  if (code !== 0 || messages.at(-1) !== 'application shop stopped') {
    throw new Error(`${name} failed, exit code ${code}:\n${messages.join('\n')}`)
  }
  console.log(`${name}: ${messages.length} lines, exit code ${code}, ${Date.now() - began} ms`)
}

/** All that its README says one can do, but for the container. */
async function tryProject(cwd) {
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
  step('npm install', 'npm', install, cwd)
  step('npm test', 'npm', ['test'], cwd)
  step('npm run build', 'npm', ['run', 'build'], cwd)
  step('npm run check', 'npm', ['run', 'check'], cwd)
  // npm hands no signal on, so what its scripts say is run without it; the build has just been made.
  for (const name of ['start', 'dev']) {
    const [, command, argv] = /(?:^|&& )(heartwood|tsx) (.*)$/.exec(scripts[name])
    await startAndStop(`npm run ${name}`, [BINARIES[command], ...argv.split(' ')], cwd)
  }
  // One that starts from its sources is built for its container all the same.
  if (scripts.start.startsWith('tsx '))
    await startAndStop('what was built', [BINARIES.heartwood, 'start', 'dist/config.js'], cwd)
}

/** Both ways make the same project. */
function sameFiles(one, other) {
  const [files, others] = [one, other].map((at) =>
    readdirSync(at, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => relative(at, join(each.parentPath, each.name)))
      .sort(),
  )
  const different = files.filter(
    (file) => !readFileSync(join(one, file)).equals(readFileSync(join(other, file))),
  )
  if (files.join() !== others.join() || different.length > 0)
    throw new Error(`npm create heartwood and heartwood new differ: ${different.join(', ')}`)
}

try {
  step('pack', 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root)
  const manifest = JSON.parse(
    execFileSync('npm', ['pkg', 'get', 'version', 'name'], { cwd: root, encoding: 'utf8' }),
  )
  const { name, version } = manifest
  const tarball = join(folder, `${name}-${version}.tgz`)
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  writeFileSync(join(empty, 'package.json'), '{ "name": "empty", "private": true }')
  step('install into an empty project', 'npm', [...install, tarball], empty)
  const shopOf = (folder) => join(folder, 'shop')
  step(
    'heartwood new shop',
    'npx',
    ['--no-install', 'heartwood', 'new', 'shop', '--heartwood', tarball],
    empty,
  )
  // `npm create heartwood` asks a registry for the package, unless the folder has it: so it gets both tarballs.
  const creator = join(root, 'packages/create-heartwood')
  step('pack create-heartwood', 'npm', ['pack', '--pack-destination', folder], creator)
  const created = join(folder, 'created')
  mkdirSync(created)
  writeFileSync(join(created, 'package.json'), '{ "name": "created", "private": true }')
  const both = [tarball, join(folder, `create-heartwood-${version}.tgz`)]
  step('install create-heartwood', 'npm', [...install, ...both], created)
  step(
    'npm create heartwood shop',
    'npm',
    ['create', 'heartwood', 'shop', '--', '--heartwood', tarball],
    created,
  )
  sameFiles(shopOf(empty), shopOf(created))
  await tryProject(shopOf(created))
  for (const form of FORMS) {
    const asked = form.join(' ')
    const cwd = join(folder, form.join('').replaceAll('--', '-'))
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'package.json'), '{ "name": "form", "private": true }')
    const argv = ['new', 'shop', ...form, '--heartwood', tarball]
    const command = join(empty, BINARIES.heartwood)
    step(`heartwood new shop ${asked}`, process.execPath, [command, ...argv], cwd)
    await tryProject(shopOf(cwd))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
