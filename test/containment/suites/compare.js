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
  if (signal !== null) return { outcome: `ended by ${signal}; the limit is ${LIMIT} ms (LIMIT)` }
  return { outcome: status, ...told(stdout) }
}

const runs = { bare: { files: 0, tests: 0 }, inside: { files: 0, tests: 0 } }
const unlike = []
for (const given of kind === 'file' ? files.map((file) => [file]) : [files]) {
  const [bare, inside] = ['bare', 'inside'].map((how) => {
    const result = run(how, given)
    if (result.outcome === 0) runs[how].files += given.length
    runs[how].tests += result.passed ?? 0
    return result
  })
  const where = kind === 'file' ? { file: given[0] } : {}
  // A run that did not end says nothing, on whichever side: half a run would be compared with another half.
  const cut = [bare, inside].some(({ outcome }) => typeof outcome === 'string')
  if (cut || JSON.stringify(bare) !== JSON.stringify(inside)) unlike.push({ ...where, bare, inside })
  else if (bare.outcome !== 0) console.log(`The same on both sides: ${JSON.stringify({ ...where, ...bare })}`)
}
for (const how of ['bare', 'inside'])
  console.log(`${how}: ${runs[how].tests} tests, ${runs[how].files} of ${files.length} files pass`)
console.log(unlike.length === 0 ? 'nothing differs' : JSON.stringify(unlike, undefined, 2))
process.exitCode = unlike.length === 0 ? 0 : 1
