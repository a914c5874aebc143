/** The kit for jest: a kernel for each test, and matchers. */
import { testKernel } from './current-test-kernel.js'
import { testingError } from './errors.js'
import { type HeartwoodMatchers, matchers } from './expect/matchers.js'
import { KernelPerTest, type UseTestKernelOptions } from './kernel-per-test.js'
import type { TestKernel } from './test-kernel/test-kernel.js'

export type { UseTestKernelOptions } from './kernel-per-test.js'

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: the very words of the declaration of jest, which TypeScript demands
    interface Matchers<R, T = {}> extends HeartwoodMatchers<R> {}
  }
}

/** What jest puts into each file of tests. */
interface Jest {
  readonly beforeEach?: (hook: () => unknown) => void
  readonly afterEach?: (hook: () => unknown) => void
  readonly expect?: {
    extend(matchers: object): void
    getState(): { readonly currentTestName?: string | undefined }
  }
}

/**
 * Gives each test of a file, or of a `describe`, a `TestKernel` of its own, which is the default kernel as long as it runs. Afterwards
 * all of it is stopped and taken back, and the test fails when a process crashed that was not expected to, or when something is left
 * behind. What `useTestKernel` of `heartwood/testing/vitest` does. It also teaches `expect` the same matchers.
 *
 * Jest does not say whether a test has failed: what its end finds is told besides. Heartwood is made of ES modules, which jest runs with
 * `NODE_OPTIONS=--experimental-vm-modules`.
 *
 * @param input options of the kernel; `fakeTimers`: whether Node's own timers follow the virtual clock, too (default false)
 * @returns the kernel of the test that runs
 * @throws BAD_OPTION; TEST_RUNNER_MISSING where jest has put nothing into the file
 * @example
 * ```ts
 * useTestKernel()
 *
 * test('counts', async () => {
 *   const counter = await startSupervised(Counter)
 *   expect(counter).toBeAlive()
 * })
 * ```
 */
export function useTestKernel(input: UseTestKernelOptions = {}): () => TestKernel {
  const each = new KernelPerTest(input)
  const { beforeEach, afterEach, expect } = globalThis as Jest
  if (beforeEach === undefined || afterEach === undefined || expect === undefined)
    throw testingError('TEST_RUNNER_MISSING', {})
  expect.extend(matchers)
  const name = (): string => expect.getState().currentTestName ?? 'of jest'
  beforeEach(() => each.begin(name(), ' > '))
  afterEach(() => each.end(name(), false))
  return () => testKernel('useTestKernel')
}
