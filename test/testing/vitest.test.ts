import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Outcome {
  readonly title: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

/** What vitest says of the tests of the fixture. */
async function outcomes(): Promise<readonly Outcome[]> {
  const config = 'test/testing/fixtures/vitest.config.ts'
  const vitest = [`${root}/node_modules/vitest/vitest.mjs`, 'run', '--config', config, '--reporter', 'json']
  const failed = await promisify(execFile)(process.execPath, vitest, { cwd: root }).catch((error) => error)
  const [file] = JSON.parse(failed.stdout).testResults
  return file.assertionResults
}

describe('useTestKernel', () => {
  it('says what is wrong, and leaves nothing to the next test', async () => {
    const [twice, next, waiting] = await outcomes()
    expect(twice).toMatchObject({ title: 'a kernel within a kernel', status: 'failed' })
    expect(twice?.failureMessages[0]).toContain(
      'useTestKernel() stands both in a file and in a describe of it',
    )
    expect(next).toMatchObject({ title: 'the next test', status: 'passed' })
    expect(waiting?.failureMessages.join('\n')).toContain(
      'the end of the test did not come about: time stands still until the test moves it, and the next timer is due in 5000 ms',
    )
  })
})
