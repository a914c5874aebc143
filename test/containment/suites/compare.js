/**
 * Runs the tests of a library bare and inside a worker, and says what differs. In the library's folder, installed:
 *
 *     node …/test/containment/suites/compare.js mocha test/*.test.js
 *     node …/test/containment/suites/compare.js file test/*.js
 *
 * The kinds are those of within.js. Files of kind `file` are run one by one, the other kinds in one program.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const WITHIN = fileURLToPath(new URL('within.js', import.meta.url))
const LIMIT = Number(process.env.LIMIT ?? 180_000)

const [kind, ...files] = process.argv.slice(2)
if (files.length === 0) throw new Error('compare.js KIND FILE…: there is no file to run')

/** What a run says of its tests: mocha by within.js, all others in TAP, if anything. */
function told(output) {
  if (kind === 'mocha') return JSON.parse(output.trim().split('\n').at(-1) || '{}')
  const counts = [...output.matchAll(/^# pass +(\d+)/gm)].map(([, count]) => Number(count))
  return {
    passed: counts.reduce((sum, count) => sum + count, 0),
    failed: [...output.matchAll(/^ *not ok \d+ -? ?(.*)/gm)].map(([, name]) => name),
  }
}

function run(how, given) {
  const flags = [...process.execArgv, '--test-reporter=tap', WITHIN, how, kind, ...given]
  const { status, signal, stdout } = spawnSync(process.execPath, flags, {
    encoding: 'utf8',
    timeout: LIMIT,
    maxBuffer: 1 << 28,
  })
  if (signal !== null) return { outcome: `ended by ${signal}; the limit is ${LIMIT} ms (LIMIT)`, cut: true }
  return { outcome: status, ...told(stdout) }
}

/** Why two runs cannot be compared: half a run, or a suite that ran no test, is like any other. */
function nothing(bare, inside) {
  const cut = Object.entries({ bare, inside }).filter(([, result]) => result.cut)
  if (cut.length > 0) return `${cut.map(([how]) => how).join(' and ')} did not end within ${LIMIT} ms (LIMIT)`
  const ran = ({ passed = 0, failed = [] }) => passed + failed.length > 0
  return kind === 'file' || ran(bare) || ran(inside) ? undefined : 'no test ran on either side'
}

const runs = { bare: { files: 0, tests: 0 }, inside: { files: 0, tests: 0 } }
const unlike = []
let unknown = 0
for (const given of kind === 'file' ? files.map((file) => [file]) : [files]) {
  const [bare, inside] = ['bare', 'inside'].map((how) => {
    const result = run(how, given)
    if (result.outcome === 0) runs[how].files += given.length
    runs[how].tests += result.passed ?? 0
    return result
  })
  const where = kind === 'file' ? { file: given[0] } : {}
  const why = nothing(bare, inside)
  if (why !== undefined) {
    unknown++
    console.log(`NOT COMPARED: ${why}: ${JSON.stringify({ ...where, bare, inside })}`)
  } else if (JSON.stringify(bare) !== JSON.stringify(inside)) unlike.push({ ...where, bare, inside })
  else if (bare.outcome !== 0) console.log(`The same on both sides: ${JSON.stringify({ ...where, ...bare })}`)
}
for (const how of ['bare', 'inside'])
  console.log(`${how}: ${runs[how].tests} tests, ${runs[how].files} of ${files.length} files pass`)
if (unknown > 0) console.log(`${unknown} of the comparisons could not be made: see NOT COMPARED`)
if (unlike.length > 0) console.log(JSON.stringify(unlike, undefined, 2))
else if (unknown === 0) console.log('nothing differs')
process.exitCode = unlike.length + unknown === 0 ? 0 : 1
