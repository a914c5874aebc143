import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { useTestKernel } from 'heartwood/testing/jest'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a test came to: nothing, or the code of its failure. */
type Outcomes = Readonly<Record<string, string>>

/** The fixture, run by Node's own runner. */
function runNode(): Outcomes {
  const argv = ['--test-reporter=tap', 'test/testing/runners/node.js']
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = spawnSync(process.execPath, argv, { cwd: root, env, encoding: 'utf8' })
  const outcomes: Record<string, string> = {}
  for (const [, not, name = '', rest = ''] of stdout.matchAll(
    /^ *(not )?ok \d+ - (.*)\n( +---\n[\s\S]*?\n +\.\.\.)/gm,
  )) {
    outcomes[name] = not === undefined ? 'passed' : (/code: '(\w+)'/.exec(rest)?.[1] ?? 'failed')
  }
  return outcomes
}

describe("useTestKernel under Node's own runner", () => {
  let outcomes: Outcomes
  beforeAll(() => {
    outcomes = runNode()
  }, 60_000)

  it('gives each test a kernel, and ends it with the test', () => {
    expect(outcomes).toMatchObject({
      'comes back with fresh state': 'passed',
      'starts with nothing of the test before': 'passed',
      'has tests within': 'passed',
      inner: 'passed',
      'is innocent': 'passed',
      'moves the time of Node': 'passed',
      'has no kernel outside': 'passed',
    })
  })

  it('has a test fail for what went wrong in it, and no other', () => {
    expect(outcomes).toMatchObject({
      crashes: 'TEST_CRASHED',
      'leaves a listener behind': 'TEST_LEAK',
      'fails by itself': 'ERR_ASSERTION',
    })
    const failed = Object.entries(outcomes).filter(([, outcome]) => outcome !== 'passed')
    // Those three, and the suite that they are in.
    expect(failed).toHaveLength(4)
  })
})

describe('useTestKernel under jest', () => {
  // With jest itself it is tried by `npm run test:jest`.
  it('says what it misses where jest is not', () => {
    expect(() => useTestKernel()).toThrow(expect.objectContaining({ code: 'TEST_RUNNER_MISSING' }))
  })
})
