/**
 * The services of this folder. `npm run services` tries all of them, `npm run services -- nest fastify` some, and
 * `npm run service nest` starts one. What they need is installed on the first run.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const [first, ...rest] = process.argv.slice(2)
const start = first === '--start'
const wanted = start ? rest : [first, ...rest].filter(Boolean)

for (const folder of [here, join(here, 'nest11')]) {
  if (existsSync(join(folder, 'node_modules/@nestjs/core'))) continue
  const argv = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  if (spawnSync('npm', argv, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0) continue
  console.log('the services could not be installed: nothing was tried')
  process.exit(1)
}

const tsc = join(here, '../../node_modules/typescript/bin/tsc')
for (const project of ['.', 'nest11']) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: here, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

const named = (folder, ending) =>
  readdirSync(join(here, 'dist', folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))

if (start) {
  const programs = named('programs', '.js').filter((name) =>
    existsSync(join(here, 'dist/test', `${name}.test.js`)),
  )
  const [name, ...args] = wanted
  if (!programs.includes(name)) {
    console.log(`Usage: npm run service NAME, which is one of ${programs.join(', ')}`)
    process.exit(64)
  }
  process.argv.splice(2, Infinity, ...args)
  await import(join(here, 'dist/programs', `${name}.js`))
} else {
  const tests = named('test', '.test.js').filter((name) => wanted.length === 0 || wanted.includes(name))
  // One after the other: each starts programs of its own.
  const argv = [
    '--test',
    '--test-concurrency=1',
    '--test-reporter=spec',
    ...tests.map((name) => `dist/test/${name}.test.js`),
  ]
  process.exit(spawnSync(process.execPath, argv, { cwd: here, stdio: 'inherit' }).status ?? 1)
}
