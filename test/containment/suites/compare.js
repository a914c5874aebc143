/**
 * Runs the tests of a library bare and inside a worker, and says what differs. In the library's folder, installed:
 *
 *     node …/test/containment/suites/compare.js mocha test/*.test.js
 *     node …/test/containment/suites/compare.js file test/*.js
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const WITHIN = fileURLToPath(new URL('within.js', import.meta.url))
const LIMIT = Number(process.env.LIMIT ?? 180_000)

const [kind, ...files] = process.argv.slice(2)

/** What a run says of its tests. */
const TOLD = {
  mocha: (output) => JSON.parse(output.trim().split('\n').at(-1) || '{}'),
  tests: (output) => ({
    passed: Number(/^[#ℹ] pass (\d+)/m.exec(output)?.[1]),
    failed: [...output.matchAll(/^ *not ok \d+ - (.*)/gm)].map(([, name]) => name),
  }),
}

function run(how, given) {
  const flags = [...process.execArgv, WITHIN, how, kind, ...given]
  const { status, signal, stdout } = spawnSync(process.execPath, flags, {
    encoding: 'utf8',
    timeout: LIMIT,
    maxBuffer: 1 << 28,
  })
  // Half a run would be compared with another half.
  if (signal !== null)
    throw new Error(`${given.join(' ')}, ${how}: ended by ${signal}; its limit is ${LIMIT} ms (LIMIT)`)
  return { outcome: status, ...TOLD[kind]?.(stdout) }
}

const together = kind !== 'file'
const differing = []
let passed = 0
for (const given of together ? [files] : files.map((file) => [file])) {
  const [bare, inside] = ['bare', 'inside'].map((how) => run(how, given))
  passed += together ? bare.passed : Number(bare.outcome === 0)
  if (JSON.stringify(bare) !== JSON.stringify(inside))
    differing.push({ ...(together ? undefined : { file: given[0] }), bare, inside })
}
console.log(
  `${passed} ${together ? 'tests' : `of ${files.length} files`} pass bare; what differs inside a worker:`,
)
for (const each of differing) console.log(JSON.stringify(each, undefined, 2))
if (differing.length === 0) console.log('nothing')
