import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

it('decorators take right uses and reject wrong ones, when compiled', () => {
  const argv = ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'test/decorators']
  let complaints = ''
  try {
    execFileSync(process.execPath, argv, { cwd: ROOT, encoding: 'utf8' })
  } catch (error) {
    complaints = String((error as { stdout?: unknown }).stdout)
  }
  expect(complaints).toBe('')
})
