/**
 * Loads a test file, or mocha with test files, bare or inside a worker of a booted system:
 *
 *     node within.js bare|inside file|tests|mocha FILE…
 *
 * `REQUIRE` names modules that mocha loads first, by commas. Tests of `node:test` and plain asserts are files.
 */
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { application, boot, cast, defineConfig, startLink, supervisorSpec } from '../../../dist/index.js'

const [how, kind, ...files] = process.argv.slice(2).map((each, at) => (at < 2 ? each : resolve(each)))
const require = createRequire(resolve('package.json'))
process.env.NODE_ENV = 'test'

const RUNS = {
  file() {
    const [file] = files
    process.argv.splice(1, 4, file)
    return /\.(mjs|ts)$/.test(file) || process.env.MODULES === 'yes'
      ? import(pathToFileURL(file).href)
      : require(file)
  },
  /** Files of `node:test`, all in one program. */
  async tests() {
    for (const file of files) await import(pathToFileURL(file).href)
  },
  mocha() {
    const Mocha = require('mocha')
    for (const each of (process.env.REQUIRE ?? '').split(',')) if (each !== '') require(resolve(each))
    const mocha = new Mocha({ reporter: 'min', timeout: 20_000, checkLeaks: true })
    for (const file of files) mocha.addFile(file)
    const failed = []
    const runner = mocha.run((failures) => {
      console.log(`\n${JSON.stringify({ passed: runner.stats.passes, failed })}`)
      process.exit(failures === 0 ? 0 : 1)
    })
    runner.on('fail', (test, error) =>
      failed.push(`${test.fullTitle()}: ${String(error?.message).slice(0, 200)}`),
    )
  },
}

const worker = {
  init: () => ({ state: undefined }),
  handleCast: (run, state) => {
    run()
    return { state }
  },
}

/** A failure that ends the worker fails a file; mocha tells of its tests itself. */
async function inside() {
  const children = [{ id: 'worker', start: () => startLink(worker, undefined, { name: 'worker' }) }]
  const root = supervisorSpec('root', { intensity: kind === 'file' ? 0 : 1_000, children })
  const config = {
    applications: [application({ name: 'suite', root })],
    log: { destination: process.stderr },
  }
  const system = await boot(defineConfig(config), { keepAlive: false, exitOnEnd: false })
  system.ended.then(({ cause }) => {
    if (cause === 'crashed') process.exit(99)
  })
  cast('worker', RUNS[kind])
}

if (how === 'bare') RUNS[kind]()
else await inside()
