/** The kit for Node's own test runner: a kernel for each test. */
import { afterEach, beforeEach } from 'node:test'
import { testKernel } from './current-test-kernel.js'
import { KernelPerTest, type UseTestKernelOptions } from './kernel-per-test.js'
import type { TestKernel } from './test-kernel/test-kernel.js'

export type { UseTestKernelOptions } from './kernel-per-test.js'

/** What Node says of a test. */
interface Context {
  readonly name: string
  /** With the names of the suites and tests that it stands in. */
  readonly fullName?: string
  readonly passed?: boolean
}

/**
 * Gives each test of a file, or of a `describe`, a `TestKernel` of its own, which is the default kernel while the test runs. After the test,
 * everything is stopped and restored. The test fails if a process crashed unexpectedly, or if something is left
 * behind. It does the same as `useTestKernel` of `heartwood/testing/vitest`. Node's runner has no matchers: use `kernel()`, or await an expectation.
 *
 * A test within a test has the kernel of the outer test. Of tests of one file that run at the same time (`concurrency`), the second is refused with
 * TEST_KERNEL_BUSY.
 *
 * @param input options of the kernel; `fakeTimers`: whether Node's own timers follow the virtual clock, too (default false)
 * @returns a function that returns the kernel of the running test
 * @throws BAD_OPTION
 * @example
 * ```ts
 * const kernel = useTestKernel()
 *
 * test('counts', async () => {
 *   const counter = await startSupervised(Counter)
 *   assert.equal(await counter.call.add(2), 2)
 *   assert.deepEqual(kernel().reportsOf('crash'), [])
 * })
 * ```
 */
export function useTestKernel(input: UseTestKernelOptions = {}): () => TestKernel {
  const each = new KernelPerTest(input)
  const nameOf = ({ fullName, name }: Context): string => fullName ?? name
  beforeEach((context) => each.begin(nameOf(context as Context), ' > '))
  afterEach((context) => {
    const test = context as Context
    return each.end(nameOf(test), test.passed === false)
  })
  return () => testKernel('useTestKernel')
}
