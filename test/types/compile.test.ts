import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What the compiler says of a project: nothing, when all is well. */
function complaints(project: string): string {
  try {
    return execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', project], {
      cwd: ROOT,
      encoding: 'utf8',
    })
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? error)
  }
}

/**
 * The `*.test-d.ts` files of this folder hold right uses, and wrong ones under `@ts-expect-error`. The compiler objects
 * to a right use that it rejects as well as to a wrong one that it lets pass.
 */
it('right uses compile, and every wrong one is rejected', () => {
  expect(complaints('test/types')).toBe('')
})
