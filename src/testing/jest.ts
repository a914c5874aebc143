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
 * Gives each test of a file, or of a `describe`, a `TestKernel` of its own, which is the default kernel while the test runs. After the test,
 * everything is stopped and restored. The test fails if a process crashed unexpectedly, or if something is left
 * behind. It does the same as `useTestKernel` of `heartwood/testing/vitest`, and adds the same matchers to `expect`.
 *
 * Jest does not tell hooks whether a test has failed, so the findings at its end are reported in addition. Heartwood consists of ES modules, which jest runs with
 * `NODE_OPTIONS=--experimental-vm-modules`.
 *
 * @param input options of the kernel; `fakeTimers`: whether Node's own timers follow the virtual clock, too (default false)
 * @returns a function that returns the kernel of the running test
 * @throws BAD_OPTION; TEST_RUNNER_MISSING if jest has put no globals into the file
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
