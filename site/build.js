// `npm run docs`: builds the site into site/dist. The pages are made by VitePress, which refuses dead links, the API reference beside
// them by TypeDoc. A warning of either is a failure, and so is a link or an anchor that leads nowhere.
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layOutApi } from './api-pages.js'
import { lostLinks } from './links.js'
import { layOut } from './pages.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '..')
const stage = join(here, 'pages')
const dist = join(here, 'dist')
const reference = join(root, 'docs/reference/dist')
/** The path under which the site is served. */
const base = process.env.HEARTWOOD_SITE_BASE ?? '/'

function fail(problem) {
  console.error(problem)
  process.exit(1)
}

/** @returns what it said */
function run(what, command, argv, cwd) {
  const env = { ...process.env, HEARTWOOD_SITE_BASE: base, NO_COLOR: '1', FORCE_COLOR: '0' }
  const { status, stdout, stderr, error } = spawnSync(command, argv, { cwd, env, encoding: 'utf8' })
  if (status !== 0) fail(`${what} failed\n${stdout}${stderr}${error ?? ''}`)
  return `${stdout}${stderr}`
}

if (!existsSync(join(here, 'node_modules/vitepress'))) {
  const argv = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--no-workspaces', '--loglevel=error']
  run('the installation of VitePress', 'npm', argv, here)
}

run('the API reference', 'npm', ['run', '--silent', 'docs:api'], root)

layOut(root, stage)
layOutApi(reference, stage)
const vitepress = join(here, 'node_modules/vitepress/bin/vitepress.js')
const said = run('VitePress', process.execPath, [vitepress, 'build'], here)
if (/warn|dead link/i.test(said)) fail(said)
cpSync(reference, join(dist, 'reference'), {
  recursive: true,
  filter: (file) => !file.endsWith('reference.json'),
})
copyFileSync(join(here, 'versions.json'), join(dist, 'versions.json'))

const { pages, lost } = lostLinks(dist, base)
if (lost.length > 0) fail(`links that lead nowhere:\n${lost.join('\n')}`)
console.log(`${pages.length} pages in ${dist}, and the API reference. No link leads nowhere.`)
