import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

it.each([
  ['legacy decorators take', 'test/decorators'],
  ['standard decorators take', 'test/decorators/modes'],
])('%s right uses and reject wrong ones, when compiled', (_, project) => {
  const argv = ['node_modules/typescript/bin/tsc', '--noEmit', '-p', project]
  let complaints = ''
  try {
    execFileSync(process.execPath, argv, { cwd: ROOT, encoding: 'utf8' })
  } catch (error) {
    complaints = String((error as { stdout?: unknown }).stdout)
  }
  expect(complaints).toBe('')
})
